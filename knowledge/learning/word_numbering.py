"""The numbers that Word counts by itself (一、, 第1条, •): a reader sees them, and they stand in no run of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))
_CAPITALS = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LEVELS = 9
_BULLETS = "•"


def chinese(value: int) -> str:
    """Return 1..9999 as Chinese counting writes it; what lies outside, in plain digits.

    >>> chinese(12), chinese(103), chinese(120), chinese(111), chinese(1010)
    ('十二', '一百零三', '一百二十', '一百一十一', '一千零一十')
    """
    written = _counted(value)
    return written.removeprefix("一") if 10 <= value < 20 else written


def capital(value: int) -> str:
    """Return a number in the characters that can't be altered, as money is written.

    >>> capital(12), capital(103)
    ('壹拾贰', '壹佰零叁')
    """
    return _counted(value).translate(_CAPITALS)


def _counted(value: int) -> str:
    if not 0 < value < 10_000:
        return str(value)
    written, skipped = "", False
    for size, place in _PLACES:
        digit, value = divmod(value, size)
        if digit:
            written += ("零" if skipped else "") + _DIGITS[digit] + place
        skipped = not digit and bool(written)
    return written + ("零" if skipped and value else "") + (_DIGITS[value] if value else "")


def roman(value: int) -> str:
    """Return a number in small Roman letters.

    >>> roman(14), roman(400)
    ('xiv', 'cd')
    """
    written = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        written += letters * count
    return written


def _one_of(signs: str) -> Callable[[int], str]:
    """Return how a number is written by signs of its own; in digits where they end, as LibreOffice 7.4 does."""
    return lambda n: signs[n - 1] if 0 < n <= len(signs) else str(n)


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "decimalFullWidth": lambda n: "".join(chr(0xFF10 + int(digit)) for digit in str(n)),
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "chineseLegalSimplified": capital,
    "decimalEnclosedCircle": _one_of(_CIRCLED),
    "decimalEnclosedCircleChinese": _one_of(_CIRCLED),
    "ideographTraditional": _one_of(_STEMS),
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerLetter": _letter,
    "upperRoman": lambda n: roman(n).upper(),
    "lowerRoman": roman,
    "bullet": lambda _: _BULLETS,
    "none": lambda _: "",
}


class UnknownNumbering(Exception):
    """A way of counting that we can't write; its name."""


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int
    restarts: bool
    is_legal: bool


@dataclass(slots=True)
class Numbering:
    """Counts the paragraphs of one document, in their order."""

    _levels: dict[str, dict[int, _Level]]
    _abstract: dict[str, str]
    _starts: dict[tuple[str, int], int]
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, num_id: str, level: int) -> str:
        """Return the number of the next paragraph of a list, with the signs around it; "" for a list that there is not.

        Raises:
            UnknownNumbering: it is counted in a way that we can't write.
        """
        list_id = self._abstract.get(num_id, "")
        levels = self._levels.get(num_id) or self._levels.get(f"abstract:{list_id}", {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(list_id, [0] * _LEVELS)
        self._advance(num_id, levels, counts, level)
        found = levels[level]
        if found.form == "bullet":
            return _BULLETS
        text = found.text
        for i in range(level + 1):
            if f"%{i + 1}" in text and i in levels:
                form = "decimal" if found.is_legal else levels[i].form
                if form not in _FORMATS:
                    raise UnknownNumbering(form)
                text = text.replace(f"%{i + 1}", _FORMATS[form](max(counts[i], 1)))
        return text

    def _advance(self, num_id: str, levels: dict[int, _Level], counts: list[int], level: int) -> None:
        override = self._starts.get((num_id, level))
        if override is not None and (num_id, level) not in self._begun:
            counts[level] = override
        else:
            counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        self._begun.add((num_id, level))
        for deeper in range(level + 1, _LEVELS):
            if deeper not in levels or levels[deeper].restarts:
                counts[deeper] = 0


def numbering_of(root: Any | None) -> Numbering:
    """Return the lists that the numbering part of a Word file defines; without that part there are none."""
    found = Numbering({}, {}, {})
    if root is None:
        return found
    for abstract in root.iterchildren(qn("w:abstractNum")):
        list_id = abstract.get(qn("w:abstractNumId"))
        found._levels[f"abstract:{list_id}"] = dict(map(_level, abstract.iterchildren(qn("w:lvl"))))
    for num in root.iterchildren(qn("w:num")):
        num_id, of = num.get(qn("w:numId")), num.find(qn("w:abstractNumId"))
        found._abstract[num_id] = of.get(qn("w:val")) if of is not None else ""
        levels = dict(found._levels.get(f"abstract:{found._abstract[num_id]}", {}))
        for override in num.iterchildren(qn("w:lvlOverride")):
            level = int(override.get(qn("w:ilvl"), "0"))
            own, start = override.find(qn("w:lvl")), override.find(qn("w:startOverride"))
            if own is not None:
                levels[level] = _level(own)[1]
            if start is not None:
                found._starts[num_id, level] = int(start.get(qn("w:val"), "1"))
        found._levels[num_id] = levels
    return found


def _level(node: Any) -> tuple[int, _Level]:
    def value(name: str, default: str) -> str:
        child = node.find(qn(name))
        return str(child.get(qn("w:val"), default)) if child is not None else default

    level = _Level(
        form=value("w:numFmt", "decimal"),
        text=value("w:lvlText", ""),
        start=int(value("w:start", "1")),
        restarts=value("w:lvlRestart", "") != "0",
        is_legal=node.find(qn("w:isLgl")) is not None,
    )
    return int(node.get(qn("w:ilvl"), "0")), level
