"""Words of a text by jieba, with the lexicon's words known to it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from knowledge.language.tables import frequency_by_word

# jieba looks for pkg_resources, which takes longer to load than all the rest of it, only to open a dictionary that is
# not used here; it does without where there is none.
_known = "pkg_resources" in sys.modules
sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]
import jieba  # noqa: E402

if not _known:
    del sys.modules["pkg_resources"]


@cache
def _total() -> int:
    return sum(frequency_by_word().values())


class _Frequencies(dict[str, int]):
    """A lexicon's own words over the common words of the language, which all lexicons share."""

    def __init__(self) -> None:
        super().__init__()
        self._common = frequency_by_word()

    def __contains__(self, word: object) -> bool:
        return dict.__contains__(self, word) or word in self._common

    def __missing__(self, word: str) -> int:
        return self._common[word]

    def get(self, word: str, default: Any = None) -> Any:
        """Return the frequency of a word, the default for none."""
        own = dict.get(self, word)
        return self._common.get(word, default) if own is None else own


class Segmenter:
    """Cuts texts into words by the common words of the language, not by jieba's own dictionary, which takes a second.

    Every segmenter has a dictionary of its own, so two releases in one process never see each other's words.

    Args:
        words: Words of the domain that must not be cut.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ = _Frequencies()
        self._tokenizer.total = _total()
        self._tokenizer.initialized = True
        for word in sorted(set(words)):
            self._tokenizer.add_word(word)

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text`. Empty gives []."""
        return list(self._tokenizer.cut(text, HMM=False))

    def knows(self, word: str) -> bool:
        """Return whether the dictionary has `word`, with a frequency of its own."""
        return bool(self._tokenizer.FREQ.get(word))
