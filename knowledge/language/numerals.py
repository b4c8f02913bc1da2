"""Numbers in Chinese and Arabic digits."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
NUMERAL = (
    r"(?:[一二三四五六七八九]百(?:零?[一二三四五六七八九]?十?[一二三四五六七八九]?)"
    r"|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,3})"
)
"""What a number from 1 to 999 looks like, as a pattern."""
_NUMERAL = re.compile(NUMERAL)


def numeral(text: str) -> int:
    """Return the number that `text` names, 1..999 in Chinese or any in Arabic digits; 0 when it names none, as 三五 does.

    >>> numeral("十二"), numeral("8"), numeral("三"), numeral("一百零三"), numeral("一百二十"), numeral("三五")
    (12, 8, 3, 103, 120, 0)
    """
    if text.isdecimal():
        return int(text)
    if not _NUMERAL.fullmatch(text):
        return 0
    hundreds, hundred, rest = text.partition("百")
    if hundred:
        return _DIGITS.index(hundreds) * 100 + (numeral(rest.lstrip("零")) if rest.strip("零") else 0)
    tens, ten, units = text.rpartition("十")
    value = (_DIGITS.index(tens) if tens else 1) * 10 if ten else 0
    return value + (_DIGITS.index(units) if units else 0)


def chinese_numeral(value: int) -> str:
    """Return 1..99 in Chinese digits.

    >>> chinese_numeral(12), chinese_numeral(8), chinese_numeral(20)
    ('十二', '八', '二十')
    """
    tens, units = divmod(value, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[units] if units else "")
