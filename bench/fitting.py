"""Fitting a handful of global weights: which row is the right one, and how sure one can be of it.

Needs scipy, which `make .venv/bench` installs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
PENALTY = 1e-3
ORDER_PENALTY = 3e-4
_FAR_BELOW = -1e9


@dataclass(frozen=True, slots=True)
class Choice:
    """What there was to choose from for one question: features by row (in the order found), and which rows are right."""

    features: Floats
    right: Floats
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Stacked:
    features: Floats
    there: npt.NDArray[np.bool_]
    right: Floats
    weight: Floats


def _stack(choices: Sequence[Choice], columns: Sequence[int]) -> _Stacked:
    """Return the choices that can be won as one block, the shorter ones filled up."""
    won = [c for c in choices if c.right.any()]
    shape = (len(won), max(len(c.right) for c in won))
    block = _Stacked(
        np.zeros((*shape, len(columns))), np.zeros(shape, bool), np.zeros(shape), np.zeros(len(won))
    )
    for i, choice in enumerate(won):
        n = len(choice.right)
        block.features[i, :n] = choice.features[:, columns]
        block.there[i, :n], block.right[i, :n], block.weight[i] = True, choice.right, choice.weight
    return _Stacked(block.features, block.there, block.right, block.weight / block.weight.sum())


def _listwise_loss(weights: Floats, block: _Stacked) -> tuple[float, Floats]:
    """Return minus the log of the share of the right rows under a softmax, and its gradient."""
    scores = np.where(block.there, block.features @ weights, _FAR_BELOW)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    total, good = odds.sum(axis=1), (odds * block.right).sum(axis=1) + 1e-30
    slope = odds / total[:, None] - odds * block.right / good[:, None]
    return float(block.weight @ -np.log(good / total)), np.einsum(
        "i,ij,ijk->k", block.weight, slope, block.features
    )


def fit_order(choices: Sequence[Choice], columns: Sequence[int], penalty: float = ORDER_PENALTY) -> Floats:
    """Return the weights of some columns that put right rows first: a listwise softmax."""
    from scipy.optimize import minimize

    block = _stack(choices, columns)

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _listwise_loss(weights, block)
        return value + penalty * float(weights @ weights), slope + 2 * penalty * weights

    return np.asarray(minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B").x)


def top_rows(choices: Sequence[Choice], weights: Floats, n: int = 3) -> tuple[Floats, Floats, Floats]:
    """Return features, labels and weights of the best `n` rows of every choice, in the order that `weights` give."""
    features, labels, each = [], [], []
    for choice in choices:
        for i in np.argsort(-(choice.features @ weights), kind="stable")[:n]:
            features.append(choice.features[i])
            labels.append(choice.right[i])
            each.append(choice.weight)
    return np.array(features), np.array(labels), np.array(each)


def _logistic_loss(weights: Floats, features: Floats, labels: Floats, each: Floats) -> tuple[float, Floats]:
    logits = features @ weights[:-1] + weights[-1]
    error = each * (1 / (1 + np.exp(-logits)) - labels)
    return float(each @ (np.logaddexp(0, logits) - labels * logits)), np.append(
        features.T @ error, error.sum()
    )


def fit_logistic(features: Floats, labels: Floats, each: Floats, penalty: float) -> Floats:
    """Return weights and, last, the bias of a logistic model whose rows count `each`; the penalty holds for features in their own spread."""
    from scipy.optimize import minimize

    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    even, each = (features - mean) / spread, each / each.sum()

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _logistic_loss(weights, even, labels, each)
        slope[:-1] += 2 * penalty * weights[:-1]
        return value + penalty * float(weights[:-1] @ weights[:-1]), slope

    found = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = np.asarray(found[:-1]) / spread
    return np.append(weights, found[-1] - weights @ mean)


def fit_sureness(choices: Sequence[Choice], order: Floats, penalty: float = PENALTY) -> Floats:
    """Return weights and, last, the bias of how sure one can be of a top row: logistic, answerable or not."""
    return _fit_jointly(choices, order, penalty, listwise=0.0)


def fit_judgement(choices: Sequence[Choice], start: Floats, penalty: float, listwise: float) -> Floats:
    """Return weights and, last, the bias of a score that both orders entries and says how sure one can be of them.

    `listwise` is the share of the order in it. The top rows depend on the weights, so they are taken thrice.
    """
    weights = start
    for _ in range(3):
        weights = _fit_jointly(choices, weights[: choices[0].features.shape[1]], penalty, listwise)
    return weights


def _fit_jointly(choices: Sequence[Choice], order: Floats, penalty: float, listwise: float) -> Floats:
    from scipy.optimize import minimize

    features, labels, each = top_rows(choices, order)
    each = each / each.sum()
    block = _stack(choices, range(features.shape[1]))

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _logistic_loss(weights, features, labels, each)
        if listwise:
            more, steeper = _listwise_loss(weights[:-1], block)
            value, slope = value + listwise * more, slope + listwise * np.append(steeper, 0.0)
        slope[:-1] += 2 * penalty * weights[:-1]
        return value + penalty * float(weights[:-1] @ weights[:-1]), slope

    start = np.zeros(features.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)
