"""Danger is read in whatever words it is told, and not in what only sounds like it.

The lines are in `tests/data/talk`; writers who know nothing of the sayings score others.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.language.speech.danger import AGAIN, Danger
from knowledge.matching.snapshot import Snapshot

DATA = Path(__file__).parents[2] / "data/talk"
LINES = [line.split("\t") for line in (DATA / "danger.tsv").read_text(encoding="utf-8").splitlines()]
HARMLESS = (DATA / "harmless.txt").read_text(encoding="utf-8").splitlines()
KIN = {kind: kin for kin, kinds in AGAIN.items() for kind in kinds}


def test_danger_is_read(snapshot: Snapshot) -> None:
    missed = [line for _, line in LINES if snapshot.alarms.read(line) is None]
    assert len(LINES) >= 200
    assert len(missed) <= 0.02 * len(LINES), missed


def test_danger_gets_the_help_of_its_kind(snapshot: Snapshot) -> None:
    read = ((kin, line, snapshot.alarms.read(line)) for kin, line in LINES)
    other = [
        line for kin, line, danger in read if danger and KIN[danger.kind] != kin and danger.kind != "harm"
    ]
    assert len(other) <= 0.05 * len(LINES), other


def test_harmless_words_raise_no_alarm(snapshot: Snapshot) -> None:
    raised = [(line, danger) for line in HARMLESS if (danger := snapshot.alarms.read(line))]
    assert len(HARMLESS) >= 200
    assert raised == []


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("我朋友说他想自杀", Danger("crisis", is_other=True)),
        ("我妈让我不想活了", Danger("crisis")),
        ("我被网暴了不想活了", Danger("crisis")),
        ("我吃了一整瓶安眠药，不想活了", Danger("overdose")),
        ("我同学撑不下去了", Danger("low", is_other=True)),
    ],
)
def test_kind_is_the_most_pressing_and_whose_it_is(snapshot: Snapshot, text: str, danger: Danger) -> None:
    assert snapshot.alarms.read(text) == danger


@pytest.mark.parametrize(
    ("before", "text"),
    [("我不想", "活了"), ("活着", "真没意思"), ("我吃了一整瓶", "安眠药"), ("我把钱", "转给骗子了")],
)
def test_danger_said_in_two_messages_is_read(snapshot: Snapshot, before: str, text: str) -> None:
    assert snapshot.alarms.read(before) is None
    assert snapshot.alarms.is_begun(before)
    assert snapshot.alarms.read(text, before)


@pytest.mark.parametrize(
    ("text", "is_danger"),
    [
        ("自杀这个词算不算有害信息", False),
        ("我想自杀，自杀算不算违法", True),
        ("现在就自杀违反哪一条", True),
        ("永别了武器 作者是谁", False),
        ("妈妈永别了 作者绝笔", True),
        ("woxiangzisha 违反哪一条", True),
    ],
)
def test_words_rules_and_plays_may_be_spoken_of(snapshot: Snapshot, text: str, *, is_danger: bool) -> None:
    assert bool(snapshot.alarms.read(text)) is is_danger


@pytest.mark.parametrize("text", ["第三条讲了什么", "会议在哪里开的", "答题", "A", "你好"])
def test_plain_talk_begins_no_danger(snapshot: Snapshot, text: str) -> None:
    assert not snapshot.alarms.is_begun(text)


@pytest.mark.parametrize(
    "text", ["安眠药吃多少会死", "吃多少安眠药会死", "百草枯喝多少会死", "上吊多久断气", "有没有不痛的死法"]
)
def test_who_asks_calmly_how_to_die_gets_help(snapshot: Snapshot, text: str) -> None:
    danger = snapshot.alarms.read(text)
    assert danger
    assert danger.kind in {"crisis", "overdose"}


@pytest.mark.parametrize(
    ("text", "is_danger"),
    [
        ("mc里怎么自杀回城,指令是啥", False),
        ("kuai si le,ka dian kao shi hou 哈哈", False),
        ("自杀两个字的繁体怎么写", False),
        ("wo xiang zi sha", True),
        ("i want to kill myself", True),
        ("上吊多久没知觉", True),
        ("想自杀", True),
    ],
)
def test_calm_words_overrule_a_saying_in_letters_too(
    snapshot: Snapshot, text: str, *, is_danger: bool
) -> None:
    assert bool(snapshot.alarms.read(text) or snapshot.alarms.sense(text)) is is_danger
