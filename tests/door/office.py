"""Small workbooks as the libraries write them that other programs are built on: openpyxl, XlsxWriter, SheetJS, exceljs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.styles import Font

PEERS = Path(__file__).parent.parent / "peers"

Cell = Any
"""A text, a number, True or False, None, or {v, z, f, t, struck}: value, format, formula, "date", words struck through."""


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written; rows and hidden rows count from 1, `hidden` is 0, 1 or 2 (very)."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merges: Sequence[str] = ()
    hidden_rows: Sequence[int] = ()
    hidden: int = 0


def by_openpyxl(sheets: Sequence[Sheet], path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = ("visible", "hidden", "veryHidden")[sheet.hidden]
        for r, row in enumerate(sheet.rows, start=1):
            for c, cell in enumerate(row, start=1):
                spec = cell if isinstance(cell, Mapping) else {"v": cell}
                written = page.cell(r, c, spec.get("v"))
                if "f" in spec:
                    written.value = f"={spec['f']}"
                elif spec.get("t") in ("s", "e"):
                    written.data_type = spec["t"]
                if "z" in spec:
                    written.number_format = spec["z"]
                if spec.get("struck") is True:
                    written.font = Font(strike=True)
        for area in sheet.merges:
            page.merge_cells(area)
        for hidden in sheet.hidden_rows:
            page.row_dimensions[hidden].hidden = True
    book.save(path)


def by_xlsxwriter(sheets: Sequence[Sheet], path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide() if sheet.hidden == 1 else page.very_hidden()
        for r, row in enumerate(sheet.rows):
            for c, cell in enumerate(row):
                spec = cell if isinstance(cell, Mapping) else {"v": cell}
                form = book.add_format({"num_format": spec["z"]} if "z" in spec else {})
                if "f" in spec:
                    page.write_formula(r, c, f"={spec['f']}", form, spec.get("v", 0))
                elif "struck" in spec:
                    runs = [spec["v"], book.add_format({"font_strikeout": True}), spec["struck"]]
                    page.write_rich_string(r, c, *runs, " ")
                elif spec.get("v") is not None:
                    page.write(r, c, spec["v"], form)
        for area in sheet.merges:
            page.merge_range(area, sheet.rows[int(area[1]) - 1][ord(area[0]) - 65])
        for hidden in sheet.hidden_rows:
            page.set_row(hidden - 1, None, None, {"hidden": True})
    book.close()


WRITERS: Mapping[str, Callable[[Sequence[Sheet], Path], None]] = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
}


def job(writer: str, sheets: Sequence[Sheet], path: Path, **more: object) -> dict[str, object]:
    """Return what the programs of Node are asked to write."""
    pages = [
        {"name": s.name, "rows": s.rows, "merges": s.merges, "hiddenRows": s.hidden_rows, "hidden": s.hidden}
        for s in sheets
    ]
    return {"writer": writer, "sheets": pages, "save": str(path), **more}


def run_node(jobs: Sequence[Mapping[str, object]]) -> None:
    """Have SheetJS and exceljs do these jobs, in Shanghai; skip where they are not installed."""
    ask_node("workbooks.mjs", jobs)


def ask_node(script: str, question: object) -> str:
    """Return what a script of tests/peers says to a question in JSON."""
    node = shutil.which("node")
    if not node or not (PEERS / "node_modules/exceljs").exists():
        assert not os.environ.get("QINGLANG_TEST_FULL"), (
            "node and tests/peers/node_modules are needed for the full suite"
        )
        pytest.skip("needs node and `npm ci` in tests/peers")
    done = subprocess.run(
        [node, script],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        cwd=PEERS,
        timeout=120,
        env={"PATH": str(Path(node).parent), "TZ": "Asia/Shanghai"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
