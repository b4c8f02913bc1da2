"""Questions as people mistype them: the same question, changed by one rule and a fixed seed.

The changes are drawn from pypinyin and OpenCC, not from the project's own tables, so that a fault in those
cannot hide itself.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

from knowledge.language.tables import filler

N_COMMON = 3000
_CJK = re.compile(r"[\u4e00-\u9fff]")
_FULL_WIDTH = {c: c + 0xFEE0 for c in range(0x21, 0x7F)} | {0x20: 0x3000}
# What people put around a question. Those of the first line are in the project's table, the others are not.
OPENINGS = ("请问一下", "你好", "我想知道", "麻烦问一下", "各位大神",
            "有个事儿要打听打听，", "小白一枚，", "憋了好几天了，", "各路神仙瞧一瞧，", "今天突然想起来，")  # fmt: skip
ENDINGS = ("谢谢", "急急急", "求解答", "多谢了", "在线等",
           "，看到回我一声", "，给个准话呗", "，真心求教", "，有懂行的没", "，愁死我了")  # fmt: skip

Change = Callable[[str, random.Random], str]


class Homophones:
    """Characters that sound alike, among the commonest of some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(c for text in texts for c in text if _CJK.match(c))
        self.alike: defaultdict[str, list[str]] = defaultdict(list)
        for character, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:N_COMMON]:
            self.alike[_syllable(character)].append(character)

    def change(self, text: str, rng: random.Random, n: int) -> str:
        """Return `text` with `n` characters replaced by others that sound the same, as far as there are any."""
        places = [i for i, c in enumerate(text) if _CJK.match(c) and self._others(c)]
        for i in rng.sample(places, min(n, len(places))):
            text = text[:i] + rng.choice(self._others(text[i])) + text[i + 1 :]
        return text

    def _others(self, character: str) -> list[str]:
        return [c for c in self.alike.get(_syllable(character), ()) if c != character]


@cache
def _syllable(character: str) -> str:
    return lazy_pinyin(character)[0]


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def delete_one(text: str, rng: random.Random) -> str:
    """Return `text` without one of its Chinese characters."""
    places = [m.start() for m in _CJK.finditer(text)]
    if len(places) < 2:
        return text
    i = rng.choice(places)
    return text[:i] + text[i + 1 :]


def swap_pair(text: str, rng: random.Random) -> str:
    """Return `text` with two neighbouring, different Chinese characters swapped."""
    places = [
        i
        for i in range(len(text) - 1)
        if _CJK.match(text[i]) and _CJK.match(text[i + 1]) and text[i] != text[i + 1]
    ]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _between(openings: Sequence[str], endings: Sequence[str]) -> Change:
    def change(text: str, rng: random.Random) -> str:
        ending = rng.choice(endings) if rng.random() < 0.5 else ""
        return rng.choice(openings) + text + ending

    return change


def _unlisted(phrases: Sequence[str]) -> list[str]:
    return [phrase for phrase in phrases if phrase.strip("，") not in filler()]


def changes(texts: Iterable[str]) -> dict[str, Change]:
    """Return the changes by name; `texts` give the characters that a homophone may become."""
    homophones = Homophones(texts)
    return {
        "1 homophone": lambda text, rng: homophones.change(text, rng, 1),
        "2 homophones": lambda text, rng: homophones.change(text, rng, 2),
        "1 deleted": delete_one,
        "1 swapped": swap_pair,
        "traditional": lambda text, rng: _converter().convert(text),
        "filler": _between(OPENINGS, ENDINGS),
        "new filler": _between(_unlisted(OPENINGS), _unlisted(ENDINGS)),
        "full-width": lambda text, rng: text.translate(_FULL_WIDTH),
        "pinyin only": lambda text, rng: re.sub(r"[\W_]+", "", "".join(lazy_pinyin(text))),
    }


def changed(texts: Sequence[str], name: str, change: Change, seed: int = 7) -> list[str]:
    """Return each text changed; the same seed, name and place always give the same change."""
    return [change(text, random.Random(f"{seed}/{name}/{i}")) for i, text in enumerate(texts)]
