"""A text as it is heard: in the forms that sayings are looked for in, however it is spaced, spelled and written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from knowledge.language.pinyin import cut_syllables
from knowledge.language.tables import syllable_by_character
from knowledge.language.tidy import MAX_CHARS, strip_punctuation, tidy

BREAK = "\n"
"""What stands in place of words that were passed over: nothing is found across it."""
_STEP = MAX_CHARS - 60
LATIN = re.compile(r"[a-z]+")
"""A run of Latin letters."""


@dataclass(frozen=True)
class Said:
    """A text in the forms that sayings are looked for in; see `hear`."""

    characters: str
    words: str

    @cached_property
    def sounds(self) -> str:
        """The syllables, one a character, each ended by an apostrophe."""
        known = syllable_by_character()
        return "".join(BREAK if c == BREAK else f"{known.get(c, c)}'" for c in self.characters)

    @cached_property
    def typed(self) -> tuple[str, tuple[int, ...]]:
        """The text as pinyin, each run of letters that can be read so, and which letters were typed as such (1) or not (0)."""
        letters, typed = "", []
        for part in re.findall(r"[a-z]+|[^a-z]", self.characters):
            spelled = part if LATIN.fullmatch(part) else syllable_by_character().get(part, BREAK)
            is_typed = spelled == part and len(part) > 1 and is_pinyin(part)
            letters += spelled if is_typed or len(part) == 1 else BREAK
            typed += [int(is_typed)] * (len(spelled) if is_typed or len(part) == 1 else 1)
        return letters, tuple(typed)

    @cached_property
    def around_typed(self) -> tuple[tuple[int, int], ...]:
        """Where of `typed` the letters stand half of which, at the least, were typed as such: near those, as far as there are any."""
        _, typed = self.typed
        reach = 2 * sum(typed)
        found: list[tuple[int, int]] = []
        for place in (place for place, is_typed in enumerate(typed) if is_typed):
            start, end = max(0, place - reach), min(len(typed), place + reach)
            if found and start <= found[-1][1]:
                start, _ = found.pop()
            found.append((start, end))
        return tuple(found)


def is_pinyin(letters: str) -> bool:
    """Return whether letters can be read as syllables to the last one."""
    return not letters or bool(cut_syllables(letters))


def hear(text: str) -> tuple[Said, ...]:
    """Return a text of any length as sayings are looked for, in stretches that overlap."""
    stretches = (text[start : start + MAX_CHARS] for start in range(0, max(1, len(text)), _STEP))
    return tuple(map(_hear_one, stretches))


def _hear_one(text: str) -> Said:
    # 活著 is 活着 there; the table of scripts leaves it, for 著名 has it too.
    folded = tidy(text).replace("著", "着")
    spaced = re.sub(r"[^a-z0-9]+", " ", folded.replace("'", "").replace("’", "")).strip()
    return Said(strip_punctuation(folded), spaced)
