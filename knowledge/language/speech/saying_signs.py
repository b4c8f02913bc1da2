"""How a saying is written: its signs, its sets, and the parts that they make of it.

（甲/乙） is one of several, （甲/） may be left out, … is up to eight characters of anything, 【名】 is a set that stands elsewhere
in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.language.tidy import plain, strip_punctuation

GAP = "…"
"""The sign of a gap."""
_SYNTAX = re.compile(r"([（(]|[）)]|[/／]|…+|\.{3,})")
_SET = re.compile(r"【([^【】]+)】")
_MAX_DEPTH = 20
_MOST_SHARED = 8192
CHINESE = re.compile("[\u4e00-\u9fff]")
"""What tells a saying in characters from one in Latin letters."""


class SayingError(ValueError):
    """A saying that can't be read, and why."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words that stand as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A few characters of anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """One of several ways to go on; one of them may be nothing. Each is itself alone: what is made of one is kept by it."""

    ways: tuple[tuple[SayingPart, ...], ...]


SayingPart = Verbatim | Gap | Either
"""What a saying is made of, one after another."""


def expanded(saying: str, sets: Mapping[str, str]) -> str:
    """Return a saying with each 【名】 replaced by what its set says; a set may name others.

    >>> expanded("【没】活头", {"没": "没得/莫得"})
    '（没得/莫得）活头'

    Raises:
        SayingError: for a set that isn't there, or sets that stand in each other without end.
    """
    for _ in range(_MAX_DEPTH):
        names = set(_SET.findall(saying))
        if unknown := names - sets.keys():
            raise SayingError(f"没有【{min(unknown)}】这一组")
        if not names:
            return saying
        saying = _SET.sub(lambda match: f"（{sets[match.group(1)]}）", saying)
    raise SayingError("【】里的组互相套住了")


def check_saying(saying: str) -> None:
    """Do nothing when a saying (its sets put in) can be read.

    Raises:
        SayingError: with what is wrong, in words for an editor.
    """
    read_saying(saying)


def read_saying(saying: str) -> tuple[SayingPart, ...]:
    """Return the parts of a saying, its sets put in.

    Raises:
        SayingError: with what is wrong, in words for an editor.
    """
    stack: list[list[list[SayingPart]]] = [[[]]]
    signs = list(filter(None, _SYNTAX.split(saying.lower())))
    opened: list[int] = []
    for place, sign in enumerate(signs):
        _take(sign, stack)
        if sign in "（(":
            opened.append(place)
        elif sign in "）)":
            inner = stack[-1][-1]
            inner[-1] = _shared("".join(signs[opened.pop() : place + 1]), inner[-1])
    if len(stack) > 1:
        raise SayingError("括号没有合上")
    parts = tuple(stack[0][0])
    if _least_chars(parts) == 0:
        raise SayingError("至少要有一个字")
    return parts


_parts: dict[str, SayingPart] = {}


def _shared(written: str, part: SayingPart) -> SayingPart:
    """Return the part that was made before of the same signs: a set is put into hundreds of sayings."""
    if len(_parts) >= _MOST_SHARED:
        _parts.clear()
    return _parts.setdefault(written, part)


def _take(sign: str, stack: list[list[list[SayingPart]]]) -> None:
    """Add a sign or words to the innermost of the brackets that are open; the first of `stack` is the saying itself."""
    is_open = len(stack) > 1
    if sign in "（(":
        stack.append([[]])
    elif sign in "）)":
        if not is_open:
            raise SayingError("右括号多了一个")
        ways = stack.pop()
        stack[-1][-1].append(Either(tuple(map(tuple, ways))))
    elif sign in "/／":
        if not is_open:
            raise SayingError("斜线要写在括号里，如（甲/乙）")
        stack[-1].append([])
    else:
        is_gap = sign.startswith((GAP, "..."))
        stack[-1][-1].append(_shared(GAP, Gap()) if is_gap else _shared(sign, Verbatim(sign)))


def _least_chars(parts: tuple[SayingPart, ...]) -> int:
    """Return how many characters a saying has at least."""
    n = 0
    for part in parts:
        match part:
            case Verbatim(text):
                n += len(strip_punctuation(text))
            case Either(ways):
                n += min(map(_least_chars, ways))
            case Gap():
                pass
    return n


def most_chars(parts: tuple[SayingPart, ...]) -> int:
    """Return how many characters a saying has at most; 0 when it leaves a gap."""
    n = 0
    for part in parts:
        match part:
            case Verbatim(text):
                n += len(strip_punctuation(text))
            case Either(ways):
                lengths = [most_chars(way) for way in ways if way]
                if not all(lengths):
                    return 0
                n += max(lengths, default=0)
            case Gap():
                return 0
    return n


def as_compared(parts: tuple[SayingPart, ...]) -> tuple[SayingPart, ...]:
    """Return a saying with its words as they are compared."""
    found: list[SayingPart] = []
    for part in parts:
        match part:
            case Verbatim(text):
                found += [part if words == text else Verbatim(words)] if (words := plain(text)) else []
            case Either():
                found.append(_either_as_compared(part))
            case Gap():
                found.append(part)
    return tuple(found)


@lru_cache(maxsize=_MOST_SHARED)
def _either_as_compared(part: Either) -> Either:
    ways = tuple(map(as_compared, part.ways))
    return part if ways == part.ways else Either(ways)


def first_chars(parts: tuple[SayingPart, ...]) -> set[str]:
    """Return the characters that a saying (plain) can begin with, "" when with any."""
    if not parts:
        return set()
    match parts[0]:
        case Verbatim(words):
            return {words[0]}
        case Gap():
            return {""}
        case Either(ways):
            return {first for way in ways for first in first_chars(way + parts[1:])}


def chars_of(parts: tuple[SayingPart, ...]) -> str:
    """Return all characters that may stand in a saying."""
    written = ""
    for part in parts:
        match part:
            case Verbatim(text):
                written += plain(text)
            case Either(ways):
                written += "".join(map(chars_of, ways))
            case Gap():
                pass
    return written
