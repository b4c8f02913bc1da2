"""The bank → one sheet of a workbook, a row an item."""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.exchange.workbook.cells import escape_formula, smooth, spell
from knowledge.exchange.workbook.export import HEAD, fit_rows, offer_choices, shape_columns, write_row
from knowledge.exchange.workbook.items.columns import (
    COLUMNS,
    KINDS,
    LEVELS,
    MARK,
    SHEET,
    cells_of_item,
    item_mark,
)
from knowledge.model.bank import Item


def export_quiz_workbook(items: Iterable[Item], tracks: Iterable[str]) -> bytes:
    """Return the .xlsx of the items, a row each; `tracks` are offered in the cells of that column."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 (a new workbook has one sheet)
    sheet.title = SHEET
    write_row(sheet, 1, [column.headings[0] for column in (*COLUMNS, MARK)])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for row, item in enumerate(items, start=2):
        cells = cells_of_item(item)
        texts = [smooth(cells.get(column.part, "")).strip() for column in COLUMNS]
        write_row(sheet, row, [*(spell(escape_formula(text)) for text in texts), item_mark(cells)])
    widths = [column.width for column in COLUMNS]
    shape_columns(sheet, widths)
    fit_rows(sheet, widths)
    sheet.freeze_panes = "B2"
    parts = [column.part for column in COLUMNS]
    for part, choices in (("kind", KINDS), ("track", tracks), ("difficulty", LEVELS)):
        offer_choices(sheet, parts.index(part) + 1, tuple(choices))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
