"""Sets of questions with known answers, from a folder or from the project itself.

A set is a folder with `corpus.jsonl` {id, text}, `queries.jsonl` {qid, text, gold: [id]} and `noanswer.jsonl`
{qid, text, type}; the type `ood` is another domain, every other one is the set's own. Beside the sets
`scale-100k.txt` may hold lines for measuring speed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.questions import CONTENT, SAMPLES, entry_text, is_right
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build

SCALE_FILE = "scale-100k.txt"
_FILES = ("corpus.jsonl", "queries.jsonl", "noanswer.jsonl")
_OUTSIDE = frozenset({"off-topic", "adversarial", "ood"})
_HELD_OUT_PHRASING = 5
_HELD_OUT_ENTRY = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the positions of the rows that answer it."""

    text: str
    gold: frozenset[int]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Rows to be found, questions that one of them answers, and questions that none does."""

    name: str
    rows: tuple[str, ...]
    asked: tuple[Asked, ...]
    inside: tuple[str, ...]
    """Questions of the same domain that no row answers."""
    outside: tuple[str, ...]
    """Questions of another domain."""

    def first(self, n_asked: int, n_unanswerable: int) -> QuestionSet:
        """Return the set with its first questions only, `n_unanswerable` of either kind."""
        return replace(
            self,
            asked=self.asked[:n_asked],
            inside=self.inside[:n_unanswerable],
            outside=self.outside[:n_unanswerable],
        )


def load_sets(folder: Path, only: Sequence[str] = ()) -> list[QuestionSet]:
    """Return the sets of a folder by name; `only` these, where any are named.

    Raises:
        SystemExit: when there is none, saying what a set is.
    """
    found = [p for p in sorted(folder.glob("*")) if all((p / name).is_file() for name in _FILES)]
    chosen = [p for p in found if not only or p.name in only]
    if not chosen:
        wanted = f" named {', '.join(only)}" if only else ""
        raise SystemExit(f"{folder}: no set{wanted}; a set is a folder with {', '.join(_FILES)}")
    return [_load(p) for p in chosen]


def _load(folder: Path) -> QuestionSet:
    corpus, queries, unanswerable = (list(read_rows(folder / name)) for name in _FILES)
    position = {row["id"]: i for i, row in enumerate(corpus)}
    return QuestionSet(
        name=folder.name,
        rows=tuple(row["text"] for row in corpus),
        asked=tuple(Asked(q["text"], frozenset(position[i] for i in q["gold"])) for q in queries),
        inside=tuple(q["text"] for q in unanswerable if q["type"] not in _OUTSIDE),
        outside=tuple(q["text"] for q in unanswerable if q["type"] in _OUTSIDE),
    )


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file with one JSON object a line; a broken line ends the run, named."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as fault:
                raise SystemExit(f"{path}:{number}: not JSON: {fault}") from None


def scale_lines(folder: Path) -> tuple[str, ...]:
    """Return the lines for measuring speed; none when the folder has no such file."""
    path = folder / SCALE_FILE
    return tuple(filter(None, path.read_text(encoding="utf-8").splitlines())) if path.is_file() else ()


def own_sets() -> list[QuestionSet]:
    """Return the sets that the shipped content gives: its phrasings, and the sample questions asked of them."""
    snapshot = build(CONTENT)
    return [_own_phrasings(snapshot), _own_questions(snapshot)]


def _own_phrasings(snapshot: Snapshot) -> QuestionSet:
    """Return a set in which every fifth phrasing asks for the others, and every eighth entry is taken out."""
    rows: list[str] = []
    asked, inside = [], []
    published = [e for _, e in sorted(snapshot.content.entries.items()) if e.status == "published"]
    for number, entry in enumerate(published):
        if number % _HELD_OUT_ENTRY == 0:
            inside += list(entry.phrasings[:3])
            continue
        kept = [p for i, p in enumerate(entry.phrasings) if (i + 1) % _HELD_OUT_PHRASING]
        gold = frozenset(range(len(rows), len(rows) + len(kept) + 1))
        rows += [entry.question, *kept]
        asked += [Asked(p, gold) for p in entry.phrasings if p not in kept]
    outside = [q["q"] for q in _questions("unanswerable") if q["kind"] in _OUTSIDE]
    return QuestionSet("own-phrasings", tuple(rows), tuple(asked), tuple(inside), tuple(outside))


def _own_questions(snapshot: Snapshot) -> QuestionSet:
    rows = [row for row in snapshot.rows if not row.quoted]
    answers = {entry_id: entry_text(snapshot, entry_id) for entry_id in snapshot.entry_ids}
    asked = []
    for question in _questions("answerable"):
        right = {entry_id for entry_id, text in answers.items() if is_right(question, text)}
        gold = frozenset(i for i, row in enumerate(rows) if row.entry_id in right)
        if gold:
            asked.append(Asked(question["q"], gold))
    others = list(_questions("unanswerable"))
    return QuestionSet(
        name="own-questions",
        rows=tuple(row.text for row in rows),
        asked=tuple(asked),
        inside=tuple(q["q"] for q in others if q["kind"] not in _OUTSIDE),
        outside=tuple(q["q"] for q in others if q["kind"] in _OUTSIDE),
    )


def _questions(kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted(SAMPLES.glob(f"{kind}*.jsonl")):
        yield from read_rows(path)
