"""Words of a text by jieba, with the lexicon's words known to it."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from knowledge.language.words import LONGEST_CHARS, common_words

# jieba looks for pkg_resources, which takes longer to load than all the rest of it, only to open a dictionary that is
# not used here; and it loads eight megabytes for guessing words that no dictionary has, which is never asked of it.
_UNUSED: dict[str, Any] = {"pkg_resources": None, "jieba.finalseg": ModuleType("jieba.finalseg")}
_missing = {name: module for name, module in _UNUSED.items() if name not in sys.modules}
sys.modules.update(_missing)
import jieba  # noqa: E402

for _name in _missing:
    del sys.modules[_name]


class _Frequencies(dict[str, int]):
    """A lexicon's own words over the common words of the language, which all lexicons share."""

    def __init__(self) -> None:
        super().__init__()
        self._common = common_words()
        self.own_by_first: defaultdict[str, list[str]] = defaultdict(list)

    def __contains__(self, word: object) -> bool:
        return dict.__contains__(self, word) or self._common.begins_any(str(word))

    def __missing__(self, word: str) -> int:
        return self._common.frequency(word)

    def __setitem__(self, word: str, frequency: int) -> None:
        if frequency and not dict.get(self, word):
            self.own_by_first[word[0]].append(word)
        super().__setitem__(word, frequency)

    def get(self, word: str, default: Any = None) -> Any:
        """Return the frequency of a word, the default for none."""
        own = dict.get(self, word)
        if own is not None:
            return own
        return self._common.frequency(word) or (0 if word in self else default)


class _Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    def get_DAG(self, sentence: str) -> dict[int, list[int]]:  # noqa: N802 - jieba's name
        """Return for each place of a text where the words that begin there end."""
        beginning, own = common_words().beginning, self.FREQ.own_by_first
        ends: dict[int, list[int]] = {}
        for at, first in enumerate(sentence):
            found = [at + len(word) - 1 for word in beginning(sentence[at : at + LONGEST_CHARS])]
            if of_lexicon := own.get(first):
                more = {at + len(word) - 1 for word in of_lexicon if sentence.startswith(word, at)}
                found = sorted(more.union(found))
            ends[at] = found or [at]
        return ends


class Segmenter:
    """Cuts texts into words by the common words of the language, not by jieba's own dictionary, which takes a second.

    Every segmenter has a dictionary of its own, so two releases in one process never see each other's words.

    Args:
        words: Words of the domain that must not be cut.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._tokenizer = _Tokenizer()
        self._tokenizer.FREQ = _Frequencies()
        self._tokenizer.total = common_words().total
        self._tokenizer.initialized = True
        for word in sorted(set(words)):
            self._tokenizer.add_word(word)

    def cut(self, text: str) -> list[str]:
        """Return the words of `text` in order; joined they are `text`. Empty gives []."""
        return list(self._tokenizer.cut(text, HMM=False))

    def knows(self, word: str) -> bool:
        """Return whether the dictionary has `word`, with a frequency of its own."""
        return bool(self._tokenizer.FREQ.get(word))
