"""What a list of results is worth, counted over the questions of a set.

Every question of a set is given a result: the rows found, best first, and how sure the method is of the
best one, on a scale of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

N_RANKED = 10
REJECTED = 0.9
N_RESAMPLES = 2000
NOTHING_FOUND = -1e9
"""How sure one can be of no row at all."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows found for one question, best first, and how sure the method is of the first."""

    rows: Sequence[int]
    sure: float = NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class Worth:
    """The measures of one method on one set; a share that cannot be counted is nan."""

    hit1: float
    hit3: float
    mrr10: float
    auroc_inside: float
    auroc_outside: float
    hit1_rejecting: float
    """hit@1 when as many answers are withheld as needed to leave 90 % of the unanswerable questions unanswered."""


def hits(found: Sequence[Found], gold: Sequence[frozenset[int]], n: int = 1) -> Floats:
    """Return 1 for each question with a right row among its first `n`, else 0."""
    return np.array([float(any(i in g for i in f.rows[:n])) for f, g in zip(found, gold, strict=True)])


def reciprocal_ranks(found: Sequence[Found], gold: Sequence[frozenset[int]]) -> Floats:
    """Return 1/rank of the first right row among the first ten of each question, 0 without one."""
    ranks = (
        next((rank for rank, i in enumerate(f.rows[:N_RANKED], 1) if i in g), 0)
        for f, g in zip(found, gold, strict=True)
    )
    return np.array([1 / rank if rank else 0.0 for rank in ranks])


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Return how often a value of `higher` is above one of `lower`; equal ones count half.

    >>> auroc([3, 2], [1, 2])
    0.875
    """
    if not len(higher) or not len(lower):
        return float("nan")
    ordered = np.sort(np.asarray(lower, float))
    below = np.searchsorted(ordered, higher, "left") + np.searchsorted(ordered, higher, "right")
    return float(below.mean() / 2 / len(ordered))


def threshold(inside: Sequence[float], outside: Sequence[float], share: float = REJECTED) -> float:
    """Return what a method must be surer of to leave `share` of unanswerable questions, half of each kind, unanswered."""
    n = min(len(inside), len(outside))
    mixed = [*inside[:n], *outside[:n]] if n else [*inside, *outside]
    return float(np.quantile(mixed, share)) if mixed else float("nan")


def worth(
    found: Sequence[Found],
    gold: Sequence[frozenset[int]],
    inside: Sequence[float],
    outside: Sequence[float],
) -> Worth:
    """Return the measures of one method on one set; `inside` and `outside` are how sure it was of unanswerable questions."""
    right = hits(found, gold)
    sure = np.array([f.sure for f in found])
    limit = threshold(inside, outside)
    return Worth(
        hit1=float(right.mean()),
        hit3=float(hits(found, gold, 3).mean()),
        mrr10=float(reciprocal_ranks(found, gold).mean()),
        auroc_inside=auroc(sure, inside),
        auroc_outside=auroc(sure, outside),
        hit1_rejecting=float((right * (sure > limit)).mean()) if limit == limit else float("nan"),
    )


def difference(ours: Floats, theirs: Floats, seed: int = 1) -> tuple[float, float, float]:
    """Return the mean of `ours` minus `theirs`, question by question, with the ends of its 95 % interval (bootstrap)."""
    each = ours - theirs
    picked = np.random.default_rng(seed).integers(0, len(each), (N_RESAMPLES, len(each)))
    low, high = np.quantile(each[picked].mean(axis=1), (0.025, 0.975))
    return float(each.mean()), float(low), float(high)
