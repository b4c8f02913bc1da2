"""What the passages say about the structure of their sources, and where words stand in them."""

from __future__ import annotations

import itertools

import pytest

from knowledge.model import Snapshot
from knowledge.sources.quote_search import find_words, fold
from knowledge.sources.structure import leaves, parent, said_by, series_around, series_inside


def test_clauses_pledges_and_works_are_series(snapshot: Snapshot) -> None:
    passages = snapshot.content.passages
    for address, numbers in (
        ("self-discipline#article-4", range(1, 9)),
        ("self-discipline#article-3.2", range(1, 6)),
        ("good-netizen-pledge#commitment-2", range(1, 4)),
        ("integrity-declaration#paragraph-1", range(1, 4)),
        ("meeting-2020#priority-2", range(1, 4)),
    ):
        series = series_around(snapshot.content, [passages[address]])[0]
        assert [number for number, _ in series.members] == list(numbers)
    inside = series_inside(snapshot.content, [passages["self-discipline#article-3"]])
    assert [p.id for _, p in inside[0].members] == [f"self-discipline#article-3.{n}" for n in range(1, 6)]


def test_every_source_is_its_leaves_in_order(snapshot: Snapshot) -> None:
    content = snapshot.content
    for source_id in content.sources:
        parts = leaves(content, source_id)
        assert [p.start for p in parts] == sorted(p.start for p in parts)
        assert all(a.end <= b.start for a, b in itertools.pairwise(parts))
    assert (
        parent(content, content.passages["self-discipline#article-3.2"])
        == content.passages["self-discipline#article-3"]
    )


def test_speaker_has_all_their_passages(snapshot: Snapshot) -> None:
    assert [p.id.partition("#")[2] for p in said_by(snapshot.content, "zhou-jian")] == [
        "zhou-jian-work",
        "zhou-jian-plan",
    ]


@pytest.mark.parametrize("text", ["清朗", "正能量", "网络谣言", "不信谣,不传谣", "四川", "“双决双胜”"])
def test_words_are_found_wherever_they_stand_and_shown_unchanged(snapshot: Snapshot, text: str) -> None:
    content = snapshot.content
    quotes = find_words(content, text)
    wanted = fold(text)
    assert all(wanted in fold(q.text) and q.text in content.passages[q.passage_id].text for q in quotes)
    shown = {q.passage_id for q in quotes}
    for source_id in content.sources:
        for leaf in leaves(content, source_id):
            assert (wanted in fold(leaf.text)) == (leaf.id in shown)


def test_no_words_are_found_nowhere(snapshot: Snapshot) -> None:
    assert find_words(snapshot.content, "，。 ") == ()
    assert find_words(snapshot.content, "外星人") == ()
