"""How the cells of a sheet look: number formats, formulas, errors, struck-through words, hidden rows.

The reader of values tells none of it, and what a cell shows may be another thing than what it holds.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from knowledge.exchange.workbook.cells import name_of
from knowledge.exchange.workbook.number_format import GENERAL, format_of, formatted, in_full, is_date
from knowledge.exchange.workbook.package import BadWorkbook

_TOKEN = re.compile(
    rb"<(?:\w+:)?(?:row\b(?P<row>[^>]*)>|c\b(?P<cell>[^>]*[^/>])?>(?P<inside>.*?)</(?:\w+:)?c>|c\b(?P<blank>[^>]*)/>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"""\b(r|s|t|hidden)=["']([^"']*)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ON = (b"1", b"true")
_MINUTE_S = 60
_MAX_DAYS = 1e8

Place = tuple[int, int]
"""Row and column of a cell, counted from 0."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """Why a cell is not read as it stands.

    A date is none where a date belongs. One that is empty counts only in a row that says something.
    """

    code: str
    message: str
    hint: str
    is_date: bool = False
    is_empty: bool = False


@dataclass(slots=True)
class Look:
    """A sheet's odd cells, the texts of its dates and numbers, and its hidden rows."""

    odd: dict[Place, Oddity] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Styles:
    """What the cells of a workbook refer to: formats and strike-through by style, struck words by shared string."""

    formats: tuple[str, ...]
    is_struck: tuple[bool, ...]
    struck_words: Mapping[int, str]
    epoch: datetime.datetime

    def format(self, style: int) -> str:
        """Return the number format of a style; General when the workbook has no such style."""
        return self.formats[style] if style < len(self.formats) else GENERAL

    def struck(self, kind: str, value: str, style: int, inside: bytes) -> str:
        """Return what to say of a cell with struck-through words; "" when it has none."""
        words = self.struck_words.get(int(value), "") if kind == "s" and value.isdigit() else ""
        if kind == "inlineStr" and b"strike" in inside:
            item = _tree(b"<is>%s</is>" % re.sub(rb"<(/?)\w+:", rb"<\1", inside))
            words = _struck_words(item) if item is not None else ""
        if words:
            return f"这一格里划掉了“{words}”"
        return "这一格的字是划掉的" if style < len(self.is_struck) and self.is_struck[style] else ""


def look_at(xml: bytes, styles: Styles) -> Look:
    """Return the look of the sheet that is in this part.

    Raises:
        BadWorkbook: a date is beyond all days.
    """
    look = Look()
    for place, kind, style, inside in _cells(xml, look.hidden_rows):
        found = _VALUE.search(inside)
        value = found.group(1).decode() if found else ""
        if kind in ("n", "d") and value:
            _look_at_number(look, place, value, styles.format(style), styles.epoch)
        if _FORMULA.search(inside):
            # A formula that gives "" says so by its kind; one that was never calculated keeps nothing.
            is_empty = kind == "str" and not value
            hint = "选中，复制，选择性粘贴为“数值”"
            look.odd[place] = Oddity("formula-cell", "这一格是公式", hint, is_empty=is_empty)
        elif kind == "e":
            look.odd[place] = Oddity("error-cell", f"这一格是计算错误 {value}", "改成文字，或者清空")
        elif struck := styles.struck(kind, value, style, inside):
            hint = "要这些字就去掉删除线，不要就删掉它们"
            look.odd[place] = Oddity(
                "struck-through", struck, hint, is_empty=not value and b"<t" not in inside
            )
    return look


def _cells(xml: bytes, hidden_rows: set[int]) -> Iterator[tuple[Place, str, int, bytes]]:
    """Yield place, kind, style and inside of each cell with content; some programs write no places."""
    row, column = -1, -1
    for token in _TOKEN.finditer(xml):
        attributes = dict(_ATTRIBUTE.findall(token["row"] or token["cell"] or token["blank"] or b""))
        if token["row"] is not None:
            row, column = int(attributes.get(b"r", row + 2)) - 1, -1
            if attributes.get(b"hidden") in _ON:
                hidden_rows.add(row)
            continue
        column += 1
        if b"r" in attributes:
            row, column = _place(attributes[b"r"])
        if token["inside"]:
            kind, style = attributes.get(b"t", b"n").decode(), int(attributes.get(b"s", 0))
            yield (row, column), kind, style, token["inside"]


def _place(name: bytes) -> Place:
    letters = name.rstrip(b"0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(name[len(letters) :]) - 1, column - 1


def _look_at_number(look: Look, place: Place, value: str, code: str, epoch: datetime.datetime) -> None:
    moment, screen = None, None
    if is_date(code) or "T" in value:
        if "T" not in value and float(value) < -_MAX_DAYS:
            # The reader of values can't stand such a day: it would end the whole program.
            where = name_of(place[0] + 1, place[1] + 1)
            raise BadWorkbook("not-a-workbook", f"{where} 的日期不成日期（{value}）", "清空这一格，再保存")
        with contextlib.suppress(ValueError, OverflowError):
            moment, number = _moment(value, epoch)
            text = _date_text(moment, number)
            screen = formatted(number, code, moment) if is_date(code) else text
    else:
        screen = formatted(float(value), code)
    if moment is None:
        text = in_full(float(value)) if "T" not in value else value
    look.texts[place] = text
    if moment is not None or screen != text:
        look.odd[place] = _otherwise(screen, code, text, is_date=moment is not None)


def _otherwise(screen: str | None, code: str, text: str, *, is_date: bool) -> Oddity:
    shows = f"显示“{screen.strip()}”" if screen is not None else f"的数字格式是“{code}”"
    kind = ("日期" if "-" in text else "时间") if is_date else "数"
    hint = "把这一列设成“文本”格式，再照要的样子重写这一格"
    return Oddity("shown-otherwise", f"这一格{shows}，里面存的是{kind} {text}", hint, is_date=is_date)


def _moment(value: str, epoch: datetime.datetime) -> tuple[datetime.datetime, float]:
    """Return the moment that a cell holds, and its number of days.

    JavaScript's clock makes some midnights a few seconds early (Shanghai's offset of 1900): within a minute of
    a midnight it is that day.
    """
    if "T" in value:
        moment = datetime.datetime.fromisoformat(value).replace(tzinfo=None)
        number = (moment - epoch) / datetime.timedelta(days=1)
    else:
        number = float(value)
        moment = epoch + (
            from_excel(number, epoch) - epoch if number >= 1 else datetime.timedelta(days=number)
        )
    day = (moment + datetime.timedelta(hours=12)).replace(hour=0, minute=0, second=0, microsecond=0)
    if number >= 1 and abs((moment - day).total_seconds()) < _MINUTE_S:
        moment = day
    return moment + datetime.timedelta(microseconds=500_000 if moment.microsecond >= 500_000 else 0), number


def _date_text(moment: datetime.datetime, number: float) -> str:
    if number < 1:
        return moment.time().isoformat("seconds")
    return moment.date().isoformat() if moment.time() == datetime.time() else moment.isoformat(" ", "seconds")


def read_styles(parts: Mapping[str, bytes]) -> Styles:
    """Return what the cells of a workbook, given by its parts, refer to."""
    root = _tree(parts.get("xl/styles.xml"))
    codes, fonts, formats, struck = {}, [], [], []
    for node in root.iter() if root is not None else ():
        tag = _tag(node)
        if tag == "numFmt" and node.get("formatCode") is not None:
            codes[node.get("numFmtId")] = node.get("formatCode")
        elif tag == "fonts":
            fonts = [any(_is_strike(child) for child in font) for font in node]
        elif tag == "cellXfs":
            for xf in node:
                number, font = xf.get("numFmtId", "0"), int(xf.get("fontId", 0))
                formats.append(format_of(int(number), codes.get(number)))
                struck.append(font < len(fonts) and fonts[font])
    book = parts.get("xl/workbook.xml", b"")
    is_mac = re.search(rb"""\bdate1904=["'](1|true)["']""", book)
    epoch = CALENDAR_MAC_1904 if is_mac else CALENDAR_WINDOWS_1900
    return Styles(tuple(formats), tuple(struck), _struck_strings(parts), epoch)


def _struck_strings(parts: Mapping[str, bytes]) -> dict[int, str]:
    shared = next((parts[name] for name in parts if name.lower() == "xl/sharedstrings.xml"), b"")
    if b"strike" not in shared:
        return {}
    root = _tree(shared)
    items = [node for node in root if _tag(node) == "si"] if root is not None else []
    return {n: words for n, item in enumerate(items) if (words := _struck_words(item))}


def _struck_words(item: ElementTree.Element) -> str:
    """Return the words of a rich text that are struck through."""
    words = []
    for run in item.iter():
        if _tag(run) == "r" and any(_is_strike(mark) for part in run if _tag(part) == "rPr" for mark in part):
            words += [part.text or "" for part in run if _tag(part) == "t"]
    return "".join(words)


def _is_strike(node: ElementTree.Element) -> bool:
    return _tag(node) == "strike" and node.get("val", "1") in ("1", "true")


def _tag(node: ElementTree.Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _tree(xml: bytes | None) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(xml) if xml else None  # noqa: S314 (document types were refused)
    except ElementTree.ParseError:
        return None
