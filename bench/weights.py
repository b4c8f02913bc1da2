"""Fit the global weights of `knowledge.matching.search`; it prints them, and how they do, beside the present ones.

`python -m bench.weights rows FOLDER [--only a,b]` fits ORDER and LIKENESS on sets of questions (`bench.sets`).
The shipped ones were fitted on two public development sets, and are to be judged on others.
`python -m bench.weights entries QUESTIONS… [--outside FILE.jsonl]` fits JUDGEMENT on folders of labelled sample
questions (`bench.questions`), each folder with the same weight. Questions of another domain may be added from a file
whose lines have a `text`. Whoever fits on a folder cannot use it to say how good the result is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.engine import choices_of
from bench.fitting import Choice, Floats, fit_judgement, fit_order, fit_sureness, top_rows
from bench.measures import auroc
from bench.questions import CONTENT, entry_text, is_right
from bench.sets import load_sets, read_rows
from knowledge.matching.guards import held_by
from knowledge.matching.query import read_query
from knowledge.matching.search import (
    BIAS,
    JUDGEMENT,
    LIKENESS,
    LIKENESS_BIAS,
    N_JUDGED,
    ORDER,
    ROW_FEATURES,
    STRETCH_COST,
    gather,
    search,
)
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build

ENTRY_FEATURES = (*JUDGEMENT, "stretch")
_PENALTY = 0.002
_LISTWISE = 0.5
_N_OUTSIDE = 250
_OUTSIDE_WEIGHT = 0.5


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.weights")
    kinds = parser.add_subparsers(required=True)
    rows = kinds.add_parser("rows")
    rows.add_argument("folder", type=Path)
    rows.add_argument("--only", type=lambda names: names.split(","), default=[])
    rows.set_defaults(run=lambda options: fit_rows(options.folder, options.only))
    entries = kinds.add_parser("entries")
    entries.add_argument("folders", type=Path, nargs="+")
    entries.add_argument("--outside", type=Path)
    entries.set_defaults(run=lambda options: fit_entries(options.folders, options.outside))
    options = parser.parse_args()
    options.run(options)


def fit_rows(folder: Path, only: Sequence[str]) -> None:
    """Print ORDER and LIKENESS as fitted on the sets of a folder."""
    found = [choices_of(s) for s in load_sets(folder, only)]
    asked = [choice for answerable, _ in found for choice in answerable]
    others = [choice for _, unanswerable in found for choice in unanswerable if len(choice.right)]
    order = fit_order(asked, range(len(ROW_FEATURES)))
    present = np.array([*ORDER.values()])
    print(f"{len(asked)} answerable questions, {len(others)} unanswerable")
    for name, weights in (("ORDER", order), ("  present", present)):
        print(f"{name:12} {_named(ROW_FEATURES, weights)}  hit@1 {_first_right(asked, weights):.4f}")
    sure = fit_sureness([*asked, *others], order)
    for name, weights in (
        ("LIKENESS", sure),
        ("  present", np.array([*LIKENESS.values(), LIKENESS_BIAS])),
    ):
        print(
            f"{name:12} {_named(ROW_FEATURES, weights)}  bias {weights[-1]:.2f}  "
            f"AUROC {_told_apart(asked, others, order, weights):.4f}"
        )


def fit_entries(folders: Sequence[Path], outside: Path | None) -> None:
    """Print JUDGEMENT as fitted on folders of sample questions."""
    snapshot = build(CONTENT)
    choices = [choice for folder in folders for choice in _equal(_labelled(snapshot, folder), 1.0)]
    if outside:
        texts = [row["text"] for row in read_rows(outside)]
        texts = texts[:: max(1, len(texts) // _N_OUTSIDE)][:_N_OUTSIDE]
        choices += _equal([_choice(snapshot, text, None) for text in texts], _OUTSIDE_WEIGHT)
    choices = [choice for choice in choices if len(choice.right)]
    present = np.array([*JUDGEMENT.values(), -STRETCH_COST, BIAS])
    fitted = fit_judgement(choices, present, _PENALTY, _LISTWISE)
    asked = [choice for choice in choices if choice.right.any()]
    others = [choice for choice in choices if not choice.right.any()]
    print(f"{len(asked)} questions with a right entry among the first {N_JUDGED}, {len(others)} without one")
    for name, weights in (("JUDGEMENT", fitted), ("  present", present)):
        print(
            f"{name:12} {_named(ENTRY_FEATURES, weights)}  bias {weights[-1]:.2f}  "
            f"right first {_first_right(asked, weights[:-1]):.4f}  "
            f"AUROC {_told_apart(asked, others, weights[:-1], weights):.4f}"
        )


def _equal(choices: Sequence[Choice], weight: float) -> list[Choice]:
    """Return the choices with `weight` in all."""
    return [replace(choice, weight=weight / len(choices)) for choice in choices]


def _labelled(snapshot: Snapshot, folder: Path) -> list[Choice]:
    found = [
        _choice(snapshot, row["q"], row)
        for p in sorted(folder.glob("answerable*.jsonl"))
        for row in read_rows(p)
    ]
    return found + [
        _choice(snapshot, row["q"], None)
        for p in sorted(folder.glob("unanswerable*.jsonl"))
        for row in read_rows(p)
    ]


def _choice(snapshot: Snapshot, text: str, row: dict[str, object] | None) -> Choice:
    """Return the entries that no guard holds back from a question; `row` says which are right, without it none is.

    Entries that say that nothing is said are left out where nothing is right: they would be neither right nor wrong.
    """
    query = read_query(snapshot, text)
    entries = snapshot.content.entries
    hits = [
        hit
        for hit in search(snapshot, gather(snapshot, query), n=N_JUDGED)
        if not held_by(snapshot, query, hit) and (row is not None or not entries[hit.entry_id].gap)
    ]
    features = np.zeros((len(hits), len(ENTRY_FEATURES)))
    for i, hit in enumerate(hits):
        for reason in hit.reasons:
            features[i, ENTRY_FEATURES.index(reason.name)] = reason.value
    right = [
        row is not None and not entries[h.entry_id].gap and is_right(row, entry_text(snapshot, h.entry_id))
        for h in hits
    ]
    return Choice(features, np.array(right, float))


def _named(names: Sequence[str], weights: Floats) -> str:
    return json.dumps({name: round(float(w), 2) for name, w in zip(names, weights, strict=False)})


def _first_right(choices: Sequence[Choice], weights: Floats) -> float:
    return float(top_rows(choices, weights, 1)[1].mean())


def _told_apart(asked: Sequence[Choice], others: Sequence[Choice], order: Floats, sure: Floats) -> float:
    """Return how often a top row of an answerable question is surer than one of an unanswerable one."""
    return auroc(*(top_rows(some, order, 1)[0] @ sure[:-1] for some in (asked, others)))


if __name__ == "__main__":
    main()
