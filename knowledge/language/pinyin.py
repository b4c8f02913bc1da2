"""Toneless pinyin → the characters that the knowledge itself would use.

A small input method: one lattice over the letters, the syllables of the knowledge's own characters as
edges, and a bigram model counted from its phrasings and passages. What it cannot read stays as typed.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from knowledge.language.tables import (
    everyday_words,
    readings_by_character,
    syllable_by_character,
)

_LATIN_RUNS = re.compile(r"[a-z]+(?:[ '·]+[a-z]+)*")
_MAX_LETTERS = 120
_MAX_SYLLABLE_LETTERS = 6
_BEAM = 24
# A syllable that needs no neighbour to be believed: single letters are initials or words of other languages.
_MIN_SYLLABLES = 2
# With characters that the knowledge has not, more letters are readable: machine would be 吗吃呢.
_MIN_EVERYDAY_SYLLABLES = 4
# What people say between any two words, and official texts hardly write.
_SPOKEN_AT_LEAST = {
    ("的", "de"): 0.2,
    ("了", "le"): 0.05,
    ("是", "shi"): 0.05,
    ("吗", "ma"): 0.05,
    ("呢", "ne"): 0.05,
}
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


# Twenty thousand characters have four hundred syllables.
@lru_cache(maxsize=1024)
def fuzzy_syllable(syllable: str) -> str:
    """Return the class of syllables that southern speakers mix up: zh/z, ch/c, sh/s, -ng/-n, n-/l-.

    >>> fuzzy_syllable("zhang"), fuzzy_syllable("niu")
    ('zan', 'liu')
    """
    for long, short in _FUZZY:
        syllable = syllable.replace(long, short)
    return "l" + syllable[1:] if syllable.startswith("n") else syllable


@cache
def sound_by_character() -> Mapping[str, str]:
    """Return the fuzzy syllable of each CJK character."""
    return {character: fuzzy_syllable(syllable) for character, syllable in syllable_by_character().items()}


@cache
def _syllables() -> frozenset[str]:
    return frozenset(syllable for readings in readings_by_character().values() for syllable in readings)


@lru_cache(maxsize=4096)
def cut_syllables(letters: str) -> tuple[str, ...]:
    """Return letters as the fewest syllables that they are, () when they are no pinyin.

    >>> cut_syllables("xianzai"), cut_syllables("quiz")
    (('xian', 'zai'), ())
    """
    # The length of the last syllable, and how many there are, by where it ends.
    ends: dict[int, tuple[int, int]] = {0: (0, 0)}
    for end in range(1, len(letters) + 1):
        ways = (
            (ends[end - n][0] + 1, n)
            for n in range(1, min(_MAX_SYLLABLE_LETTERS, end) + 1)
            if end - n in ends and letters[end - n : end] in _syllables()
        )
        if best := min(ways, default=None):
            ends[end] = best
    found: list[str] = []
    at = len(letters)
    while at in ends and at:
        n = ends[at][1]
        found.append(letters[at - n : at])
        at -= n
    return tuple(reversed(found))


@dataclass(frozen=True)
class PinyinReader:
    """Reads pinyin with the vocabulary of one knowledge base; see `build_reader`."""

    characters_by_syllable: Mapping[str, tuple[str, ...]]
    unigrams: Mapping[str, int]
    bigrams: Mapping[str, int]
    n_characters: int

    def read(self, text: str) -> str:
        """Return `text` with every run of pinyin turned into characters, the rest unchanged.

        `text` is lower-case. A run that does not divide into at least two syllables of the knowledge's
        characters (an abbreviation, another language, keyboard noise) stays as it is. Empty stays empty.
        """
        return _LATIN_RUNS.sub(lambda run: self._read_words(run.group()), text)

    def _read_words(self, run: str) -> str:
        whole = self._read_run(run)
        if whole == run and len(run) >= _MIN_EVERYDAY_SYLLABLES:
            everyday = self._with_everyday_words._read_run(run)
            whole = everyday if len(everyday) >= _MIN_EVERYDAY_SYLLABLES else run
        # gongzuo qq duoshao: one word is no pinyin, the others are.
        return whole if whole != run or " " not in run else " ".join(map(self._read_run, run.split()))

    @cached_property
    def _with_everyday_words(self) -> PinyinReader:
        """The reader of what asks in words that the knowledge has not: 我想知道 stands in no regulation."""
        unigrams, bigrams = count_characters(everyday_words())
        return reader_of(Counter(self.unigrams) + Counter(unigrams), Counter(self.bigrams) + Counter(bigrams))

    def _read_run(self, run: str) -> str:
        letters = re.sub(r"[ '·]", "", run).replace("ü", "v")
        if len(letters) > _MAX_LETTERS:
            return run
        # best[position] maps the last character to (cost, text); few survive each position.
        best: list[dict[str, tuple[float, str]]] = [{} for _ in range(len(letters) + 1)]
        best[0][""] = (0.0, "")
        for start in range(len(letters)):
            beam = sorted(best[start].items(), key=lambda item: (item[1][0], item[0]))[:_BEAM]
            before = [(last, *found, self.unigrams.get(last, 0) + 2.0) for last, found in beam]
            for end in range(start + 1, min(len(letters), start + _MAX_SYLLABLE_LETTERS) + 1):
                for character in self.characters_by_syllable.get(letters[start:end], ()) if beam else ():
                    found = self._cheapest(before, character, letters[start:end])
                    if found[0] < best[end].get(character, (math.inf, ""))[0]:
                        best[end][character] = found
        if not best[-1]:
            return run
        _, text = min(best[-1].values())
        return text if len(text) >= _MIN_SYLLABLES else run

    def _cheapest(
        self, before: list[tuple[str, float, str, float]], character: str, syllable: str
    ) -> tuple[float, str]:
        """Return the cost and the text of the likeliest way to go on with a character, of equal ones the first.

        `before` are the ways so far: their last character, cost and text, and of how many the character is one that stands behind.
        """
        alone = 2.0 * ((self.unigrams[character] + 0.5) / (self.n_characters + 1))
        spoken = _SPOKEN_AT_LEAST.get((character, syllable), 0.0)
        seen = self.bigrams.get
        cheapest, told = math.inf, ""
        for last, cost, text, of in before:
            total = cost - math.log(max((seen(last + character, 0) + alone) / of, spoken))
            if total < cheapest:
                cheapest, told = total, text
        return cheapest, told + character


def count_characters(texts: Iterable[str]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return how often each character, and each pair of neighbours, stands in `texts`."""
    unigrams: Counter[str] = Counter()
    bigrams: Counter[str] = Counter()
    for text in texts:
        unigrams.update(text)
        bigrams.update(a + b for a, b in itertools.pairwise(text))
    return unigrams, bigrams


def build_reader(texts: Iterable[str]) -> PinyinReader:
    """Return the reader whose vocabulary is the CJK characters of `texts`, counted as they stand."""
    return reader_of(*count_characters(texts))


def reader_of(unigrams: Mapping[str, int], bigrams: Mapping[str, int]) -> PinyinReader:
    """Return the reader whose vocabulary is what `count_characters` counted."""
    readings = readings_by_character()
    characters: defaultdict[str, list[str]] = defaultdict(list)
    for character in sorted(unigrams):
        for syllable in readings.get(character, ()):
            characters[syllable].append(character)
    return PinyinReader(
        {syllable: tuple(found) for syllable, found in characters.items()},
        unigrams,
        bigrams,
        sum(unigrams.values()),
    )
