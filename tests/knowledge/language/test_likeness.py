"""Danger told in words that no saying has is known by its likeness to what people wrote, and questions are left alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.language.speech.danger import Danger
from knowledge.language.speech.likeness import (
    SURE_AT,
    asks_for_rule,
    is_like_danger,
    likeness,
    read_signs,
    sure_at,
)
from knowledge.matching.snapshot import Snapshot

DATA = Path(__file__).parents[2] / "data/talk"
TOLD = [line.split("\t") for line in (DATA / "told.tsv").read_text(encoding="utf-8").splitlines()]
CALM = [line.split("\t")[1] for line in (DATA / "calm.tsv").read_text(encoding="utf-8").splitlines()]


def test_lines_of_danger_are_sensed(snapshot: Snapshot) -> None:
    missed = [t for _, _, t in TOLD if not (snapshot.alarms.read(t) or snapshot.alarms.sense(t))]
    assert len(TOLD) >= 1000
    assert len(missed) <= 0.01 * len(TOLD), missed


def test_hard_harmless_lines_raise_no_alarm(snapshot: Snapshot) -> None:
    raised = [t for t in CALM if snapshot.alarms.read(t) or snapshot.alarms.sense(t)]
    assert len(CALM) >= 1000
    assert len(raised) <= 0.01 * len(CALM), raised


@pytest.mark.parametrize(
    "text",
    [
        "昨晚又站到阳台边上去了，想跳，腿发软",
        "他拿着我的照片逼我转钱，说要发给我全家",
        "刚刚吞了三十几片药，心跳得好快",
        "wo zhen de hao xiang si",
        "he beats me every night and i am scared",
    ],
)
def test_danger_in_new_words_is_sensed(snapshot: Snapshot, text: str) -> None:
    assert snapshot.alarms.read(text) or snapshot.alarms.sense(text)


def test_no_way_to_ask_item_or_sample_is_like_danger(snapshot: Snapshot) -> None:
    content = snapshot.content
    texts = [t for e in content.entries.values() for t in (e.question, *e.phrasings)]
    texts += [t for i in content.items.values() for t in (i.stem, *i.options)]
    texts += [case.question for case in content.cases]
    assert [t for t in texts if snapshot.alarms.sense(t)] == []


def test_what_a_saying_finds_in_a_play_or_a_game_is_no_danger(snapshot: Snapshot) -> None:
    assert snapshot.alarms.said("三体里谁自杀了") == Danger("crisis")
    assert snapshot.alarms.read("三体里谁自杀了") is None


def test_meaning_is_asked_only_where_characters_are_unsure() -> None:
    asked: list[str] = []

    def vector_of(text: str) -> np.ndarray:
        asked.append(text)
        return np.zeros(384, np.float32)

    for text in ("第三条讲了什么", "我不想活了，我要去跳楼自杀"):
        is_like_danger(text, vector_of)
    assert asked == []


@pytest.mark.parametrize("text", ["", "？？？", "😀", "\ud800", "a" * 5000, "死" * 5000])
def test_any_text_is_read(text: str) -> None:
    assert list(read_signs(text)) == list(read_signs(text))
    assert likeness(text) == likeness(text)


def test_spelling_by_sound_is_heard_alike() -> None:
    assert set(read_signs("不响活了")) & set(read_signs("bu xiang huo le"))


def test_what_people_ask_an_office_about_is_no_cry_for_help() -> None:
    """Money, illness and death are asked about everywhere; the model was fitted on these lines and still may not alarm."""
    asked = {
        json.loads(line)["q"]
        for path in (DATA.parent / "document-questions").rglob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    taken = [text for text in asked if is_like_danger(text, None)]
    assert len(taken) <= len(asked) / 200, taken


def test_what_people_ask_other_offices_of_themselves_is_no_cry_for_help(snapshot: Snapshot) -> None:
    others = [line.split("\t")[1] for line in (DATA / "others.tsv").read_text(encoding="utf-8").splitlines()]
    assert len(others) >= 250
    assert [t for t in others if snapshot.alarms.read(t) or snapshot.alarms.sense(t)] == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("弃权会不会被当成反对", True),
        ("这样办，要得不", True),
        ("押金怎么退", True),
        ("我会不会死", False),
        ("死了是不是就轻松了", False),
        ("我不想活了", False),
    ],
)
def test_who_asks_for_a_rule_is_told_from_who_tells_of_himself(text: str, *, asks: bool) -> None:
    assert asks_for_rule(text) is asks
    assert (sure_at(text) > SURE_AT) is asks
