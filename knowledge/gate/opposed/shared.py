"""What a way to ask and a quote share: which part of the quote it is about."""

from __future__ import annotations

import re
from collections import Counter

from knowledge.gate.opposed.antonyms import n_flips
from knowledge.gate.opposed.parts import QuotePart
from knowledge.gate.opposed.turns import denying, operators, without_idle
from knowledge.language.tables import empty_words

# What a phrasing and a quote may share by chance.
_EMPTY_SIGNS = frozenset(
    "的了吗呢吧是不对要会能可以应该当必须得为给替向在有和与我你他们就都也还什么怎样哪谁上里中大小人一个事用没好这那只说发行接"
)
_EMPTY = frozenset(
    {
        "可以",
        "应该",
        "应当",
        "必须",
        "需要",
        "不能",
        "就行",
        "也行",
        "也能",
        "还是",
        "为啥",
        "为什",
        "什么",
        "以后",
        "之后",
        "的人",
        "一个",
        "他们",
        "支持",
        "鼓励",
        "提倡",
        "允许",
        "倡导",
    }
)
_LETTERS = re.compile(r"[\u4e00-\u9fff]")


def signs(text: str) -> list[str]:
    """Return the signs of a text in their order, without what turns round, asks or joins."""
    return [sign for sign in _LETTERS.findall(operators().sub("，", text)) if sign not in _EMPTY_SIGNS]


def closest(parts: list[QuotePart], claim: str) -> list[QuotePart]:
    """Return the parts of a quote that share most with a claim, what stands in few parts counting most."""
    for told in (pairs, singles):
        places = Counter(sign for part in parts for sign in told(part.text))
        asked = told(claim)
        weights = [sum(1 / places[sign] for sign in told(part.text) & asked) for part in parts]
        if any(weights):
            weights = [
                weight + 2 * bool(weight) * n_flips(part.text, claim)
                for part, weight in zip(parts, weights, strict=True)
            ]
            return [part for part, weight in zip(parts, weights, strict=True) if weight == max(weights)]
    return []


def pairs(text: str) -> set[str]:
    """Return what a text is about: its pairs of signs, without what turns round, asks or joins."""
    bare = denying().sub("，", text)
    words = {
        bare[i : i + 2]
        for i in range(len(bare) - 1)
        if _LETTERS.match(bare[i]) and _LETTERS.match(bare[i + 1])
    }
    return {word for word in words if not set(word) & set("的了")} - empty_words() - _EMPTY


def singles(text: str) -> set[str]:
    """Return the single signs of a text, where it shares no pair: 可以不审 is about 先审后发."""
    return set(_LETTERS.findall(operators().sub("，", without_idle(text)))) - _EMPTY_SIGNS
