"""The parts of a quote: each list item by itself, and whether it and the head of its list turn its words round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.gate.opposed.turns import denying, harm_in, harms_in, turns, without_idle

_PART = re.compile(r"、|或者|以及|(?<![共总温])和|(?<!参)与|(?<![涉普])及(?!时)|或")
# 对违法广告进行整治: what is denied stands before its verb.
_DENIED_BEFORE = re.compile(r"(对.+)(?:进行)?(?:专项)?(?:整治|打击|查处|清理|治理|取缔)")
# 楼道、门厅，一律不得停放: what is denied of all stands before it, each by itself.
ALL_DENIED = re.compile(r"[，,]((?:一律|均|都)(?:不|禁止|严禁))")
_OF_ALL = re.compile(r"^[^，]+?(?=(?:一律|均|都)(?:不|禁止|严禁))")
MANNER = re.compile(r"^(?:坚决|及时|自觉|依法|依规|共同|积极|严格|并)+")
# What forbids denies as a whole, harm in what it forbids or not: 黑别人电脑为什么不行, 迷信为什么不许传.
FORBIDDEN = re.compile(
    r"(?<![一二三四五六七八九十])不(?:准|许|让|能|可以|得|该|应该|应当)([\u4e00-\u9fff]{2})(?=[\u4e00-\u9fff]{2})"
)
ILL = re.compile(r"非法|违法|违规|擅自|恶意|不正当|未经")
_FORBIDS = re.compile(r"不(?![用必需])")


@dataclass(frozen=True, slots=True)
class QuotePart:
    """A part of a clause: its words, and whether it and the head of its list turn them round an odd number of times."""

    text: str
    clause: str
    turned: bool


def quote_parts(clause: str, claim: str) -> Iterator[QuotePart]:
    """Yield the parts of a clause; what its first denial turns round, it turns round to the end of its list."""
    head = 0
    forbids = _FORBIDS.search(claim) and denying().match(MANNER.sub("", clause))
    counts = not (share_harm(clause, claim) or (forbids and not harm_in(claim)))
    if before := _DENIED_BEFORE.search(clause):
        clause, head = clause.replace(before.group(), before.group(1)), 1
    if of_all := _OF_ALL.match(clause):
        yield from (QuotePart(text, clause, turned=True) for text in _PART.split(of_all.group()))
        clause = clause[of_all.end() :]
    for text in _PART.split(clause):
        own = turns(_plainly(text, claim), harm=counts)
        denies = denying().match(MANNER.sub("", text)) is not None
        yield QuotePart(text, clause, (own if denies else head + own) % 2 == 1)
        if denied := len(denying().findall(without_idle(text))):
            head = denied


def share_harm(clause: str, claim: str) -> bool:
    """Return whether a clause and a claim name the same harm: what both are about turns neither round."""
    ill = set(ILL.findall(clause)) & set(ILL.findall(claim))
    return bool(ill) or not harms_in(clause).isdisjoint(harms_in(claim))


def _plainly(text: str, claim: str) -> str:
    """Return a part without a 不 that only tells which: 不正当手段, where a claim does not speak of 正当."""
    return re.sub(
        r"(?<=.)不(?=(正当|诚信|健康|文明|规范|合理|合法|道德|公平|公正))",
        lambda m: "不" if m[1] in claim else "，",
        text,
    )
