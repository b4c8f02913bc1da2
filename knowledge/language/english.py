"""A question in English as the Chinese one that asks the same: word for word, by a table, and only where every word is in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from knowledge.language.tables import english, syllable_by_character

_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*|\d+")
_MAX_WORDS = 16
_MAX_PHRASE = 5
_WHO, _WHAT = "谁", "什么"
# These stand behind what they are asked of, and before what it does: 会议什么时候召开.
_WHEN_OR_WHERE = frozenset({"什么时候", "哪里", "哪天", "几点", "哪个城市", "为什么", "怎么"})
_PURPOSELESS = frozenset({"能", "可以", "要", "应当", "必须", "需要"})
_BEING = frozenset({"is", "are", "was", "were"})


def in_chinese(text: str, names: Iterable[str]) -> str:
    """Return what a tidied English question asks, in Chinese; "" where a word is neither in the table nor a name.

    Args:
        names: Names that may be written by their sounds, given name first or last: Zhigang Li.

    >>> in_chinese("who is li zhigang", ["李志刚"]), in_chinese("when was the meeting held", ())
    ('李志刚是谁', '会议什么时候召开')
    >>> in_chinese("how many people attended", ()), in_chinese("what is love", ())
    ('多少人参加', '')
    """
    words = _WORD.findall(text)
    if not 1 < len(words) <= _MAX_WORDS:
        return ""
    found = list(_glossed(words, _by_sound(names)))
    if any(meant is None for _, meant in found):
        return ""
    meant = [(said, chinese) for said, chinese in found if chinese]
    glosses = [chinese for _, chinese in meant if chinese and chinese not in _PURPOSELESS]
    if len(glosses) < _LEAST:
        return ""
    asks_being = len(words) > 1 and words[0] in {"who", "what"} and words[1] in _BEING
    return _in_order(glosses, asks_being=asks_being)


_LEAST = 2
"""Fewer words say too little to ask by."""


def _in_order(glosses: list[str], *, asks_being: bool) -> str:
    """Return glosses as Chinese orders them: 李志刚是谁, 李志刚说什么, 会议什么时候召开; who does something stands first as in English."""
    first, rest = glosses[0], glosses[1:]
    if first in {_WHO, _WHAT} and asks_being:
        return "".join((*rest, "是", first))
    if first in {_WHAT, "哪些"}:
        return "".join((*rest, first))
    if first in _WHEN_OR_WHERE:
        return "".join((rest[0], first, *rest[1:])) if len(rest) > 1 else "".join((first, *rest))
    return "".join(glosses)


def _glossed(words: list[str], sounds: dict[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield the phrases of a text, the longest that are known, with what each means; None for one that nothing knows."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _MAX_PHRASE), start, -1):
            phrase = " ".join(words[start:end])
            meant = english().get(
                phrase, sounds.get(phrase.replace(" ", "").replace("'", "").replace("-", ""))
            )
            if meant is not None or end == start + 1:
                yield phrase, phrase if phrase.isdecimal() else meant
                start = end
                break


def _by_sound(names: Iterable[str]) -> dict[str, str]:
    """Return names by their letters, in either order of family and given name."""
    syllable_of = syllable_by_character()
    sounds: dict[str, str] = {}
    for name in names:
        syllables = [syllable_of.get(character, "") for character in name]
        if all(syllables):
            sounds["".join(syllables)] = name
            sounds["".join((*syllables[1:], syllables[0]))] = name
    return sounds
