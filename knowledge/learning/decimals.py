"""The numbers with dots that plans and standards count their headings by: 1 总则, 1.1 编制目的, 1.1.1 …"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.learning.marks import Marker, is_heading

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})([.．、]?[\s　]*)(?=[^\d\s.．、])(.+)", re.DOTALL)
_LEAST_DOTTED = 2
_BEYOND_QUANTITIES = 3
"""Numbers of so many figures are no quantity: 1.2万人 is one, 1.2.1 is not."""


def decimals(texts: Sequence[str]) -> dict[int, Marker]:
    """Return the marks of the lines that are counted so, by index; {} for a text that does not count this way.

    A number counts only where it comes next. The kind of each is its number, 4.1 and 4.1.2.

    >>> {i: found.kind for i, found in decimals(["1 总则", "1.1 目的", "1.2万人受益。", "1.2 范围", "2 附则"]).items()}
    {0: '1', 1: '1.1', 3: '1.2', 4: '2'}
    >>> decimals(["1.1万人参加", "1. 报名", "2. 缴费"])
    {}
    """
    counted: dict[int, Marker] = {}
    last: tuple[int, ...] = ()
    for i, text in enumerate(texts):
        found = _NUMBERED.fullmatch(text)
        if not found:
            continue
        number = tuple(map(int, found.group(1).split(".")))
        if _is_apart(found, number, texts[i + 1 :]) and _comes_next(number, last):
            last = number
            counted[i] = Marker(found.group(1), number[-1], text[: found.start(3)], found.group(3))
    n_dotted = sum("." in found.kind for found in counted.values())
    return counted if n_dotted >= _LEAST_DOTTED else {}


def _is_apart(found: re.Match[str], number: tuple[int, ...], below: Sequence[str]) -> bool:
    """Return whether a number is one of a heading or a paragraph, and no quantity or item of a list."""
    sign, heads = found.group(2), is_heading(found.group())
    if len(number) == 1:
        # 2. 户口本 may be an item: then no 2.1 stands below it.
        return heads and (not sign.strip(" 　") or any(text.startswith(f"{number[0]}.1") for text in below))
    return bool(sign) or heads or len(number) >= _BEYOND_QUANTITIES


def _comes_next(number: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Return whether a number follows `last`, also where the heading between them is written otherwise: 4.1 follows 3.5."""
    if not last:
        return set(number) == {1}
    nexts = [(*last[:k], last[k] + 1) for k in range(len(last))]
    return number in ((*last, 1), *nexts, *((*n, 1) for n in nexts))
