"""Items and papers edited field by field: what changes is in the diff, everything else stays as it was."""

from __future__ import annotations

import difflib
from collections import defaultdict
from pathlib import Path

import pytest

from bot.editing.record.edit_record import (
    RecordEditedMeanwhile,
    Sort,
    mark_of_typed,
    rewrite_record,
    says_typed,
    unfit_fields,
)
from bot.editing.record.item_fields import ITEMS
from bot.editing.record.paper_fields import PAPERS
from knowledge.editing.entries import edit_entries
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse

ROOT = Path(__file__).parents[3]
_BANK = """\
# 题库

- id: q-place   # 第一题
  kind: single
  track: 共同
  difficulty: 1
  stem: 会议在哪里召开？   # 问地点
  options:
    - 成都
    # 不是省会
    - "绵阳"
    - 内江
  key: A
  why: 会议报道写明会议在成都召开。
  source:
    passage: meeting-2020#time-place
    text: 推进会在成都召开
- id: q-true
  kind: truefalse
  track: 共同
  stem: 会议在成都召开。
  key: true
  claim: 成都
  why: 会议报道写明会议在成都召开。
  source: {passage: meeting-2020#time-place, text: 推进会在成都召开}
- id: q-gap
  kind: fill
  track: 共同
  stem: 会议在____召开。
  key: [成都]
  why: 会议报道写明会议在成都召开。
  source: {passage: meeting-2020#time-place, text: 推进会在成都召开}
"""
_PAPERS = """\
tracks: [共同, 校园]
papers:
  # 平时用的
  - id: default
    mode: practice   # 不要改
    title: 好网民答题
    words: [Quiz 一下, 来答题]
    n_items: 2
    pass_line: 0.6   # 六成
  - id: week
    mode: exam
    title: 安全周
    n_items: 3
    pass_line: 0.8
"""


@pytest.fixture(scope="module")
def files() -> Files:
    found, _ = read_folder(ROOT / "tests/data/small-content")
    return {**found, "quiz/bank.yaml": _BANK, "quiz/papers.yaml": _PAPERS}


def edited(files: Files, sort: Sort, record_id: str, **changes: str) -> list[str]:
    """Edit a record as its form does; return the lines that went and came."""
    content = parse(files)[0]
    shown = sort.shown(files, content, record_id)
    typed = {**shown, **changes}
    changed = rewrite_record(sort, files, content, record_id, typed, mark_of_typed(shown))
    after = {**files, **changed}
    assert says_typed(sort, after, parse(after)[0], record_id, typed), changed
    lines = []
    for name, text in changed.items():
        lines += difflib.unified_diff(files[name].splitlines(), text.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("record", "changes", "lines"),
    [
        ("q-place", {"stem": "会开在哪里？"}, ["-  stem: 会议在哪里召开？   # 问地点", "+  stem: 会开在哪里？   # 问地点"]),
        ("q-place", {"options": "成都\n绵阳\n德阳\n内江"}, ["+    - 德阳"]),
        ("q-place", {"key": "C", "difficulty": "3"}, ["-  difficulty: 1", "+  difficulty: 3", "-  key: A", "+  key: C"]),
        ("q-place", {"tags": "会议\n地点"}, ["+  tags: [会议, 地点]"]),
        ("q-place", {"text": "在成都召开"}, ["-    text: 推进会在成都召开", "+    text: 在成都召开"]),
        ("q-true", {"key": "false", "truth": "四川"}, ["-  key: true", "+  key: false", "+  truth: 四川"]),
        ("q-gap", {"key": "成都\n成都市"}, ["-  key: [成都]", "+  key: [成都, 成都市]"]),
        ("q-gap", {"hint": "省会"}, ["+  hint: 省会"]),
    ],
)  # fmt: skip
def test_item_changes_in_its_changed_lines_alone(
    files: Files, record: str, changes: dict[str, str], lines: list[str]
) -> None:
    assert edited(files, ITEMS, record, **changes) == lines


@pytest.mark.parametrize(
    ("record", "changes", "lines"),
    [
        ("default", {"pass_line": "75"}, ["-    pass_line: 0.6   # 六成", "+    pass_line: 0.75   # 六成"]),
        ("default", {"words": "Quiz 一下\n来答题\n开考"}, ["-    words: [Quiz 一下, 来答题]", "+    words: [Quiz 一下, 来答题, 开考]"]),
        ("default", {"mode": "challenge"}, ["-    mode: practice   # 不要改", "+    mode: challenge   # 不要改"]),
        ("week", {"hours": "08:00-22:00", "attempts_per_day": "3"}, ["+    attempts_per_day: 3", "+    hours: 08:00-22:00"]),
        ("week", {"opens_on": "2026-12-01", "kinds": "single\nmultiple"}, ["+    kinds: [single, multiple]", "+    opens_on: 2026-12-01"]),
        ("week", {"difficulties": "1\n2", "tracks": "校园"}, ["+    tracks: [校园]", "+    difficulties: [1, 2]"]),
        ("week", {"until_mistake": "true", "feedback": "end"}, ["+    feedback: end", "+    until_mistake: true"]),
    ],
)  # fmt: skip
def test_paper_changes_in_its_changed_lines_alone(
    files: Files, record: str, changes: dict[str, str], lines: list[str]
) -> None:
    assert edited(files, PAPERS, record, **changes) == lines


def test_what_every_shipped_record_says_written_again_changes_nothing() -> None:
    files, _ = read_folder(ROOT / "knowledge/content")
    content = parse(files)[0]
    for sort in (ITEMS, PAPERS):
        edits = defaultdict(dict)  # type: ignore[var-annotated]
        for record_id, record in sort.held(content).items():
            typed = sort.shown(files, content, record_id)
            edits[record.mark.file][record_id] = sort.written(typed, frozenset(typed))
            assert unfit_fields(sort, typed) == ()
        for file, fields in edits.items():
            assert edit_entries(files[file], fields, order=sort.keys) == files[file], file


def test_record_that_somebody_changed_meanwhile_is_not_written_over(files: Files) -> None:
    content = parse(files)[0]
    opened = mark_of_typed(ITEMS.shown(files, content, "q-place"))
    theirs = {**files, "quiz/bank.yaml": _BANK.replace("会议在哪里召开？", "会开在哪座城？")}
    now = parse(theirs)[0]
    typed = {**ITEMS.shown(files, content, "q-place"), "why": "报道里有。"}
    with pytest.raises(RecordEditedMeanwhile) as told:
        rewrite_record(ITEMS, theirs, now, "q-place", typed, opened)
    assert told.value.now["stem"] == "会开在哪座城？"


@pytest.mark.parametrize("typed", ["", "六成", "150", "-1", "NaN", "1e9", "60 %"])
def test_pass_line_that_is_no_share_is_told_at_its_field(files: Files, typed: str) -> None:
    content: Content = parse(files)[0]
    fields = {**PAPERS.shown(files, content, "week"), "pass_line": typed}
    assert [fault.field for fault in unfit_fields(PAPERS, fields)] == ["pass_line"]


def test_every_empty_field_is_told_at_once(files: Files) -> None:
    content: Content = parse(files)[0]
    fields = {**ITEMS.shown(files, content, "q-place"), "stem": "", "key": "", "text": ""}
    assert [fault.field for fault in unfit_fields(ITEMS, fields)] == ["stem", "key", "text"]
