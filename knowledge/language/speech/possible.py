"""Which sayings may stand in a few texts at all, told by their sounds: whoever looks in few need not have all compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from knowledge.language.speech.heard import LATIN, hear
from knowledge.language.speech.saying_signs import (
    CHINESE,
    GAP,
    Either,
    Gap,
    SayingPart,
    Verbatim,
    read_saying,
)
from knowledge.language.tables import syllable_by_character
from knowledge.language.tidy import plain

_DIGIT = re.compile(r"\d")
_CHOICE = re.compile(r"[（(][^（）()]*[）)]")


# The draft and the live release are asked the same, and mostly say the same.
@lru_cache(maxsize=128)
def possible_in(sayings: tuple[str, ...], texts: tuple[str, ...], n_typed: int) -> tuple[str, ...]:
    """Return the sayings all of whose sounds, in one of the ways they are said, are in one of `texts`.

    Letters may spell anything, so that a text with `n_typed` of them that are pinyin, or any where that is 0, keeps all
    sayings; to digits alone no saying in letters is found.
    """
    heard = [said for text in texts for said in hear(text)]
    in_letters = [said for said in heard if LATIN.search(said.words)]
    if any(not n_typed or sum(said.typed[1]) >= n_typed for said in in_letters):
        return sayings
    sounds = {frozenset(said.sounds.split("'")) for said in heard}

    def is_possible(saying: str) -> bool:
        if not CHINESE.search(saying):
            return bool(in_letters or _DIGIT.search(saying))
        needed = _sounds_of(_without_choices(saying))
        near = [said for said in sounds if needed <= said]
        parts = read_saying(saying) if near else ()
        return any(_may_be_said(parts, said) for said in near)

    return tuple(filter(is_possible, sayings))


def may_begin_in(sayings: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
    """Yield the sayings whose first word, where it is no choice, has its first character in one of `texts`."""
    heard = {character for text in texts for said in hear(text) for character in said.characters}
    return (s for s in sayings if not CHINESE.match(s) or not (first := plain(s[0])) or first in heard)


def _without_choices(saying: str) -> str:
    """Return what of a saying is said whichever way is taken."""
    shorter = _CHOICE.sub("", saying)
    return shorter if shorter == saying else _without_choices(shorter)


@lru_cache(maxsize=4096)
def _sounds_of(text: str) -> frozenset[str]:
    sounds = syllable_by_character()
    return frozenset(sounds.get(c, c) for c in plain(text.replace(GAP, "")))


def _may_be_said(parts: tuple[SayingPart, ...], sounds: frozenset[str]) -> bool:
    """Return whether a text with these sounds has all that a saying needs, in whatever order."""
    for part in parts:
        match part:
            case Verbatim(text):
                if not _sounds_of(text) <= sounds:
                    return False
            case Either():
                if not _one_may_be_said(part, sounds):
                    return False
            case Gap():
                pass
    return True


# A set stands in hundreds of sayings.
@lru_cache(maxsize=4096)
def _one_may_be_said(part: Either, sounds: frozenset[str]) -> bool:
    return any(_may_be_said(way, sounds) for way in part.ways)
