"""What is set as the least or the most: 不超过五幅, 二十日前; and a limit taken from its other side: 最少交五幅, 二十日以后再交.

A rule sets a limit from below or from above. Who asks what follows beyond it, 超过五幅怎么办, sets none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.language.numerals import NUMERAL, numeral

_NUMBER = rf"(?:\d+(?:\.\d+)?|两|{NUMERAL})"
_DENIED = "不(?:得|能|可以|可|应|准|许)?"
# What stands before a number, and what behind it and its unit.
_FROM_BELOW = rf"{_DENIED}(?:少于|低于|小于|短于|早于)|至少|最少|最低|最短|最早|起码"
_FROM_ABOVE = rf"{_DENIED}(?:超过|多于|高于|大于|长于|晚于)|至多|最多|最高|最长|最晚|最迟|顶多"
_BELOW_BEHIND = r"(?:及|或)?(?:以上|以后|之后)|起步?(?![^，。]{0,2}草)"
_ABOVE_BEHIND = r"(?:及|或)?(?:以下|以内|之内|以前|之前)|前|内|为止|封顶"
_UNIT = r"[\u4e00-\u9fff]{0,3}?"
_LIMIT = re.compile(
    rf"(?:(?P<least>{_FROM_BELOW})|(?P<most>{_FROM_ABOVE}))[^\d，。；,;]{{0,6}}?(?P<n>{_NUMBER})(?P<unit>[\u4e00-\u9fff]?)"
    rf"|(?P<n2>{_NUMBER})(?P<unit2>{_UNIT})(?:(?P<from>{_BELOW_BEHIND})|(?P<to>{_ABOVE_BEHIND}))"
)
# 九十秒以上 may only say which; a rule says that it must be so, or that one may do it then.
_RULES = re.compile(r"必须|应当|应该|务必|得|要|需|再|才")


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that is the least or the most, with the first sign of what it counts."""

    value: str
    unit: str
    is_least: bool
    is_rule: bool


def limits_in(text: str) -> Iterator[Limit]:
    """Yield the limits of a text.

    >>> [(limit.value, limit.is_least) for limit in limits_in("每校不超过5幅，至少安排1课时，9月20日前报")]
    [('5', False), ('1', True), ('20', False)]
    """
    for match in _LIMIT.finditer(text):
        number, unit = match["n"] or match["n2"], match["unit"] or match["unit2"] or ""
        is_before = match["n"] is not None
        yield Limit(
            value=_read(number),
            unit=unit[:1],
            is_least=bool(match["least"] or match["from"]),
            is_rule=is_before or _RULES.search(text) is not None,
        )


def limit_turned(clauses: list[str], claim: str) -> str:
    """Return the clause that sets as the most what a claim sets as the least, or the reverse; "" for none.

    >>> limit_turned(["每校不超过五幅"], "每校最少交5幅"), limit_turned(["每校不超过五幅"], "每校最多交5幅")
    ('每校不超过五幅', '')
    """
    asked = [limit for limit in limits_in(claim) if limit.is_rule]
    for clause in clauses if asked else ():
        said = list(limits_in(clause))
        for limit in asked:
            same = [one for one in said if (one.value, one.unit) == (limit.value, limit.unit)]
            if same and all(one.is_least is not limit.is_least for one in same):
                return clause
    return ""


def _read(number: str) -> str:
    """Return a number as one writes it, so that 两 and 2 are the same."""
    return str(numeral(number.replace("两", "二")) or number)
