"""Reading a choice: the many ways people point at one of a few numbered or lettered things."""

from __future__ import annotations

import re
import unicodedata

from handlers.model.session import Choice
from knowledge.language.numerals import numeral
from knowledge.language.tidy import plain

_LEAD = (
    r"(?:(?:请|麻烦|给|帮|我|俺)*(?:就|还是|想|要|们)*(?:看|问|查|答案?(?:是|为)?|选项|选择?|挑|点|应该是|是|回复?|发|说的是|要)*"
    r"(?:这个|那个)?第?)"
)
_TAIL = r"(?:个|项|条|题|号|行|点|种|选项|问题|那个|那条|吧|呀|啊|哦|嘛|哈|噻|咯|谢谢|的|了)*"
_NUMERAL = r"[1-9]\d?|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_NUMBER = re.compile(rf"^{_LEAD}({_NUMERAL}){_TAIL}$")
_LETTERS = re.compile(rf"^{_LEAD}([a-h](?:[、,，和跟\s]*[a-h])*){_TAIL}$")
_PLACE = re.compile(
    rf"^{_LEAD}?(最后|末尾|最末|最下面|最上面|最前面|头|首|中间|前面|后面)(?:的|那|一|1)*{_TAIL}$"
)
_CLAUSE = re.compile(r"第.{1,3}[条项点款]")
_TAPPED = re.compile(r'<a href="weixin://bizmsgmenu[^"<>]*">([^<>]*)</a>')
_LISTED = re.compile(r"\s*\d+[.、]")
_FIRST = frozenset({"最上面", "最前面", "头", "首"})
_KEYCAPS = {0x20E3: None, 0xFE0F: None}
NONE_OF_THESE = frozenset(
    [
        "都不是",
        "都不对",
        "不是",
        "没有一个是",
        "都不是我要的",
        "都不是我想问的",
        "没有",
        "一个都不是",
        "全都不是",
        "以上都不是",
        "都没有",
        "不对",
        "都不要",
        "没有我要的",
        "都不像",
        "不是这些",
        "不是这个",
        "没得",
        "都不是的",
        "没一个对",
        "都不得行",
    ]
)


def _plain(text: str) -> str:
    # NFKC turns １ ① Ａ Ⓐ and ㊀ into the plain sign; the rest is punctuation that people add.
    normal = unicodedata.normalize("NFKC", text).translate(_KEYCAPS).lower()
    return re.sub(r"[\s.。、,，!！?？:：;；~～)）(（\[\]【】《》<>「」#\"'“”‘’]+", "", normal)


def read_number(text: str) -> int | None:
    """Return the number that `text` picks, 1..99, or None when it is no such pick.

    >>> [read_number(t) for t in ("2", "２", "②", "二", "第二个", "选2", "十二", "两个人")]
    [2, 2, 2, 2, 2, 2, 12, None]
    """
    match = _NUMBER.match(_plain(text))
    return numeral(match.group(1)) if match else None


def read_letters(text: str) -> tuple[str, ...]:
    """Return the option letters that `text` names, upper case, in order; () when it is no such pick.

    >>> [read_letters(t) for t in ("a", "Ａ", "选C", "A、C", "AC", "我选b吧", "abcd是啥", "ok")]
    [('A',), ('A',), ('C',), ('A', 'C'), ('A', 'C'), ('B',), (), ()]
    """
    match = _LETTERS.match(_plain(text))
    return tuple(sorted({c.upper() for c in match.group(1) if c in "abcdefgh"})) if match else ()


def is_clause(text: str) -> bool:
    """Return whether `text` names a clause, which picks only while a question back waits: 第五条.

    >>> is_clause("第五条"), is_clause("第五个")
    (True, False)
    """
    return bool(_CLAUSE.search(plain(text)))


def is_none(text: str) -> bool:
    """Return whether `text` turns every choice down."""
    return plain(text).rstrip("啊呀吧哦哈嘛呢") in NONE_OF_THESE


def tap(words: str) -> str:
    """Return words that can be tapped in WeChat, which then sends them as if they had been typed.

    The scheme is no part of the public documentation, so whatever is tappable can be typed as well.

    >>> tap("是")
    '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%98%AF&msgmenuid=1">是</a>'
    """
    encoded = "".join(f"%{byte:02X}" for byte in words.encode())
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={encoded}&msgmenuid=1">{words}</a>'


def untap(text: str) -> str:
    """Return a text as it reads where nothing can be tapped.

    >>> untap("1. " + tap("是"))
    '1. 是'
    """
    return _TAPPED.sub(r"\1", text)


def read_choice(text: str, offered: tuple[Choice, ...], *, asking: bool) -> Choice | None:
    """Return the one of `offered` that `text` points at: by number, letter, place or its own words.

    None when it points at nothing, or outside.

    Args:
        asking: The list was a question back. Below an answer 第三条 and 最后一条 are clauses, not choices.
    """
    if not offered:
        return None
    text = untap(text)
    said = plain(text)
    own = re.sub(r"^\d+", "", said) if _LISTED.match(unicodedata.normalize("NFKC", text)) else said
    by_words = next((c for c in offered if plain(c.text) in {said, own}), None)
    if by_words or (not asking and is_clause(text)):
        return by_words
    letters = read_letters(text)
    number = read_number(text) or (ord(letters[0]) - ord("A") + 1 if len(letters) == 1 else 0)
    number = number or (_place(text, len(offered)) if asking else 0)
    return offered[number - 1] if 1 <= number <= len(offered) else None


def _place(text: str, n: int) -> int:
    match = _PLACE.match(_plain(text))
    if not match:
        return 0
    place = match.group(1)
    if place in _FIRST:
        return 1
    if place == "中间":
        return (n + 1) // 2 if n % 2 else 0
    if place in {"前面", "后面"}:
        return {"前面": 1, "后面": 2}[place] if n == 2 else 0
    return n
