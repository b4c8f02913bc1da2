"""Who does what to whom, in a quote and in a way to ask: 用户要为企业保密吗 swaps the two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from knowledge.language.tables import side_by_actor

# A takes what B does: 平台接受群众批评.
_TAKES = re.compile(r"(?:接受|受到|遭|(?<!承)受|被|听取|听从|服从|听|归|由(?!着))[^对]{0,4}$")
# 用户乱发东西网站不删行不行: who is named second does something too.
_ACTS_ITSELF = re.compile("[不没]|要|该|应|能|可|必须|会|管|也|就|都|还")
_LETTERS = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Deed:
    """Who does something to whom, each by the number of its side; None for who is not named."""

    agent: int | None
    patient: int | None


def swapped_role(clauses: list[str], phrasing: str) -> str:
    """Return the clause in which those act whom a phrasing lets be acted upon, and the reverse; "" for none."""
    asked = _asked(phrasing)
    if asked is None:
        return ""
    bare = set(_LETTERS.findall(_actors().sub("", phrasing))) - _COMMON
    for clause in clauses:
        deeds = list(_deeds(clause))
        if not deeds or not bare & set(_actors().sub("", clause)):
            continue
        turned = any(asked.agent == deed.patient or asked.patient == deed.agent for deed in deeds)
        same = any(asked.agent == deed.agent or asked.patient == deed.patient for deed in deeds)
        if turned and not same:
            return clause
    return ""


_COMMON = frozenset(
    "的了吗呢吧是不对要会能可以应该当必须得为给替向在有和与我你他们就都也还什么怎样哪谁信息网络上服务"
)


@cache
def _actors() -> re.Pattern[str]:
    words = sorted(side_by_actor(), key=len, reverse=True)
    # 好网民 is who one becomes, 本网站上 is a place.
    # and of 网站主管部门 the last is meant.
    one = "|".join(words)
    return re.compile(rf"(?<!好)(?<!本)(?:{one})*?(?P<actor>{one})(?!{one})")


def _asked(phrasing: str) -> _Deed | None:
    """Return who does something to whom in a phrasing that names both, the doer first."""
    named = list(_actors().finditer(phrasing))
    if len(named) != 2 or named[0].start() > 3:
        return None
    first, second = (side_by_actor()[match["actor"]] for match in named)
    between = phrasing[named[0].end() : named[1].start()]
    # 网站上用户发的, 平台的用户: the one belongs to the other, as does 用户发的东西 beside 网站要不要删.
    if (
        first == second
        or not between
        or re.search("[ ，,、。？]|^(?:[上里的和与跟]|在|由着)|的[\u4e00-\u9fff]{1,4}$", between)
        or re.search(r"[对给为向让]\w{0,2}$", phrasing[: named[0].start()])
        or _ACTS_ITSELF.match(phrasing, named[1].end())
    ):
        return None
    return _Deed(second, first) if _TAKES.search(between) else _Deed(first, second)


def _deeds(clause: str) -> Iterator[_Deed]:
    """Yield who acts and who is acted upon in a clause; who stands behind something is acted upon."""
    for match in _actors().finditer(clause):
        side = side_by_actor()[match["actor"]]
        before, after = clause[: match.start()], clause[match.end() :]
        acts = _TAKES.search(before) or not after or re.match(r"应|要|须|将|必须", after)
        yield _Deed(side, None) if acts else _Deed(None, side)
