"""The rows of a table of a Word file: their cells in order, one that is merged over several rows in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn


def rows_of(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row, from the left; a row of a table within a cell is read with that cell.

    A reader sees a cell that is merged over rows beside each of them, so it stands in each; one merged over columns stands once.
    """
    above: dict[int, Any] = {}
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not table:
            continue
        column = _number(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0)
        cells = []
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not row:
                continue
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            begins = merged is None or merged.get(qn("w:val")) == "restart"
            above[column] = cell if begins else above.get(column, cell)
            cells.append(above[column])
            column += _number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1)
        yield cells


def _number(element: Any, otherwise: int) -> int:
    return otherwise if element is None else int(element.get(qn("w:val"), otherwise))
