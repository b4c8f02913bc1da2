"""The sheets of a workbook → one record an entry, with the place of every cell, and a Problem for each fault.

What office work does to a table is read as it is meant: titles above the headings, headings in any order,
several sheets, cells merged over the rows of one entry, phrasings in rows of their own, blank rows and columns.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.exchange.workbook.cells import lettered, name_of, unescape_formula
from knowledge.exchange.workbook.entry_columns import COLUMN_BY_KEY, COLUMNS, DATES, SAID_ONCE
from knowledge.exchange.workbook.grid import GUIDE, TOTAL_ROW, Grid, read_grids
from knowledge.exchange.workbook.headings import HEADING_ROWS, holds, renamed, renamed_to
from knowledge.exchange.workbook.package import Package
from knowledge.model.problems import Problem

MARK_HEADING = "校验"
CONTINUED = "〃"
_KEYS_BY_HEADING = {
    name.lower(): column.key for column in COLUMNS for name in (column.heading, *column.also)
} | {MARK_HEADING: "mark"}


@dataclass(slots=True)
class EntryRow:
    """One entry of a workbook: the text of each cell by column key, where it stands, and its mark at export.

    `columns` counts from 0, `row` and `rows` from 1.
    """

    sheet: str
    row: int
    texts: dict[str, str]
    columns: Mapping[str, int]
    mark: str = ""
    rows: dict[str, int] = field(default_factory=dict)

    def place(self, key: str) -> tuple[int, int]:
        """Return row and column of a cell; those of the first cell of the row without such a column."""
        return self.rows.get(key, self.row), self.columns.get(key, min(self.columns.values())) + 1

    def problem(self, key: str, code: str, message: str, hint: str) -> Problem:
        """Return a Problem at a cell."""
        return Problem(self.sheet, *self.place(key), code, message, hint)


@dataclass(slots=True)
class Workbook:
    """What a workbook says: its records, every Problem of reading it, and what was passed over on purpose."""

    records: list[EntryRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheets: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def read_workbook(package: Package, *, hidden: bool = False) -> Workbook:
    """Return the records of every sheet that has a heading row.

    A Problem's file is the name of the sheet; line and column are those of the cell.

    Args:
        hidden: Whether hidden sheets are read too.

    Raises:
        BadWorkbook: the file can't be read.
    """
    read = Workbook()
    grids, read.notes = read_grids(package, hidden=hidden)
    read.sheets = tuple(grid.name for grid in grids)
    n_sheets = 0
    for grid in grids:
        n_sheets += _Sheet(grid, read).read()
    if not n_sheets:
        hint = "第一行写列名，至少要有“编号”和“问题”；可以先用 kb export 导出一份照着填"
        name = grids[0].name if grids else GUIDE
        read.problems.append(Problem(name, 1, 1, "no-heading", "没有一张表有问答的列名", hint))
    return read


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read; rows and columns count from 0."""

    grid: Grid
    read_into: Workbook
    columns: dict[str, int] = field(default_factory=dict)
    strangers: dict[int, str] = field(default_factory=dict)
    records: list[EntryRow] = field(default_factory=list)

    def read(self) -> bool:
        """Add what the sheet says to the workbook; False when it has no headings of ours."""
        heading, name = self._heading_row(), self.grid.name
        if holds(self.grid, ("题干", "答案")):
            self._problem(0, 0, "no-heading", "这是题库的表，不是问答", "用 qinglang quiz import 导入")
            return True
        if heading is None:
            if any(cell.strip() for row in self.grid.rows for cell in row):
                self.read_into.notes.append(f"表“{name}”没有“编号、问题……”这样的表头，没有读")
            return False
        self._name_columns(heading)
        if "question" not in self.columns and "id" not in self.columns:
            self.read_into.notes.append(f"表“{name}”没有“编号”也没有“问题”这一列，没有读")
            return False
        # What became of a mark, which nobody sees, is no editor's fault: a mark that is wrong matches nothing.
        own = {key: column for key, column in self.columns.items() if key != "mark"}
        rows = [
            row
            for row in range(heading + 1, len(self.grid.rows))
            if not self.grid.says_nothing(row, own) and not self._is_heading(row)
        ]
        for row in rows:
            doubts = self.grid.doubts(row, own, DATES)
            if all(doubt.code != TOTAL_ROW for doubt in doubts):
                self._read_row(row)
            self.read_into.problems += doubts
        self.read_into.records += self.records
        self.read_into.notes += self.grid.notes(rows, [*self.strangers.values()])
        return True

    def _heading_row(self) -> int | None:
        """Return the last of the first rows that holds at least two known headings, merged ones included."""
        found = None
        for row in range(min(HEADING_ROWS, len(self.grid.rows))):
            known = [_key_of(self.grid.text(row, column)) for column in range(len(self.grid.rows[row]))]
            if len([key for key in known if key]) >= 2:
                found = row
            elif found is not None:
                break
        return found

    def _is_heading(self, row: int) -> bool:
        """Whether a row has the headings again, as below the end of a page."""
        return all(_key_of(self.grid.text(row, column)) == key for key, column in self.columns.items())

    def _name_columns(self, heading: int) -> None:
        for column in range(len(self.grid.rows[heading])):
            text = self.grid.text(heading, column).strip()
            key = _key_of(text)
            if key and key in self.columns:
                other = name_of(heading + 1, self.columns[key] + 1)
                self._problem(heading, column, "duplicate-column", f"“{text}”和 {other} 是同一列", "只留一列")
            elif key:
                self.columns[key] = column
            elif text:
                near = difflib.get_close_matches(text.lower(), _KEYS_BY_HEADING, n=1, cutoff=0.6)
                if near:
                    meant = COLUMN_BY_KEY.get(_KEYS_BY_HEADING[near[0]])
                    hint = f"是不是“{meant.heading if meant else MARK_HEADING}”？"
                    self._problem(heading, column, "unknown-column", f"没有“{text}”这一列", hint)
                else:
                    self.strangers[column] = text
        if "mark" in self.columns:
            self._refuse_renamed(heading)

    def _refuse_renamed(self, heading: int) -> None:
        """Refuse a column of the export under another name: what is in it would not be read."""
        for column, key in renamed(self.columns, (*COLUMN_BY_KEY, "mark"), self.strangers).items():
            name = COLUMN_BY_KEY[key].heading if key in COLUMN_BY_KEY else MARK_HEADING
            self._problem(heading, column, "unknown-column", *renamed_to(self.strangers.pop(column), name))

    def _problem(self, row: int, column: int, code: str, message: str, hint: str) -> None:
        self.read_into.problems.append(Problem(self.grid.name, row + 1, column + 1, code, message, hint))

    def _read_row(self, row: int) -> None:
        texts = {key: self.grid.text(row, column) for key, column in self.columns.items()}
        own = {key: text for key, text in texts.items() if (row, self.columns[key]) not in self.grid.covered}
        if self.records and texts.get("id", "").strip() == CONTINUED:
            _continue(self.records[-1], own, "")
        elif self.records and self._is_more_of_the_last(row, own):
            self._refuse_entry_merged_away(row, own)
            _continue(self.records[-1], own, "\n")
        else:
            self._refuse_shared(row, own)
            shown = {key: unescape_formula(text) for key, text in texts.items() if key != "mark"}
            places = dict.fromkeys(self.columns, row + 1)
            mark = lettered(texts.get("mark", ""))
            self.records.append(EntryRow(self.grid.name, row + 1, shown, self.columns, mark, places))

    def _is_more_of_the_last(self, row: int, own: Mapping[str, str]) -> bool:
        """Whether a row goes on with the entry above: its id is merged with it, or it only lists more."""
        key = "id" if "id" in self.columns else "question"
        if (row, self.columns[key]) in self.grid.covered:
            return True
        said = {key for key, text in own.items() if text.strip() and key != "mark"}
        return all(COLUMN_BY_KEY[key].many for key in said)

    def _refuse_shared(self, row: int, own: Mapping[str, str]) -> None:
        """Refuse a row of another entry whose ways to ask are merged with those above: no two entries are asked alike."""
        for key in ("question", "phrasings"):
            if key in self.columns and key not in own and self.grid.text(row, self.columns[key]).strip():
                heading = COLUMN_BY_KEY[key].heading
                message = f"“{heading}”和上面一行合并了，这一行却是另一条问答"
                self._problem(row, self.columns[key], "merged-row", message, "取消合并，各条写各条的")

    def _refuse_entry_merged_away(self, row: int, own: Mapping[str, str]) -> None:
        """Refuse a row that goes on with the entry above, and yet says what an entry says once."""
        above = self.records[-1].texts
        once = [
            key
            for key, text in own.items()
            if key in SAID_ONCE and text.strip() not in ("", above.get(key, "").strip())
        ]
        if once:
            said = "、".join(f"“{COLUMN_BY_KEY[key].heading}”" for key in once)
            message = f"“编号”和上面合并了，这一行却自己写着{said}"
            hint = "取消合并，一条问答一个编号；和上面是一条的，清空这几格"
            self._problem(row, self.columns[once[0]], "merged-row", message, hint)


def _continue(record: EntryRow, own: Mapping[str, str], joint: str) -> None:
    for key, text in own.items():
        if key in ("id", "mark") or not text.strip() or (joint and key in SAID_ONCE):
            continue
        before = record.texts.get(key, "")
        record.texts[key] = f"{before}{joint}{unescape_formula(text)}" if before else unescape_formula(text)


def _key_of(heading: str) -> str:
    """Return the column that a heading names, remarks in brackets, stars and blanks aside; "" for none."""
    plain = re.sub(r"[（(\[【].*", "", heading, flags=re.DOTALL)
    return _KEYS_BY_HEADING.get(re.sub(r"[\s*＊:：]", "", plain).lower(), "")


def by_row(problems: Iterator[Problem] | Sequence[Problem]) -> tuple[Problem, ...]:
    """Return Problems without repetition, in the order of sheets, rows and columns."""
    return tuple(sorted(set(problems)))
