"""Votes count once an answer, opinions get a ticket, and a miss is recorded with what groups it."""

from __future__ import annotations

import re

import pytest

from handlers.answering.answer import missed
from handlers.model.turn import Context
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation


def test_vote_is_recorded_once_with_its_question_and_entry(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("第五条")
    talk.say("没用")
    (vote,) = talk.effects
    assert vote.name == "voted"
    assert (vote.fields["value"], vote.fields["entry"], vote.fields["question"]) == (
        "useless",
        "a-5",
        "第五条",
    )
    talk.say("没用")
    assert talk.effects == ()
    talk.say("有用")
    assert (talk.effects[0].fields["value"], talk.effects[0].fields["before"]) == ("useful", "useless")


@pytest.mark.parametrize("text", ["有用", "很有用", "有帮助", "没用", "没帮助", "答非所问", "不对", "没得用"])
def test_every_form_of_a_vote_counts(snapshot: Snapshot, text: str) -> None:
    talk = Conversation(snapshot)
    talk.say("第五条")
    talk.say(text)
    assert [effect.name for effect in talk.effects] == ["voted"]


def test_opinion_is_kept_without_personal_numbers_under_its_ticket(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    text = talk.say("意见 字太小，请打13812345678\u202e告诉我")
    (opinion,) = talk.effects
    ticket = re.search(r"编号：(YJ\d{4}-[0-9A-F]{6})", text)
    assert ticket
    assert opinion.fields["ticket"] == ticket.group(1)
    assert opinion.fields["text"] == "字太小，请打▢告诉我"


def test_opinion_waits_while_nothing_can_be_kept(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.can_save = False
    assert "请稍后" in talk.say("意见 字太小")
    assert talk.effects == ()


@pytest.mark.parametrize(
    "questions",
    [
        ("食品安全归谁管", "请问食品安全是归谁管呀", "归谁管 食品安全"),
        ("国足踢赢没有", "国足，踢赢没有？", "請問國足踢赢沒有"),
    ],
)
def test_misses_about_the_same_share_a_group(snapshot: Snapshot, questions: tuple[str, ...]) -> None:
    context = Context(snapshot, 0, "")
    groups = {missed(context, question, "below-clarify").fields["group"] for question in questions}
    assert len(groups) == 1
    assert groups != {""}


def test_turning_every_choice_down_is_a_miss_of_the_question(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    assert "您是不是想问" in talk.say("倡议书是谁签的")
    talk.say("都不是")
    missing = [effect for effect in talk.effects if effect.name == "missed"]
    assert [effect.fields["question"] for effect in missing] == ["倡议书是谁签的"]
