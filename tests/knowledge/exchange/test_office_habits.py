"""What office people do to our workbooks: nothing is lost, nothing undone, nothing taken in silence."""

from __future__ import annotations

import contextlib
import io
import random
import re
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.exchange.bank.plan import BankPlan
from knowledge.exchange.workbook.cells import name_of
from knowledge.exchange.workbook.entry_columns import COLUMNS as ENTRY_COLUMNS
from knowledge.exchange.workbook.entry_sheets import read_workbook
from knowledge.exchange.workbook.export import export_workbook
from knowledge.exchange.workbook.items.columns import COLUMNS
from knowledge.exchange.workbook.items.export import export_quiz_workbook
from knowledge.exchange.workbook.items.plan import plan_quiz_workbook
from knowledge.exchange.workbook.items.sheet import read_quiz_workbook
from knowledge.exchange.workbook.package import BadWorkbook, open_package
from knowledge.exchange.workbook.plan import Plan, plan_import
from knowledge.model.bank import Item
from knowledge.model.problems import Files, Problem
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse
from tests.knowledge.exchange.sheets import SHEET, date, inline, sheet, workbook
from tests.serving import copy_small_content


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return read_folder(copy_small_content(tmp_path_factory.mktemp("small") / "content"))[0]


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bank_of(files: Files) -> Workbook:
    return load_workbook(
        io.BytesIO(export_quiz_workbook(parse(files)[0].items.values(), parse(files)[0].tracks))
    )


def import_bank(book: Workbook | bytes, files: Files) -> BankPlan:
    data = book if isinstance(book, bytes) else saved(book)
    return plan_quiz_workbook(read_quiz_workbook(open_package(data)), files, "quiz/imported.yaml", "共同")


def import_entries(book: Workbook | bytes, files: Files) -> Plan:
    data = book if isinstance(book, bytes) else saved(book)
    return plan_import(read_workbook(open_package(data)), files)


def cell(part: str, row: int) -> str:
    return name_of(row, [column.part for column in COLUMNS].index(part) + 1)


def items_after(plan: BankPlan, files: Files) -> Mapping[str, Item]:
    return parse({**files, **plan.files})[0].items


def edited(files: Files, old: str, new: str) -> Files:
    assert old in files["quiz/bank.yaml"]
    return {**files, "quiz/bank.yaml": files["quiz/bank.yaml"].replace(old, new)}


# The mark of the bank's sheet.
def test_old_export_does_not_undo_what_somebody_else_edited(small: Files) -> None:
    meanwhile = edited(
        small, "options: [30余人, 60余人, 90余人, 120余人]", "options: [30余人, 50余人, 90余人, 110余人]"
    )
    plan = import_bank(bank_of(small), meanwhile)
    assert (plan.changed, plan.files, plan.problems, plan.n_unchanged) == ([], {}, (), 3)


def test_row_edited_here_and_item_edited_there_is_a_conflict_at_its_cell(small: Files) -> None:
    book = bank_of(small)
    book["题目"][cell("why", 3)] = "报道写明，共90余人参加大会。"
    meanwhile = edited(
        small, "options: [30余人, 60余人, 90余人, 120余人]", "options: [30余人, 50余人, 90余人, 110余人]"
    )
    plan = import_bank(book, meanwhile)
    assert [(p.file, name_of(p.line, p.column), p.code, p.message) for p in plan.problems] == [
        ("题目", "A3", "changed-meanwhile", "导出以后，q-people 在 quiz/bank.yaml:11 被改过了")
    ]
    assert plan.files == {}
    assert [item.id for item in import_bank(book, small).changed] == ["q-people"]


def test_sheet_without_the_mark_is_compared_cell_by_cell(small: Files) -> None:
    book = bank_of(small)
    book["题目"].delete_cols(len(COLUMNS) + 1)
    assert import_bank(book, small).n_unchanged == 3


# An empty cell of the bank is not said; none is written out.
def test_emptied_cell_keeps_what_the_bank_has_and_says_so(small: Files) -> None:
    book = bank_of(small)
    book["题目"][cell("tags", 2)] = None
    plan = import_bank(book, small)
    assert [(name_of(p.line, p.column), p.code, p.message, p.hint) for p in plan.problems] == [
        (cell("tags", 2), "kept-value", "“标签”空着，原来的“会议”留着", "要去掉就写“无”")
    ]
    assert (plan.changed, plan.is_refused) == ([], False)


