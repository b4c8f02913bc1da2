"""Whether two texts say the opposite by an antonym: from the table, or by the build of words, 强化 and 弱化."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from knowledge.gate.opposed.turns import harm_in, operators
from knowledge.language.tables import antonyms, poles

# What changes in the direction that the other sign of the word names: 加快, 放慢.
_CHANGES = frozenset("加增提扩延拉放减缩降削变调弄搞做")
_N_KEPT = 4096
_WORD = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


def n_flips(said: str, claim: str) -> int:
    """Return 1 where a claim has the antonym of what is said, else 0.

    Two of them do not cancel each other: 轻松的小事 is the opposite of 重要而艰巨.
    """
    harmed = harm_in(claim)
    said, claim = (operators().sub("，", text) for text in (said, claim))
    flips = 0
    for one, other in antonyms():
        for here, there in ((one, other), (other, one)):
            if _has(here, said) and not _has(there, said):
                flips += _has(there, claim) and not _has(here, claim)
    # Harm turns round by itself: 做小做弱.
    return min(flips, 1) or int(not harmed and _has_built(_without_both(said), _without_both(claim)))


def _has(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _has_built(said: str, claim: str) -> bool:
    """Return whether a claim has a word that differs from one that is said in signs of opposite meaning alone."""
    asked = {word for word in _WORD.findall(claim) if word not in said}
    return any(other in asked for word in _WORD.findall(said) if word not in claim for other in _built(word))


def _without_both(text: str) -> str:
    """Return a text without what means the one and the other: 境内外, 大小."""
    return _both().sub("，", text)


@cache
def _both() -> re.Pattern[str]:
    return re.compile("|".join(f"{sign}[{others}]" for sign, others in _poles().items()))


@lru_cache(maxsize=_N_KEPT)
def _built(word: str) -> frozenset[str]:
    """Return the words of two signs that are the opposite of one by their build."""
    return frozenset(_opposed(word[0], word[1]))


def _opposed(first: str, second: str) -> Iterator[str]:
    firsts, seconds = _poles().get(first, ""), _poles().get(second, "")
    yield from (other + second for other in firsts)
    yield from (first + other for other in seconds)
    yield from (one + other for one in firsts for other in seconds)
    if first in _CHANGES:
        yield from (one + other for one in _CHANGES for other in seconds)


@cache
def _poles() -> dict[str, str]:
    found: dict[str, str] = {}
    for one, other in poles():
        for here, there in ((one, other), (other, one)):
            for sign in here:
                found[sign] = found.get(sign, "") + "".join(there)
    return found
