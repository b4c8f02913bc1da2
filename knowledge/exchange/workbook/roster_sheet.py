"""A list of takers, as a sheet of a workbook or a CSV file → the unit of each number, or every fault with its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.exchange.workbook.grid import Grid
from knowledge.model.problems import Problem
from knowledge.quiz.roster import MAX_NUMBER_CHARS, Roster, plain_number

_HEADINGS = {
    "unit": frozenset({"单位", "单位名称", "部门", "学校", "班级"}),
    "number": frozenset({"编号", "报到码", "工号", "学号", "号码"}),
}
_HEADING_ROWS = 20
_MAX_UNIT_CHARS = 40


@dataclass(frozen=True, slots=True)
class ReadRoster:
    """What a file says, and every Problem of reading it; with one, nothing is to be taken from it."""

    units: Roster
    problems: tuple[Problem, ...]


def csv_grid(data: bytes, name: str) -> Grid | None:
    """Return a CSV file as a grid, in UTF-8 or GBK; None when it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Grid(name, list(csv.reader(io.StringIO(text, newline="")))) if "\0" not in text else None
    return None


def read_roster(grids: Sequence[Grid]) -> ReadRoster:
    """Return the list in the sheets that have the columns 单位 and 编号."""
    units: dict[str, str] = {}
    places: dict[str, str] = {}
    problems: list[Problem] = []
    found = [(grid, *heading) for grid in grids if (heading := _heading(grid))]
    for grid, first, columns in found:
        for row in range(first + 1, len(grid.rows)):
            if grid.says_nothing(row, columns):
                continue
            doubts = grid.doubts(row, columns)
            problems += doubts or _take(grid, row, columns, units, places)
    if not found:
        hint = "第一行写“单位”和“编号”，一行一个人"
        problems.append(Problem("", 0, 0, "no-heading", "找不到有“单位”和“编号”两列的表", hint))
    return ReadRoster(units, tuple(problems))


def _heading(grid: Grid) -> tuple[int, Mapping[str, int]] | None:
    """Return the row of the headings and the column of each field; None without both."""
    for row in range(min(_HEADING_ROWS, len(grid.rows))):
        cells = ["".join(cell.split()) for cell in grid.rows[row]]
        columns = {
            key: next((i for i, cell in enumerate(cells) if cell in names), -1)
            for key, names in _HEADINGS.items()
        }
        if min(columns.values()) >= 0:
            return row, columns
    return None


def _take(
    grid: Grid, row: int, columns: Mapping[str, int], units: dict[str, str], places: dict[str, str]
) -> list[Problem]:
    unit = " ".join(grid.text(row, columns["unit"]).split())
    number = plain_number(grid.text(row, columns["number"]))
    wrong = []
    if not unit or len(unit) > _MAX_UNIT_CHARS:
        what = "没有单位" if not unit else f"单位超过 {_MAX_UNIT_CHARS} 个字"
        wrong.append(("unit", what, "写上单位的名字"))
    if not number or len(number) > MAX_NUMBER_CHARS or not number.isalnum():
        wrong.append(("number", "编号只能是字母、数字和汉字，不能空", f"最多 {MAX_NUMBER_CHARS} 个字"))
    elif number in units:
        wrong.append(
            ("number", f"编号 {number} 在{places[number]}已经有了", "一个编号只能给一个人，换一个编号")
        )
    if not wrong:
        units[number], places[number] = unit, f"“{grid.name}”第 {row + 1} 行"
    return [
        Problem(grid.name, row + 1, columns[key] + 1, "wrong-value", what, hint) for key, what, hint in wrong
    ]
