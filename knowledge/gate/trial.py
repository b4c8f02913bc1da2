"""A draft beside what is live: what it changes, and which past questions it answers otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from knowledge.gate.cases import outcome, sent
from knowledge.gate.difference import Difference, difference
from knowledge.matching.decide import decide
from knowledge.matching.snapshot import Snapshot
from knowledge.model.problems import Files


class SaidTo(NamedTuple):
    """What a release says to a question: whose words are sent, "" for nobody's, and that in words."""

    sent: str
    told: str


def said_to(snapshot: Snapshot, question: str) -> SaidTo:
    """Return what a release says to a question."""
    decision = decide(snapshot, question)
    return SaidTo(sent(decision), outcome(decision))


@dataclass(frozen=True, slots=True)
class Flip:
    """A past question that the draft answers otherwise; `inside` when an edited entry explains it."""

    question: str
    before: str
    after: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft before the gate: the live release it would replace, and past questions, anonymised.

    Attributes:
        files: What the draft was read from, to tell the line of what is found; without them that of its record.
        accepted: Keys of findings that a person has accepted.
        full: Try every entry, not only what the edit can reach, and tell what is wrong on live already.
        says: Gives what a release says to a past question; whoever asked it before may know.
    """

    draft: Snapshot
    live: Snapshot | None
    asked: Collection[str] = ()
    accepted: Collection[str] = ()
    full: bool = False
    min_precision: float = 0.99
    files: Files = field(default_factory=dict)
    says: Callable[[Snapshot, str], SaidTo] = said_to
    changed: Difference = field(init=False)

    def __post_init__(self) -> None:
        before = self.live.content if self.live else None
        object.__setattr__(self, "changed", difference(before, self.draft.content))


def replay(trial: Trial) -> tuple[Flip, ...]:
    """Return the past questions that are answered otherwise on the draft; without a live release there are none."""
    return tuple(_flips(trial, trial.live)) if trial.live else ()


def _flips(trial: Trial, live: Snapshot) -> Iterator[Flip]:
    edited = trial.changed.edited
    for question in dict.fromkeys(trial.asked):
        before, after = trial.says(live, question), trial.says(trial.draft, question)
        was, now = before.sent, after.sent
        if was != now:
            # An edited entry explains what it gives up, what it takes from nobody, and the passage that it quotes.
            inside = was in edited or (now in edited and (not was or _quotes(trial.draft, now, was)))
            yield Flip(question, before.told, after.told, inside)


def _quotes(snapshot: Snapshot, entry_id: str, passage_id: str) -> bool:
    entry = snapshot.content.entries.get(entry_id)
    return entry is not None and any(quote.passage_id == passage_id for quote in entry.quotes)
