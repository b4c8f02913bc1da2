"""Words of a text by jieba, with the lexicon's words known to it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jieba

_SILENT = 60


@cache
def _dictionary(cache_dir: str) -> jieba.Tokenizer:
    jieba.setLogLevel(_SILENT)
    tokenizer = jieba.Tokenizer()
    if cache_dir:
        tokenizer.tmp_dir = cache_dir
    tokenizer.initialize()
    return tokenizer


class Segmenter:
    """Cuts texts into words; the first one of a process loads jieba's dictionary (about a second).

    The words of a lexicon lie in a layer over the shared dictionary, so two releases in one process
    never see each other's words.

    Args:
        words: Words of the domain that must not be cut.
        cache_dir: Where jieba may keep its dictionary cache. None means its default, the
            world-writable temp folder, where another user could plant one.
    """

    def __init__(self, words: Iterable[str], cache_dir: Path | None = None) -> None:
        shared = _dictionary(str(cache_dir or ""))
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ = ChainMap({}, shared.FREQ)
        self._tokenizer.total = shared.total
        self._tokenizer.initialized = True
        for word in sorted(set(words)):
            self._tokenizer.add_word(word)

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text`. Empty gives []."""
        return list(self._tokenizer.cut(text, HMM=False))

    def knows(self, word: str) -> bool:
        """Return whether the dictionary has `word`, with a frequency of its own."""
        return bool(self._tokenizer.FREQ.get(word))