def test_the_word_none_takes_the_tags_away(small: Files) -> None:
    book = bank_of(small)
    book["题目"][cell("tags", 2)] = "无"
    plan = import_bank(book, small)
    assert [item.tags for item in plan.changed] == [()]


def test_merged_cells_stand_for_each_of_their_rows(small: Files) -> None:
    two = edited(
        small,
        "- id: q-people\n  kind: single\n  track: 共同\n",
        "- id: q-people\n  kind: single\n  track: 共同\n  tags: [会议]\n  excludes: [q-access]\n",
    )
    book = bank_of(two)
    page = book["题目"]
    for part in ("tags", "track"):
        page.merge_cells(f"{cell(part, 2)}:{cell(part, 3)}")
    assert import_bank(book, two).changed == []
    page.delete_cols(len(COLUMNS) + 1)
    plan = import_bank(book, two)
    assert (plan.changed, plan.n_unchanged) == ([], 3)


def test_merged_track_and_level_of_new_rows_are_theirs(small: Files) -> None:
    book = Workbook()
    page = book.worksheets[0]
    for row in (
        ["题干", "选项A", "选项B", "答案", "领域", "难度"],
        ["推进会在哪座城市开的？", "成都", "绵阳", "A", "金融", "难"],
        ["大会有多少人？", "90余人", "60余人", "A", None, None],
    ):
        page.append(row)
    page.merge_cells("E2:E3")
    page.merge_cells("F2:F3")
    plan = import_bank(book, small)
    assert [(item.track, item.difficulty) for item in plan.added] == [("金融", 3)] * 2


# Headings.
def places(problems: Sequence[Problem]) -> list[tuple[str, str, str, str]]:
    return [(name_of(p.line, p.column), p.code, p.message, p.hint) for p in problems]


@pytest.mark.parametrize("heading", [column.headings[0] for column in COLUMNS])
def test_renamed_column_of_a_bank_is_refused_at_its_heading(small: Files, heading: str) -> None:
    book = bank_of(small)
    (found,) = (head for head in book["题目"][1] if head.value == heading)
    found.value = "栏目"
    plan = import_bank(book, small)
    message = f"“栏目”这一列在“{heading}”的位置上，表里没有“{heading}”了"
    hint = f"列名改回“{heading}”；是您自己的列，就移到最后面"
    assert (found.coordinate, "unknown-column", message, hint) in places(plan.problems)
    assert plan.is_refused


@pytest.mark.parametrize("heading", [column.heading for column in ENTRY_COLUMNS])
def test_renamed_column_of_entries_is_refused_at_its_heading(small: Files, heading: str) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    (found,) = (head for head in book["faq"][1] if str(head.value).partition("（")[0] == heading)
    found.value = "栏目"
    plan = import_entries(book, small)
    message = f"“栏目”这一列在“{heading}”的位置上，表里没有“{heading}”了"
    hint = f"列名改回“{heading}”；是您自己的列，就移到最后面"
    assert places(plan.problems) == [(found.coordinate, "unknown-column", message, hint)]


def test_columns_of_ones_own_are_no_renamed_ones(small: Files) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    page = book["faq"]
    page.insert_cols(4)
    page["D1"] = "备注"
    assert import_entries(book, small).problems == ()
    page.delete_cols(6)
    assert import_entries(book, small).problems == ()
    bank = bank_of(small)
    bank["题目"].insert_cols(1)
    bank["题目"]["A1"] = "顺序"
    assert [p.code for p in import_bank(bank, small).problems] == ["ignored-column"]


def test_entries_merged_into_one_are_refused_at_what_an_entry_says_once(small: Files) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    book["faq"].merge_cells("A2:A4")
    hint = "取消合并，一条问答一个编号；和上面是一条的，清空这几格"
    message = "“编号”和上面合并了，这一行却自己写着“问题”"
    assert places(import_entries(book, small).problems) == [
        ("B3", "merged-row", message, hint),
        ("B4", "merged-row", message, hint),
    ]


