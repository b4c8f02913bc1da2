"""What becomes of a question: the band it falls into, with the entries that may answer it and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from knowledge.matching.query import Query


class Band(StrEnum):
    """What the bot does with a question: answer it, ask back, or decline."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's share of a score, or a guard that fired; for `--explain`."""

    name: str
    value: float
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may answer the question; `score` is a calibrated confidence in 0..1.

    `phrasing` is the row that led to it and `likeness` the log odds that the question asks the same as that row.
    """

    entry_id: str
    score: float
    phrasing: str
    likeness: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question: `hits` is the answer, the choices, or the nearest entries, best first.

    `rule` names the threshold or guard that decided, `query` is the question as it was read.
    """

    band: Band
    hits: tuple[Hit, ...]
    rule: str
    query: Query
