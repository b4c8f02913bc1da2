"""Workbooks: out and back without a change, edited by office habits, and every fault at its cell."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.editing.entries import append_entries
from knowledge.exchange.workbook.cells import name_of
from knowledge.exchange.workbook.entry_columns import COLUMNS
from knowledge.exchange.workbook.entry_sheets import read_workbook
from knowledge.exchange.workbook.export import export_workbook
from knowledge.exchange.workbook.grid import GUIDE, SOURCES, Grid
from knowledge.exchange.workbook.look import look_at, read_styles
from knowledge.exchange.workbook.package import BadWorkbook, open_package
from knowledge.exchange.workbook.plan import Plan, plan_import
from knowledge.exchange.workbook.roster_sheet import read_roster
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.reading.parse import ABOUT_KEYS, ENTRY_KEYS, parse, version_of
from tests.knowledge.exchange.sheets import SHEET, blanks, date, inline, sheet, workbook
from tests.serving import CONTENT, copy_small_content

HEADINGS = ["编号", "问题", "相似问", "引导语", "原文", "相关条目", "没有收录", "状态", "负责人", "复核日期"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return read_folder(copy_small_content(tmp_path_factory.mktemp("small") / "content"))[0]


@pytest.fixture(scope="module")
def thousand(small: Files) -> Files:
    """Small content with 1 000 more entries in three files, of every shape a file may hold."""
    files = dict(small)
    for n_file in range(3):
        entries = [
            {
                "id": f"e-{n}",
                "question": f"第{n}个问题是什么？",
                "phrasings": (f"=甲{n}+1", f"问法 {n}", f"-乙{n}", f"'@丙{n}", f"a: b # {n}"),
                "answer": f"第一行 {n}\n\n  第二行：x_x000D_y" if n % 3 else "",
                "quote": (
                    "self-discipline#article-4",
                    {
                        "passage": "meeting-2020#time-place",
                        "text": "2020年争做四川好网民工程推进会在成都召开。",
                    },
                ),
                "about": {"document": ("meeting-2020",), "article": ("3.10",)} if n % 2 else {},
                "related": ("article-4",) if n % 5 == 0 else (),
                "status": "published",
                "owner": "内容组",
                "review_by": "2027-06-30",
            }
            for n in range(n_file * 334, min(1000, (n_file + 1) * 334))
        ]
        files[f"faq/big{n_file}.yaml"] = append_entries("# 很多条\n", entries, "每条都有说明\n")
    return files


def import_(data: bytes, files: Files) -> Plan:
    return plan_import(read_workbook(open_package(data)), files)


def exported(files: Files) -> Workbook:
    return load_workbook(io.BytesIO(export_workbook(parse(files)[0])))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(page: Worksheet, entry_id: str, key: str) -> str:
    row = next(row for row in range(1, page.max_row + 1) if page.cell(row, 1).value == entry_id)
    return name_of(row, [column.key for column in COLUMNS].index(key) + 1)


@pytest.mark.parametrize("which", ["shipped", "thousand"])
def test_unchanged_workbook_changes_nothing(which: str, thousand: Files) -> None:
    files = thousand if which == "thousand" else read_folder(CONTENT)[0]
    plan = import_(export_workbook(parse(files)[0]), files)
    assert (plan.problems, plan.changes, plan.files, plan.n_absent) == ((), [], {}, 0)
    assert plan.n_unchanged == len(parse(files)[0].entries)


def test_workbook_into_an_empty_folder_gives_the_same_entries(thousand: Files) -> None:
    content, _, _ = parse(thousand)
    empty = {name: text for name, text in thousand.items() if not name.startswith("faq/")}
    plan = import_(export_workbook(content), empty)
    assert plan.problems == ()
    again = parse({**empty, **plan.files})[0]
    assert export_cells(again) == export_cells(content)


def export_cells(content: object) -> dict[str, list[list[object]]]:
    book = load_workbook(io.BytesIO(export_workbook(content)))  # type: ignore[arg-type]
    return {
        page.title: [[cell.value for cell in row] for row in page] for page in book if page.title != "说明"
    }


def test_edits_there_and_back_give_the_same_hash_and_keep_comments(small: Files) -> None:
    files = {
        **small,
        "faq/faq.yaml": small["faq/faq.yaml"].replace("    - 开会地点", "    # 口语\n    - 开会地点"),
    }
    book = exported(files)
    page = book["faq"]
    phrasings, answer = cell_of(page, "place", "phrasings"), cell_of(page, "article-4", "answer")
    before = {cell: page[cell].value for cell in (phrasings, answer)}
    page[phrasings] = f"{before[phrasings]}\r\n在哪儿开的会 \n\n"
    page[answer] = "第四条：\n管接入。"
    forth = import_(saved(book), files)
    assert [(change.entry_id, change.keys) for change in forth.changes] == [
        ("article-4", ("answer",)),
        ("place", ("phrasings",)),
    ]
    changed = {**files, **forth.files}
    assert "    # 口语\n    - 开会地点\n    - 在哪儿开的会\n" in changed["faq/faq.yaml"]
    back = exported(changed)
    for cell, text in before.items():
        back["faq"][cell] = text
    plan = import_(saved(back), changed)
    assert version_of({**changed, **plan.files}) == version_of(files)


def test_long_cells_go_on_in_the_next_rows_and_come_back_whole(small: Files) -> None:
    phrasings = tuple(f"第{n}种" + chr(0x4E00 + n) * 60 for n in range(700))
    entry = {"id": "long", "question": "长", "phrasings": phrasings, "quote": ("self-discipline#article-4",)}
    more = {"status": "draft", "owner": "组", "review_by": "2027-06-30"}
    files = {**small, "faq/long.yaml": append_entries("", [{**entry, **more}])}
    book = exported(files)
    assert max(len(str(cell.value or "")) for row in book["long"] for cell in row) <= 32_767
    assert book["long"]["A3"].value == "〃"
    assert import_(saved(book), files).changes == []
    empty = {name: text for name, text in files.items() if name != "faq/long.yaml"}
    plan = import_(saved(book), empty)
    assert parse({**empty, **plan.files})[0].entries["long"].phrasings == phrasings


def test_row_changed_here_and_entry_changed_there_is_a_conflict(small: Files) -> None:
    book = exported(small)
    page = book["faq"]
    meanwhile = {**small, "faq/faq.yaml": small["faq/faq.yaml"].replace("会议在成都召开：", "在成都：")}
    assert import_(saved(book), meanwhile).changes == []
    cell = cell_of(page, "place", "question")
    page[cell] = "会议是在哪里召开的？"
    plan = import_(saved(book), meanwhile)
    assert [p.code for p in plan.problems] == ["changed-meanwhile"]
    assert plan.files == {}


def test_missing_rows_columns_and_ids_take_nothing_away(small: Files) -> None:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = "faq"
    page.append(["问题", "相似问", "备注"])
    page.append(["会议在哪里召开？", "会议什么时候开的\n开会地点\n在哪个城市开会", "随便写"])
    plan = import_(saved(book), small)
    assert plan.problems == ()
    assert [(change.entry_id, change.keys) for change in plan.changes] == [("place", ("phrasings",))]
    assert plan.n_absent == len(parse(small)[0].entries) - 1
    assert any("备注" in note for note in plan.notes)


def test_new_row_without_an_id_gets_one_and_keeps_it(small: Files) -> None:
    book = exported(small)
    book["faq"].append(
        [
            "",
            "第五条管谁？",
            "第五条是管哪个的",
            "",
            "self-discipline#article-5",
            "",
            "",
            "",
            "内容组",
            "2027/6/30",
        ]
    )
    plan = import_(saved(book), small)
    assert plan.problems == ()
    assert [(c.entry_id, c.is_new) for c in plan.changes] == [("faq-new-1", True)]
    after = {**small, **plan.files}
    entry = parse(after)[0].entries["faq-new-1"]
    assert (entry.status, entry.review_by) == ("draft", "2027-06-30")
    assert import_(saved(book), after).changes == []


def habit_sheet(days: int = 46568) -> str:
    """A sheet with the habits of WPS and LibreOffice.

    A title merged over the table, headings merged over two rows and under a common one, inline strings in
    runs, 16 000 blank cells behind every row, blank rows, an entry over three merged rows, date cells.
    """
    wide = range(12, 16_385)
    rows = {
        1: inline(1, 1, "四川好网民问答表（2026年）") + blanks(1, wide),
        2: "".join(inline(2, n, h) for n, h in enumerate(["*编号", "问题", "相似问题（一行一个）", "引导语"], 1))
        + inline(2, 5, "内容") + blanks(2, wide),
        3: inline(3, 5, "原 文") + inline(3, 6, "相关") + inline(3, 7, "状态：") + inline(3, 8, "负责人")
        + inline(3, 9, "复核日期") + blanks(3, wide),
        4: blanks(4, range(1, 16_385)),
        5: inline(5, 1, "article-4") + inline(5, 2, "自律倡议书第四条说了什么？") + inline(5, 3, "未备案的网站能不能接入")
        + inline(5, 4, "第四条管的是互联网接入服务提供者：") + inline(5, 5, "self-discipline#article-4")
        + inline(5, 6, "article-5") + inline(5, 7, "已发布") + inline(5, 8, "内容组") + date(5, 9, days) + blanks(5, wide),
        6: blanks(6, range(1, 3)) + inline(6, 3, "互联网接入服务提供者要做什么") + blanks(6, wide),
        7: blanks(7, range(1, 3)) + inline(7, 3, "'=接入要求") + blanks(7, wide),
        9: inline(9, 1, "place") + inline(9, 2, "会议在哪里召开？") + inline(9, 3, "会议什么时候开的\n开会地点")
        + inline(9, 4, "会议在成都召开：") + inline(9, 5, "meeting-2020#time-place｜10月12日下午,2020年争做四川好网民工程推进会在成都召开。")
        + inline(9, 7, "published") + inline(9, 8, "内容组") + date(9, 9, 46568) + blanks(9, wide),
    }  # fmt: skip
    merged = ["A1:K1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:I2", "A5:A7", "B5:B7", "I5:I7"]
    return sheet(rows, merged)


def test_office_habits_are_read_as_they_are_meant(small: Files) -> None:
    plan = import_(
        workbook({"faq": habit_sheet(), "Sheet2": sheet({}), "Sheet3": sheet({1: inline(1, 1, "便条")})}),
        small,
    )
    assert plan.problems == ()
    assert [(change.entry_id, change.keys) for change in plan.changes] == [("article-4", ("phrasings",))]
    entry = parse({**small, **plan.files})[0].entries["article-4"]
    assert entry.phrasings[-2:] == ("互联网接入服务提供者要做什么", "=接入要求")
    assert any("Sheet3" in note for note in plan.notes)


def test_date_cell_is_the_date_it_shows(small: Files) -> None:
    plan = import_(workbook({"faq": habit_sheet(days=46570)}), small)
    assert parse({**small, **plan.files})[0].entries["article-4"].review_by == "2027-07-02"


def test_16_000_blank_columns_behind_every_row_change_nothing(thousand: Files) -> None:
    content, _, _ = parse(thousand)
    rows = {1: "".join(inline(1, n, h) for n, h in enumerate(HEADINGS, 1))}
    # One string for all rows: this is about width, and making a million names would be the slow part.
    empty = blanks(0, range(11, 16_385))
    page = load_workbook(io.BytesIO(export_workbook(content)))["big0"]
    for number, row in enumerate(page.iter_rows(min_row=2, max_row=101), 2):
        cells = [inline(number, n, str(cell.value)) for n, cell in enumerate(row[:10], 1) if cell.value]
        rows[number] = "".join(cells) + empty
    plan = import_(workbook({"big0": sheet(rows)}), thousand)
    assert (plan.problems, plan.changes, plan.n_unchanged) == ((), [], 100)


# sheet, cell, what stands there, code
FAULTS: list[tuple[str, str, object, str]] = [
    ("faq", "A2", "Article 4", "bad-id"),
    ("faq", "B3", "", "empty-value"),
    ("faq", "C4", "=1+1", "formula-cell"),
    ("faq", "E5", "倡议书第四条", "bad-quote"),
    ("faq", "G2", "也许", "wrong-value"),
    ("faq", "H3", "上线", "wrong-value"),
    ("faq", "J4", "明年六月", "wrong-value"),
    ("faq", "J5", datetime.time(12, 30), "wrong-value"),
    ("faq", "E2", "", "empty-value"),
    ("faq", "I2", "  ", "empty-value"),
    ("faq", "A6", "place", "duplicate-id"),
    ("faq", "B7", "", "missing-key"),
    ("faq", "E7", "", "missing-key"),
    ("faq", "I7", "", "missing-key"),
    ("另一张", "C1", "相似问", "duplicate-column"),
    ("另一张", "D1", "负责仁", "unknown-column"),
    ("另一张", "A2", "一 二", "bad-id"),
    ("另一张", "A4", "companies", "duplicate-id"),
    ("另一张", "A5", "一", "bad-id"),
    ("另一张", "B5", "#N/A", "error-cell"),
]  # fmt: skip


def plant(book: Workbook) -> None:
    """Put every fault of FAULTS into the exported small content, with the rows that some of them need."""
    page = book["faq"]
    page["A6"], page["B6"] = "place", "会议在哪里召开？"
    page["A7"], page["D7"], page["J7"] = "new-one", "引导语", "2027-06-30"
    other = book.create_sheet("另一张")
    for row in (["编号", "相似问"], ["一 二", "x"], [], ["companies", "哪些企业签了"], ["more", "y"]):
        other.append(row)
    for name, cell, value, code in FAULTS:
        book[name][cell] = value if value != "" else None
        book[name][cell].data_type = {"formula-cell": "f", "error-cell": "e"}.get(
            code, book[name][cell].data_type
        )


def test_every_part_of_an_entry_has_a_column() -> None:
    keys = {column.key for column in COLUMNS}
    assert {key for key in ENTRY_KEYS if key != "about"} | {f"about.{key}" for key in ABOUT_KEYS} == keys


def test_twenty_planted_faults_are_named_by_sheet_and_cell(small: Files) -> None:
    book = exported(small)
    plant(book)
    plan = import_(saved(book), small)
    found = {(p.file, name_of(p.line, p.column), p.code) for p in plan.problems}
    assert found == {(name, cell, code) for name, cell, _, code in FAULTS}
    assert all(p.message and p.hint for p in plan.problems)
    assert plan.files == {}


def test_id_copied_into_another_row_is_one_fault_and_no_foreign_change(small: Files) -> None:
    book = exported(small)
    page = book["faq"]
    page["A2"] = page["A3"].value
    plan = import_(saved(book), small)
    assert [(name_of(p.line, p.column), p.code) for p in plan.problems] == [("A3", "duplicate-id")]


@pytest.mark.parametrize("copied", ["A2", "A3"])
def test_doubled_id_hides_no_fault_of_another_row(small: Files, copied: str) -> None:
    book = exported(small)
    page = book["faq"]
    ids = [page["A2"].value, page["A3"].value]
    page[copied] = ids[0] if copied == "A3" else ids[1]
    other = next(i for i in ("article-4", "place", "time") if i not in ids)
    page[cell_of(page, other, "quote")] = "self-discipline#article-44"
    plan = import_(saved(book), small)
    assert {p.code for p in plan.problems} == {"duplicate-id", "unknown-passage"}
    assert plan.files == {}


# key, what stands in the cell of article-4, the code of the check that finds it
CONTENT_FAULTS = [
    ("quote", "self-discipline#article-4｜不为已备案网站提供接入", "not-verbatim"),
    ("quote", "self-discipline#article-44", "unknown-passage"),
    ("phrasings", "开会地点", "duplicate-phrasing"),
    ("related", "article-9", "unknown-entry"),
    ("gap", "是", "gap-not-said"),
    ("answer", "原文没有收录：", "gap-not-marked"),
    ("answer", "他说“这句话原文里并没有”。", "quote-drift"),
    ("answer", "长" * 600, "too-long"),
]


@pytest.mark.parametrize(("key", "text", "code"), CONTENT_FAULTS, ids=[code for _, _, code in CONTENT_FAULTS])
def test_what_the_check_finds_is_named_by_its_cell(small: Files, key: str, text: str, code: str) -> None:
    book = exported(small)
    cell = cell_of(book["faq"], "article-4", key)
    book["faq"][cell] = text
    plan = import_(saved(book), small)
    sheets = [(p.file, p.line and name_of(p.line, p.column), p.code) for p in plan.problems]
    # The second of two equal phrasings is the one that is told; what 没有收录 lacks is missing in the lead.
    elsewhere = {"duplicate-phrasing": ("place", "phrasings"), "gap-not-said": ("article-4", "answer")}
    place = cell_of(book["faq"], *elsewhere[code]) if code in elsewhere else cell
    assert sheets == [("faq", place, code)]
    assert plan.files == {}


def bomb() -> bytes:
    """A few kilobytes that become thirty million."""
    return workbook({"faq": sheet({})}, {"xl/worksheets/sheet2.xml": b"<x>" + b" " * 30_000_000})


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"id,question", "not-a-workbook"),
    "empty": (lambda: b"", "not-a-workbook"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "not-a-workbook"),
    "cut off": (lambda: workbook({"faq": sheet({1: inline(1, 1, "编号")})})[:-200], "not-a-workbook"),
    "another zip": (lambda: _zip({"a.xml": b"<a/>"}), "not-a-workbook"),
    "too many members": (lambda: _zip({f"{n}.xml": b"" for n in range(2001)}), "too-large"),
    "a password": (lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "not-a-workbook"),
    "macros": (lambda: workbook({"faq": sheet({})}, {"xl/vbaProject.bin": b"x"}), "has-macros"),
    "entities": (
        lambda: workbook({"faq": sheet({}).replace("?>", '?><!DOCTYPE worksheet [<!ENTITY a "b">]>', 1)}),
        "not-a-workbook",
    ),
    "far cell": (lambda: workbook({"faq": sheet({1: inline(1, 1, "a"), 1_048_576: inline(1_048_576, 16_384, "b")})}), "too-large"),
    "bomb": (bomb, "too-large"),
}  # fmt: skip


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_file_built_wrong_or_to_harm_is_refused_with_a_cure(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.exchange.workbook.package.MAX_INFLATED_BYTES", 20_000_000)
    make, code = BAD[name]
    with pytest.raises(BadWorkbook) as refused:
        read_workbook(open_package(make()))
    assert refused.value.code == code
    assert refused.value.hint


_NOWHERE = {
    "row beyond all": '<row r="1"><c r="A99999999" t="inlineStr"><is><t>b</t></is></c></row>',
    "column beyond all": '<row r="1"><c r="XFE1" t="inlineStr"><is><t>b</t></is></c></row>',
    "small letters": '<row r="1"><c r="zz9999999" t="inlineStr"><is><t>b</t></is></c></row>',
    "number of the row alone": '<row r="99999999"><c t="inlineStr"><is><t>b</t></is></c></row>',
    "no number": '<row r="many"><c t="inlineStr"><is><t>b</t></is></c></row>',
}
_FAR = {
    "blanks around the sign": '<c r = "AD1048576" t="inlineStr"><is><t>b</t></is></c>',
    "letters spelt out": '<c r="&#65;D1048576" t="inlineStr"><is><t>b</t></is></c>',
    "sign in what stands before": '<c x=">" r="AD1048576" t="inlineStr"><is><t>b</t></is></c>',
    "another place before": '<c r="A1"><c r="AD1048576" t="inlineStr"><is><t>b</t></is></c></c>',
    "words in CDATA": '<c r="AD1048576"><v><![CDATA[1]]></v></c>',
    "comment before the value": '<c r="AD1048576"><v><!-- -->1</v></c>',
    "a formula alone": '<c r="AD1048576"><f>1</f></c>',
}


@pytest.mark.parametrize("name", _NOWHERE)
def test_place_that_no_sheet_has_is_refused_and_not_made_room_for(name: str) -> None:
    with pytest.raises(BadWorkbook, match="没有这样的位置"):
        open_package(workbook({"faq": SHEET.format(rows=_NOWHERE[name], merged="")}))


@pytest.mark.parametrize("name", _FAR)
def test_far_cell_is_seen_however_it_is_written(name: str) -> None:
    rows = f'<row r="1">{inline(1, 1, "a")}</row><row r="1048576">{_FAR[name]}</row>'
    with pytest.raises(BadWorkbook, match="AD1048576"):
        open_package(workbook({"faq": SHEET.format(rows=rows, merged="")}))


def test_sheet_that_is_no_xml_is_refused() -> None:
    with pytest.raises(BadWorkbook, match="坏了"):
        open_package(workbook({"faq": "<worksheet><sheetData><row>"}))


def test_nothing_in_an_exported_workbook_is_a_formula(thousand: Files, tmp_path: Path) -> None:
    package = open_package(export_workbook(parse(thousand)[0]))
    styles = read_styles(package.parts)
    assert [look_at(package.parts[part], styles).odd for part in package.sheets.values()] == [{}] * 6
    book = exported(thousand)
    assert not any(
        str(cell.value or "").startswith(("=", "+", "-", "@"))
        for page in book
        for row in page
        for cell in row
    )


@pytest.mark.parametrize("total", ["合计", "总计：", "本页小计"])
def test_row_of_totals_is_named_as_such_and_nothing_is_written(small: Files, total: str) -> None:
    book = exported(small)
    page = book[next(name for name in book.sheetnames if name not in (GUIDE, SOURCES))]
    page.append([total, 3])
    plan = import_(saved(book), small)
    assert [(p.code, p.line) for p in plan.problems] == [("total-row", page.max_row)]
    assert plan.files == {}


def test_row_of_totals_is_no_unit_of_a_roster() -> None:
    grid = Grid("名单", [["单位", "编号"], ["第一中学", "A1"], ["合计", "46"]])
    found = read_roster([grid])
    assert found.units == {"A1": "第一中学"}
    assert [(p.code, p.line) for p in found.problems] == [("total-row", 3)]
