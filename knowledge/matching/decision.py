"""What becomes of a question: the band it falls into, with the entries that may answer it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.matching.query import Query
from knowledge.model.sources import Quote


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
    """What may answer the question: an entry, or a sentence of a source; `score` is a calibrated confidence in 0..1.

    `target` is the id of the entry or the key of the sentence, `quotes` the words it sends. `phrasing` is the row that
    led to it and `likeness` the log odds that the question asks the same as that row. `features` are what it was judged
    by and `weights` what each of them counts; `held` is the guard that holds it back, "" for none.
    """

    target: str
    score: float
    phrasing: str
    likeness: float
    quotes: tuple[Quote, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    held: str = ""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Each feature's share of the score in log odds, last the guard that holds it back, if one does."""
        shares = [
            Reason(name, round(value, 4), round(self.weights.get(name, 0.0) * value, 4))
            for name, value in self.features.items()
        ]
        return (*shares, *([Reason(self.held, 1.0)] if self.held else []))

    @property
    def entry_id(self) -> str:
        """The entry, "" when it is a sentence of a source."""
        return "" if "@" in self.target else self.target

    @property
    def address(self) -> str:
        """What records name: the entry, or the passage of the sentence."""
        return self.entry_id or self.passage_id

    @property
    def passage_id(self) -> str:
        """The passage of the sentence, "" when it is an entry."""
        return self.target.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question: `hits` is the answer, the choices, or the nearest entries, best first.

    `rule` names the threshold or guard that decided, `query` is the question as it was read.
    """

    band: Band
    hits: tuple[Hit, ...]
    rule: str
    query: Query