@pytest.mark.parametrize("column", ["B", "C"])
def test_ways_to_ask_of_two_entries_are_refused_where_they_are_merged(small: Files, column: str) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    page = book["faq"]
    page[f"{column}2"].value = page[f"{column}2"].value or "会是咋开的"
    page.merge_cells(f"{column}2:{column}3")
    told = places(import_entries(book, small).problems)
    assert [(cell, code) for cell, code, *_ in told] == [(f"{column}3", "merged-row")]


@pytest.mark.parametrize(("first", "second"), [(2, 3), (3, 2)])
def test_cell_that_can_not_be_read_hides_no_mistake_of_another(small: Files, first: int, second: int) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    page = book["faq"]
    heading = {str(cell.value).partition("（")[0]: cell.column_letter for cell in page[1]}
    page[f"{heading['状态']}{first}"].value = "上线"
    page[f"{heading['相关条目']}{second}"].value = "no-such-entry"
    plan = import_entries(book, small)
    assert plan.files == {}
    assert {(cell, code) for cell, code, *_ in places(plan.problems)} == {
        (f"{heading['状态']}{first}", "wrong-value"),
        (f"{heading['相关条目']}{second}", "unknown-entry"),
    }


def test_two_mistakes_of_a_new_entry_are_both_told(small: Files) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    page = book["faq"]
    heading = {str(cell.value).partition("（")[0]: cell.column_letter for cell in page[1]}
    row = page.max_row + 1
    for name, text in (("问题", "会场能停车吗？"), ("状态", "上线"), ("相关条目", "no-such-entry")):
        page[f"{heading[name]}{row}"].value = text
    told = {(cell, code) for cell, code, *_ in places(import_entries(book, small).problems)}
    assert {
        (f"{heading['状态']}{row}", "wrong-value"),
        (f"{heading['相关条目']}{row}", "unknown-entry"),
    } <= told
    assert {code for _, code in told} == {"wrong-value", "unknown-entry", "missing-key"}


def test_workbook_without_headings_of_ours_is_refused_and_headings_again_are_passed_over(
    small: Files,
) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    page = book["faq"]
    page.append([head.value for head in page[1]])
    assert import_entries(book, small).problems == ()
    page.delete_rows(page.max_row)
    page.delete_rows(1)
    plan = import_entries(book, small)
    assert [(p.file, p.code, p.message) for p in plan.problems] == [
        ("faq", "no-heading", "没有一张表有问答的列名")
    ]


def test_workbook_of_the_other_kind_is_told_with_its_command(small: Files) -> None:
    plan = import_entries(bank_of(small), small)
    assert places(plan.problems) == [
        ("A1", "no-heading", "这是题库的表，不是问答", "用 qinglang quiz import 导入")
    ]
    entries = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    assert places(import_bank(entries, small).problems) == [
        ("A1", "no-heading", "没有一张表有题库的列名", "这是问答的表，用 qinglang kb import 导入")
    ]


# The address of a quote.
def with_quote(files: Files, quote: str) -> Plan:
    book = load_workbook(io.BytesIO(export_workbook(parse(files)[0])))
    row = {"编号": "new-1", "问题": "在哪座城市？", "原文": quote, "状态": "草稿", "负责人": "组", "复核日期": "2027-06-30"}  # fmt: skip
    book["faq"].append([row.get(column.heading) for column in ENTRY_COLUMNS])
    return import_entries(book, files)


def test_passage_of_a_quote_is_found_by_its_words(small: Files) -> None:
    content = parse(small)[0]
    words = "2020年争做四川好网民工程推进会在成都召开。"
    whole = content.passages["self-discipline#article-4"].text
    plan = with_quote(small, f"{words}\n{whole}\nmeeting-2020#time-place｜{words}")
    assert plan.problems == ()
    quotes = parse({**small, **plan.files})[0].entries["new-1"].quotes
    assert [(quote.passage_id, quote.text) for quote in quotes] == [
        ("meeting-2020#time-place", words),
        ("self-discipline#article-4", whole),
        ("meeting-2020#time-place", words),
    ]


