"""What is kept of a release: its record, its line in the log, and the note of whoever acts that both are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SYSTEM = "清朗"
"""Who did what no person did."""


@dataclass(frozen=True, slots=True)
class Record:
    """One release: who made it from which, why, what the gate measured, and what became of it.

    `state` is "waiting" (for a second person), "published" (it is or was live), "asked-back" (it was live, and
    `request` asks for it again), "returned" (to its author, `answer` says why) or "merged" (it went live as
    part of `became`). `edited` are the ids of the entries that it changes against `parent`, `items` those of
    quiz items, `parts` what else; `accepted` is what a person let pass at the gate. Times are Unix seconds.
    """

    version: str
    parent: str
    author: str
    reason: str
    at: int
    state: str
    approved_by: str = ""
    edited: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    contract: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict)
    answered_by: str = ""
    answered_at: int = 0
    answer: str = ""
    became: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log. `action` is published, proposed, approved, rolled-back, asked-back, returned or restored."""

    at: int
    action: str
    version: str
    before: str
    by: str
    reason: str
    edited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Who does something to the releases, and why; what the gate found goes with it."""

    by: str
    reason: str
    at: int
    edited: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    contract: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def record(self, version: str, parent: str, state: str) -> Record:
        """Return the record of the release that this makes."""
        return Record(
            version=version,
            parent=parent,
            author=self.by,
            reason=self.reason,
            at=self.at,
            state=state,
            edited=self.edited,
            accepted=self.accepted,
            contract=self.contract,
            items=self.items,
            parts=self.parts,
        )

    def line(self, action: str, version: str, before: str) -> Line:
        """Return the line of the log that this writes."""
        return Line(self.at, action, version, before, self.by, self.reason, (*self.edited, *self.items))


def read_record(fields: Mapping[str, Any]) -> Record:
    """Return the record that was written out as JSON, by another version too."""
    lists = {name: tuple(fields.get(name, ())) for name in ("edited", "accepted", "items", "parts")}
    return Record(**{**fields, **lists})


def read_line(fields: Mapping[str, Any]) -> Line:
    """Return the line that was written out as JSON."""
    return Line(**{**fields, "edited": tuple(fields["edited"])})
