"""Rows of a table, and the words before a list: read as people read them, sent as they stand."""

from __future__ import annotations

import pytest

from knowledge.language.asked_facts import asked_kinds, given_kinds
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit
from knowledge.matching.guards import held_by
from knowledge.matching.index.cells import read_tables
from knowledge.matching.query import read_query
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, parse_files

JOBS = """---
id: jobs
title: 青松街道招聘公告
kind: 公告
date: 2026-03-02
publisher: 青松街道办事处
rights: 公开
---

# 一、岗位 {#jobs}

岗位	人数	年龄	其他要求

## 第一段 {#jobs.1}

网格员	12	40周岁以下	会骑电动车

## 第二段 {#jobs.2}

驾驶员	3	45周岁以下	A1驾照

# 二、停水 {#water}

因抢修主管，定于7月8日22时至次日6时对以下区域停水：

## 第一项 {#water.1}

1、滨江路；

## 第二项 {#water.2}

2、红星小区。

# 三、理事会 {#council}

首届会长由老支书牟德安担任，任期3年。

# 四、施行 {#since}

本章程自2026年5月1日起试行。
"""


@pytest.fixture(scope="module")
def jobs() -> Snapshot:
    content, _ = parse_files({"sources/jobs.md": JOBS})
    return assemble(content)


def test_row_is_read_under_its_headings_and_sent_as_it_stands(jobs: Snapshot) -> None:
    row = next(s for s in jobs.sentences.values() if s.text.startswith("驾驶员"))
    assert row.says == "岗位驾驶员，人数3人，年龄45周岁以下，其他要求A1驾照"
    assert "驾驶员\t3\t45周岁以下\tA1驾照" in jobs.content.sources["jobs"].text
    assert any(row.text in quote.text for quote in jobs.quotes(row.key))
    assert not any(row.says in quote.text for quote in jobs.quotes(row.key))


def test_headings_of_columns_are_no_answer(jobs: Snapshot) -> None:
    assert not any(s.text.startswith("岗位\t") for s in jobs.sentences.values())


def test_number_under_a_heading_of_people_counts_people(jobs: Snapshot) -> None:
    for asked in ("网格员招多少人", "驾驶员要几个"):
        found = decide(jobs, asked)
        assert found.band is Band.ANSWER, asked
        assert found.hits[0].passage_id == "jobs#jobs"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("| 护士 | 20 |", "岗位护士，人数20人"),
        ("护士　　20", "岗位护士，人数20人"),
        ("护士｜—", "岗位护士"),
    ],
)
def test_cells_are_parted_by_bars_tabs_and_wide_spaces(line: str, read: str) -> None:
    assert read_tables(f"岗位\t人数\n{line}") == {"岗位\t人数": "", line: read}


def test_unit_of_a_column_stands_behind_its_numbers() -> None:
    read = read_tables("| 类别 | 收费（元/月） |\n|---|---|\n| 小学 | 480 |\n| 初中 | 另定 |")
    assert read["| 小学 | 480 |"] == "类别小学，收费480元/月"
    assert read["| 初中 | 另定 |"] == "类别初中，收费另定"


def test_row_with_a_cell_missing_does_not_end_its_table() -> None:
    read = read_tables("岗位　人数　年龄\n网格员　12\n驾驶员　3　45周岁以下")
    assert "网格员　12" not in read
    assert read["驾驶员　3　45周岁以下"] == "岗位驾驶员，人数3人，年龄45周岁以下"


@pytest.mark.parametrize(
    "text",
    [
        "出　席：甲\n缺　席：乙",
        "第一章　总则\n第二章　会员",
        "局长　康建国\n副局长　贺明亮",
        "甲　　乙",
        "第1名\t张三\n第2名\t李四",
        "一、时间：三月\n二、地点：大厅",
    ],
)
def test_lines_without_headings_are_no_table(text: str) -> None:
    assert read_tables(text) == {}


def test_words_before_a_list_answer_for_the_facts_they_tell(jobs: Snapshot) -> None:
    assert any(s.text.endswith("停水：") for s in jobs.sentences.values())
    decision = decide(jobs, "几点开始停水")
    assert decision.hits[0].passage_id == "jobs#water"
    assert "22时至次日6时" in decision.hits[0].phrasing


def test_words_that_only_lead_in_to_a_list_are_no_sentence() -> None:
    bare = JOBS.replace("因抢修主管，定于7月8日22时至次日6时对以下区域停水：", "以下区域停水：")
    content, _ = parse_files({"sources/jobs.md": bare})
    assert not any(s.text.endswith("停水：") for s in assemble(content).sentences.values())


def test_who_holds_a_post_by_whatever_words_is_named_and_his_deputy_is_not(jobs: Snapshot) -> None:
    found, missed = decide(jobs, "会长是哪个"), decide(jobs, "副会长是谁")
    assert found.hits[0].passage_id == "jobs#council"
    assert missed.band is not Band.ANSWER


def test_since_when_it_is_tried_is_a_fact_of_the_head(jobs: Snapshot) -> None:
    decision = decide(jobs, "啥时候开始执行")
    assert (decision.band, decision.rule) == (Band.ANSWER, "head")
    assert decision.hits[0].passage_id == "jobs#since"


def test_interval_tells_how_long_and_a_clerk_asks_for_no_fee() -> None:
    assert "duration" in given_kinds("22时至次日6时")
    assert "money" not in asked_kinds("收费员要几个")
    assert "money" in asked_kinds("停车费收多少")


def test_mark_behind_a_question_changes_nothing(jobs: Snapshot, snapshot: Snapshot) -> None:
    for base, asked in ((jobs, "会长是谁"), (jobs, "驾驶员要几个"), (snapshot, "会议是哪天开的")):
        plainly = decide(base, asked)
        for mark in ("？", "?", "。", "！！", "～"):
            found = decide(base, asked + mark)
            assert (found.band, found.rule, found.hits) == (plainly.band, plainly.rule, plainly.hits), mark


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("会计是谁", "首届会长由老支书牟德安担任，任期3年，另设会计。"),
        ("任期几号开始", "会长由牟德安担任，任期每月公布。"),
    ],
)
def test_sentence_that_names_nobody_asked_for_or_no_day_is_not_sent(asked: str, said: str) -> None:
    text = JOBS.replace("首届会长由老支书牟德安担任，任期3年。", said)
    content, _ = parse_files({"sources/jobs.md": text})
    base = assemble(content)
    query = read_query(base, asked)
    sentence = next(s for s in base.sentences.values() if s.passage_id == "jobs#council")
    hit = Hit(sentence.key, 0.9, sentence.text, 0.0, base.quotes(sentence.key))
    assert held_by(base, query, hit) == "other-kind"


def test_what_concerns_somebody_is_not_told_by_words_that_do_not_name_him() -> None:
    text = JOBS + "\n# 五、联系 {#contact}\n\n联系人：熊世芳，电话0816-3345210。\n"
    content, _ = parse_files({"sources/jobs.md": text})
    base = assemble(content)
    sentence = next(s for s in base.sentences.values() if s.passage_id == "jobs#contact")
    hit = Hit(sentence.key, 0.9, sentence.text, 0.0, base.quotes(sentence.key))
    assert held_by(base, read_query(base, "牟德安的电话是多少"), hit) == "other-kind"
    assert not held_by(base, read_query(base, "熊世芳的电话是多少"), hit)
