"""The bank as one sheet of a workbook, a row an item, and such a sheet back into questions.

Headings may stand in any order, below titles, on several sheets; columns that are missing leave what the
bank has. A Problem's file is the name of the sheet, its line and column are those of the cell.
"""

from __future__ import annotations

import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.exchange.bank.questions import Question
from knowledge.exchange.workbook.bank_columns import COLUMNS, HEADINGS, KINDS, LEVELS, SHEET, cells_of_item
from knowledge.exchange.workbook.cells import escape, spell, unescape
from knowledge.exchange.workbook.entry_sheets import GUIDE, SOURCES, Grid, odd_cells, read_sheets
from knowledge.exchange.workbook.export import write_row
from knowledge.exchange.workbook.package import Package
from knowledge.model import Item, Mark, Problem
from knowledge.reading.quiz import LETTERS

_HEADING_ROWS = 20
_TRUTHS = {
    "对": 0,
    "正确": 0,
    "true": 0,
    "t": 0,
    "√": 0,
    "是": 0,
    "错": 1,
    "错误": 1,
    "false": 1,
    "f": 1,
    "×": 1,
    "否": 1,
}
_MAX_LISTED = 255
"""Excel repairs a workbook whose list of offered values is longer."""
_HEAD = PatternFill("solid", fgColor="DDE8F5")


