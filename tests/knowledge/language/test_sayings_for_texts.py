"""Who will read a few texts only has few sayings made ready, and finds the same."""

from __future__ import annotations

import pytest

from knowledge.language.speech.danger import Alarms
from knowledge.language.speech.sayings import Sayings
from knowledge.matching.snapshot import Snapshot

SAYINGS = ("活着（真/）没…意思", "不想（活/再活）了", "（好/很）想死", "want to die", "拨打 110")


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("活着真没什么意思", True),
        ("活著真沒意思", True),
        ("我不想活了", True),
        ("我不象活了", True),
        ("我步想再活了呀", True),
        ("hao xiang si wo", True),
        ("很想死", True),
        ("I want to die!", True),
        ("快拨打110", True),
        ("意思是什么", False),
        ("第110条讲什么", False),
        ("", False),
    ],
)
def test_what_stands_in_a_text_is_found_among_few_as_among_all(text: str, stands: bool) -> None:
    assert Sayings(SAYINGS).stands_in(text) is stands
    assert Sayings.in_any_of(SAYINGS, [text]).stands_in(text) is stands
    assert Sayings.in_any_of(SAYINGS, ["别的一句话", text]).stands_in(text) is stands


def test_sayings_that_no_text_can_hold_are_left_out() -> None:
    few = Sayings.in_any_of(SAYINGS, ["第五条讲什么"])
    assert not few.stands_in("我不想活了")


@pytest.mark.parametrize(
    "text",
    ["我不想", "唉我不想", "活著真", "好想", "我真的不想再", "别的", "第五条", "huo zhe", "？？", "不"],
)
def test_a_beginning_of_a_saying_is_one_among_few_as_among_all(snapshot: Snapshot, text: str) -> None:
    assert snapshot.for_texts(text).alarms.is_begun(text) is snapshot.alarms.is_begun(text)


def test_every_beginning_of_what_tells_of_danger_is_one_among_few(snapshot: Snapshot) -> None:
    sayings = [saying for says in snapshot.content.care.says.values() for saying in says]
    begun = {saying[:n] for saying in sayings for n in (2, 3, 4) if saying[:n].isalpha()}
    assert len(begun) > 100
    care = snapshot.content.care
    missed = [text for text in sorted(begun)[::10] if not Alarms(care, [text]).is_begun(text)]
    assert not [text for text in missed if snapshot.alarms.is_begun(text)]


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "ab",
        "si",
        "选A和C",
        "B吧，我不想活了",
        "A 我 b 想 c 死",
        "想si",
        "我想si",
        "xiang死",
        "我不xiang活了",
        "bu想huo了",
        "kms",
        "I want to die",
        "no 5",
    ],
)
def test_a_letter_or_two_spell_no_danger_among_few_sayings_as_among_all(
    snapshot: Snapshot, text: str
) -> None:
    few = Alarms(snapshot.content.care, [text])
    assert few.read(text) == snapshot.alarms.read(text)


def test_a_letter_alone_keeps_few_sayings() -> None:
    assert not Sayings.in_any_of(SAYINGS, ["A"], whole=False).stands_in("我不想活了")
    assert Sayings.in_any_of(SAYINGS, ["A"]).stands_in("我不想活了")
