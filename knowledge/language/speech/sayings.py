"""Sayings: one line that stands for the many ways people put the same thing, found in what they write.

A saying is written as people say it (`saying_signs`). It is found however it is spaced, in traditional script, in pinyin, and with
one character that only sounds like the right one. A saying in Latin letters is found by its words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain

from knowledge.language.speech.begun import is_beginning
from knowledge.language.speech.heard import BREAK, LATIN, Said, hear, is_pinyin
from knowledge.language.speech.possible import possible_in
from knowledge.language.speech.saying_patterns import (
    ANY_LETTERS,
    CHARACTERS,
    LATIN_WORDS,
    LETTERS,
    SYLLABLES,
    Form,
    any_pattern,
    led_by,
    pattern_of,
)
from knowledge.language.speech.saying_signs import (
    CHINESE,
    SayingPart,
    as_compared,
    chars_of,
    first_chars,
    most_chars,
    read_saying,
)
from knowledge.language.tables import syllable_by_character

# Two syllables are many words (xiang si is 想死 and 相似); one slip in three characters may be another word.
_MIN_LETTERS = 6
# Half of them may be characters between the letters.
_MIN_TYPED = _MIN_LETTERS // 2
_MIN_HEARD_CHARS = 4


class Sayings:
    """Sayings (their sets put in) that are looked for together.

    >>> s = Sayings(("活着（真/）没…意思", "want to die"))
    >>> [s.stands_in(t) for t in ("活 着 沒 什 麼 意 思", "huo zhe mei yi si", "i want to die!", "i want to diet", "意思")]
    [True, True, True, False, False]
    """

    def __init__(self, sayings: Iterable[str]) -> None:
        self._sayings = tuple(sayings)

    @classmethod
    def in_any_of(
        cls, sayings: Iterable[str], texts: Collection[str] | None, *, whole: bool = True
    ) -> Sayings:
        """Return those sayings that may stand in one of `texts`, all where None: whoever looks in few texts need not have all compiled.

        Without `whole` they may be looked for and not asked whether one `is_all_of` a text: a letter or two then spell none.
        """
        n_typed = 0 if whole else _MIN_TYPED
        return cls(sayings if texts is None else possible_in(tuple(sayings), tuple(texts), n_typed))

    def stands_in(self, text: str) -> bool:
        """Return whether one of the sayings stands in `text`."""
        return any(self.found(said) for said in hear(text))

    def found(self, said: Said) -> str:
        """Return the stretch of a heard text that is one of the sayings, as it stands there; "" for none."""
        match = self._characters.search(said.characters)
        if match:
            return match.group()
        if said.words and (match := self._words.search(said.words)):
            return match.group()
        return self._heard(said) or self._spelled(said)

    def is_all_of(self, said: Said) -> bool:
        """Return whether a heard text is one of the sayings and nothing besides."""
        if self._characters.fullmatch(said.characters):
            return True
        if not said.characters.isascii():
            return False
        latin = said.words and self._words_all.fullmatch(said.words)
        return bool(latin or (is_pinyin(said.characters) and self._letters_all.fullmatch(said.characters)))

    def is_begun(self, said: Said) -> bool:
        """Return whether a heard text is no more than the beginning of one of the sayings, which the next message may end."""
        return is_beginning(said.characters, self._by_first)

    def without(self, said: Said) -> Said:
        """Return a heard text with a break in place of each stretch that is one of the sayings."""
        characters = self._characters.sub(BREAK, said.characters)
        # In pinyin only where nothing but pinyin is typed: 活动 is huodong, and no word of another language.
        if characters.isascii() and is_pinyin(characters):
            characters = self._letters.sub(BREAK, characters)
        return Said(characters, self._words.sub(BREAK, said.words))

    def _heard(self, said: Said) -> str:
        """Return a stretch in which one character only sounds like the right one."""
        sounds = said.sounds
        for match in self._sounds.finditer(sounds):
            first = _place(sounds, match.start())
            stretch = said.characters[first : _place(sounds, match.end())]
            if len(stretch) >= _MIN_HEARD_CHARS and any(map(self._characters.search, self._mended(stretch))):
                return stretch
        return ""

    def _mended(self, stretch: str) -> Iterable[str]:
        sounds = syllable_by_character()
        for i, character in enumerate(stretch):
            for other in self._written_by_sound.get(sounds.get(character, ""), ()):
                yield stretch[:i] + other + stretch[i + 1 :]

    def _spelled(self, said: Said) -> str:
        """Return a stretch of pinyin, or of pinyin among characters."""
        if not LATIN.search(said.characters):
            return ""
        letters, typed = said.typed
        if sum(typed) * 2 < _MIN_LETTERS:
            return ""
        found = (self._letters.finditer(letters, *around) for around in said.around_typed)
        for match in chain.from_iterable(found):
            start, end = match.span()
            n_typed = sum(typed[start:end])
            if n_typed * 2 >= end - start >= _MIN_LETTERS and self._is_cut(letters, start, end):
                return match.group()
        return ""

    @staticmethod
    def _is_cut(letters: str, start: int, end: int) -> bool:
        """Return whether syllables begin and end where a stretch does: zisha is not in zishang."""
        before = letters[:start].rpartition(BREAK)[2]
        after = letters[end:].partition(BREAK)[0]
        return is_pinyin(before) and is_pinyin(after)

    def _chinese(self, form: Form) -> list[str]:
        return [pattern_of(parts, form) for is_latin, parts in self._parsed if not is_latin]

    def _latin(self) -> list[str]:
        return [pattern_of(parts, LATIN_WORDS) for is_latin, parts in self._parsed if is_latin]

    @cached_property
    def _parsed(self) -> list[tuple[bool, tuple[SayingPart, ...]]]:
        return [(not CHINESE.search(saying), read_saying(saying)) for saying in self._sayings]

    @cached_property
    def _plain(self) -> list[tuple[SayingPart, ...]]:
        """The Chinese sayings with their words as they are compared."""
        return [as_compared(parts) for is_latin, parts in self._parsed if not is_latin]

    @cached_property
    def _characters(self) -> re.Pattern[str]:
        return any_pattern(self._chinese(CHARACTERS), self.firsts())

    def in_characters(self) -> str:
        """Return the regular expression of any of the Chinese sayings, character by character; one that fits nothing for none."""
        return "|".join(dict.fromkeys(self._chinese(CHARACTERS))) or r"(?!)"

    def firsts(self) -> set[str]:
        """Return the characters that the Chinese sayings can begin with, with "" when one can begin with any."""
        return {first for parts in self._plain for first in first_chars(parts)}

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return any_pattern(rf"\b(?:{pattern})\b" for pattern in self._latin())

    @cached_property
    def _words_all(self) -> re.Pattern[str]:
        return any_pattern(self._latin())

    @cached_property
    def _letters(self) -> re.Pattern[str]:
        return any_pattern(self._chinese(LETTERS))

    @cached_property
    def _letters_all(self) -> re.Pattern[str]:
        return any_pattern(self._chinese(ANY_LETTERS))

    @cached_property
    def _sounds(self) -> re.Pattern[str]:
        long = (
            parts
            for is_latin, parts in self._parsed
            if not is_latin and most_chars(parts) >= _MIN_HEARD_CHARS
        )
        # At the beginning of a syllable only. Beside a gap one sound is too little: 被人…大 is not 被人…打.
        return re.compile(
            rf"(?<![^'\n])(?:{any_pattern(pattern_of(parts, SYLLABLES) for parts in long).pattern})"
        )

    @cached_property
    def _by_first(self) -> Mapping[str, list[tuple[SayingPart, ...]]]:
        """The Chinese sayings by each character that they can begin with."""
        found: defaultdict[str, list[tuple[SayingPart, ...]]] = defaultdict(list)
        for parts in self._plain:
            for first in first_chars(parts):
                found[first].append(parts)
        return found

    @cached_property
    def _written_by_sound(self) -> Mapping[str, tuple[str, ...]]:
        sounds = syllable_by_character()
        found: defaultdict[str, set[str]] = defaultdict(set)
        for is_latin, parts in self._parsed:
            for character in "" if is_latin else chars_of(parts):
                if character in sounds:
                    found[sounds[character]].add(character)
        return {sound: tuple(sorted(characters)) for sound, characters in found.items()}


def whole_of(several: Sequence[Sayings]) -> re.Pattern[str]:
    """Return a pattern that is for each `Sayings` a group, by its number from 1, of the characters of any of them."""
    firsts = {first for sayings in several for first in sayings.firsts()}
    return re.compile(led_by("|".join(f"({sayings.in_characters()})" for sayings in several), firsts))


def _place(sounds: str, end: int) -> int:
    """Return how many characters the first signs of their sounds stand for."""
    return sounds.count("'", 0, end) + sounds.count(BREAK, 0, end)
