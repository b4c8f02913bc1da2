"""What is said to the bot itself, told apart from questions: as a whole, clause by clause, or nearly like an example."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from knowledge.matching.intents import intent_of
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble
from tests.serving import ROOT

TALK = ROOT / "tests/data/talk/second.jsonl"
_BY_SKILLS = frozenset({"want a human", "quiz start", "quiz stop", "quiz score", "greeting"})


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("早上好嘛", "greet"),
        ("谢谢啦，够了够了", "thanks"),
        ("晚上好 辛苦了", "greet"),
        ("您好，来几道题考考我", "do-quiz"),
        ("多谢，我先撤了", "bye"),
        ("这么大一坨", "shorter"),
        ("前头那条再发我一哈", "again"),
    ],
)
def test_talk_is_understood_with_what_stands_around_it(snapshot: Snapshot, text: str, intent: str) -> None:
    found = intent_of(snapshot, text, nearly=True)
    assert found is not None
    assert found.id == intent


@pytest.mark.parametrize(
    "text",
    [
        "第四条",
        "飞线充电是啥意思",
        "推进会在哪里开",
        "谢谢，第五条说了什么",
        "",
        "？？？",
        "备案的网站多久能回复",
        "你好" * 400,
    ],
)
def test_question_is_no_talk(snapshot: Snapshot, text: str) -> None:
    assert intent_of(snapshot, text, nearly=True) is None


def test_way_to_ask_an_entry_stays_a_question_whatever_talk_says(snapshot: Snapshot) -> None:
    assert intent_of(snapshot, "收不收费") is not None
    entry = next(iter(snapshot.content.entries.values()))
    asked = replace(entry, phrasings=(*entry.phrasings, "收不收费"))
    content = replace(snapshot.content, entries={**snapshot.content.entries, entry.id: asked})
    assert intent_of(assemble(content), "收不收费", nearly=True) is None


def test_no_way_to_ask_and_no_sample_question_is_talk(snapshot: Snapshot) -> None:
    asked = [t for e in snapshot.content.entries.values() for t in (e.question, *e.phrasings)]
    for path in (ROOT / "tests/data/questions").rglob("answerable*.jsonl"):
        asked += [json.loads(line)["q"] for line in path.read_text(encoding="utf-8").splitlines() if line]
    assert [text for text in asked if intent_of(snapshot, text, nearly=True)] == []


def test_talk_written_by_others_is_understood_nine_of_ten(snapshot: Snapshot) -> None:
    rows = [json.loads(line) for line in TALK.read_text(encoding="utf-8").splitlines() if line]
    own = [row["q"] for row in rows if row["kind"] not in _BY_SKILLS]
    assert sum(intent_of(snapshot, text, nearly=True) is not None for text in own) >= 0.9 * len(own)
