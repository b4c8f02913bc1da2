"""The sheets of a workbook as grids of text: what every reader of a sheet asks of it, cell by cell."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from knowledge.exchange.workbook.cells import text_of
from knowledge.exchange.workbook.look import Look, Oddity, Place, look_at, read_styles
from knowledge.exchange.workbook.package import BadWorkbook, Package
from knowledge.model.problems import Problem

GUIDE, SOURCES = "说明", "原文地址"
"""The two sheets that are there to be read, not to be imported."""
_TOTAL = re.compile(r"(?:本页|本表|全部|各单位|以上)?(?:合计|总计|小计|共计|总数|累计)[:：]?")
_FIGURE = re.compile(r"[\d,.%/ ]+(?:[个道条人名份次分行])?|#.*|[-—–]+")
TOTAL_ROW = "total-row"
_LOST_CHARACTER = "\ufffd"
_LOST = Oddity("lost-character", f"这一格里有坏掉的字“{_LOST_CHARACTER}”", "照原来的字重写这一格")


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet as text, from A1 on; places count from 0.

    `covered` names, for each cell below the first of a merged area, the cell that holds the text.
    """

    name: str
    rows: Sequence[Sequence[str]]
    covered: Mapping[Place, Place] = field(default_factory=dict)
    look: Look = field(default_factory=Look)

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell; of a covered one, that of its area."""
        row, column = self.covered.get((row, column), (row, column))
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def says_nothing(self, row: int, columns: Mapping[str, int]) -> bool:
        """Whether a row has nothing of its own in these columns: no text, and no oddity that stands for one."""
        for column in columns.values():
            if (row, column) in self.covered:
                continue
            odd = self.look.odd.get((row, column))
            if self.text(row, column).strip() or (odd is not None and not odd.is_empty):
                return False
        return True

    def doubts(self, row: int, columns: Mapping[str, int], dates: Sequence[str] = ()) -> list[Problem]:
        """Return a Problem for each cell of a row that can't be read as it stands.

        Args:
            dates: The columns in which a date is what belongs there.
        """
        if total := self._total(row):
            return [total]
        found = []
        for key, column in columns.items():
            odd = self.look.odd.get(
                (row, column), _LOST if _LOST_CHARACTER in self.text(row, column) else None
            )
            if odd is not None and (row, column) not in self.covered and not (odd.is_date and key in dates):
                found.append(Problem(self.name, row + 1, column + 1, odd.code, odd.message, odd.hint))
        return found

    def _total(self, row: int) -> Problem | None:
        """Return the Problem of a row that only adds up those above: 合计, and numbers."""
        written = [(column, text) for column, cell in enumerate(self.rows[row]) if (text := cell.strip())]
        if not written or not _TOTAL.fullmatch("".join(written[0][1].split())):
            return None
        if not all(_FIGURE.fullmatch(text) for _, text in written[1:]):
            return None
        message, hint = f"这一行是“{written[0][1]}”，不是内容", "删掉这一行，再导入一次"
        return Problem(self.name, row + 1, written[0][0] + 1, TOTAL_ROW, message, hint)

    def notes(self, rows: Sequence[int], ignored: Sequence[str] = ()) -> list[str]:
        """Return what to tell of a sheet that was read: rows nobody sees, and columns nobody reads."""
        told = []
        n_hidden = len(self.look.hidden_rows.intersection(rows))
        if n_hidden:
            told.append(f"表“{self.name}”有 {n_hidden} 行是隐藏的或者被筛选掉了，也读了")
        if ignored:
            told.append(f"表“{self.name}”的这几列是您自己的，没有读：{'、'.join(ignored[:10])}")
        return told


def read_grids(package: Package, *, hidden: bool = False) -> tuple[list[Grid], list[str]]:
    """Return the sheets that are to be imported, in their order, and what to tell of the hidden ones.

    Args:
        hidden: Whether hidden sheets are read too.

    Raises:
        BadWorkbook: the file can't be read.
    """
    grids, notes = [], []
    try:
        styles = read_styles(package.parts)
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.data))
        for sheet in book.sheets_metadata:
            if sheet.name in (GUIDE, SOURCES) or sheet.name not in package.sheets:
                continue
            if sheet.visible is not SheetVisibleEnum.Visible:
                what = "是隐藏的，也读了" if hidden else "是隐藏的，没有读；要读就加 --hidden"
                notes.append(f"表“{sheet.name}”{what}")
                if not hidden:
                    continue
            look = look_at(package.parts[package.sheets[sheet.name]], styles)
            grids.append(_grid(book.get_sheet_by_name(sheet.name), look))
    except (CalamineError, OSError, ValueError) as error:
        hint = "用 Excel 或 WPS 打开，另存为新的 .xlsx"
        raise BadWorkbook("not-a-workbook", "这个工作簿读不了", hint) from error
    return grids, notes


def _grid(sheet: CalamineSheet, look: Look) -> Grid:
    rows = [[text_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), text in look.texts.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    # Cells without a value that stand for one may lie below the last value.
    rows += [[] for _ in range(len(rows), max((row + 1 for row, _ in look.odd), default=0))]
    covered = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
            covered[row, left] = (top, left)
    return Grid(sheet.name, rows, covered, look)
