"""Talk in words that stand nowhere is known by its likeness, and questions that are worded like it are left alone.

The lines are in `tests/data/talk`: `said.tsv` is talk that is no example of any intent, `asked.txt` asks for something.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knowledge.language.speech.addressed import FILE, UNSURE, talk_odds
from knowledge.matching.index.meaning import DIMENSIONS
from knowledge.matching.intents import intent_of, is_unplaced
from knowledge.matching.snapshot import Snapshot
from knowledge.matching.talking import asked_odds, talking
from knowledge.model.problems import Mark
from knowledge.model.service import Intent
from knowledge.release.build import assemble
from tests.serving import ROOT

DATA = ROOT / "tests/data/talk"
SAID = [line.split("\t") for line in (DATA / "said.tsv").read_text(encoding="utf-8").splitlines()]
ASKED = (DATA / "asked.txt").read_text(encoding="utf-8").splitlines()
OTHERS = [line.split("\t")[1] for line in (DATA / "others.tsv").read_text(encoding="utf-8").splitlines()]
MASCOT = Intent(
    "mascot",
    ("吉祥物呢",),
    ("还没有吉祥物。",),
    "",
    Mark("talk.yaml", 1, 1),
    like=("你们的吉祥物是啥", "吉祥物叫啥名字", "给我看看你的吉祥物", "有没有吉祥物玩偶"),
)


def test_talk_that_is_no_example_is_understood(snapshot: Snapshot) -> None:
    read = [(intent, text, intent_of(snapshot, text, nearly=True)) for intent, text in SAID]
    heard = [t for _, t, found in read if found or is_unplaced(snapshot, t)]
    right = [t for intent, t, found in read if found and found.id == intent]
    assert len(SAID) >= 250
    assert len(heard) >= 0.85 * len(SAID)
    assert len(right) >= 0.6 * len(SAID)


def test_questions_that_are_worded_like_talk_stay_questions(snapshot: Snapshot) -> None:
    taken = [t for t in ASKED if intent_of(snapshot, t, nearly=True) or is_unplaced(snapshot, t)]
    assert len(ASKED) >= 400
    assert len(taken) <= 0.01 * len(ASKED), taken


def test_what_people_ask_other_offices_of_themselves_is_hardly_ever_talk(snapshot: Snapshot) -> None:
    taken = [t for t in OTHERS if intent_of(snapshot, t, nearly=True) or is_unplaced(snapshot, t)]
    assert len(OTHERS) >= 500
    assert len(taken) <= 0.005 * len(OTHERS), taken


@pytest.mark.parametrize("text", ["票买错了，还能退不", "我啥都不懂，能不能教教我家娃"])
def test_question_whose_clauses_are_each_like_talk_stays_a_question(snapshot: Snapshot, text: str) -> None:
    assert intent_of(snapshot, text, nearly=True) is None


def test_examples_are_understood_word_for_word(snapshot: Snapshot) -> None:
    examples = [text for intent in snapshot.content.intents.values() for text in intent.like]
    assert len(examples) >= 2000
    assert len([text for text in examples if intent_of(snapshot, text, nearly=True) is None]) <= 5


@pytest.mark.parametrize("text", ["幼儿园要参加不", "服务热线", "哪个单位搞的哦"])
def test_question_that_is_nearly_a_command_or_an_example_is_no_talk(snapshot: Snapshot, text: str) -> None:
    assert intent_of(snapshot, text, nearly=True) is None


@pytest.mark.parametrize("text", ["别让我答题", "她不想做题", "不想活动了"])
def test_who_denies_a_command_does_not_give_it(snapshot: Snapshot, text: str) -> None:
    found = intent_of(snapshot, text, nearly=True)
    assert found is None or found.say != "答题"


@pytest.mark.parametrize("text", ["你们那个吉祥物叫啥子嘛", "给我看哈吉祥物", "你有没有吉祥物哦"])
def test_intent_that_editors_add_is_known_by_its_own_examples(snapshot: Snapshot, text: str) -> None:
    content = replace(snapshot.content, intents={**snapshot.content.intents, MASCOT.id: MASCOT})
    found = intent_of(assemble(content), text, nearly=True)
    assert found is not None
    assert found.id == "mascot"


@pytest.mark.parametrize("text", ["这个世界跟我没得关系了", "我不想活了你烦不烦", "好想消失，不想说了"])
def test_what_is_near_to_danger_is_never_talked_away(snapshot: Snapshot, text: str) -> None:
    assert intent_of(snapshot, text, nearly=True) is None
    assert not is_unplaced(snapshot, text)


def test_content_without_talk_takes_none(snapshot: Snapshot) -> None:
    bare = assemble(replace(snapshot.content, intents={}))
    assert talking(bare, "你到底是人还是机器") is None
    assert intent_of(bare, "你到底是人还是机器", nearly=True) is None


@pytest.mark.parametrize("text", ["", "？？？", "😀", "\ud800", "a" * 5000, "你" * 5000])
def test_any_text_may_be_looked_at(snapshot: Snapshot, text: str) -> None:
    assert talk_odds(text) == talk_odds(text)
    assert talking(snapshot, text) is None


def test_meaning_tells_talk_where_signs_are_strange(snapshot: Snapshot) -> None:
    text = "are you some sort of machine"
    toward = fitted_meaning()
    with_meaning = snapshot.with_meaning(
        lambda _: toward, np.zeros((len(snapshot.texts()), DIMENSIONS), np.float32)
    )
    assert UNSURE[0] < talk_odds(text) < UNSURE[1]
    assert asked_odds(with_meaning, text) > asked_odds(snapshot, text) == talk_odds(text)
    assert intent_of(snapshot, text, nearly=True) is None


@pytest.mark.parametrize(
    ("text", "intent"), [("有没有人工客服，电话也行", "wants-person"), ("太长了，我眼睛不好", "shorter")]
)
def test_what_is_said_by_the_way_leaves_what_is_meant(snapshot: Snapshot, text: str, intent: str) -> None:
    found = intent_of(snapshot, text, nearly=True)
    assert found is not None
    assert found.id == intent


def fitted_meaning() -> np.ndarray:
    """Return a vector that looks like nothing but talk."""
    with np.load(FILE) as file:
        return np.asarray(file["meaning"] / np.linalg.norm(file["meaning"]), np.float32)
