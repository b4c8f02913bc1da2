"""Whether a text is no more than the beginning of a saying, behind what people put before anything they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.language.speech.saying_signs import Either, Gap, SayingPart, Verbatim

_MIN_CHARS = 2
_MAX_GAP_CHARS = 2
# What people put before anything they have to say of themselves, up to three of them.
_LEADS = (
    "我们",
    "我",
    "人家",
    "其实",
    "真的",
    "真",
    "就是",
    "就",
    "又",
    "也",
    "都",
    "好",
    "很",
    "刚刚",
    "刚",
    "刚才",
    "现在",
    "今天",
    "昨晚",
    "觉得",
    "感觉",
)
_LEADS_BY_FIRST = {
    first: tuple(lead for lead in _LEADS if lead[0] == first) for first in {lead[0] for lead in _LEADS}
}
_MAX_LEADS = 3


def is_beginning(text: str, by_first: Mapping[str, Sequence[tuple[SayingPart, ...]]]) -> bool:
    """Return whether a text, plain, begins one of the sayings and ends before it does.

    Args:
        by_first: The sayings by each character that they can begin with, by "" those that can begin with any.
    """
    if len(text) < _MIN_CHARS:
        return False
    return any(
        _is_within(text, at, parts)
        for at in _led_to(text)
        for first in (text[at : at + 1], "")
        for parts in by_first.get(first, ())
    )


def _led_to(text: str) -> set[int]:
    """Return where a text can begin to say something: at its beginning, and after what people put before."""
    places = reached = {0}
    for _ in range(_MAX_LEADS):
        reached = {
            at + len(lead)
            for at in reached
            for lead in _LEADS_BY_FIRST.get(text[at : at + 1], ())
            if text.startswith(lead, at)
        }
        places = places | reached
    return places


def _is_within(text: str, at: int, parts: tuple[SayingPart, ...]) -> bool:
    """Return whether what is left of a text from `at` on is used up by a saying, or by a beginning of it."""
    if at >= len(text):
        return True
    if not parts:
        return False
    first, rest = parts[0], parts[1:]
    match first:
        case Verbatim(words):
            if words.startswith(text[at:]):
                return True
            return text.startswith(words, at) and _is_within(text, at + len(words), rest)
        case Gap():
            return any(_is_within(text, at + n, rest) for n in range(_MAX_GAP_CHARS + 1))
        case Either(ways):
            return any(_is_within(text, at, way + rest) for way in ways)
