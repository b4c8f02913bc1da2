"""A saying → the regular expression that finds it in one form of a text: in characters, in pinyin, by its sounds, by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache

from knowledge.language.speech.saying_signs import Either, Gap, SayingPart, Verbatim
from knowledge.language.tables import readings_by_character, syllable_by_character
from knowledge.language.tidy import plain

_GAP_CHARS = 8


@dataclass(frozen=True, slots=True)
class Form:
    """How the words of sayings are looked for in one form of a text: character by character, by sound, by word."""

    gap: str
    sound_end: str | None = None
    is_latin: bool = False
    has_all_readings: bool = False

    def write(self, text: str) -> list[str]:
        """Return the regular expression of each unit of some words."""
        if self.is_latin:
            return [re.escape(c) for c in text.replace("'", "").replace("’", "")]
        units = list(plain(text))
        if self.sound_end is None:
            return [re.escape(c) for c in units]
        if not self.has_all_readings:
            sounds = syllable_by_character()
            return [re.escape(sounds.get(c, c)) + self.sound_end for c in units]
        readings = readings_by_character()
        return [f"(?:{'|'.join(map(re.escape, readings.get(c, (c,))))})" for c in units]


CHARACTERS = Form(rf"[^\n]{{0,{_GAP_CHARS}}}")
LETTERS = Form(rf"[a-z]{{0,{3 * _GAP_CHARS}}}", sound_end="")
# A whole message may be read in any way (谁 is shui and shei); in the middle of one that finds too much.
ANY_LETTERS = Form(LETTERS.gap, sound_end="", has_all_readings=True)
SYLLABLES = Form(rf"(?:[^'\n]+'){{0,{_GAP_CHARS}}}", sound_end="'")
LATIN_WORDS = Form(r"[^\n]{0,24}?", is_latin=True)


def pattern_of(parts: tuple[SayingPart, ...], form: Form) -> str:
    """Return the regular expression of a saying in one form of a text."""
    written = []
    for part in parts:
        match part:
            case Verbatim(text):
                written += form.write(text)
            case Gap():
                written.append(form.gap)
            case Either():
                written.append(_either_pattern(part, form))
    return "".join(written)


# A set is put into hundreds of sayings.
@lru_cache(maxsize=4096)
def _either_pattern(either: Either, form: Form) -> str:
    return f"(?:{'|'.join(pattern_of(way, form) for way in either.ways)})"


def any_pattern(patterns: Iterable[str], firsts: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern for any of some; `firsts` are the characters that all of them begin with, where that is known."""
    either = "|".join(dict.fromkeys(patterns)) or r"(?!)"
    return re.compile(led_by(either, set(firsts)))


def led_by(pattern: str, firsts: Set[str]) -> str:
    """Return a pattern that passes over most places of a text by their first character, where that must be one of some."""
    if not firsts or "" in firsts:
        return pattern
    return f"(?=[{re.escape(''.join(sorted(firsts)))}])(?:{pattern})"
