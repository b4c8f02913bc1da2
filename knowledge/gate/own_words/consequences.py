"""Consequences in our own words: what somebody is threatened with or promised, that nothing beside it has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.gate.own_words.ground import Ground

# Told by what they have in common, so that 被罚款 stands on 处…罚款 and on 罚款.
_CONSEQUENCES = tuple(
    re.compile(pattern)
    for pattern in (
        "罚[款金]|重罚|处罚|受罚|惩罚|惩处",
        "拘留|判刑|坐牢|刑事|刑责|入刑",
        "吊销|停业|关停|停止运营|责令",
        "封号|封禁|禁言|下架|拉黑|黑名单",
        "开除|除名|处分|通报批评|撤职|免职",
        "问责|追责|追究",
        "赔偿|赔付",
        "奖励|奖金|奖品|有奖|表彰",
        "补贴|补助|津贴|减免",
    )
)


def unheld_consequences(text: str, held: Ground) -> Iterator[str]:
    """Yield the consequences that a text tells of and its quotes do not."""
    for kind in _CONSEQUENCES:
        if (told := kind.search(text)) and not kind.search(held.beside):
            yield told.group()
