"""Sayings: what one line of them is found in, and what only looks like it."""

from __future__ import annotations

import pytest

from knowledge.language.speech.heard import BREAK, hear
from knowledge.language.speech.saying_signs import SayingError, check_saying, expanded
from knowledge.language.speech.sayings import Sayings

SAYINGS = Sayings(
    ("活着（真/）没…意思", "（不想/唔想）活了", "被骗了钱", "(want/wants) to die", "took…pills")
)


@pytest.mark.parametrize(
    "text",
    [
        "活着没意思",
        "活着真没意思",
        "活 着，没😀有什么意思",
        "活著沒有什麼意思",
        "唔想活了呀",
        "不想或了",
        "huo zhe mei yi si",
        "wobuxianghuole",
        "我bu xiang huo le",
        "WANT TO DIE!!",
        "she wants to die",
        "I took all my pills",
        "好" * 1900 + "活着没意思",
        "好" * 200 + "bu xiang huo le" + "好" * 200,
        "ni hao a " + "好" * 150 + "bu xiang huo le" + "好" * 100 + "zai jian",
    ],
)
def test_saying_is_found_however_it_is_put(text: str) -> None:
    assert SAYINGS.stands_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀",
        "活着",
        "没意思",
        "活着这件事说来话长而且也许没有人能懂其中的意思",
        "I want to diet",
        "towantodiet",
        "bu xiang huodong",
        "不想火车晚点",
        "被骗",
    ],
)
def test_what_only_looks_like_a_saying_is_not_found(text: str) -> None:
    assert not SAYINGS.stands_in(text)


def test_nothing_is_found_across_what_was_passed_over() -> None:
    left = Sayings(("没关系",)).without(hear("活着没关系意思")[0])
    assert left.characters == f"活着{BREAK}意思"
    assert not SAYINGS.found(left)


@pytest.mark.parametrize(
    ("text", "is_begun"), [("活着", True), ("我不想", True), ("活着没有", True), ("你好", False)]
)
def test_beginning_is_known_as_one(text: str, is_begun: bool) -> None:
    assert SAYINGS.is_begun(hear(text)[0]) == is_begun


@pytest.mark.parametrize("text", ["再见（啦/）", "bye bye"])
def test_whole_is_more_than_standing_in(text: str) -> None:
    sayings = Sayings((text,))
    assert sayings.is_all_of(hear("再见啦" if "再" in text else "Bye-bye!")[0])
    assert not sayings.is_all_of(hear("再见啦朋友" if "再" in text else "bye bye love")[0])


def test_pinyin_can_be_the_whole() -> None:
    assert Sayings(("再来一次",)).is_all_of(hear("zai lai yi ci")[0])


@pytest.mark.parametrize("saying", ["（甲", "甲）", "甲/乙", "…", "（甲/）", ""])
def test_saying_that_cannot_be_read_is_refused(saying: str) -> None:
    with pytest.raises(SayingError):
        check_saying(saying)


def test_sets_may_name_sets() -> None:
    assert expanded("【甲】！", {"甲": "一/【乙】", "乙": "二/三"}) == "（一/（二/三））！"


@pytest.mark.parametrize("words", ["活着" * 140, "活着没" * 90, "我不想" * 90])
def test_repeated_words_take_no_time_that_grows_faster_than_they_do(words: str) -> None:
    assert not Sayings(("（不想/不/想）（不想/不/想）…（不想/不/想）…完了",)).stands_in(words)
