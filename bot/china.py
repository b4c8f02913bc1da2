"""Days and times in China, where the accounts and their editors are, and what day it is there."""

from __future__ import annotations

import datetime

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def today() -> str:
    """Return the day in China, as 2026-12-31."""
    return datetime.datetime.now(CHINA).date().isoformat()


def in_a_year() -> str:
    """Return the day 365 days from now: by when a new entry is to be looked at again."""
    return (datetime.date.fromisoformat(today()) + datetime.timedelta(days=365)).isoformat()


def minute_of(at: float) -> str:
    """Return a time in Unix seconds as 2026-12-31 08:05."""
    return datetime.datetime.fromtimestamp(at, CHINA).strftime("%Y-%m-%d %H:%M")