def test_words_of_several_passages_or_of_none_are_named(small: Files) -> None:
    (told,) = places(with_quote(small, "网站").problems)
    assert told[:2] == ("E8", "bad-quote")
    assert told[2].startswith("“网站”在 self-discipline#")
    assert told[2].endswith(" 都有")
    assert told[3].startswith("在前面写上是哪一处，例如 self-discipline#")
    (told,) = places(with_quote(small, "会议开得很好").problems)
    assert told[:3] == ("E8", "bad-quote", "“会议开得很好”不是原文地址，也不是原文里的话")


# Ids of other banks.
def numbered(heading: str, ids: tuple[object, object], *stems: tuple[str, str]) -> Workbook:
    book = Workbook()
    page = book.worksheets[0]
    page.append([heading, "题干", "选项A", "选项B", "答案"])
    for item_id, (stem, key) in zip(ids, stems, strict=True):
        page.append([item_id, stem, key, "别的", "A"])
    return book


@pytest.mark.parametrize("heading", ["题号", "编号", "题目编号"])
@pytest.mark.parametrize("ids", [(1, 2), ("1", "2"), ("1.", "第2题"), ("CH1-Q01", "CH1-Q02"), ("A1", "一-1")])
def test_two_banks_that_number_their_items_alike_do_not_meet(
    small: Files, heading: str, ids: tuple[object, object]
) -> None:
    first = numbered(
        heading, ids, ("推进会在哪座城市开的？", "成都"), ("推进会什么时候开的？", "10月12日下午")
    )
    second = numbered(heading, ids, ("哪一年的推进会？", "2020年"), ("此次会议旨在动员谁？", "各级各部门"))
    plan = import_bank(first, small)
    assert (plan.is_refused, len(plan.added)) == (False, 2)
    told = [name_of(p.line, p.column) for p in plan.problems if p.code == "foreign-id"]
    assert told == (["A2", "A3"] if str(ids[0]).startswith(("CH", "A")) else ["A1"])
    files = {**small, **plan.files}
    assert import_bank(first, files).n_unchanged == 2
    plan = import_bank(second, files)
    assert (len(plan.added), plan.changed, plan.is_refused) == (2, [], False)


def test_ids_of_the_bank_count_under_every_heading(small: Files) -> None:
    book = bank_of(small)
    book["题目"]["A1"] = "题号"
    book["题目"].delete_cols(len(COLUMNS) + 1)
    book["题目"][cell("stem", 3)] = "一共有多少人参加了大会？"
    plan = import_bank(book, small)
    assert ([item.id for item in plan.changed], plan.added, plan.problems) == (["q-people"], [], ())


# What nobody sees.
def test_blanks_that_nobody_sees_in_the_draft_change_nothing_and_stay(small: Files) -> None:
    bank = edited(
        small, "why: 会议报道写明会议在成都召开。", 'why: "会议报道\\u00a0写明会议\\u200b在成都召开。"'
    )
    faq = small["faq/faq.yaml"].replace("    - 开会地点\n", '    - "开会\\u00a0地点"\n')
    files = {**bank, "faq/faq.yaml": faq}
    assert import_bank(bank_of(files), files).n_unchanged == 3
    book = load_workbook(io.BytesIO(export_workbook(parse(files)[0])))
    assert import_entries(book, files).changes == []
    place = next(row for row in book["faq"].iter_rows() if row[0].value == "place")
    place[2].value = f"{place[2].value}\n在哪儿开的会"
    plan = import_entries(book, files)
    assert '    - "开会\\u00a0地点"\n    - 在哪儿开的会\n' in plan.files["faq/faq.yaml"]
    bank_book = bank_of(files)
    bank_book["题目"][cell("option.1", 2)] = "自贡"
    (item,) = import_bank(bank_book, files).changed
    assert (item.options[1], item.why) == ("自贡", "会议报道\u00a0写明会议\u200b在成都召开。")


def test_line_end_in_a_question_is_a_blank(small: Files) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    row = next(row for row in book["faq"].iter_rows() if row[0].value == "place")
    row[1].value = "会议\n在哪里召开？"
    plan = import_entries(book, small)
    assert plan.problems == ()
    assert parse({**small, **plan.files})[0].entries["place"].question == "会议 在哪里召开？"


