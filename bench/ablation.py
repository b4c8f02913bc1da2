"""What our engine loses without each of its parts, with the order refitted on the other sets each time.

Features are dropped by leaving their columns out of the fit; the tables of synonyms, filler, question words
and sounds by replacing what the engine reads of them. With a single set the fit sees the set it is measured on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np

from bench.engine import choices_of
from bench.fitting import Choice, Floats, fit_order
from bench.measures import N_RANKED
from bench.sets import QuestionSet
from knowledge.matching.search import ROW_FEATURES

_NOTHING = "\0"
# A form that stands for itself and that no text has: no question word is made one with another.
_NO_CLASSES = ((_NOTHING, (_NOTHING,)),)


def _without_sounds() -> np.ndarray:
    """Return a sound for every code point that no other has."""
    return np.arange(0x110000, dtype=np.uint32) + 4096


_PARTS = {
    "no synonyms": ("knowledge.language.analyze.representative_by_synonym", dict),
    "no filler": ("knowledge.language.analyze.filler", frozenset),
    "no question-word classes": ("knowledge.language.analyze._QUESTION_WORDS", _NO_CLASSES),
    "no sound credit": ("knowledge.matching.index.tokens._sounds", _without_sounds),
}


@contextmanager
def _without(part: str) -> Iterator[None]:
    if not part:
        yield
        return
    target, substitute = _PARTS[part]
    with patch(target, substitute):
        yield


def _score(choices: Sequence[Choice], columns: Sequence[int], weights: Floats) -> tuple[float, float]:
    """Return hit@1 and MRR@10."""
    first, reciprocal = 0.0, 0.0
    for choice in choices:
        order = np.argsort(-(choice.features[:, columns] @ weights), kind="stable")[:N_RANKED]
        ranks = np.nonzero(choice.right[order])[0]
        if len(ranks):
            first += ranks[0] == 0
            reciprocal += 1 / (ranks[0] + 1)
    return first / len(choices), reciprocal / len(choices)


def _leave_one_out(by_set: dict[str, list[Choice]], columns: Sequence[int]) -> list[tuple[float, float]]:
    found = []
    for name, choices in by_set.items():
        others = [c for other, each in by_set.items() if other != name or len(by_set) == 1 for c in each]
        found.append(_score(choices, columns, fit_order(others, columns)))
    return found


def run(sets: Sequence[QuestionSet]) -> dict[str, list[tuple[float, float]]]:
    """Print hit@1 by set, its mean and that of MRR@10 without each part; return (hit@1, MRR@10) by set."""
    if importlib.util.find_spec("scipy") is None:
        print("ablation skipped: needs scipy (make .venv/bench)\n")
        return {}
    print("ablation: hit@1 by set with the order refitted on the other sets, then the means")
    print(f"{'':28}" + "".join(f"{s.name[:12]:>13}" for s in sets) + f"{'mean':>13}{'mean MRR@10':>13}")
    everything = list(range(len(ROW_FEATURES)))
    kept: dict[str, list[tuple[float, float]]] = {}
    for part in ("", *_PARTS):
        with _without(part):
            by_set = {s.name: choices_of(s)[0] for s in sets}
        kept[part or "everything"] = _leave_one_out(by_set, everything)
        _print(part or "everything", kept[part or "everything"])
        if not part:
            for i, name in enumerate(ROW_FEATURES):
                kept[f"- {name}"] = _leave_one_out(by_set, [c for c in everything if c != i])
                _print(f"- {name}", kept[f"- {name}"])
    print()
    return kept


def _print(name: str, found: list[tuple[float, float]]) -> None:
    values = [hit for hit, _ in found] + np.mean(found, axis=0).tolist()
    print(f"{name:28}" + "".join(f"{value:>13.4f}" for value in values), flush=True)
