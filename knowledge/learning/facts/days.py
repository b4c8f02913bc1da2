"""The days that a text names, in figures or in characters."""

from __future__ import annotations

import re

from knowledge.learning.marks import number_of
from knowledge.reading.served_days import is_day

CHINESE_DAY = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
DAY = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?")
_DAY_ONLY = re.compile(
    rf"[（(]?(?:{DAY.pattern}|{CHINESE_DAY.pattern})(?:\s*\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?)?\s*[)）]?"
)


def day_in(text: str) -> str:
    """Return the first whole day that a text names, "" without one.

    >>> day_in("2026-10-20 09:15"), day_in("二〇二四年八月二十六日"), day_in("8月1日")
    ('2026-10-20', '2024-08-26', '')
    """
    for found in DAY.finditer(text):
        day = "{:04}-{:02}-{:02}".format(*map(int, found.groups()[-3:]))
        if is_day(day):
            return day
    for found in CHINESE_DAY.finditer(text):
        year = "".join(
            str("〇一二三四五六七八九".index(sign)) for sign in re.sub("[零○]", "〇", found.group(1))
        )
        day = f"{year}-{number_of(found.group(2)):02}-{number_of(found.group(3)):02}"
        if is_day(day):
            return day
    return ""


def is_day_only(text: str) -> bool:
    """Return whether a line is nothing but a day, with or without the time of day."""
    return bool(_DAY_ONLY.fullmatch(text.strip()))
