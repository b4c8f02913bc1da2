"""Our workbooks opened and saved, untouched, by other programs: 0 changes, on nasty texts too."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from knowledge.exchange.bank.plan import BankPlan
from knowledge.exchange.workbook.entry_sheets import read_workbook
from knowledge.exchange.workbook.export import export_workbook
from knowledge.exchange.workbook.items.export import export_quiz_workbook
from knowledge.exchange.workbook.items.plan import plan_quiz_workbook
from knowledge.exchange.workbook.items.sheet import read_quiz_workbook
from knowledge.exchange.workbook.package import open_package
from knowledge.exchange.workbook.plan import Plan, plan_import
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse
from tests.door.office import run_node
from tests.knowledge.exchange.nasty import TEXTS, draft
from tests.serving import CONTENT, ROOT

MADE = ROOT / "tests/data/workbooks"
FILES = {"nasty": draft(), "shipped": read_folder(CONTENT)[0]}

# What a writer itself loses, as docs/excel.md tells: SheetJS, XlsxWriter and LibreOffice take a spelled-out _x000D_ for
# a character, exceljs and xlsx-populate break a character of four bytes that lies where two pieces of the file meet.
SPELLED = ("字面的_x000D_在中间", "_x000D_", "_x005F_x000D_", "_x000d_小写", "_x0041_是A", "__x000A__")
LOSES = {
    "openpyxl": (),
    "xlsxwriter": SPELLED,
    "sheetjs": SPELLED,
    "exceljs": ("😀" * 16_000,),
    "populate": ("😀" * 16_000,),
    "gnumeric": (),
    "xlsx": ("_x005F_x000D_",),
    "ods": ("_x005F_x000D_",),
    "xls": ("_x005F_x000D_",),
}


@cache
def content_of(which: str) -> Content:
    return parse(FILES[which])[0]


@cache
def exported(kind: str, which: str) -> bytes:
    content = content_of(which)
    return (
        export_workbook(content)
        if kind == "entries"
        else export_quiz_workbook(content.items.values(), content.tracks)
    )


def lost_by(writer: str) -> set[int]:
    """Return the numbers of the texts that a writer loses."""
    return {TEXTS.index(text) + 1 for text in LOSES[writer]}


def by_openpyxl(data: bytes, folder: Path) -> bytes:
    out = io.BytesIO()
    load_workbook(io.BytesIO(data)).save(out)
    return out.getvalue()


def by_xlsxwriter(data: bytes, folder: Path) -> bytes:
    """The values alone, read by openpyxl and written anew, as a table of pandas is."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for page in load_workbook(io.BytesIO(data)):
            written = book.add_worksheet(page.title)
            for number, values in enumerate(page.iter_rows(values_only=True)):
                written.write_row(number, 0, values)
    return out.getvalue()


def by_gnumeric(data: bytes, folder: Path) -> bytes:
    convert = shutil.which("ssconvert")
    if convert is None:
        assert not os.environ.get("QINGLANG_TEST_FULL"), "gnumeric is needed for the full suite"
        pytest.skip("needs gnumeric")
    (folder / "out.xlsx").write_bytes(data)
    subprocess.run([convert, "out.xlsx", "back.xlsx"], cwd=folder, check=True, capture_output=True)
    return (folder / "back.xlsx").read_bytes()


def by_node(writer: str) -> Callable[[bytes, Path], bytes]:
    def save(data: bytes, folder: Path) -> bytes:
        (folder / "out.xlsx").write_bytes(data)
        run_node([{"writer": writer, "open": str(folder / "out.xlsx"), "save": str(folder / "back.xlsx")}])
        return (folder / "back.xlsx").read_bytes()

    return save


WRITERS = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
    "sheetjs": by_node("sheetjs"),
    "exceljs": by_node("exceljs"),
    "populate": by_node("populate"),
    "gnumeric": by_gnumeric,
}
OF_LIBREOFFICE = ("xlsx", "ods", "xls")


def saved_by(writer: str, kind: str, folder: Path) -> bytes:
    """Return the nasty texts after one visit; LibreOffice's are saved by 7.4.7.2 with tests/peers/libreoffice.py."""
    if writer in OF_LIBREOFFICE:
        return (MADE / f"nasty-{kind}-{writer}.xlsx").read_bytes()
    return WRITERS[writer](exported(kind, "nasty"), folder)


def entries_plan(data: bytes, files: Files) -> Plan:
    return plan_import(read_workbook(open_package(data)), files)


def bank_plan(data: bytes, files: Files) -> BankPlan:
    return plan_quiz_workbook(read_quiz_workbook(open_package(data)), files, "quiz/imported.yaml")


def test_there_are_forty_nasty_texts_that_no_writer_loses() -> None:
    assert len({*TEXTS} - {text for lost in LOSES.values() for text in lost}) >= 40


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_shipped_comes_back_with_no_change(writer: str, tmp_path: Path) -> None:
    files, content = FILES["shipped"], content_of("shipped")
    entries = entries_plan(WRITERS[writer](exported("entries", "shipped"), tmp_path), files)
    assert (entries.changes, entries.problems, entries.n_unchanged) == ([], (), len(content.entries))
    items = bank_plan(WRITERS[writer](exported("bank", "shipped"), tmp_path), files)
    assert (items.changed, items.added, items.problems) == ([], [], ())
    assert items.n_unchanged == len(content.items)


@pytest.mark.parametrize("writer", [*WRITERS, *OF_LIBREOFFICE])
def test_entries_come_back_with_no_change_but_what_the_writer_loses(writer: str, tmp_path: Path) -> None:
    plan = entries_plan(saved_by(writer, "entries", tmp_path), FILES["nasty"])
    touched = {int(change.entry_id.removeprefix("e-")) for change in plan.changes}
    assert touched <= lost_by(writer)
    assert plan.n_unchanged == len(TEXTS) - len(touched)


@pytest.mark.parametrize("writer", [*WRITERS, *OF_LIBREOFFICE])
def test_items_come_back_with_no_change_but_what_the_writer_loses(writer: str, tmp_path: Path) -> None:
    plan = bank_plan(saved_by(writer, "bank", tmp_path), FILES["nasty"])
    ids = list(content_of("nasty").items)
    at_cells = {ids[p.line - 2] for p in plan.problems if p.file == "题目"}
    touched = {item.id for item in (*plan.changed, *plan.added)} | at_cells
    assert touched <= {f"q-{n}" for n in lost_by(writer)}
    assert plan.n_unchanged == len(ids) - len(touched)
