"""Fit the weights on the knowledge's own phrasings: `python -m bench.weights [OOD.jsonl …]`.

Five times a fifth of the phrasings is held out. A held-out phrasing is a question whose right entry is
known; the same phrasing with its whole entry taken out is a question that the knowledge can't answer.
Questions of another domain may be added from files with a `text` field. The model is logistic, fitted by
gradient descent with a small penalty; nothing is learned row by row.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.questions import CONTENT
from knowledge.build import load_folder, parse_files
from knowledge.index import Index, build_index
from knowledge.model import Content
from knowledge.search import WEIGHTS, features_of, gather, read_query
from knowledge.segment import Segmenter

FOLDS = 5
NAMES = tuple(WEIGHTS)
CONTEXT = (
    "我听我们单位的人说起过",
    "那天在网上看到一条消息",
    "家里老人让我来打听",
    "我这边工作上正好要用",
    "前几天群里有人在聊这个",
    "说是有这么一回事",
)


def best(index: Index, text: str, without: str = "") -> tuple[str, list[float]] | None:
    """Return the best entry and its features, `without` one entry."""
    query = read_query(index, text)
    found = []
    for row in gather(index, query):
        if row.entry_id != without:
            features = features_of(index, query, row)
            found.append(
                (sum(WEIGHTS[n] * features[n] for n in NAMES), row.entry_id, [features[n] for n in NAMES])
            )
    if not found:
        return None
    _, entry_id, features = max(found)
    return entry_id, features


def samples(content: Content, outside: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, labels and weights of all training questions."""
    rows: list[tuple[list[float], float, float]] = []
    n_right = n_all = 0
    for fold in range(FOLDS):
        kept = {
            e.id: replace(e, phrasings=tuple(p for i, p in enumerate(e.phrasings) if i % FOLDS != fold))
            for e in content.entries.values()
        }
        index = build_index(replace(content, entries=kept), Segmenter(content.lexicon.words))
        for entry in content.entries.values():
            quotes = set(entry.quotes)
            for i, phrasing in enumerate(entry.phrasings):
                if i % FOLDS != fold:
                    continue
                for text, weight in ((phrasing, 1.0), (CONTEXT[i % len(CONTEXT)] + phrasing, 0.5)):
                    found = best(index, text)
                    if found:
                        same = found[0] == entry.id or quotes & set(content.entries[found[0]].quotes)
                        rows.append((found[1], float(bool(same)), weight))
                        n_right += bool(same)
                        n_all += 1
                missing = best(index, phrasing, without=entry.id)
                if missing and not quotes & set(content.entries[missing[0]].quotes):
                    rows.append((missing[1], 0.0, 0.6))
        for text in outside[fold::FOLDS]:
            found = best(index, text)
            if found:
                rows.append((found[1], 0.0, 0.6))
    print(f"held-out phrasings: right first {n_right / n_all:.1%} of {n_all}")
    features, labels, weights = zip(*rows, strict=True)
    return np.array(features), np.array(labels), np.array(weights)


def fit(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights and bias of a logistic model."""
    theta, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(6000):
        p = 1 / (1 + np.exp(-(x @ theta + bias)))
        error = w * (p - y)
        theta -= 0.5 * (x.T @ error / w.sum() + 0.002 * theta)
        bias -= 0.5 * error.sum() / w.sum()
    return theta, bias


def main() -> None:
    """Print the fitted weights and how well they part right from wrong."""
    outside = [
        json.loads(line)["text"]
        for name in sys.argv[1:]
        for line in Path(name).read_text().splitlines()[:300]
    ]
    content, _ = parse_files(load_folder(CONTENT))
    x, y, w = samples(content, outside)
    theta, bias = fit(x, y, w)
    print(
        {name: round(float(value), 2) for name, value in zip(NAMES, theta, strict=True)},
        "bias",
        round(bias, 2),
    )
    p = 1 / (1 + np.exp(-(x @ theta + bias)))
    for cut in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        print(
            f"{cut:.1f}  right kept {np.mean(p[y == 1] >= cut):.1%}  wrong passed {np.mean(p[y == 0] >= cut):.1%}"
        )


if __name__ == "__main__":
    main()
