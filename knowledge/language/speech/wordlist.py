"""Lists of words that are looked for in what people write, however they disguise them.

A list has exceptions: 角色情绪 holds a listed word only by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from knowledge.language.tidy import MAX_CHARS, plain
from knowledge.model.service import WordList

_STEP = MAX_CHARS - 60
"""Long texts are read in stretches that overlap by more than any listed word is long."""


class PhraseSet:
    """Words that are looked for as they stand in tidied text: every stretch of it is looked up, however many are listed."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._lengths = tuple(sorted({len(word) for word in self._words} - {0}))

    def found_in(self, text: str) -> tuple[str, ...]:
        """Return the listed words that stand in `text`, also inside each other, each once, in the order they begin.

        >>> PhraseSet(["成都", "成都市", "绵阳"]).found_in("成都市和绵阳")
        ('成都', '成都市', '绵阳')
        """
        starts, words = range(len(text)), self._words
        found = (text[i : i + n] for i in starts for n in self._lengths if text[i : i + n] in words)
        return tuple(dict.fromkeys(found))


def found_in(listed: WordList, text: str) -> str:
    """Return the first listed word that stands in `text`, "" when none does.

    Width, case, script, spaces, punctuation and emoji between the characters make no difference. Inside an
    exception nothing is found.

    >>> found_in(WordList(("色情",), ("角色情绪",)), "这里有 色·情"), found_in(WordList(("色情",), ("角色情绪",)), "角色情绪")
    ('色情', '')
    """
    if not listed.words:
        return ""
    pattern = _pattern(listed)
    for start in range(0, max(1, len(text)), _STEP):
        said = plain(text[start : start + MAX_CHARS])
        for match in pattern.finditer(said):
            if match.lastgroup == "word":
                return match.group()
    return ""


@lru_cache(maxsize=16)
def _pattern(listed: WordList) -> re.Pattern[str]:
    firsts = {plain(word)[:1] for word in (*listed.words, *listed.allowed)} - {""}
    # Most places are passed over by their first character. Exceptions stand first, so that one swallows the words inside it.
    begins = f"(?=[{re.escape(''.join(sorted(firsts)))}])" if firsts else ""
    return re.compile(f"{begins}(?:(?:{_any(listed.allowed)})|(?P<word>{_any(listed.words)}))")


def _any(words: tuple[str, ...]) -> str:
    read = {plain(word) for word in words} - {""}
    return "|".join(map(re.escape, sorted(read, key=lambda word: (-len(word), word)))) or r"(?!)"
