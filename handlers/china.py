"""Days and times as people in China have them, where the accounts and their users are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

DAY_S = 86_400
_AHEAD_S = 8 * 3600
_EPOCH = date(1970, 1, 1)


def day_number(at: int) -> int:
    """Return the day of a time in Unix seconds, counted from 1970-01-01.

    >>> day_number(1_602_518_399), day_number(1_602_518_400)
    (18547, 18548)
    """
    return (at + _AHEAD_S) // DAY_S


def midnight_of(at: int) -> int:
    """Return when the day of a time began, in Unix seconds."""
    return day_number(at) * DAY_S - _AHEAD_S


def day_of(at: int) -> str:
    """Return the day of a time in Unix seconds, as 2026-12-31."""
    return (_EPOCH + timedelta(days=day_number(at))).isoformat()


def start_of(day: str) -> int:
    """Return when a day (2026-12-31) begins, in Unix seconds."""
    return (date.fromisoformat(day) - _EPOCH).days * DAY_S - _AHEAD_S


def day_after(day: str) -> str:
    """Return the day after one, both as 2026-12-31."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def spell_day(number: int) -> str:
    """Return a day as people write it, from its number.

    >>> spell_day(day_number(1_602_518_400))
    '2020年10月13日'
    """
    day = _EPOCH + timedelta(days=number)
    return f"{day.year}年{day.month}月{day.day}日"


def clock_of(at: int) -> str:
    """Return day and time of a time in Unix seconds, as 12月31日 08:05."""
    then = datetime.fromtimestamp(at + _AHEAD_S, UTC)
    return f"{then.month}月{then.day}日 {then:%H:%M}"