def export_quiz_workbook(items: Iterable[Item], tracks: Iterable[str]) -> bytes:
    """Return the .xlsx of the items, a row each; `tracks` are offered in the cells of that column."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 (a new workbook has one sheet)
    sheet.title = SHEET
    write_row(sheet, 1, [column.headings[0] for column in COLUMNS])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for row, item in enumerate(items, start=2):
        cells = cells_of_item(item)
        write_row(sheet, row, [spell(escape(cells.get(column.part, ""))) for column in COLUMNS])
    for number, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "B2"
    for part, choices in (("kind", KINDS), ("track", tracks), ("difficulty", LEVELS)):
        letter = get_column_letter([column.part for column in COLUMNS].index(part) + 1)
        listed = f'"{",".join(choices)}"'
        if len(listed) > _MAX_LISTED:
            continue
        offered = DataValidation(type="list", formula1=listed, allow_blank=True)
        offered.add(f"{letter}2:{letter}5000")
        sheet.add_data_validation(offered)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_quiz_workbook(package: Package) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """Return the questions of every sheet with a heading row, and a Problem with its cell for each fault.

    Raises:
        BadWorkbook: the file can't be read.
    """
    questions: list[Question] = []
    problems: list[Problem] = []
    n_sheets = 0
    for grid in read_sheets(package):
        if grid.name in (GUIDE, SOURCES):
            continue
        reader = _SheetReader(grid)
        questions += reader.questions()
        problems += [*reader.problems, *odd_cells(grid.name, package)]
        n_sheets += bool(reader.columns)
    if not n_sheets:
        hint = "第一行写列名，至少要有“题干”和“答案”；可以先用 quiz export 导出一份照着填"
        problems.append(Problem(SHEET, 1, 1, "no-heading", "没有一张表有题库的列名", hint))
    return tuple(questions), tuple(problems)


@dataclass(slots=True)
class _SheetReader:
    """One sheet while it is read; `columns` counts from 0, by field."""

    grid: Grid
    columns: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def questions(self) -> list[Question]:
        """Return a question for each row below the headings that says something and has no fault."""
        heading = self._heading_row()
        if heading is None:
            return []
        self._name_columns(heading)
        found = []
        for number in range(heading + 1, len(self.grid.rows)):
            texts = {part: self._text(number, column) for part, column in self.columns.items()}
            if any(texts.values()):
                n_before = len(self.problems)
                question = _Row(self, number, texts).question()
                if len(self.problems) == n_before and question is not None:
                    found.append(question)
        return found

    def _text(self, row: int, column: int) -> str:
        cells = self.grid.rows[row]
        return unescape(cells[column].strip()) if column < len(cells) else ""

    def _heading_row(self) -> int | None:
        for row in range(min(_HEADING_ROWS, len(self.grid.rows))):
            parts = {
                HEADINGS[name].part for cell in self.grid.rows[row] if (name := _plain(cell)) in HEADINGS
            }
            if {"stem", "key"} <= parts:
                return row
        return None

    def _name_columns(self, heading: int) -> None:
        for column, cell in enumerate(self.grid.rows[heading]):
            name = _plain(cell)
            if name in HEADINGS:
                part = HEADINGS[name].part
                if part in self.columns:
                    self.add(heading, column, "duplicate-column", f"“{cell}”这一列写了两次", "只留一列")
                else:
                    self.columns[part] = column
            elif name:
                self._name_stranger(heading, column, cell.strip())

    def _name_stranger(self, heading: int, column: int, cell: str) -> None:
        near = difflib.get_close_matches(_plain(cell), HEADINGS, n=1, cutoff=0.6)
        if near:
            hint = f"是不是“{HEADINGS[near[0]].headings[0]}”？"
            self.add(heading, column, "unknown-column", f"没有“{cell}”这一列", hint)
        else:
            hint = "这里没有这一项；要用的话，列名照 quiz export 导出的写"
            self.add(heading, column, "ignored-column", f"“{cell}”这一列没有读", hint, "warning")

    def add(self, row: int, column: int, code: str, message: str, hint: str, severity: str = "error") -> None:
        """Note a Problem at a cell, counted from 0."""
        self.problems.append(Problem(self.grid.name, row + 1, column + 1, code, message, hint, severity))


def _plain(heading: str) -> str:
    text = re.sub(r"[（(\[【].*", "", heading, flags=re.DOTALL)
    return re.sub(r"[\s*:：]", "", unicodedata.normalize("NFKC", text)).lower()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: the text of each field that has a column."""

    sheet: _SheetReader
    number: int
    texts: Mapping[str, str]

    def question(self) -> Question | None:
        """Return the question of the row; None, and every Problem of it, when it can't be read."""
        places = {part: self._mark(part) for part in self.texts}
        options = self._options()
        kind = self._kind(options)
        if not self.texts["stem"]:
            self._add("stem", "missing-key", "没有题干", "在“题干”这一格写上")
        key = self._key(kind, options) if kind else None
        difficulty = self._level()
        if not kind or key is None or difficulty is None or not self.texts["stem"]:
            return None
        parts: dict[str, Any] = {
            part: self.texts[part]
            for part in ("id", "track", "why", "passage", "quote", "claim", "truth")
            if part in self.texts
        }
        parts |= {part: _list(self.texts[part]) for part in ("tags", "excludes") if part in self.texts}
        # An empty cell of these says nothing; an empty list of tags says that there are none.
        said = {part for part, value in parts.items() if value or part in ("tags", "excludes")}
        said |= {"kind", "stem", "options", "key"} | (
            {"difficulty"} if self.texts.get("difficulty") else set()
        )
        given: dict[str, Any] = {"accepted": key} if kind == "fill" else {"key": key, "options": options}
        return Question(
            mark=self._mark("stem"),
            said=frozenset(said),
            kind=kind,
            stem=self.texts["stem"],
            difficulty=difficulty,
            places=places,
            **given,
            **parts,
        )

    def _mark(self, part: str) -> Mark:
        column = self.sheet.columns.get(part, self.sheet.columns["stem"])
        return Mark(self.sheet.grid.name, self.number + 1, column + 1)

    def _add(self, part: str, code: str, message: str, hint: str) -> None:
        self.sheet.add(self.number, self._mark(part).column - 1, code, message, hint)

    def _options(self) -> tuple[str, ...]:
        written = [self.texts.get(f"option.{i}", "") for i in range(len(LETTERS))]
        n = max((i + 1 for i, text in enumerate(written) if text), default=0)
        for i, text in enumerate(written[:n]):
            if not text:
                self._add(
                    f"option.{i}", "empty-value", f"选项{LETTERS[i]}是空的，后面的却有", "往前挪，或者补上"
                )
        return tuple(written[:n])

    def _kind(self, options: Sequence[str]) -> str:
        text = self.texts.get("kind", "")
        if text:
            kind = KINDS.get(text.removesuffix("题"), text if text in KINDS.values() else "")
            if not kind:
                hint = f"只能写：{'、'.join(KINDS)}"
                self._add("kind", "wrong-value", f"题型“{text}”聊天里没法问", hint)
            return kind
        # Without a column for it the answer tells.
        if options:
            return "single" if len(_letters(self.texts["key"])) < 2 else "multiple"
        return "truefalse" if self.texts["key"].lower() in _TRUTHS else "fill"

    def _key(self, kind: str, options: Sequence[str]) -> tuple[Any, ...] | None:
        text = self.texts["key"]
        if not text:
            self._add("key", "missing-key", "没有答案", "在“答案”这一格写上")
            return None
        if kind == "fill":
            return _list(text)
        if kind == "truefalse":
            if text.lower() in _TRUTHS:
                return (_TRUTHS[text.lower()],)
            self._add("key", "bad-key", f"判断题的答案“{text}”看不懂", "写 对 或 错")
            return None
        letters = _letters(text)
        allowed = LETTERS[: len(options)]
        if not letters or any(letter not in allowed for letter in letters) or len({*letters}) < len(letters):
            hint = f"只能是 {'、'.join(allowed)}，多选连着写，例如 AC" if allowed else "先写选项"
            self._add("key", "bad-key", f"答案“{text}”不在选项里", hint)
            return None
        return tuple(sorted(LETTERS.index(letter) for letter in letters))

    def _level(self) -> int | None:
        text = self.texts.get("difficulty", "")
        level = LEVELS.get(text, int(text) if text in ("1", "2", "3") else None) if text else 1
        if level is None:
            self._add("difficulty", "wrong-value", f"难度“{text}”不认识", f"只能写：{'、'.join(LEVELS)}")
        return level


def _letters(text: str) -> str:
    return re.sub(r"[\s,，、;；/和]", "", unicodedata.normalize("NFKC", text).upper())


def _list(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())
