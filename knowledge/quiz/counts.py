"""Numbers as answers: 90名, 九十余人 and 约90 are one count, and what is written around it says how exact it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.language.numerals import numeral
from knowledge.language.tidy import plain

_DIGITS = "〇一二三四五六七八九"
_UNITS = (
    "人 名 位 个人 个",
    "家 个 所",
    "项 个 条 份 件 点 种 类 方面 样",
    "年",
    "月",
    "日 号",
    "次 回",
    "届",
)
_ANY_UNIT = "|".join(sorted({u for units in _UNITS for u in units.split()}, key=lambda u: (-len(u), u)))
_COUNT = re.compile(
    rf"(?:大约|约|大概|差不多|共|一共|总共)?(?P<over>超过|至少|不少于)?"
    rf"(?P<number>\d{{1,6}}|[一二三四五六七八九两]百(?:零?[一二三四五六七八九]?十?[一二三四五六七八九]?)"
    rf"|[一二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九]{{2,4}}|[一二三四五六七八九两])"
    rf"(?P<more>余|多|几|来)?(?P<unit>{_ANY_UNIT})?(?P<beyond>多|以上)?(?:左右|上下)?"
)


@dataclass(frozen=True, slots=True)
class WrittenCount:
    """A number, its measure word ("" for none), and whether it is said that there are more than that."""

    value: int
    unit: str
    more: bool


def is_stated(given: WrittenCount, stated: Sequence[WrittenCount]) -> bool:
    """Return whether `given` says what the forms of a key say: their number, in units of one kind, “more” only if they do."""
    same = [count for count in stated if count.value == given.value]
    units = {count.unit for count in same} - {""}
    fits = not given.unit or not units or any(_are_alike(given.unit, unit) for unit in units)
    return bool(same) and fits and (not given.more or any(count.more for count in same))


def _are_alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= set(units.split()) for units in _UNITS)


def read_count(text: str) -> WrittenCount | None:
    """Return the count that `text` is, whole; None when it is anything else, 不到90 and 近90 among them.

    >>> [read_count(t) for t in ("90余人", "九十多位", "约90", "二〇一六年", "不到90", "九十里")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [WrittenCount(value=90, unit='人', more=True), WrittenCount(value=90, unit='位', more=True),
     WrittenCount(value=90, unit='', more=False), WrittenCount(value=2016, unit='年', more=False), None, None]
    """
    match = _COUNT.fullmatch(plain(text))
    if match is None:
        return None
    more = any(match[name] for name in ("over", "more", "beyond"))
    return WrittenCount(_value(match["number"]), match["unit"] or "", more)


def _value(number: str) -> int:
    folded = number.replace("零", "〇").replace("两", "二")
    if len(folded) > 1 and all(sign in _DIGITS for sign in folded):
        return int("".join(str(_DIGITS.index(sign)) for sign in folded))
    return numeral(number.replace("两", "二"))
