"""Words of a text by jieba, with the lexicon's words known to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import jieba

from knowledge.language.tables import frequency_by_word


@cache
def _dictionary() -> tuple[Mapping[str, int], int]:
    """Return jieba's form of the common words, the beginning of every word among them, and the sum of the frequencies."""
    frequencies = frequency_by_word()
    beginnings = {word[:n] for word in frequencies for n in range(1, len(word))}
    return {**dict.fromkeys(beginnings, 0), **frequencies}, sum(frequencies.values())


class Segmenter:
    """Cuts texts into words by the common words of the language, not by jieba's own dictionary, which takes a second.

    Every segmenter has a dictionary of its own, so two releases in one process never see each other's words.

    Args:
        words: Words of the domain that must not be cut.
    """

    def __init__(self, words: Iterable[str]) -> None:
        common, total = _dictionary()
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ = dict(common)
        self._tokenizer.total = total
        self._tokenizer.initialized = True
        for word in sorted(set(words)):
            self._tokenizer.add_word(word)

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text`. Empty gives []."""
        return list(self._tokenizer.cut(text, HMM=False))

    def knows(self, word: str) -> bool:
        """Return whether the dictionary has `word`, with a frequency of its own."""
        return bool(self._tokenizer.FREQ.get(word))
