"""What an event says of a question that was asked, and how the questions are counted that were: no Redis here."""

from __future__ import annotations

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.china import day_of

log = logging.getLogger(__name__)

OUTCOMES = ("told", "clarified", "missed", "rejected", "useless")
"""What a question came to: an answer, a question back, 没有收录, 都不是 to all choices, or an answer voted 没用."""
IN_VAIN = frozenset({"missed", "rejected", "useless"})
"""The outcomes after which the question was still open."""


@dataclass(slots=True)
class Asked:
    """One question in one wording that came to one outcome: how often on which day, and what it was about.

    `group` holds its content words; `entry` what was sent (a passage where no entry was) or, for a miss, the entry that says 没有收录. `down`
    counts the votes against an answer by "entry|release", and `n_again` those whose asking is a miss already.
    """

    outcome: str
    question: str
    group: str = ""
    rule: str = ""
    entry: str = ""
    first_ms: int = 0
    last_ms: int = 0
    n_by_day: dict[str, int] = field(default_factory=dict)
    down: dict[str, int] = field(default_factory=dict)
    n_again: int = 0

    @property
    def n(self) -> int:
        """How often it was asked."""
        return sum(self.n_by_day.values())

    def add(self, other: Asked) -> None:
        """Count another shard's askings of the same question too."""
        self.first_ms, self.last_ms = min(self.first_ms, other.first_ms), max(self.last_ms, other.last_ms)
        for day, n in other.n_by_day.items():
            self.n_by_day[day] = self.n_by_day.get(day, 0) + n
        for answer, n in other.down.items():
            self.down[answer] = self.down.get(answer, 0) + n
        self.n_again += other.n_again


# Nothing to learn from: there was no question in them.
_EMPTY_RULES = frozenset({"empty", "too-short"})


def is_in_vain(asked: Asked) -> bool:
    """Return whether there was a question, and it was still open after what it came to."""
    return asked.outcome in IN_VAIN and asked.rule not in _EMPTY_RULES


@dataclass(frozen=True, slots=True)
class Count:
    """How often an outcome came of an entry (or a passage) on a day, in a release."""

    day: str
    release: str
    outcome: str
    entry: str
    n: int


@dataclass(frozen=True, slots=True)
class Event:
    """One question as an event tells of it: in `question` what is remembered of it, which may be nothing.

    `n` is what it adds: a vote against an answer that is taken back counts one less.
    """

    outcome: str
    question: str
    at_ms: int
    day: str
    n: int
    fields: Mapping[str, str]

    @property
    def release(self) -> str:
        """The release that was asked."""
        return self.fields.get("release", "")

    @property
    def told_by(self) -> str:
        """The entry, or the passage where none was chosen, that it tells of; "" for neither."""
        return self.fields.get("entry") or self.fields.get("passage") or ""

    @property
    def rejected(self) -> list[str]:
        """The entries that somebody said no to: the answer voted down, or every choice."""
        if self.outcome == "useless":
            return [self.fields["entry"]] if self.fields.get("entry") else []
        return self.fields.get("entries", "").split() if self.outcome == "rejected" else []


def asked_events(stored: Iterable[tuple[bytes, Mapping[bytes, bytes]]]) -> list[Event]:
    """Return the events of a stream that tell what a question came to; the others count nothing."""
    found = []
    for name, raw in stored:
        fields = {key.decode(): value.decode() for key, value in raw.items()}
        outcome = _outcome(fields)
        if outcome:
            at_ms = int(name.split(b"-")[0])
            n = -1 if outcome == "useless" and fields.get("value") != "useless" else 1
            found.append(Event(outcome, _question(outcome, fields), at_ms, day_of(at_ms // 1000), n, fields))
    return found


def _outcome(fields: Mapping[str, str]) -> str:
    """Return what an event says the question came to; "" for an event of another kind."""
    name = fields.get("name", "")
    if name == "voted":
        return "useless" if "useless" in (fields.get("value"), fields.get("before")) else ""
    if name == "missed":
        return "rejected" if fields.get("rule") == "rejected" else name
    # The handlers' own "rejected" only says that 都不是 was said; the miss beside it says of what.
    return name if name in ("told", "clarified") else ""


def _question(outcome: str, fields: Mapping[str, str]) -> str:
    """Return what is remembered of a question: as it was typed, where it was answered; complete, where it is to be learnt from."""
    complete = fields.get("question", "")
    if outcome == "told":
        return "" if fields.get("rule") == "picked" else fields.get("typed", "") or complete
    return complete


def by_name(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Return the events whose question is remembered, by the name that it is counted under."""
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.question:
            found[f"{event.outcome}|{event.question}"].append(event)
    return found


def add_askings(name: str, stored: bytes | None, events: Sequence[Event]) -> Asked:
    """Return a question as it was `stored`, with some further askings of it added."""
    outcome, _, question = name.partition("|")
    asked = read_asked(name, stored) if stored else None
    asked = asked or Asked(outcome, question, first_ms=events[0].at_ms)
    for event in events:
        asked.group, asked.rule = event.fields.get("group", ""), event.fields.get("rule", "")
        asked.entry = event.told_by
        asked.last_ms = event.at_ms
        asked.n_by_day[event.day] = asked.n_by_day.get(event.day, 0) + event.n
        for entry in event.rejected:
            answer = f"{entry}|{event.release}"
            asked.down[answer] = asked.down.get(answer, 0) + event.n
        asked.n_again += event.n if event.fields.get("missed") else 0
    return asked


def sums_of(events: Iterable[Event]) -> Counter[str]:
    """Return the fields of the counts with what `events` add to them."""
    counts: Counter[str] = Counter()
    for event in events:
        counts[f"{event.day}|{event.release}|{event.outcome}|{event.told_by}"] += event.n
    return counts


def write_asked(asked: Asked) -> str:
    """Return a question as it is stored under its name."""
    kept = [asked.group, asked.rule, asked.entry, asked.first_ms, asked.last_ms, asked.n_by_day]
    kept += [asked.down, asked.n_again]
    return json.dumps(kept, ensure_ascii=False)


def read_asked(name: str, stored: bytes) -> Asked | None:
    """Return a question as it was stored; None when nobody can read it, which must not stop the counting."""
    outcome, _, question = name.partition("|")
    try:
        return Asked(outcome, question, *json.loads(stored))
    except (ValueError, TypeError):
        log.exception("counts of a question are lost")
        return None
