"""A bank in a workbook: what office work does to it is read as meant, and every fault names its cell."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from knowledge.exchange.bank.questions import Question
from knowledge.exchange.workbook.cells import name_of
from knowledge.exchange.workbook.items.sheet import read_quiz_workbook
from knowledge.exchange.workbook.package import open_package
from knowledge.model.problems import Problem

HEADINGS = ["题目", "选项A", "选项B", "选项C", "正确答案", "难度"]


def read(*sheets: Sequence[Sequence[object]]) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    workbook = read_quiz_workbook(open_package(out.getvalue()))
    return tuple(row.question for row in workbook.rows), tuple(workbook.problems)


ROW = ["推进会在哪里召开？", "绵阳", "成都", None, "B", "易"]


@pytest.mark.parametrize(
    "changed",
    [
        {1: "A.绵阳", 2: "B．成都"},
        {1: "A、绵阳", 2: "B) 成都"},
        {4: "B。"},
        {4: "（B）"},
        {4: "b."},
    ],
)
def test_letters_and_brackets_around_an_option_or_an_answer_are_none_of_it(changed: dict[int, str]) -> None:
    row = [changed.get(column, cell) for column, cell in enumerate(ROW)]
    (question,), problems = read([HEADINGS, row])
    assert (question.options, question.key, problems) == (("绵阳", "成都"), (1,), ())


def test_option_that_begins_with_another_letter_stays_as_it_is() -> None:
    (question,), _ = read([HEADINGS, ["哪一家？", "A.甲", "C.乙", None, "B", "易"]])
    assert question.options == ("A.甲", "C.乙")


@pytest.mark.parametrize("answer", ["正确。", "（√）", "对.", "TRUE"])
def test_truth_with_a_full_stop_or_in_brackets_is_read(answer: str) -> None:
    (question,), problems = read([HEADINGS, ["推进会在成都召开。", None, None, None, answer, "易"]])
    assert (question.kind, question.key, problems) == ("truefalse", (0,), ())


def test_headings_again_amid_the_rows_are_no_item() -> None:
    questions, problems = read([HEADINGS, ROW, HEADINGS, ["还有呢？", "甲", "乙", None, "A", "易"]])
    assert ([q.stem for q in questions], problems) == (["推进会在哪里召开？", "还有呢？"], ())


def test_headings_over_two_rows_are_read() -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["题干", "选项", None, "答案"])
    page.append([None, "A", "B", None])
    page.append(["推进会在哪里召开？", "绵阳", "成都", "B"])
    for area in ("A1:A2", "B1:C1", "D1:D2"):
        page.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    workbook = read_quiz_workbook(open_package(out.getvalue()))
    assert [(row.question.options, row.question.key) for row in workbook.rows] == [(("绵阳", "成都"), (1,))]
    assert workbook.problems == []


def test_of_very_many_columns_ten_are_named_and_the_rest_counted() -> None:
    _, problems = read([[*HEADINGS, *(f"备注{n}" for n in range(300))], [*ROW, *("x" * 300)]])
    assert [p.message for p in problems][9:] == ["“备注9”这一列没有读", "“备注10”等 290 列没有读"]


def test_a_colleagues_sheet_is_read_with_titles_own_columns_and_blank_rows() -> None:
    questions, problems = read(
        [
            ["2026年题库（内部）"],
            [],
            ["序号", *HEADINGS, "出题人"],
            [1, "推进会在哪里召开？", "绵阳", "成都", None, " b ", "易", "小王"],
            [],
            [2, "抵制的有？", "低俗", "庸俗", "优雅", "A、B", 2, ""],
            [3, "推进会在成都召开。", None, None, None, "√", "", ""],
            [4, "争做好网民工程是____年启动的。", None, None, None, "2016\n2016年", "难", ""],
            [5, "争做好网民工程启动于____。", None, None, None, 2016, "难", ""],
        ]
    )
    assert [(name_of(p.line, p.column), p.code, p.severity) for p in problems] == [
        ("A3", "ignored-column", "warning"),
        ("H3", "ignored-column", "warning"),
    ]
    assert [(q.kind, q.key, q.accepted, q.difficulty) for q in questions] == [
        ("single", (1,), (), 1),
        ("multiple", (0, 1), (), 2),
        ("truefalse", (0,), (), 1),
        ("fill", (), ("2016", "2016年"), 3),
        ("fill", (), ("2016",), 3),
    ]
    assert questions[0].options == ("绵阳", "成都")
    assert "difficulty" not in questions[2].said
    assert (questions[1].mark.file, name_of(questions[1].mark.line, questions[1].mark.column)) == (
        "表1",
        "B6",
    )


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        (["", "甲", "乙", "", "A", ""], "A2", "missing-key"),
        (["题", "甲", "乙", "", "", ""], "E2", "missing-key"),
        (["题", "甲", "乙", "", "C", ""], "E2", "bad-key"),
        (["题", "甲", "乙", "", "AA", ""], "E2", "bad-key"),
        (["题", "甲", "", "丙", "A", ""], "C2", "empty-value"),
        (["题", "甲", "乙", "", "A", "很难"], "F2", "wrong-value"),
        (["题", "甲", "=1+1", "", "A", ""], "C2", "formula-cell"),
    ],
)
def test_each_fault_names_its_cell(row: list[str], cell: str, code: str) -> None:
    _, problems = read([HEADINGS, row])
    assert [(name_of(p.line, p.column), p.code) for p in problems] == [(cell, code)]


def test_two_faults_of_one_row_are_both_told() -> None:
    _, problems = read([HEADINGS, ["题", "甲", "甲", "", "", ""]])
    told = {(name_of(p.line, p.column), p.code) for p in problems}
    assert told == {("C2", "duplicate-option"), ("E2", "missing-key")}


def test_faults_of_several_sheets_are_told_together_and_a_type_that_a_chat_can_not_ask_by_name() -> None:
    questions, problems = read(
        [["题型", "题干", "答案"], ["简答题", "谈谈体会", "略"], ["判断", "推进会在成都召开。", "也许"]],
        [["题干", "正确答按", "答案"], ["推进会在成都召开。", "", "对"]],
        [["没有表头"]],
    )
    assert [(p.file, name_of(p.line, p.column), p.code) for p in problems] == [
        ("表1", "A2", "wrong-value"),
        ("表1", "C3", "bad-key"),
        ("表2", "B1", "unknown-column"),
    ]
    assert "简答题" in problems[0].message
    assert len(questions) == 1


def test_workbook_without_a_bank_says_what_it_needs() -> None:
    questions, problems = read([["姓名", "电话"], ["小王", "1"]])
    assert questions == ()
    assert [p.code for p in problems] == ["no-heading"]


@pytest.mark.parametrize(
    "row",
    [["合计", 1], ["总计：", None, None, None, 1, 3], [None, "本页小计", 2, 2], ["合 计", None, None, "2道"]],
)
def test_row_of_totals_is_named_as_such_and_as_nothing_else(row: list[object]) -> None:
    questions, (problem,) = read([HEADINGS, ROW, row])
    assert len(questions) == 1
    assert (problem.code, problem.line) == ("total-row", 3)
    assert "合计" in problem.message or "计" in problem.message
    assert "删掉这一行" in problem.hint


def test_question_about_a_total_is_a_question() -> None:
    (question,), problems = read([HEADINGS, ["合计", "绵阳", "成都", None, "B", "易"]])
    assert (question.stem, problems) == ("合计", ())


TRUE_FALSE_HEADINGS = ["题目", "题型", "选项A", "选项B", "答案"]


def test_letter_of_a_true_or_false_item_is_read_where_its_options_are_written() -> None:
    options = ["正确", "错误"]
    questions, problems = read(
        [
            TRUE_FALSE_HEADINGS,
            ["推进会在成都召开。", "判断", *options, "A"],
            ["在绵阳召开。", "判断", *options, "B"],
        ]
    )
    assert problems == ()
    assert [question.key for question in questions] == [(0,), (1,)]


def test_letter_of_a_true_or_false_item_without_options_is_refused_with_the_cure() -> None:
    _, (problem,) = read([TRUE_FALSE_HEADINGS, ["推进会在成都召开。", "判断", None, None, "A"]])
    assert (problem.code, problem.hint) == ("bad-key", "写 对 或 错")
