"""What is recorded of a question: its words without personal numbers, the release, and whether it was answered."""

from __future__ import annotations

from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.router import route
from knowledge.matching.snapshot import Snapshot


def turn(snapshot: Snapshot, text: str, session: Session | None = None) -> Turn:
    context = Context(snapshot, 1_800_000_000_000, seed="0" * 32)
    return route(Message("key", "user", "text", text), session or Session(subject="s"), context)


def test_answer_question_back_and_miss_each_tell_the_question_and_the_release(snapshot: Snapshot) -> None:
    for text, name in (
        ("自律倡议书第五条", "told"),
        ("倡议书是谁签的", "clarified"),
        ("今天天气怎么样", "missed"),
    ):
        (effect,) = turn(snapshot, text).effects
        assert effect.name == name
        assert (effect.fields["question"], effect.fields["release"]) == (text, snapshot.version)


def test_numbers_of_persons_are_not_recorded(snapshot: Snapshot) -> None:
    (effect,) = turn(snapshot, "我的电话13812345678，公积金怎么提取").effects
    assert "1381" not in "".join(map(str, effect.fields.values()))


def test_choices_that_were_all_wrong_make_the_question_a_miss(snapshot: Snapshot) -> None:
    asked = turn(snapshot, "倡议书是谁签的")
    rejected, missed = turn(snapshot, "都不是", asked.session).effects
    assert (rejected.name, missed.name) == ("rejected", "missed")
    assert (missed.fields["question"], missed.fields["rule"]) == ("倡议书是谁签的", "rejected")


def test_vote_tells_the_words_that_its_question_is_grouped_by(snapshot: Snapshot) -> None:
    told = turn(snapshot, "自律倡议书第五条")
    (voted,) = turn(snapshot, "没用", told.session).effects
    assert (voted.fields["value"], voted.fields["group"], voted.fields["release"]) == (
        "useless",
        "5 四川省互联网信息服务行业自律倡议书",
        snapshot.version,
    )
