"""Several things asked at once are answered one by one, in the order asked; one question stays one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.language.compound import Named, read_parts
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

FOLDER = Path(__file__).parents[2] / "data/context"
COMPOUND = [json.loads(line) for line in (FOLDER / "compound.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("row", COMPOUND, ids=lambda row: row["q"])
def test_each_part_is_answered_in_the_order_asked(snapshot: Snapshot, row: dict[str, Any]) -> None:
    talk = Conversation(snapshot)
    reply = talk.say(row["q"])
    while "回复“更多”" in reply.splitlines()[-1]:
        reply += "\n" + talk.say("更多")
    places = [reply.find(words) for words in row["says"]]
    assert -1 not in places
    assert places == sorted(places)
    assert "\n出处：" in reply


def test_each_part_is_recorded_as_told(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("第五条和第四条有什么区别")
    assert [(effect.name, effect.fields["entry"]) for effect in talk.effects] == [
        ("told", "a-5"),
        ("told", "a-4"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "省总工会和商务厅联合搞了什么",
        "自觉接受社会各界的监督和批评吗",
        "哪些领导出席会议并讲话",
        "第三条第（一）项说了什么",
    ],
)
def test_one_question_stays_one(snapshot: Snapshot, text: str) -> None:
    assert "依次回答" not in Conversation(snapshot).say(text)


def test_at_most_three_are_answered_and_that_is_said(snapshot: Snapshot) -> None:
    reply = Conversation(snapshot).say("第一条、第二条、第四条、第五条分别是什么")
    assert reply.startswith("一次最多答3件事")
    assert reply.count("\n出处：") == 3


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("谣言这件事,网站咋个做、普通网民咋个做", ("谣言这件事网站咋个做", "谣言这件事普通网民咋个做")),
        ("我问两点，第一，备案归谁管，第二，举报方式公不公布", ("备案归谁管", "举报方式公不公布")),
        ("第三条（二）、（三）分别讲啥", ("第三条（二）讲啥", "第三条（三）讲啥")),
        ("倡议的头一个和最后一个都发我", ("倡议的头一个", "倡议的最后一个")),
    ],
)
def test_likeliest_way_to_part_a_text(text: str, parts: tuple[str, ...]) -> None:
    assert next(read_parts(text, Named({}))) == parts


def test_hostile_repetition_is_read_in_no_time() -> None:
    for text in ("第一条和" * 75, "什么时候在哪里" * 40, "时间地点" * 70, "谁和" * 150):
        assert all(len(way) > 1 for way in read_parts(text[:300], Named({"韩晗": "person"})))
