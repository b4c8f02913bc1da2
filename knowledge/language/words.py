"""The common words of the language, held in some two megabytes: as a dictionary of Python they take thirty."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from marisa_trie import Trie

FILE = Path(__file__).parent / "tables/words.npz"
LONGEST_CHARS = 4


class WordTable:
    """Words of one to four characters, each with its frequency in jieba's corpus."""

    def __init__(self, trie: Trie, frequencies: npt.NDArray[np.uint32]) -> None:
        self._trie = trie
        self._number: Callable[[str], int | None] = trie.get
        # By the number of the word, and not as numpy has it, for one at a time is looked up.
        self._frequencies = array("I", frequencies.tobytes())
        self.total = int(frequencies.sum(dtype=np.int64))
        self.beginning: Callable[[str], list[str]] = trie.prefixes
        """Gives the words that a text begins with, the shortest first."""

    def frequency(self, word: str) -> int:
        """Return how often a word stands in the corpus, 0 when it is no common word."""
        number = self._number(word)
        return 0 if number is None else self._frequencies[number]

    def begins_any(self, text: str) -> bool:
        """Return whether a text is a word, or the beginning of one."""
        return next(self._trie.iterkeys(text), None) is not None


@cache
def common_words() -> WordTable:
    """Return the words as they are shipped; `tables/make_tables.py` makes them of jieba's dictionary."""
    with np.load(FILE, allow_pickle=False) as file:
        trie = Trie()
        trie.frombytes(file["trie"].tobytes())
        return WordTable(trie, file["frequencies"])


def is_common(word: str) -> bool:
    """Return whether a word is one of the common words of the language."""
    return common_words().frequency(word) > 0
