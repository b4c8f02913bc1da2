"""The sheets of a workbook → one record an entry, with the place of every cell, and a Problem for each fault.

What office work does to a table is read as it is meant: titles above the headings, headings in any order,
several sheets, cells merged over the rows of one entry, phrasings in rows of their own, blank rows and columns.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook

from knowledge.exchange.workbook.cells import name_of, text_of, unescape
from knowledge.exchange.workbook.entry_columns import COLUMN_BY_KEY, COLUMNS
from knowledge.exchange.workbook.package import BadWorkbook, Package
from knowledge.model import Problem

GUIDE, SOURCES = "说明", "原文地址"
"""The two sheets that are there to be read, not to be imported."""
MARK_HEADING = "校验"
CONTINUED = "〃"
_HEADING_ROWS = 20
_KEYS_BY_HEADING = {
    name.lower(): column.key for column in COLUMNS for name in (column.heading, *column.also)
} | {MARK_HEADING: "mark"}


@dataclass(slots=True)
class Record:
    """One entry of a workbook: the text of each cell by column key, where it stands, and its mark at export."""

    sheet: str
    row: int
    texts: dict[str, str]
    columns: Mapping[str, int]
    mark: str = ""
    rows: dict[str, int] = field(default_factory=dict)

    def place(self, key: str) -> tuple[int, int]:
        """Return row and column of a cell; those of the first cell of the row without such a column."""
        return self.rows.get(key, self.row), self.columns.get(key, min(self.columns.values()))

    def problem(self, key: str, code: str, message: str, hint: str) -> Problem:
        """Return a Problem at a cell."""
        return Problem(self.sheet, *self.place(key), code, message, hint)


@dataclass(slots=True)
class Workbook:
    """What a workbook says: its records, every Problem of reading it, and what was passed over on purpose."""

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheets: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def read_workbook(package: Package) -> Workbook:
    """Return the records of every sheet that has a heading row.

    A Problem's file is the name of the sheet; line and column are those of the cell.

    Raises:
        BadWorkbook: the file can't be read.
    """
    read = Workbook()
    sheets = read_sheets(package)
    read.sheets = tuple(sheet.name for sheet in sheets)
    for sheet in sheets:
        if sheet.name in (GUIDE, SOURCES):
            continue
        _Sheet(sheet.name, sheet.rows, sheet.merged, read).read()
        read.problems += odd_cells(sheet.name, package)
    return read


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet as text, from A1 on, and which are merged: corners of areas, counted from 0."""

    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read_sheets(package: Package) -> list[Grid]:
    """Return the cells of every sheet.

    Raises:
        BadWorkbook: the file can't be read.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.data))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise BadWorkbook(
            "not-a-workbook", "这个工作簿读不了", "用 Excel 或 WPS 打开，另存为新的 .xlsx"
        ) from error
    return [
        Grid(
            sheet.name,
            [[text_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)],
            sheet.merged_cell_ranges or [],
        )
        for sheet in sheets
    ]


def odd_cells(sheet: str, package: Package) -> list[Problem]:
    """Return a Problem for each cell of a sheet that holds a formula or an error instead of a value."""
    hint = "选中，复制，选择性粘贴为“数值”"
    return [
        Problem(sheet, *_position(cell), code, message, hint)
        for cells, code, message in (
            (package.formulas.get(sheet, ()), "formula-cell", "这一格是公式"),
            (package.errors.get(sheet, ()), "error-cell", "这一格是计算错误（#REF! 之类）"),
        )
        for cell in cells
    ]


def _position(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :] or 0), column


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read; rows and columns of `grid` count from 0."""

    name: str
    grid: Sequence[Sequence[str]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    read_into: Workbook

    def read(self) -> None:
        """Add what the sheet says to the workbook."""
        filled = self._filled()
        heading = self._heading_row(filled)
        if heading is None:
            if any(cell.strip() for row in self.grid for cell in row):
                self.read_into.notes.append(f"表“{self.name}”没有“编号、问题……”这样的表头，没有读")
            return
        columns = self._columns(heading, filled)
        if "question" not in columns and "id" not in columns:
            return
        records: list[Record] = []
        for number in range(heading + 1, len(self.grid)):
            self._read_row(number, columns, filled, records)
        self.read_into.records += records

    def _filled(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return, for each cell that a merge covers in its first column, the cell that holds the text."""
        filled = {}
        for (top, left), (bottom, _) in self.merged:
            for row in range(top + 1, min(bottom, len(self.grid) - 1) + 1):
                filled[row, left] = (top, left)
        return filled

    def _text(self, row: int, column: int, filled: Mapping[tuple[int, int], tuple[int, int]]) -> str:
        row, column = filled.get((row, column), (row, column))
        cells = self.grid[row]
        return cells[column] if column < len(cells) else ""

    def _heading_row(self, filled: Mapping[tuple[int, int], tuple[int, int]]) -> int | None:
        """Return the last of the first rows that holds at least two known headings, merged ones included."""
        found = None
        for row in range(min(_HEADING_ROWS, len(self.grid))):
            known = [_key_of(self._text(row, column, filled)) for column in range(len(self.grid[row]))]
            if len([key for key in known if key]) >= 2:
                found = row
            elif found is not None:
                break
        return found

    def _columns(self, heading: int, filled: Mapping[tuple[int, int], tuple[int, int]]) -> dict[str, int]:
        columns: dict[str, int] = {}
        ignored = []
        for column in range(len(self.grid[heading])):
            text = self._text(heading, column, filled).strip()
            key = _key_of(text)
            if key and key in columns:
                other = name_of(heading + 1, columns[key])
                self._problem(heading, column, "duplicate-column", f"“{text}”和 {other} 是同一列", "只留一列")
            elif key:
                columns[key] = column + 1
            elif text:
                near = difflib.get_close_matches(text.lower(), _KEYS_BY_HEADING, n=1, cutoff=0.6)
                if near:
                    heading_of = COLUMN_BY_KEY[_KEYS_BY_HEADING[near[0]]].heading
                    self._problem(
                        heading, column, "unknown-column", f"没有“{text}”这一列", f"是不是“{heading_of}”？"
                    )
                else:
                    ignored.append(text)
        if ignored:
            self.read_into.notes.append(
                f"表“{self.name}”的这几列是您自己的，没有读：{'、'.join(ignored[:10])}"
            )
        return columns

    def _problem(self, row: int, column: int, code: str, message: str, hint: str) -> None:
        self.read_into.problems.append(Problem(self.name, row + 1, column + 1, code, message, hint))

    def _read_row(
        self,
        number: int,
        columns: Mapping[str, int],
        filled: Mapping[tuple[int, int], tuple[int, int]],
        records: list[Record],
    ) -> None:
        texts = {key: self._text(number, column - 1, filled) for key, column in columns.items()}
        own = {key: text for key, text in texts.items() if (number, columns[key] - 1) not in filled}
        if not any(text.strip() for key, text in own.items() if key != "mark"):
            return
        written_id = texts.get("id", "").strip()
        if records and written_id == CONTINUED:
            _continue(records[-1], own, "")
        elif records and self._is_more_of_the_last(number, columns, filled, own):
            _continue(records[-1], own, "\n")
        else:
            shown = {key: unescape(text) for key, text in texts.items() if key != "mark"}
            places = dict.fromkeys(columns, number + 1)
            mark = texts.get("mark", "").strip()
            records.append(Record(self.name, number + 1, shown, columns, mark, places))

    def _is_more_of_the_last(
        self,
        number: int,
        columns: Mapping[str, int],
        filled: Mapping[tuple[int, int], tuple[int, int]],
        own: Mapping[str, str],
    ) -> bool:
        """Whether a row goes on with the entry above: its id is merged with it, or it only lists more."""
        key = "id" if "id" in columns else "question"
        if (number, columns[key] - 1) in filled:
            return True
        said = {key for key, text in own.items() if text.strip() and key != "mark"}
        return all(COLUMN_BY_KEY[key].many for key in said)


def _continue(record: Record, own: Mapping[str, str], joint: str) -> None:
    for key, text in own.items():
        if key in ("id", "mark") or not text.strip():
            continue
        before = record.texts.get(key, "")
        record.texts[key] = f"{before}{joint}{unescape(text)}" if before else unescape(text)


def _key_of(heading: str) -> str:
    """Return the column that a heading names, remarks in brackets, stars and blanks aside; "" for none."""
    plain = re.sub(r"[（(\[【].*", "", heading, flags=re.DOTALL)
    return _KEYS_BY_HEADING.get(re.sub(r"[\s*＊:：]", "", plain).lower(), "")


def by_row(problems: Iterator[Problem] | Sequence[Problem]) -> tuple[Problem, ...]:
    """Return Problems without repetition, in the order of sheets, rows and columns."""
    return tuple(sorted(set(problems)))