def test_file_that_can_not_be_rewritten_is_told_at_the_cell(small: Files) -> None:
    flow = "[{id: one, question: 第五条管谁？, quote: self-discipline#article-5, status: draft, owner: 组, review_by: 2027-06-30}]\n"
    files = {**small, "faq/flow.yaml": flow}
    book = load_workbook(io.BytesIO(export_workbook(parse(files)[0])))
    book["flow"]["B2"] = "第五条管什么？"
    plan = import_entries(book, files)
    assert [(p.file, name_of(p.line, p.column), p.code) for p in plan.problems] == [
        ("flow", "B2", "cannot-rewrite")
    ]
    assert "faq/flow.yaml" in plan.problems[0].message


def test_capitals_that_libreoffice_begins_a_cell_with_are_none_of_an_address(small: Files) -> None:
    book = load_workbook(io.BytesIO(export_workbook(parse(small)[0])))
    headings = [column.heading for column in ENTRY_COLUMNS]
    typed = {
        "编号": "New-1",
        "问题": "谁管接入？",
        "原文": "Self-discipline#article-4",
        "相关条目": "Place、article-5",
    }
    more = {"状态": "草稿", "负责人": "组", "复核日期": "2027-06-30", "文件": "Self-discipline"}
    book["faq"].append([{**typed, **more}.get(heading) for heading in headings])
    book["faq"]["A2"] = str(book["faq"]["A2"].value).capitalize()
    plan = import_entries(book, small)
    assert (plan.problems, [change.entry_id for change in plan.changes]) == ((), ["new-1"])
    entry = parse({**small, **plan.files})[0].entries["new-1"]
    assert entry.quotes[0].passage_id == "self-discipline#article-4"
    assert (entry.related, entry.about["document"]) == (("place", "article-5"), ("self-discipline",))
    bank = bank_of(small)
    for part in ("id", "passage"):
        bank["题目"][cell(part, 2)] = str(bank["题目"][cell(part, 2)].value).capitalize()
    assert (import_bank(bank, small).n_unchanged, import_bank(bank, small).problems) == (3, ())


# The file around the cells.
def test_every_column_of_an_export_is_text_below_its_last_row(small: Files) -> None:
    content = parse(small)[0]
    for data, columns in (
        (export_workbook(content), ENTRY_COLUMNS),
        (export_quiz_workbook(content.items.values(), content.tracks), COLUMNS),
    ):
        page = next(page for page in load_workbook(io.BytesIO(data)) if page.title in ("faq", "题目"))
        letters = [name_of(1, n)[:-1] for n in range(1, len(columns) + 1)]
        assert {page.column_dimensions[letter].number_format for letter in letters} == {"@"}


def test_every_row_of_an_export_is_as_high_as_its_text_and_may_grow(small: Files) -> None:
    data = export_workbook(parse(small)[0])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read("xl/worksheets/sheet2.xml").decode()
    assert "customHeight" not in xml
    page = load_workbook(io.BytesIO(data))["faq"]
    for row in range(2, page.max_row + 1):
        n_phrasings = str(page.cell(row, 3).value or "").count("\n") + 1
        assert page.row_dimensions[row].height >= min(409, 15 * n_phrasings)


def test_far_rows_without_values_do_not_count(small: Files) -> None:
    row = "".join(inline(1, n, h) for n, h in enumerate(("编号", "问题"), 1))
    entry = inline(2, 1, "place") + inline(2, 2, "会议在哪里召开？")
    rows = sheet({1: row, 2: entry}).replace(
        "</sheetData>",
        '<row r="1048575" hidden="1"><c r="XFD1048575" s="0"/></row><row r="1048576" ht="3" customHeight="1"/></sheetData>',
    )
    assert import_entries(workbook({"faq": rows}), small).n_unchanged == 1


def test_far_cell_with_a_value_is_refused_by_its_name() -> None:
    far = workbook({"faq": sheet({1: inline(1, 1, "a"), 1_048_576: inline(1_048_576, 30, "b")})})
    with pytest.raises(BadWorkbook, match="AD1048576"):
        open_package(far)


