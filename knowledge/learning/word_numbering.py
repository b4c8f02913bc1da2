"""The numbers that Word counts by itself (一、, 第1条, •): a reader sees them, and they stand in no run of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from knowledge.language.numerals import chinese_numeral

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9
_BULLETS = "•"


def chinese(value: int) -> str:
    """Return a number as Chinese counting writes it.

    >>> chinese(12), chinese(103), chinese(120)
    ('十二', '一百零三', '一百二十')
    """
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return chinese_numeral(value)
    tail = chinese_numeral(rest) if rest else ""
    tail = f"零{tail}" if 0 < rest < 10 else f"一{tail}" if 10 <= rest < 20 else tail
    return f"{chinese_numeral(hundreds)}百{tail}"


def roman(value: int) -> str:
    """Return a number in small Roman letters.

    >>> roman(14)
    'xiv'
    """
    written = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        written += letters * count
    return written


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
    "decimalEnclosedCircle": lambda n: _CIRCLED[n - 1] if n <= len(_CIRCLED) else str(n),
    "decimalEnclosedCircleChinese": lambda n: _CIRCLED[n - 1] if n <= len(_CIRCLED) else str(n),
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
