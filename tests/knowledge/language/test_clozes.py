"""What can be asked of a sentence: which question words its facts become."""

from __future__ import annotations

import pytest

from knowledge.language.asked_facts import asked_kinds, lacks_count
from knowledge.language.clozes import clozes, telling


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("补卡收工本费10元。", ("money", "补卡收工本费多少钱")),
        ("午餐当天9:30前预订。", ("clock", "午餐当天几点前预订")),
        ("自2025年1月1日起施行。", ("date", "自什么时候起施行")),
        ("社区3个工作日内完成初审。", ("duration", "社区多长时间完成初审")),
        ("座位120个。", ("number", "座位多少个")),
        ("监督电话:8460-3300", ("phone", "监督电话:电话多少")),
        ("由县水利局局长顾长风主持。", ("person", "由县水利局局长谁主持")),
        ("地址:芙蓉街88号，座位多。", ("place", "地址:哪里")),
        ("劝阻无效的，报告街道。", ("case", "劝阻无效的怎么办")),
        ("充电设施不得私自改装。", ("whether", "充电设施不得私自改装吗")),
    ],
)
def test_fact_gives_way_to_the_word_that_asks_for_it(text: str, asked: tuple[str, str]) -> None:
    assert asked in clozes(text, "")


def test_every_fact_of_a_clause_is_asked_for_alone() -> None:
    found = [asked for _, asked in clozes("开工91个，完工79个。", "")]
    assert found == ["开工多少个", "开工91个完工多少个"]


def test_cloze_stands_under_the_heading_that_says_something() -> None:
    assert clozes("每人每餐4元", "二、补贴多少 第二项") == [("money", "二、补贴多少 每人每餐多少钱")]
    assert telling("第三条第二款 第一段") == ""


def test_sentence_without_a_fact_has_no_cloze() -> None:
    assert clozes("送餐照常。", "六、开放时间") == []


@pytest.mark.parametrize(
    ("text", "kinds"), [("70周岁的老人", {"number"}), ("第37次常务会议", set()), ("一个人都不落下", set())]
)
def test_what_is_no_fact_is_not_asked_for(text: str, kinds: set[str]) -> None:
    assert {kind for kind, _ in clozes(text, "")} == kinds


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [("中午饭最晚几点订", {"clock"}), ("半夜几点不准充", {"clock"}), ("过年那几天开不开门", set())],
)
def test_kind_of_fact_is_read_from_the_words_around(asked: str, kinds: set[str]) -> None:
    assert asked_kinds(asked) == kinds


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("好多个插口才算集中充电", "是指设有十个以上充电端口的场所"),
        ("去年下了几场大雨", "去年共经历强降雨11次"),
        ("有几个菜好多钱", "午餐两荤一素一汤，标价15元"),
    ],
)
def test_number_may_be_given_as_a_bound_or_by_another_measure(asked: str, said: str) -> None:
    assert not lacks_count(asked, said)


def test_number_of_something_else_is_still_lacking() -> None:
    assert lacks_count("一共有几场比赛", "设考点12个，考生2136人")
