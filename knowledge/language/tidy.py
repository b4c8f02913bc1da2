"""What is typed and what is written in one width, case and script, and what of it is words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge.language.tables import simplified_by_traditional

MAX_CHARS = 300
"""Longer input is cut here, before any work that grows with it."""

_STICKERS = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]|/::?(?:[a-z]{2,8}|[^\s\u4e00-\u9fff]{1,3})")
# Private-use characters are our own signs for names and clauses; `tidy` lets none in from outside.
_NOT_WORD = re.compile(r"[^\w\ue000-\uf8ff]+|_")


class _Plain(dict[int, str]):
    """A table for `str.translate` that is filled as it is used: letters, digits and punctuation stay, the rest is space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        stays = not character.isspace() and unicodedata.category(character)[0] in "LNPZ"
        self[code] = character if stays else " "
        return self[code]


_PLAIN = _Plain()
_SPACES = re.compile(r" +")
# One says 7月8号 and writes 7月8日.
_SPOKEN_DAY = re.compile(r"(月(?:\d{1,2}|[一二三四五六七八九十]{1,3}))号(?!楼)")


def tidy(text: str) -> str:
    """Return `text` in one width, case and script, without emoji, controls and stickers, cut at `MAX_CHARS`.

    Punctuation stays, a day is one of the calendar as it is written. Idempotent on its own output; empty and emoji-only input give "".

    >>> tidy("７月８号停电，在5号楼")
    '7月8日停电,在5号楼'
    """
    return _tidy(text[: 4 * MAX_CHARS])


# Each skill reads the same message.
@lru_cache(maxsize=256)
def _tidy(text: str) -> str:
    text = _STICKERS.sub(" ", unicodedata.normalize("NFKC", text))
    cleaned = text.translate(_PLAIN).lower().translate(simplified_by_traditional())
    return _SPOKEN_DAY.sub(r"\1日", _SPACES.sub(" ", cleaned)).strip()[:MAX_CHARS]


def strip_punctuation(text: str) -> str:
    """Return only the letters, digits and CJK characters of `text`.

    >>> strip_punctuation("第三条,讲 什么？")
    '第三条讲什么'
    """
    return _NOT_WORD.sub("", text)


def plain(text: str) -> str:
    """Return a text as it is compared: tidied, without punctuation.

    >>> plain("第三條， 講 什么？")
    '第三条讲什么'
    """
    return _plainly(text[: 4 * MAX_CHARS])


@lru_cache(maxsize=512)
def _plainly(text: str) -> str:
    return strip_punctuation(tidy(text))
