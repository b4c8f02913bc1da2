"""What is said about an item rather than answered: remarks, hints, asides, talk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.matching.snapshot import Snapshot
from knowledge.quiz.hints import hint_of, key_words, said_in
from tests.taker import Taker, card_in


def answered_single(taker: Taker, paper: str = "答题") -> Taker:
    """Begin a paper and go on to an item with one right option."""
    taker.say(paper)
    while taker.item.kind != "single":
        taker.say(taker.right)
    return taker


@pytest.mark.parametrize("paper", ["答题", "正式测评"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("答案呢？", "先作答才告诉答案"),
        ("告诉我正确答案", "先作答才告诉答案"),
        ("对吗？", "先作答才告诉答案"),
        ("选B对不对", "先作答才告诉答案"),
        ("A吗？", "先作答才告诉答案"),
        ("会不会是C", "先作答才告诉答案"),
        ("这题有问题", "谢谢您指出来"),
        ("题目是不是错了", "谢谢您指出来"),
        ("都不对", "有正确的答案"),
        ("以上都不对[微笑]", "有正确的答案"),
    ],
)
def test_remark_on_an_item_is_understood_and_never_marked(
    taker: Taker, paper: str, text: str, told: str
) -> None:
    card = card_in(answered_single(taker, paper).say("继续"))
    before = taker.attempt
    reply = taker.say(text)
    assert told in reply
    assert "这条不计分" in reply
    assert card_in(reply) == card
    assert taker.attempt == before


@pytest.mark.parametrize("text", ["提示一下", "给点提示吧"])
def test_hint_is_the_examiners_own_and_never_marked(taker: Taker, text: str) -> None:
    item = replace(answered_single(taker).item, hint="想想报道的第一句。")
    taker.publish(replace(taker.snapshot.content, version="hint", items={item.id: item}))
    shown = card_in(taker.say(f"专项 {item.track}"))
    reply = taker.say(text)
    assert "提示：想想报道的第一句。这条不计分。" in reply
    assert card_in(reply) == shown
    assert taker.attempt.responses == ()


def test_without_one_the_place_is_told_and_the_key_never(snapshot: Snapshot) -> None:
    content = snapshot.content
    hints = {item.id: hint_of(content, item) for item in content.items.values()}
    for item in content.items.values():
        assert not said_in(hints[item.id], (*key_words(item), *item.options)), item.id
    told = [hint for hint in hints.values() if hint]
    assert len(told) > len(hints) * 0.9


def test_who_is_examined_gets_no_hint(taker: Taker) -> None:
    card = card_in(answered_single(taker, "正式测评").say("继续"))
    before = taker.attempt
    reply = taker.say("提示一下")
    assert "没有提示" in reply
    assert "这条不计分" in reply
    assert card_in(reply) == card
    assert taker.attempt == before


def test_remark_is_no_answer_to_a_blank(snapshot: Snapshot) -> None:
    blanks = {i: item for i, item in snapshot.content.items.items() if item.kind == "fill"}
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="blanks", items=blanks))
    taker.say("专项 共同")
    for text in ("提示一下", "答案呢", "这题有问题", "都不对", "[微笑]", "这题先不答", "等会儿再答"):
        taker.say(text)
        taker.say("继续")
        assert taker.attempt.responses == (), text


def test_talk_is_no_answer_to_a_blank_but_where_it_is_the_right_one(snapshot: Snapshot) -> None:
    blank = next(item for item in snapshot.content.items.values() if item.kind == "fill")
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="blank", items={blank.id: blank}))
    taker.say(f"专项 {blank.track}")
    for text in ("谢谢", "哈哈", "你真棒", "你几岁了", "你好"):
        assert "还没结束" in taker.say(text), text
        assert taker.attempt.responses == (), text
    other = replace(blank, accepted=("哈哈",))
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="laughter", items={blank.id: other}))
    taker.say(f"专项 {blank.track}")
    taker.say("哈哈")
    assert "answered" in taker.names()


def test_words_of_the_options_are_an_answer_whatever_else_they_say(snapshot: Snapshot) -> None:
    item = next(item for item in snapshot.content.items.values() if item.kind == "single")
    asked = replace(item, options=("休息一下", "提示一下", "答案", "题目有误"), key=(0,))
    blank = next(item for item in snapshot.content.items.values() if item.kind == "fill")
    for one, text in ((asked, "休息一下"), (asked, "答案"), (replace(blank, accepted=("暂停",)), "暂停")):
        taker = Taker(snapshot)
        taker.publish(replace(snapshot.content, version=text, items={one.id: one}))
        taker.say(f"专项 {one.track}")
        taker.say(text)
        assert "answered" in taker.names(), text


@pytest.mark.parametrize("text", ["先不答了", "等会儿再答", "不想答了", "暂停一下", "下次再答吧", "先到这吧"])
def test_leaving_in_other_words_keeps_the_progress(taker: Taker, text: str) -> None:
    answered_single(taker)
    assert "进度已保存" in taker.say(text)
    assert taker.attempt.paused
    assert "第 " in taker.say("继续")


@pytest.mark.parametrize("text", ["这题先不答", "先跳过这题", "这题等会儿再答", "这道题先放一放"])
def test_skipping_in_other_words_goes_on_to_the_next(taker: Taker, text: str) -> None:
    item = answered_single(taker).item
    taker.say(text)
    assert taker.item != item
    assert not taker.attempt.paused


@pytest.mark.parametrize("text", ["先不答了", "暂停", "提示一下", "答案呢"])
def test_same_words_outside_a_quiz_are_not_about_one(taker: Taker, text: str) -> None:
    assert "不计分" not in taker.say(text)
    assert "进度已保存" not in taker.say(text)


@pytest.mark.parametrize("paper", ["答题", "正式测评"])
@pytest.mark.parametrize("dress", ["{}[微笑]", "{}？", "{}/:rose", "😊{}", "{}吧我猜", "[强]{}[强]"])
def test_sticker_or_question_mark_costs_no_point(taker: Taker, paper: str, dress: str) -> None:
    answered_single(taker, paper).say(dress.format(taker.right))
    assert taker.attempt.responses[-1].fraction == 1


@pytest.mark.parametrize(
    "aside",
    [
        "会议几时开",
        "自律倡议书第五条",
        "没备案的网站给接入吗",
        "李志刚是谁",
        "还有呢",
        "谁说的",
        "谢谢",
        "提示一下",
    ],
)
def test_digit_after_an_aside_belongs_to_the_item(taker: Taker, aside: str) -> None:
    item = answered_single(taker).item
    taker.say(aside)
    taker.say("1")
    assert taker.attempt.responses[-1].item_id == item.id


def test_digit_picks_from_a_list_and_then_belongs_to_the_item_again(taker: Taker) -> None:
    item = answered_single(taker).item
    n = len(taker.attempt.responses)
    assert "您是不是想问" in taker.say("会议主要讲哪三项工作")
    assert "出处：" in taker.say("1")
    assert len(taker.attempt.responses) == n
    taker.say("1")
    assert taker.attempt.responses[-1].item_id == item.id


def test_digit_belongs_to_the_item_when_a_list_was_left(taker: Taker) -> None:
    item = answered_single(taker).item
    assert "您是不是想问" in taker.say("会议主要讲哪三项工作")
    taker.say("继续")
    taker.say("1")
    assert taker.attempt.responses[-1].item_id == item.id


def test_verdict_says_one_sentence_once(snapshot: Snapshot) -> None:
    item = snapshot.content.items["q-finance-15"]
    assert item.why == "陈梅谈下一步时说，巩固的是线上宣教成果。"
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="one", items={item.id: item}))
    taker.say("专项 金融")
    reply = taker.say(taker.wrong)
    assert item.source.text in reply
    assert item.why not in reply


def test_why_that_tells_more_than_the_proof_is_told(snapshot: Snapshot) -> None:
    item = snapshot.content.items["q-campus-18"]
    more = replace(item, why="两样都要紧，但说法不同。")
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="one", items={item.id: more}))
    taker.say("专项 校园")
    assert more.why in taker.say(taker.wrong)
