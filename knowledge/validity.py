"""Validity: which entries are served on a day. They start and stop by themselves."""

from __future__ import annotations

from dataclasses import replace

from knowledge.model import Content, Entry


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
