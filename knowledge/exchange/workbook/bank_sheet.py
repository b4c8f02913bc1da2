"""The sheets of a workbook → questions, a row each.

Headings may stand in any order, below titles, on several sheets; columns that are missing leave what the
bank has, and so do empty cells. A Problem's file is the name of the sheet, its line and column are those of the cell.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.exchange.bank.questions import Question
from knowledge.exchange.workbook.bank_columns import (
    COLUMNS,
    HEADINGS,
    KINDS,
    LEVELS,
    LISTS,
    MARK,
    NONE,
    NUMBERED,
    SHEET,
    mark_of,
)
from knowledge.exchange.workbook.cells import address, lettered, unescape
from knowledge.exchange.workbook.grid import Grid, read_grids
from knowledge.exchange.workbook.headings import renamed, renamed_to
from knowledge.exchange.workbook.package import Package
from knowledge.model import Mark, Problem
from knowledge.reading.quiz import LETTERS

_HEADING_ROWS = 20
_SERIAL = re.compile(r"第?\s*\d+\s*[题.．、]?")
_OWN_ID = re.compile(r"q-[a-z0-9-]+")
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


@dataclass(frozen=True, slots=True)
class Row:
    """A question of a sheet with the texts of its cells, by field; `mark` is what its row was exported with."""

    question: Question
    texts: Mapping[str, str]

    @property
    def mark(self) -> str:
        """The mark of the item at its export; "" in a row that was not exported."""
        return lettered(self.texts.get("mark", ""))

    @property
    def is_untouched(self) -> bool:
        """Whether the row still reads as it was exported."""
        return bool(self.mark) and self.mark == mark_of(self.texts)


@dataclass(slots=True)
class BankWorkbook:
    """What a workbook says of a bank: its rows, every Problem of reading it, and what was passed over on purpose."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheets: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def read_quiz_workbook(package: Package, *, hidden: bool = False) -> BankWorkbook:
    """Return the rows of every sheet with a heading row, and a Problem with its cell for each fault.

    Args:
        hidden: Whether hidden sheets are read too.

    Raises:
        BadWorkbook: the file can't be read.
    """
    read = BankWorkbook()
    grids, read.notes = read_grids(package, hidden=hidden)
    read.sheets = tuple(grid.name for grid in grids)
    n_banks = 0
    for grid in grids:
        reader = _SheetReader(grid)
        read.rows += reader.rows()
        read.problems += reader.problems
        read.notes += reader.notes
        n_banks += bool(reader.columns)
    if not n_banks:
        hint = "第一行写列名，至少要有“题干”和“答案”；可以先用 quiz export 导出一份照着填"
        name = grids[0].name if grids else SHEET
        read.problems.append(Problem(name, 1, 1, "no-heading", "没有一张表有题库的列名", hint))
    return read


@dataclass(slots=True)
class _SheetReader:
    """One sheet while it is read; `columns` counts from 0, by field."""

    grid: Grid
    columns: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names_items: bool = False
    """Whether ids that the bank lacks may be those of new items; else they are another bank's."""
    n_serials: int = 0

    def rows(self) -> list[Row]:
        """Return each row below the headings that says something and has no fault."""
        heading = self._heading_row()
        if heading is None:
            if any(cell.strip() for row in self.grid.rows for cell in row):
                self.notes.append(f"表“{self.grid.name}”没有“题干、答案……”这样的表头，没有读")
            return []
        self._name_columns(heading)
        if not {"stem", "key"} <= self.columns.keys():
            if any(problem.code == "unknown-column" for problem in self.problems):
                return []
            hint = "“题干”“答案”两列都要有；重新导出一份，照它的列名改"
            self.add(heading, 0, "no-heading", "表里缺了“题干”或者“答案”这一列", hint)
            return []
        own = {part: column for part, column in self.columns.items() if part != "mark"}
        numbers = [
            number
            for number in range(heading + 1, len(self.grid.rows))
            if not self.grid.says_nothing(number, own)
        ]
        found = [row for number in numbers if (row := self._row(number, own)) is not None]
        self.notes += self.grid.notes(numbers)
        if self.n_serials:
            message, hint = f"{self.n_serials} 行写的是序号，没有照搬", "导入以后按题干认题"
            self.add(heading, self.columns["id"], "foreign-id", message, hint, "warning")
        return found

    def _row(self, number: int, own: Mapping[str, int]) -> Row | None:
        texts = {
            part: unescape(self.grid.text(number, column).strip()) for part, column in self.columns.items()
        }
        for part in ("id", "passage"):
            if part in texts:
                texts[part] = address(texts[part])
        if _SERIAL.fullmatch(texts.get("id", "")):
            texts["id"] = ""
            self.n_serials += 1
        n_before = len(self.problems)
        self.problems += self.grid.doubts(number, own)
        for part in ("id", "stem"):
            column = self.columns.get(part, -1)
            if (number, column) in self.grid.covered:
                heading = next(c.headings[0] for c in COLUMNS if c.part == part)
                message = f"“{heading}”和上面一行合并了，一道题只能占一行"
                self.add(number, column, "merged-row", message, "取消合并，一道题写成一行")
        if len(self.problems) > n_before:
            # What follows from a cell that can't be read is no fault of its own.
            return None
        question = _QuestionReader(self, number, texts).question()
        return Row(question, texts) if question is not None and len(self.problems) == n_before else None

    def _heading_row(self) -> int | None:
        for row in range(min(_HEADING_ROWS, len(self.grid.rows))):
            names = [_plain(self.grid.text(row, column)) for column in range(len(self.grid.rows[row]))]
            known = {HEADINGS[name].part for name in names if name in HEADINGS}
            if {"stem", "key"} <= known or {"id", "mark"} <= known:
                return row
        return None

    def _name_columns(self, heading: int) -> None:
        strangers: dict[int, str] = {}
        for column in range(len(self.grid.rows[heading])):
            cell = self.grid.text(heading, column)
            name = _plain(cell)
            if name in HEADINGS:
                part = HEADINGS[name].part
                if part in self.columns:
                    self.add(heading, column, "duplicate-column", f"“{cell}”这一列写了两次", "只留一列")
                else:
                    self.columns[part] = column
                    self.names_items |= part == "id" and name not in NUMBERED
            elif name:
                strangers[column] = cell.strip()
        order = [column.part for column in (*COLUMNS, MARK)]
        meant = renamed(self.columns, order, strangers) if "mark" in self.columns else {}
        for column, cell in strangers.items():
            if column in meant:
                name = next(c.headings[0] for c in (*COLUMNS, MARK) if c.part == meant[column])
                self.add(heading, column, "unknown-column", *renamed_to(cell, name))
            else:
                self._name_stranger(heading, column, cell)

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
class _QuestionReader:
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
        lists = [part for part in LISTS if self.texts.get(part)]
        parts |= {part: () if self.texts[part] == NONE else _list(self.texts[part]) for part in lists}
        if "excludes" in parts:
            parts["excludes"] = tuple(map(address, parts["excludes"]))
        # An empty cell says nothing: what the bank has there stays.
        said = {part for part, value in parts.items() if value} | {*lists, "kind", "stem", "options", "key"}
        said |= {"difficulty"} if self.texts.get("difficulty") else set()
        said -= set() if self._is_own_id() else {"id"}
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

    def _is_own_id(self) -> bool:
        """Whether the id is ours when the bank lacks it: of our export, or one that an editor gave a new item."""
        is_named = self.sheet.names_items and _OWN_ID.fullmatch(self.texts.get("id", ""))
        return "mark" in self.sheet.columns or bool(is_named)

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
