"""Characters typed for others that sound alike (通迅地纸 → 通讯地址), mended by the knowledge's own words.

A character is replaced only when no neighbour is ever seen beside it, it is part of no word of the language, and one
that sounds alike is seen beside both neighbours: 广安 stays 广安. Numerals and negations are never touched: 十条 must
not become 四条, nor 没出席 somebody's name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge.language.tables import syllable_by_character
from knowledge.matching.index.table import Table

_RUN = re.compile(r"[\u4e00-\u9fff0-9a-z]{2,}")
_FIXED = frozenset("零一二两三四五六七八九十百千万亿不没未无别非勿莫")
# 市妇联 asks for another body than the province's, not 是妇联.
_LEVELS = frozenset("省市区县镇乡村")


@dataclass(frozen=True, slots=True)
class Repairer:
    """Mends homophones with the pairs of characters of one table; see `build_repairer`."""

    table: Table
    characters_by_sound: Mapping[str, tuple[str, ...]]
    is_word: Callable[[str], bool]

    def mend(self, text: str) -> str:
        """Return `text` with characters that fit nowhere replaced by ones that sound alike and fit; "" stays ""."""
        return _RUN.sub(lambda run: self._mend_run(run.group()), text)

    def _mend_run(self, run: str) -> str:
        known = self._known(run)
        for i, character in enumerate(run):
            left, right = i > 0 and known[i - 1], i < len(known) and known[i]
            if not (left or right or character in _FIXED or character in _LEVELS or _is_counted(run, i)):
                best = self._best(run, i)
                if best != character:
                    run = run[:i] + best + run[i + 1 :]
                    known = self._known(run)
        return run

    def _known(self, run: str) -> list[bool]:
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        counts = self.table.pair_counts(pairs)
        return [bool(n > 0) or self.is_word(pair) for n, pair in zip(counts, pairs, strict=True)]

    def _best(self, run: str, i: int) -> str:
        sound = syllable_by_character().get(run[i], "")
        alike = [c for c in self.characters_by_sound.get(sound, ()) if c != run[i] and c not in _FIXED]
        if not alike:
            return run[i]
        beside = [run[i - 1] + c for c in alike] if i else []
        beside += [c + run[i + 1] for c in alike] if i + 1 < len(run) else []
        weakest = self.table.pair_counts(beside).reshape(-1, len(alike)).min(axis=0)
        best = int(weakest.argmax())
        return alike[best] if weakest[best] > 0 else run[i]


def _is_counted(run: str, i: int) -> bool:
    """Return whether a character stands behind a digit: 19年, 10家."""
    return i > 0 and run[i - 1].isdecimal()


def build_repairer(table: Table, is_word: Callable[[str], bool]) -> Repairer:
    """Return the repairer whose words are the literal texts of `table`; `is_word` knows those of the language."""
    sounds = syllable_by_character()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for character in table.characters():
        if character in sounds:
            found[sounds[character]].append(character)
    return Repairer(table, {sound: tuple(characters) for sound, characters in found.items()}, is_word)
