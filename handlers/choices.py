"""Reading a choice: the many ways people point at one of a few numbered or lettered things."""

from __future__ import annotations

import re
import unicodedata

_ORDINALS = {c: i for i, c in enumerate("一二三四五六七八九", start=1)}
_LEAD = r"(?:我?(?:选项|选择?|要|答案?(?:是|为)?|就|应该是|是|点)*第?)"
_TAIL = r"(?:个|项|条|题|号|选项|吧|呀|啊|哦|嘛|的|了)*"
_NUMBER = re.compile(rf"^{_LEAD}([1-9]|[一二三四五六七八九]){_TAIL}$")
_LETTERS = re.compile(rf"^{_LEAD}([a-h](?:[、,，和跟\s]*[a-h])*){_TAIL}$")


def _plain(text: str) -> str:
    # NFKC turns １ ① Ａ Ⓐ and ㊀ into the plain sign; the rest is punctuation that people add.
    return re.sub(r"[\s.。、,，!！?？:：)）(（\"'“”‘’]+", "", unicodedata.normalize("NFKC", text).lower())


def read_number(text: str) -> int | None:
    """Return the number that `text` picks, 1..9, or None when it is no such pick.

    >>> [read_number(t) for t in ("2", "２", "②", "二", "第二个", "选2", "两个人")]
    [2, 2, 2, 2, 2, 2, None]
    """
    match = _NUMBER.match(_plain(text))
    if not match:
        return None
    sign = match.group(1)
    return int(sign) if sign.isdigit() else _ORDINALS[sign]


def read_letters(text: str) -> tuple[str, ...]:
    """Return the option letters that `text` names, upper case, in order; () when it is no such pick.

    >>> [read_letters(t) for t in ("a", "Ａ", "选C", "A、C", "AC", "我选b吧", "abcd是啥", "ok")]
    [('A',), ('A',), ('C',), ('A', 'C'), ('A', 'C'), ('B',), (), ()]
    """
    match = _LETTERS.match(_plain(text))
    return tuple(sorted({c.upper() for c in match.group(1) if c in "abcdefgh"})) if match else ()
