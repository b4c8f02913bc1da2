"""Our workbooks opened and saved, untouched, by other programs: 0 changes, on nasty texts too."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from knowledge.exchange.workbook.bank_export import export_quiz_workbook
from knowledge.exchange.workbook.bank_plan import plan_quiz_workbook
from knowledge.exchange.workbook.bank_sheet import read_quiz_workbook
from knowledge.exchange.workbook.entry_sheets import read_workbook
from knowledge.exchange.workbook.export import export_workbook
from knowledge.exchange.workbook.package import open_package
from knowledge.exchange.workbook.plan import plan_import
from knowledge.reading.parse import parse
from tests.door.office import run_node
from tests.knowledge.exchange.nasty import TEXTS, draft
from tests.serving import ROOT

MADE = ROOT / "tests/data/workbooks"
FILES = draft()

# What a writer itself loses, as docs/excel.md tells: SheetJS and LibreOffice take a spelled-out _x000D_ for a
# character, exceljs breaks a character of four bytes that lies where two pieces of the file meet.
LOSES = {
    "openpyxl": (),
    "sheetjs": ("字面的_x000D_在中间", "_x000D_", "_x005F_x000D_", "_x000d_小写", "_x0041_是A", "__x000A__"),
    "exceljs": ("😀" * 16_000,),
    "xlsx": ("_x005F_x000D_",),
    "ods": ("_x005F_x000D_",),
    "xls": ("_x005F_x000D_",),
}


def exported(kind: str) -> bytes:
    content, _, _ = parse(FILES)
    return (
        export_workbook(content)
        if kind == "entries"
        else export_quiz_workbook(content.items.values(), content.tracks)
    )


def lost_by(writer: str) -> set[int]:
    """Return the numbers of the texts that a writer loses."""
    return {TEXTS.index(text) + 1 for text in LOSES[writer]}


def by_openpyxl(kind: str, folder: Path) -> bytes:
    out = io.BytesIO()
    load_workbook(io.BytesIO(exported(kind))).save(out)
    return out.getvalue()


def by_node(writer: str) -> Callable[[str, Path], bytes]:
    def save(kind: str, folder: Path) -> bytes:
        (folder / "out.xlsx").write_bytes(exported(kind))
        run_node([{"writer": writer, "open": str(folder / "out.xlsx"), "save": str(folder / "back.xlsx")}])
        return (folder / "back.xlsx").read_bytes()

    return save


def by_libreoffice(via: str) -> Callable[[str, Path], bytes]:
    """Saved by 7.4.7.2 with tests/peers/libreoffice.py, through another format where `via` names one."""
    return lambda kind, folder: (MADE / f"nasty-{kind}-{via}.xlsx").read_bytes()


WRITERS = {
    "openpyxl": by_openpyxl,
    "sheetjs": by_node("sheetjs"),
    "exceljs": by_node("exceljs"),
    "xlsx": by_libreoffice("xlsx"),
    "ods": by_libreoffice("ods"),
    "xls": by_libreoffice("xls"),
}


def test_there_are_forty_nasty_texts_that_no_writer_loses() -> None:
    assert len({*TEXTS} - {text for lost in LOSES.values() for text in lost}) >= 40


@pytest.mark.parametrize("writer", WRITERS)
def test_entries_come_back_with_no_change_but_what_the_writer_loses(writer: str, tmp_path: Path) -> None:
    plan = plan_import(read_workbook(open_package(WRITERS[writer]("entries", tmp_path))), FILES)
    touched = {int(change.entry_id.removeprefix("e-")) for change in plan.changes}
    assert touched <= lost_by(writer)
    assert plan.n_unchanged == len(TEXTS) - len(touched)


@pytest.mark.parametrize("writer", WRITERS)
def test_items_come_back_with_no_change_but_what_the_writer_loses(writer: str, tmp_path: Path) -> None:
    workbook = read_quiz_workbook(open_package(WRITERS[writer]("bank", tmp_path)))
    plan = plan_quiz_workbook(workbook, FILES, "quiz/imported.yaml")
    ids = list(parse(FILES)[0].items)
    touched = {item.id for item in (*plan.changed, *plan.added)} | {
        ids[p.line - 2] for p in workbook.problems
    }
    assert touched <= {f"q-{n}" for n in lost_by(writer)}
    assert plan.n_unchanged == len(ids) - len(touched)
