"""Validity: what a day is, and which entries are served on one. They start and stop by themselves."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

from knowledge.model.content import Content
from knowledge.model.entries import Entry

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_day(text: str) -> bool:
    """Return whether `text` is a day of the calendar, written 2027-06-30.

    >>> is_day("2027-06-30"), is_day("2027-02-30"), is_day("2027-6-3")
    (True, False, False)
    """
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DAY.fullmatch(text))


def is_served(entry: Entry, day: str) -> bool:
    """Return whether an entry is one to answer with on `day` (2026-12-31); both its ends are included."""
    return (
        entry.status == "published"
        and entry.valid_from <= day
        and (not entry.valid_to or day <= entry.valid_to)
    )


def on_day(content: Content, day: str) -> Content:
    """Return the content as it is on `day`: a published entry outside its dates is archived.

    The version stays: it is the same release, read on that day.
    """
    entries = {
        entry.id: entry
        if entry.status != "published" or is_served(entry, day)
        else replace(entry, status="archived")
        for entry in content.entries.values()
    }
    return content if entries == content.entries else replace(content, entries=entries)
