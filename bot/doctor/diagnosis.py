"""What an examination says of one thing: whether it is right, and what to do when it isn't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "fault", "skipped"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line of an examination.

    Attributes:
        name: Of what was looked at, the same in every version; programs go by it.
        state: "ok"; "note": it works, and might be better; "fault": something doesn't or won't work; "skipped": not looked at.
        what: What is the matter, or what was seen.
        cure: What to do, for notes and faults.
    """

    name: str
    state: State
    what: str
    cure: str = ""


def ok(name: str, what: str) -> Diagnosis:
    """Return that something is right."""
    return Diagnosis(name, "ok", what)


def note(name: str, what: str, cure: str) -> Diagnosis:
    """Return that something works and might be better."""
    return Diagnosis(name, "note", what, cure)


def broken(name: str, what: str, cure: str) -> Diagnosis:
    """Return that something does not work, or soon won't."""
    return Diagnosis(name, "fault", what, cure)


def skipped(name: str, why: str) -> Diagnosis:
    """Return that something was not looked at, and why."""
    return Diagnosis(name, "skipped", why)
