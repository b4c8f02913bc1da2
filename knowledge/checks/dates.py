"""What must hold for the days of an entry: from when to when it is served, and by when it is looked at again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.model.entries import Entry
from knowledge.model.problems import Problem
from knowledge.reading.served_days import is_day

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FIELDS = ("review_by", "valid_from", "valid_to")


def dates_are_days(c: Checked) -> Iterator[Problem]:
    """Each date of an entry is a real day, and it is served for one day at least."""
    for entry in c.content.entries.values():
        written = {name: str(getattr(entry, name)) for name in _FIELDS if getattr(entry, name)}
        for name, day in written.items():
            if not is_day(day):
                yield c.problem(
                    ("entry", entry.id, name),
                    entry.mark,
                    "wrong-value",
                    f"{name}“{day}”{'是没有的日子' if _DAY.fullmatch(day) else '不是日期'}",
                    "写成 2027-06-30 这样",
                )
        if is_day(entry.valid_from) and is_day(entry.valid_to) and entry.valid_from > entry.valid_to:
            yield c.problem(
                ("entry", entry.id, "valid_to"),
                entry.mark,
                "wrong-dates",
                f"条目 {entry.id} 在 {entry.valid_to} 就停用，却从 {entry.valid_from} 才开始",
                "valid_to 不能早于 valid_from",
            )


def entries_are_current(c: Checked) -> Iterator[Problem]:
    """Warn of entries that are over, and of those whose review is due."""
    for entry in c.content.entries.values() if c.today else ():
        if entry.status != "published":
            continue
        if is_past(entry, c.today):
            yield c.warning(
                ("entry", entry.id, "valid_to"),
                entry.mark,
                "past-valid-to",
                f"条目 {entry.id} 在 {entry.valid_to} 已经到期，不再用它回答",
                "延长 valid_to，或把 status 改成 archived",
            )
        elif entry.review_by and entry.review_by < c.today:
            yield c.warning(
                ("entry", entry.id, "review_by"),
                entry.mark,
                "review-due",
                f"条目 {entry.id} 该在 {entry.review_by} 以前复核（{entry.owner or '没有写负责人'}）",
                "核对原文后改 review_by",
            )


def is_past(entry: Entry, today: str) -> bool:
    """Return whether the last day of an entry lies before `today`."""
    return bool(entry.valid_to) and entry.valid_to < today
