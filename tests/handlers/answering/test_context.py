"""A follow-up stays with whom or what the last answer was about, or is asked as it stands; never with another's fact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handlers.answering.followups.intents import read_move
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

FOLDER = Path(__file__).parents[2] / "data/context"
DIALOGUES = [json.loads(line) for line in (FOLDER / "dialogues.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["id"])
def test_dialogue_goes_as_written(snapshot: Snapshot, dialogue: dict[str, Any]) -> None:
    talk = Conversation(snapshot)
    for turn in dialogue["turns"]:
        reply = talk.say(turn["q"])
        assert any(all(words in reply for words in way) for way in turn["must_any"]), f"{turn['q']}\n{reply}"


@pytest.mark.parametrize("name", ["黎召阳", "李志刚", "周键", "许静", "唐敏", "陈梅"])
@pytest.mark.parametrize("text", ["下一步呢", "之后打算咋弄", "跟谁一起搞的", "电话呢", "多大年纪了"])
def test_bare_fact_is_never_answered_with_that_of_another_speaker(
    snapshot: Snapshot, name: str, text: str
) -> None:
    talk = Conversation(snapshot)
    talk.say(f"{name}讲了什么")
    reply = talk.say(text)
    others = {s.name for s in snapshot.structure.speakers.values()} - {name}
    assert "没有收录" in reply or not any(f"出处：{other}" in reply for other in others)


@pytest.mark.parametrize("first", ["周键讲了什么", "许静讲了什么", "第五条", "职工上网有啥要求"])
@pytest.mark.parametrize("text", ["娃儿上网家长要注意啥子", "没备案的网站能不能接进来"])
def test_question_that_says_what_it_is_about_is_asked_as_it_stands(
    snapshot: Snapshot, first: str, text: str
) -> None:
    talk = Conversation(snapshot)
    talk.say(first)
    assert talk.say(text) == Conversation(snapshot).say(text)


def test_missing_fact_is_recorded_for_the_editors_with_its_subject(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("许静讲了什么")
    talk.say("之后打算咋弄")
    assert [(effect.name, effect.fields["question"]) for effect in talk.effects] == [
        ("missed", "许静,之后打算咋弄")
    ]


@pytest.mark.parametrize(
    "text", ["整份给我看", "把它全部列出来", "整篇发我", "整个讲话发我", "完整的内容给我看看"]
)
def test_wish_for_the_whole_is_read(text: str) -> None:
    move = read_move(text)
    assert move
    assert move.kind in {"all", "whole"}


def test_clause_is_no_pick_from_related_questions_or_choices(snapshot: Snapshot) -> None:
    for first in ("会议在哪里召开", "会议主要讲哪三项工作", "第四条说了什么"):
        talk = Conversation(snapshot)
        talk.say(first)
        assert "互动信息服务" in talk.say("第五条")