def test_cells_without_references_are_counted(small: Files) -> None:
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'.format
    heading = "".join(map(text, ("编号", "问题", "复核日期")))
    entry = f"{text('place')}{text('会议在哪里召开？')}<c><v>0.5</v></c>"
    rows = f"<row>{heading}</row><row>{entry}</row>"
    plan = import_entries(workbook({"faq": SHEET.format(rows=rows, merged="")}), small)
    assert [(name_of(p.line, p.column), p.code) for p in plan.problems] == [("C2", "wrong-value")]
    formula = rows.replace("<v>0.5</v>", "<f>1/2</f><v>0.5</v>")
    plan = import_entries(workbook({"faq": SHEET.format(rows=formula, merged="")}), small)
    assert [(name_of(p.line, p.column), p.code) for p in plan.problems] == [("C2", "formula-cell")]


def test_heading_that_is_nearly_the_mark_is_asked_about(small: Files) -> None:
    rows = {1: "".join(inline(1, n, h) for n, h in enumerate(("编号", "问题", "校验码"), 1))}
    plan = import_entries(workbook({"faq": sheet(rows)}), small)
    assert [(p.code, p.hint) for p in plan.problems] == [("unknown-column", "是不是“校验”？")]


def test_formula_that_was_never_calculated_is_told_in_a_row_of_its_own(small: Files) -> None:
    book = bank_of(small)
    book["题目"][cell("stem", 7)] = '="第"&"题"'
    plan = import_bank(book, small)
    assert [(name_of(p.line, p.column), p.code) for p in plan.problems] == [(cell("stem", 7), "formula-cell")]


def test_dates_of_a_workbook_of_1904_are_counted_from_there(small: Files) -> None:
    rows = {
        1: "".join(inline(1, n, h) for n, h in enumerate(("编号", "复核日期"), 1)),
        2: inline(2, 1, "place") + date(2, 2, 46568 - 1462),
    }
    book = workbook({"faq": sheet(rows)})
    mac = rezipped(book, {"xl/workbook.xml": (b"<sheets>", b'<workbookPr date1904="1"/><sheets>')})
    assert import_entries(mac, small).changes == []
    assert [c.keys for c in import_entries(book, small).changes] == [("review_by",)]


def rezipped(data: bytes, replaced: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(*replaced.get(name, (b"\0", b"\0"))))
    return out.getvalue()


def test_sheet_of_the_bank_without_headings_is_named(small: Files) -> None:
    book = bank_of(small)
    page = book.create_sheet("便条")
    assert isinstance(page, Worksheet)
    page["A1"] = "便条"
    read = read_quiz_workbook(open_package(saved(book)))
    assert read.notes == [f"表“{page.title}”没有“题干、答案……”这样的表头，没有读"]


def test_damaged_workbook_is_read_or_refused_and_never_a_crash(small: Files) -> None:
    whole = saved(bank_of(small))
    # All that an import of items looks at.
    beside = {name: text for name, text in small.items() if name.startswith(("sources/", "quiz/"))}
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    dice = random.Random(7)
    hurts = (b'"-1"', b'"x"', b'"99999999"', b'"A0"', b'""', b'"1e999"')
    for _ in range(300):
        name = dice.choice(
            [n for n in parts if n.endswith(("sheet1.xml", "styles.xml", "sharedStrings.xml"))]
        )
        values = list(re.finditer(rb'"[^"<>]*"|(?<=<v>)[^<]*', parts[name]))
        spot = dice.choice(values)
        hurt = (
            dice.choice(hurts)
            if spot.group().startswith(b'"')
            else dice.choice((b"nan", b"1e999", b"x", b"-1"))
        )
        damaged = parts[name][: spot.start()] + hurt + parts[name][spot.end() :]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for part, data in {**parts, name: damaged}.items():
                package.writestr(part, data)
        with contextlib.suppress(BadWorkbook):
            import_bank(out.getvalue(), beside)


@pytest.mark.parametrize("value", ["1e300", "1e999", "-1e999", "nan", "1e-300"])
def test_number_beyond_all_bounds_is_told_and_never_a_crash(small: Files, value: str) -> None:
    rows = {1: "".join(inline(1, n, h) for n, h in enumerate(("编号", "问题"), 1))}
    for style in (0, 1):
        rows[2] = inline(2, 1, "place") + f'<c r="B2" s="{style}"><v>{value}</v></c>'
        book = workbook({"faq": sheet(rows)})
        if style == 0 or not value.startswith("-"):
            assert import_entries(book, small).is_refused
        else:
            with pytest.raises(BadWorkbook, match=f"B2 的日期不成日期（{value}）"):
                import_entries(book, small)
