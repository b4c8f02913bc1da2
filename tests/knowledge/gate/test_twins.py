"""Minimal pairs: the twin of a phrasing is asked with one word changed, and must not get the same words."""

from __future__ import annotations

import pytest

from knowledge.gate import twins as minimal_pairs
from knowledge.gate.twins import NEGATED, RENUMBERED, RESUBJECTED, Twin, attack, twins
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.query import read_query
from knowledge.matching.snapshot import Snapshot


def all_twins(snapshot: Snapshot, entry_id: str, phrasing: str) -> tuple[Twin, ...]:
    return twins(snapshot, snapshot.content.entries[entry_id], phrasing)


def made(snapshot: Snapshot, entry_id: str, phrasing: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {NEGATED: set(), RENUMBERED: set(), RESUBJECTED: set()}
    for twin in all_twins(snapshot, entry_id, phrasing):
        found[twin.kind].add(twin.text)
    return found


@pytest.mark.parametrize(
    ("entry_id", "phrasing", "kind", "twin"),
    [
        ("a-4", "未备案的网站能接入吗", NEGATED, "已备案的网站能接入吗"),
        ("a-3-1", "网站应该发布什么", NEGATED, "网站不应该发布什么"),
        ("a-3-1", "网站不能发布什么", NEGATED, "网站能发布什么"),
        ("g-3-rumour", "谁不信谣", NEGATED, "谁信谣"),
        ("a-signing", "哪些媒体签署了倡议书", NEGATED, "哪些媒体没签署了倡议书"),
        ("a-4", "第四条说了什么", RENUMBERED, "第五条说了什么"),
        ("a-4", "倡议书第9条说了什么", RENUMBERED, "倡议书第八条说了什么"),
        ("d-signing", "2020年10家企业签了什么", RENUMBERED, "2019年10家企业签了什么"),
        ("d-signing", "2020年10家企业签了什么", RENUMBERED, "2020年11家企业签了什么"),
        ("p-li-zhigang", "李志刚是谁", RESUBJECTED, "秦红是谁"),
        ("p-li-zhigang", "教育厅来的是谁", RESUBJECTED, "公安厅来的是谁"),
    ],
)
def test_twin_changes_one_thing(
    snapshot: Snapshot, entry_id: str, phrasing: str, kind: str, twin: str
) -> None:
    assert twin in made(snapshot, entry_id, phrasing)[kind]


@pytest.mark.parametrize(
    "phrasing",
    [
        "我要看原文",
        "转发要得不",
        "谣言管不管",
        "要不要转",
        "三条承诺",
        "签署单位",
        "有没有名单",
        "离不开什么",
    ],
)
def test_what_denies_nothing_has_no_negated_twin(snapshot: Snapshot, phrasing: str) -> None:
    assert made(snapshot, "a-4", phrasing)[NEGATED] == set()


def test_number_that_the_entry_also_gives_is_not_put_in(snapshot: Snapshot) -> None:
    entry = snapshot.content.entries["g-overview"]
    assert "四" not in {t.put for t in twins(snapshot, entry, "三条倡议")}


def test_engine_that_hears_no_difference_is_told_every_twin_by_name(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = Decision(Band.ANSWER, (Hit("a-4", 0.9, "", 0.0),), "answer-band", read_query(snapshot, "随便"))
    monkeypatch.setattr(minimal_pairs, "decide", lambda *_: careless)
    entry = snapshot.content.entries["a-4"]
    failures = list(attack(snapshot, ["a-4"]))
    asked = {t.text for p in (entry.question, *entry.phrasings) for t in all_twins(snapshot, "a-4", p)}
    assert {f.twin.text for f in failures} == asked
    assert {(f.entry_id, f.answered_by) for f in failures} == {("a-4", "a-4")}


def test_twin_that_editors_have_placed_is_spared(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    careless = Decision(Band.ANSWER, (Hit("a-4", 0.9, "", 0.0),), "answer-band", read_query(snapshot, "随便"))
    monkeypatch.setattr(minimal_pairs, "decide", lambda *_: careless)
    spared = "已备案的网站能不能接入"
    assert spared in {f.twin.text for f in attack(snapshot, ["a-4"])}
    assert spared not in {f.twin.text for f in attack(snapshot, ["a-4"], spared={spared})}


def test_twins_of_the_negation_are_not_answered(snapshot: Snapshot) -> None:
    failures = [f for f in attack(snapshot, ["a-4", "a-5", "a-6"]) if f.twin.kind == minimal_pairs.NEGATED]
    assert failures == []
