"""What changes places in a list: 驳斥正确思想、倡导错误言论 for 倡导正确思想、驳斥错误言论."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from knowledge.gate.opposed.turns import any_of
from knowledge.language.tables import denials

_LIST = re.compile(r"[、，,；;。]|并|而|和")
_FOR = "倡导 提倡 支持 鼓励 弘扬 宣传 引导 推动 促进 保护 维护 尊重 允许 欢迎 坚持 追求 崇尚 赞扬 表彰 奖励 树立 传播 发展"
_AGAINST = "惩处 惩罚 惩戒 处罚 批评 谴责 贬低 遏制 限制 约束 摒弃 克服 破除 整治 改正"


def exchanged(quote: str, claim: str) -> str:
    """Return two neighbouring parts of a quote whose verbs a claim gives each to the other's object; "" for none."""
    told = list(_told(claim))
    for (one, what), (other, else_) in pairwise(_told(quote)):
        if _is_for(one) == _is_for(other):
            continue
        for (first, a), (second, b) in pairwise(told):
            if _is_for(first) != _is_for(second) and (
                (_is_same(a, what) and _is_same(b, else_) and _is_for(first) != _is_for(one))
                or (_is_same(a, else_) and _is_same(b, what) and _is_for(first) != _is_for(other))
            ):
                return f"{one}{what}、{other}{else_}"
    return ""


def repeated(quote: str, claim: str) -> bool:
    """Return whether a claim is for and against the same things as a quote, in whatever order, with the same verbs."""
    told, said = list(_told(claim)), list(_told(quote))
    same = (any(verb == one and _is_same(what, a) for one, a in said) for verb, what in told)
    return len(told) > 1 and all(same)


def _told(text: str) -> Iterator[tuple[str, str]]:
    """Yield the verb of each part that is for or against something, and what that is."""
    for part in _LIST.split(text):
        # 不得不, 不支持: what denies a verb that is for something is against it.
        if found := _verb().search(part):
            yield found.group(), part[found.end() :]


def _is_for(verb: str) -> bool:
    return verb in _FOR.split()


def _is_same(asked: str, said: str) -> bool:
    """Return whether two name the same, in whole or in part: 哪些正确思想 and 正确思想."""
    pairs = {said[i : i + 2] for i in range(len(said) - 1)}
    return any(asked[i : i + 2] in pairs for i in range(len(asked) - 1))


@cache
def _verb() -> re.Pattern[str]:
    against = [word for word in denials() if len(word) > 1]
    return re.compile(any_of([*_FOR.split(), *_AGAINST.split(), *against]))
