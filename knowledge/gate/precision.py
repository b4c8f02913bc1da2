"""The contract of a release: of the labelled questions that it answers directly, so many are answered rightly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.matching import decide as bands
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Case
from knowledge.sources.cite import said_by, squeeze


@dataclass(frozen=True, slots=True)
class Measured:
    """How many labelled questions there are, how many get a direct answer, and how many of these the right one."""

    n_cases: int
    n_answered: int
    n_right: int

    @property
    def precision(self) -> float:
        """The share of right ones among the direct answers; 1 without any."""
        return self.n_right / self.n_answered if self.n_answered else 1.0

    @property
    def answered(self) -> float:
        """The share of the labelled questions that got a direct answer."""
        return self.n_answered / self.n_cases if self.n_cases else 0.0


@dataclass(frozen=True, slots=True)
class Contract(Measured):
    """What a release promises: of the labelled questions that it answers, so many are answered rightly."""

    min_precision: float
    bands: Mapping[str, float]


def band_constants() -> dict[str, float]:
    """Return the thresholds that `decide` works with, to be stored with a release."""
    return {
        "answer": bands.ANSWER_AT,
        "answer_alone": bands.ALONE_ANSWER_AT,
        "clarify": bands.CLARIFY_AT,
        "nearest": bands.NEAREST_AT,
    }


def measure(snapshot: Snapshot, min_precision: float) -> Contract:
    """Return how many of the labelled questions get a direct answer, and how many of these the right one."""
    answers = [
        (case, answer_of(snapshot, decide(snapshot, case.question))) for case in snapshot.content.cases
    ]
    given = [(case, entry_id) for case, entry_id in answers if entry_id]
    return Contract(
        n_cases=len(answers),
        n_answered=len(given),
        n_right=sum(is_right(snapshot, case, entry_id) for case, entry_id in given),
        min_precision=min_precision,
        bands=band_constants(),
    )


def answer_of(snapshot: Snapshot, decision: Decision) -> str:
    """Return the entry that is sent as the answer, "" when none is; an entry that says 没有收录 is none."""
    if decision.band is not Band.ANSWER:
        return ""
    entry_id = decision.hits[0].entry_id
    return "" if snapshot.content.entries[entry_id].gap else entry_id


def is_right(snapshot: Snapshot, case: Case, entry_id: str) -> bool:
    """Return whether an entry that was sent is what the case asks for; a case that wants none has no right one."""
    if case.says:
        said = said_by(snapshot.content.entries[entry_id])
        return all(squeeze(words) in said for words in case.says)
    return entry_id in case.entry_ids
