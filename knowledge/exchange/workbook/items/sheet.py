"""The sheets of a workbook → questions, a row each.

Headings may stand in any order, below titles, on several sheets; columns that are missing leave what the
bank has, and so do empty cells. A Problem's file is the name of the sheet, its line and column are those of the cell.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.exchange.bank.questions import Question
from knowledge.exchange.workbook.cells import address, lettered, unescape_formula
from knowledge.exchange.workbook.grid import Grid, read_grids
from knowledge.exchange.workbook.headings import HEADING_ROWS, holds, renamed, renamed_to
from knowledge.exchange.workbook.items.columns import (
    COLUMNS,
    HEADINGS,
    MARK,
    NUMBERED,
    SHEET,
    item_mark,
)
from knowledge.exchange.workbook.items.row import RowReader
from knowledge.exchange.workbook.package import Package
from knowledge.model.problems import Problem

_SHOWN_COLUMNS = 10
_SERIAL = re.compile(r"第?\s*\d+\s*[题.．、]?")


@dataclass(frozen=True, slots=True)
class BankRow:
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
        return bool(self.mark) and self.mark == item_mark(self.texts)


@dataclass(slots=True)
class BankWorkbook:
    """What a workbook says of a bank: its rows, every Problem of reading it, and what was passed over on purpose."""

    rows: list[BankRow] = field(default_factory=list)
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
        if any(holds(grid, ("问题", "相似问")) for grid in grids):
            hint = "这是问答的表，用 qinglang kb import 导入"
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

    def rows(self) -> list[BankRow]:
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
            if not self.grid.says_nothing(number, own) and not self._is_heading(number)
        ]
        found = [row for number in numbers if (row := self._row(number, own)) is not None]
        self.notes += self.grid.notes(numbers)
        if self.n_serials:
            message, hint = f"{self.n_serials} 行写的是序号，没有照搬", "导入以后按题干认题"
            self.add(heading, self.columns["id"], "foreign-id", message, hint, "warning")
        return found

    def _row(self, number: int, own: Mapping[str, int]) -> BankRow | None:
        texts = self._texts(number)
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
        row = RowReader(self.grid.name, number, self.columns, texts, self.names_items)
        question = row.question()
        self.problems += row.problems
        return BankRow(question, texts) if question is not None and len(self.problems) == n_before else None

    def _heading_row(self) -> int | None:
        heading = None
        for row in range(min(HEADING_ROWS, len(self.grid.rows))):
            names = [_plain(self.grid.text(row, column)) for column in range(len(self.grid.rows[row]))]
            known = {HEADINGS[name].part for name in names if name in HEADINGS}
            if {"stem", "key"} <= known or ("mark" in known and len(known) > len(COLUMNS) // 2):
                heading = row
            elif heading is not None:
                break
        return heading

    def _is_heading(self, row: int) -> bool:
        """Whether a row has the headings again, as below the end of a page."""
        names = {part: _plain(self.grid.text(row, column)) for part, column in self.columns.items()}
        return all(name in HEADINGS and HEADINGS[name].part == part for part, name in names.items())

    def _texts(self, number: int) -> dict[str, str]:
        texts = {
            part: unescape_formula(self.grid.text(number, column).strip())
            for part, column in self.columns.items()
        }
        texts |= {part: address(texts[part]) for part in ("id", "passage") if part in texts}
        if _SERIAL.fullmatch(texts.get("id", "")):
            texts["id"] = ""
            self.n_serials += 1
        return texts

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
        self._tell_strangers(heading, strangers)

    def _tell_strangers(self, heading: int, strangers: Mapping[int, str]) -> None:
        """Tell of the columns that nobody knows, those first that stand in the place of one of ours."""
        ignored: list[int] = []
        order = [column.part for column in (*COLUMNS, MARK)]
        meant = renamed(self.columns, order, strangers) if "mark" in self.columns else {}
        for column, cell in strangers.items():
            if column in meant:
                name = next(c.headings[0] for c in (*COLUMNS, MARK) if c.part == meant[column])
                self.add(heading, column, "unknown-column", *renamed_to(cell, name))
            elif not self._is_nearly_known(heading, column, cell):
                ignored.append(column)
        self._tell_ignored(heading, {column: strangers[column] for column in ignored})

    def _is_nearly_known(self, heading: int, column: int, cell: str) -> bool:
        near = difflib.get_close_matches(_plain(cell), HEADINGS, n=1, cutoff=0.6)
        if near:
            hint = f"是不是“{HEADINGS[near[0]].headings[0]}”？"
            self.add(heading, column, "unknown-column", f"没有“{cell}”这一列", hint)
        return bool(near)

    def _tell_ignored(self, heading: int, ignored: Mapping[int, str]) -> None:
        """Name the columns that nobody reads; of very many the first, and a count."""
        hint = "这里没有这一项；要用的话，列名照 quiz export 导出的写"
        for number, (column, cell) in enumerate(ignored.items()):
            if number == _SHOWN_COLUMNS and len(ignored) > _SHOWN_COLUMNS + 1:
                message = f"“{cell}”等 {len(ignored) - number} 列没有读"
                self.add(heading, column, "ignored-column", message, hint, "warning")
                return
            self.add(heading, column, "ignored-column", f"“{cell}”这一列没有读", hint, "warning")

    def add(self, row: int, column: int, code: str, message: str, hint: str, severity: str = "error") -> None:
        """Note a Problem at a cell, counted from 0."""
        self.problems.append(Problem(self.grid.name, row + 1, column + 1, code, message, hint, severity))


def _plain(heading: str) -> str:
    text = re.sub(r"[（(\[【].*", "", heading, flags=re.DOTALL)
    return re.sub(r"[\s*:：]", "", unicodedata.normalize("NFKC", text)).lower()
