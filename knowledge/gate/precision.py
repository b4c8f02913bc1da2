"""The contract of a release: of the labelled questions that it answers directly, so many are answered rightly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.decide import BY_CHARACTERS, NEAREST_AT, WITH_MEANING, decide
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.snapshot import Snapshot
from knowledge.model.entries import Case
from knowledge.sources.cite import said_by, squeeze

Tried = Sequence[tuple[Case, Decision]]
"""The labelled questions, each with what is done with it."""


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
        "answer": BY_CHARACTERS.answer_at,
        "answer_alone": BY_CHARACTERS.alone_at,
        "clarify": BY_CHARACTERS.clarify_at,
        "answer_meant": WITH_MEANING.answer_at,
        "answer_meant_alone": WITH_MEANING.alone_at,
        "clarify_meant": WITH_MEANING.clarify_at,
        "nearest": NEAREST_AT,
    }


def try_cases(snapshot: Snapshot) -> Tried:
    """Return what each labelled question is answered with; there are more than a snapshot remembers, so once for all who ask."""
    return [(case, decide(snapshot, case.question)) for case in snapshot.content.cases]


def measure(snapshot: Snapshot, tried: Tried, min_precision: float) -> Contract:
    """Return how many of the labelled questions get a direct answer, and how many of these the right one."""
    answers = [(case, answer_of(snapshot, decision)) for case, decision in tried]
    given = [(case, hit) for case, hit in answers if hit]
    return Contract(
        n_cases=len(answers),
        n_answered=len(given),
        n_right=sum(is_right(snapshot, case, hit) for case, hit in given),
        min_precision=min_precision,
        bands=band_constants(),
    )


def answer_of(snapshot: Snapshot, decision: Decision) -> Hit | None:
    """Return what is sent as the answer, None when nothing is; an entry that says 没有收录 is no answer."""
    hit = decision.hits[0] if decision.band is Band.ANSWER else None
    return hit if hit and not says_nothing(snapshot, hit) else None


def says_nothing(snapshot: Snapshot, hit: Hit) -> bool:
    """Return whether a hit is an entry that says 没有收录."""
    return bool(hit.entry_id) and snapshot.content.entries[hit.entry_id].gap


def is_right(snapshot: Snapshot, case: Case, hit: Hit) -> bool:
    """Return whether what was sent is what the case asks for; a case that wants none has no right one.

    A sentence of a passage that the wanted entry quotes is right too.
    """
    if case.says:
        entry = snapshot.content.entries.get(hit.entry_id)
        said = said_by(entry) if entry else squeeze("".join(quote.text for quote in hit.quotes))
        return all(squeeze(words) in said for words in case.says)
    if hit.entry_id:
        return hit.entry_id in case.entry_ids
    wanted = {q.passage_id for e in case.entry_ids for q in snapshot.quotes(e)}
    return any(quote.passage_id in wanted for quote in hit.quotes)
