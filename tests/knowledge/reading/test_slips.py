"""Slips of the hand in YAML: named where they were made, in an editor's words, and never read as something else."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.entries import render_entry
from knowledge.model.problems import Problem
from knowledge.reading.slips import find_slips
from knowledge.reading.yamltext import ProblemLog, compose
from knowledge.release.build import check_folder
from tests.serving import copy_small_content

ENTRY = """- id: m-x
  question: 会议开了多久？
  phrasings:
    - 推进会开了多久
    - 会议几点散的
  quote:
    - {passage: meeting-2020#time-place, text: "10月12日下午"}
  status: published
"""
# as it is, with the slip, line and column, code, a word of what is said
SLIPS = [
    ("- 推进会开了多久", "- 企业 #诚信承诺# 怎么签", (4, 10), "cut-text", "#诚信承诺#"),
    ("会议开了多久？", "会议 #推进会# 开了多久", (2, 16), "cut-text", "#推进会#"),
    ("会议开了多久？", "会议 # 推进会", (2, 16), "cut-text", "# 推进会"),
    ("- 会议几点散的", "- #诚信# 怎么签", (5, 7), "cut-text", "#诚信#"),
    ("会议开了多久？", "会议开了\n    多久？", (3, 5), "glued-text", "上一行"),
    ("question: ", "question：", (2, 11), "full-width", "中文冒号"),
    ("- id: m-x", "- id：m-x", (1, 5), "full-width", "中文冒号"),
    ("passage: ", "passage：", (7, 15), "full-width", "中文冒号"),
    (", text", "，text", (7, 40), "full-width", "中文逗号"),
    ("  status: published", "  related: [m-place，m-time]", (8, 20), "full-width", "英文逗号"),
    ("  status: published", "  related: [m-place、m-time]", (8, 20), "full-width", "英文逗号"),
    ('"10月12日下午"', "“10月12日下午,在成都”", (7, 48), "full-width", "中文引号"),
    ("- id: m-x", "－ id: m-x", (1, 1), "full-width", "全角"),
    ("    - 会议几点散的", "    －会议几点散的", (5, 5), "full-width", "全角"),
    ("    - 会议几点散的", "\u3000\u3000- 会议几点散的", (5, 1), "full-width", "全角空格"),
    ("    - 会议几点散的", "    -\u3000会议几点散的", (5, 6), "full-width", "全角空格"),
    ("会议开了多久？", "“会议开了多久？”", (2, 13), "full-width", "中文引号"),
    ('"10月12日下午"', "“10月12日下午”", (7, 48), "full-width", "中文引号"),
    ("会议开了多久？", '"会议开了多久？”', (2, 21), "full-width", "中文的"),
    ("会议开了多久？", '“会议开了多久？"', (2, 13), "full-width", "中文的"),
    ("会议开了多久？", '"推进会"开了多久', (2, 13), "needs-quotes", "引号后面"),
    ("    - 会议几点散的", "    -会议几点散的", (5, 5), "yaml-syntax", "少了空格"),
    ("question: ", "question:", (2, 11), "yaml-syntax", "少了空格"),
    *(
        ("- 会议几点散的", f"- {sign}会议几点散的", (5, 7), "needs-quotes", f"不能以 {sign[0]} 开头")
        for sign in ("@", "%", "*", ">", "> ", "|", "`", "&", "!", "[重要]")
    ),
]


def told(text: str) -> list[Problem]:
    report = ProblemLog()
    compose(text, "faq/x.yaml", report)
    return sorted(report.problems)


def test_sound_entry_has_no_slip() -> None:
    assert told(ENTRY) == []
    assert find_slips(ENTRY)[1] == ENTRY


@pytest.mark.parametrize(("before", "after", "place", "code", "word"), SLIPS)
def test_slip_is_named_once_at_its_place(
    before: str, after: str, place: tuple[int, int], code: str, word: str
) -> None:
    assert before in ENTRY
    (problem,) = told(ENTRY.replace(before, after, 1))
    assert ((problem.line, problem.column), problem.code) == (place, code)
    assert word in problem.message
    assert problem.hint


def test_two_slips_at_once_are_both_told_in_either_order() -> None:
    for a, b in itertools.combinations(SLIPS, 2):
        if a[0] in b[0] or b[0] in a[0]:
            continue
        text = ENTRY.replace(a[0], a[1], 1).replace(b[0], b[1], 1)
        assert {a[3], b[3]} <= {problem.code for problem in told(text)}, (a, b)


def test_slip_hides_no_other_mistake_of_its_file(tmp_path: Path) -> None:
    folder = copy_small_content(tmp_path / "content")
    path = folder / "faq/faq.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("- id: companies", "- id: place").replace(
        "  answer: 会议在成都召开：", "  answer：会议在成都召开："
    )
    path.write_text(text, encoding="utf-8")
    assert {p.code for p in check_folder(folder)[1]} == {"duplicate-id", "full-width"}


@pytest.mark.parametrize(
    ("typed", "code"), [("    - 会场在哪 #推进会# 的", "cut-text"), ("    - “会场在哪”", "full-width")]
)
def test_what_was_meant_is_judged_and_not_the_part_that_yaml_read(
    tmp_path: Path, typed: str, code: str
) -> None:
    folder = copy_small_content(tmp_path / "content")
    path = folder / "faq/faq.yaml"
    first, *rest = path.read_text(encoding="utf-8").split("  phrasings:\n")
    path.write_text("  phrasings:\n".join((first, f"{typed}\n{rest[0]}", *rest[1:])), encoding="utf-8")
    assert [p.code for p in check_folder(folder)[1]] == [code]


def test_quotation_mark_that_nothing_closes_is_named_where_it_stands() -> None:
    (problem,) = told(ENTRY.replace('10月12日下午"', "10月12日下午"))
    assert (problem.line, problem.code) == (7, "yaml-syntax")
    assert "没有合上" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "a: b  # 说明\n",
        "quote:   # 想举报的人会看到\n  - x#y\n",
        "quote: #想举报的人会看到\n  - x#y\n",
        "a: |\n  - 中文：\n  “整段”\n  @ 开头 #号\n  》\n",
        'a: "第一行\n  － 第二行"\nb: c\n',
        'a: "“整段”"\n',
        "a: '“整段”'\n",
        "a: “网聚诚信”倡议书\n",
        "a: 说“三个”\n",
        "a: 编号#3 的C#\n",
        "a: >-\n  一行\n  又一行\n",
        "- 12:30\n- -3\n- https://example.org/a:b\n",
        "a: {b: [c, d], e: f}\n",
        "a: [甲、乙, 丙，丁]\n",
    ],
)
def test_what_is_meant_so_is_no_slip(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("words", ["“整段”", "企业 #诚信# 怎么签", "@所有人", "‘半句’", "- x", "a: b"])
def test_what_the_program_writes_has_no_slip(words: str) -> None:
    entry = render_entry({"id": "x", "question": words, "phrasings": (words,), "about": {"topic": (words,)}})
    assert told(entry) == []


@given(st.text())
def test_any_text_keeps_its_lines(text: str) -> None:
    slips, meant = find_slips(text)
    assert meant.count("\n") == text.count("\n")
    assert all(1 <= slip.line <= text.count("\n") + 1 for slip in slips)


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("faq/new.yaml.txt", "unread-file", "error"),
        ("faq/NEW.YAML", "unread-file", "error"),
        ("faq/new.yaml~", "unread-file", "error"),
        ("sources/new.md.bak", "unread-file", "error"),
        ("faq/new.txt", "unknown-file", "warning"),
        ("faq/表.xlsx", "unknown-file", "warning"),
        ("faq/.new.yaml", "unknown-file", "warning"),
    ],
)
def test_file_that_is_not_read_is_named(tmp_path: Path, name: str, code: str, severity: str) -> None:
    folder = copy_small_content(tmp_path / "content")
    (folder / name).write_text(ENTRY, encoding="utf-8")
    assert [(p.file, p.code, p.severity) for p in check_folder(folder)[1]] == [(name, code, severity)]


@pytest.mark.parametrize("sign", ["\r", "\x85", "\u2028", "\u2029", "\r\r"])
def test_sign_that_ends_a_line_for_yaml_alone_breaks_nothing(sign: str) -> None:
    for text in (f"- {{a: [甲{sign}乙]}}\n", f"- a: 甲{sign}  乙\n", f"- a: 甲{sign}  乙 #丁\n- b: 丙\n"):
        compose(text, "faq/a.yaml", ProblemLog())


def test_file_that_was_saved_last_is_blamed_for_what_stands_twice(tmp_path: Path) -> None:
    folder = copy_small_content(tmp_path / "content")
    older = folder / "faq/faq.yaml"
    text = older.read_text(encoding="utf-8")
    first = text[: text.index("- id: article-5")]
    newer = folder / "faq/a-new.yaml"
    newer.write_text(first, encoding="utf-8")
    os.utime(older, (1_700_000_000, 1_700_000_000))
    problems = check_folder(folder)[1]
    assert {(p.file, p.code) for p in problems} == {("faq/a-new.yaml", "duplicate-id")}
    newer.write_text(first.replace("- id: article-4", "- id: article-44"), encoding="utf-8")
    problems = check_folder(folder)[1]
    assert {(p.file, p.code) for p in problems} == {("faq/a-new.yaml", "duplicate-phrasing")}
