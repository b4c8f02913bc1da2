"""Excel at size: 1 000 entries out and in again, and 1 000 rows with 16 000 blank cells behind each.

Run with `python -m bench.workbook`; prints seconds of wall time, once each, on whatever machine this is.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from openpyxl import load_workbook

from knowledge.editing.entries import append_entries
from knowledge.exchange.workbook.entry_sheets import read_workbook
from knowledge.exchange.workbook.export import export_workbook
from knowledge.exchange.workbook.package import open_package
from knowledge.exchange.workbook.plan import plan_import
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse
from tests.knowledge.exchange.sheets import blanks, inline, sheet, workbook
from tests.serving import copy_small_content

N_ENTRIES = 1000
N_COLUMNS = 16_384
_Result = TypeVar("_Result")


def timed(what: str, work: Callable[[], _Result]) -> _Result:
    """Return what `work` returns, and print how long it took."""
    start = time.perf_counter()
    result = work()
    print(f"{what:<60} {time.perf_counter() - start:6.2f} s")
    return result


def files_of(n_entries: int) -> Files:
    """Return a content folder with so many entries of five phrasings each."""
    with tempfile.TemporaryDirectory() as folder:
        files = dict(read_folder(copy_small_content(Path(folder) / "content"))[0])
    entries = [
        {
            "id": f"e-{n}",
            "question": f"第{n}个问题是什么？",
            "phrasings": tuple(f"{kind}{n}号怎么办" for kind in "甲乙丙丁戊"),
            "quote": ("self-discipline#article-4",),
            "status": "published",
            "owner": "内容组",
            "review_by": "2027-06-30",
        }
        for n in range(n_entries)
    ]
    return {**files, "faq/big.yaml": append_entries("", entries)}


def wide(data: bytes) -> bytes:
    """Return the sheet `big` of a workbook with blank cells up to the last column that Excel has."""
    rows = {}
    empty = blanks(0, range(20, N_COLUMNS + 1))
    for number, row in enumerate(load_workbook(io.BytesIO(data))["big"].iter_rows(max_col=10), 1):
        cells = [inline(number, n, str(cell.value)) for n, cell in enumerate(row, 1) if cell.value]
        rows[number] = "".join(cells) + empty
    return workbook({"big": sheet(rows)})


def main() -> None:
    """Print the times."""
    files = files_of(N_ENTRIES)
    content = parse(files)[0]
    data = timed(f"export of {N_ENTRIES} entries", lambda: export_workbook(content))
    read = timed("reading the workbook", lambda: read_workbook(open_package(data)))
    plan = timed("planning the import, checks included", lambda: plan_import(read, files))
    print(f"  {plan.n_unchanged} unchanged, {len(plan.changes)} changed, {len(plan.problems)} problems")
    big = wide(data)
    print(f"with {N_COLUMNS} columns: {len(big) / 1e6:.1f} MB")
    read = timed("reading it", lambda: read_workbook(open_package(big)))
    plan = timed("planning the import", lambda: plan_import(read, files))
    print(f"  {plan.n_unchanged} unchanged, {len(plan.changes)} changed, {len(plan.problems)} problems")


if __name__ == "__main__":
    main()
