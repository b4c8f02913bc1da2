"""What the passages say about the structure of their sources, and where words stand in them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching.snapshot import Snapshot
from knowledge.model.problems import Mark
from knowledge.model.sources import Passage, Source
from knowledge.release.build import content_of
from knowledge.sources import structure as structure_module
from knowledge.sources.quote_search import find_words, fold
from knowledge.sources.structure import leaves_of, structure_of


def test_clauses_pledges_and_works_are_series(snapshot: Snapshot) -> None:
    passages = snapshot.content.passages
    for address, numbers in (
        ("self-discipline#article-4", range(1, 9)),
        ("self-discipline#article-3.2", range(1, 6)),
        ("good-netizen-pledge#commitment-2", range(1, 4)),
        ("integrity-declaration#paragraph-1", range(1, 4)),
        ("meeting-2020#priority-2", range(1, 4)),
    ):
        series = snapshot.structure.series_around([passages[address]])[0]
        assert [number for number, _ in series.members] == list(numbers)
    inside = snapshot.structure.series_inside([passages["self-discipline#article-3"]])
    assert [p.id for _, p in inside[0].members] == [f"self-discipline#article-3.{n}" for n in range(1, 6)]


def test_every_source_is_its_leaves_in_order(snapshot: Snapshot) -> None:
    content = snapshot.content
    for source_id in content.sources:
        parts = snapshot.structure.leaves(source_id)
        assert [p.start for p in parts] == sorted(p.start for p in parts)
        assert all(a.end <= b.start for a, b in itertools.pairwise(parts))
    assert (
        snapshot.structure.parent(content.passages["self-discipline#article-3.2"])
        == content.passages["self-discipline#article-3"]
    )


def test_speaker_has_all_their_passages(snapshot: Snapshot) -> None:
    assert [p.id.partition("#")[2] for p in snapshot.structure.said_by("zhou-jian")] == [
        "zhou-jian-work",
        "zhou-jian-plan",
    ]


@pytest.mark.parametrize("text", ["清朗", "正能量", "网络谣言", "不信谣,不传谣", "四川", "“双决双胜”"])
def test_words_are_found_wherever_they_stand_and_shown_unchanged(snapshot: Snapshot, text: str) -> None:
    content = snapshot.content
    quotes = find_words(content, snapshot.structure, text)
    wanted = fold(text)
    assert all(wanted in fold(q.text) and q.text in content.passages[q.passage_id].text for q in quotes)
    shown = {q.passage_id for q in quotes}
    for source_id in content.sources:
        for leaf in snapshot.structure.leaves(source_id):
            assert (wanted in fold(leaf.text)) == (leaf.id in shown)


def test_no_words_are_found_nowhere(snapshot: Snapshot) -> None:
    assert find_words(snapshot.content, snapshot.structure, "，。 ") == ()
    assert find_words(snapshot.content, snapshot.structure, "外星人") == ()


BOUNDS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), max_size=10)


@given(BOUNDS)
def test_structure_is_what_comparing_all_pairs_gives(bounds: list[tuple[int, int]]) -> None:
    passages = [
        Passage(f"s#{i}", "s", "", start, start + length, "", "", "", Mark("", 0, 0))
        for i, (start, length) in enumerate(bounds)
    ]
    source = Source("s", "", "", "", "", "", "", {}, Mark("", 0, 0))
    empty = content_of({})
    structure = structure_of(replace(empty, sources={"s": source}, passages={p.id: p for p in passages}))
    for p in passages:
        wider = [
            q for q in passages if q.start <= p.start and p.end <= q.end and q.end - q.start > p.end - p.start
        ]
        outer = structure.parent(p)
        assert bool(outer) == bool(wider)
        if outer:
            assert outer in wider
            assert outer.end - outer.start == min(q.end - q.start for q in wider)
        assert p in structure.siblings(p)
    assert [p.id for p in structure.leaves("s")] == [p.id for p in leaves_of(passages)]


def test_every_position_lies_in_the_smallest_passage_around_it(snapshot: Snapshot) -> None:
    for source_id, source in snapshot.content.sources.items():
        for position in range(0, len(source.text), 7):
            around = [p for p in snapshot.structure.passages(source_id) if p.start <= position < p.end]
            found = snapshot.structure.innermost(source_id, position)
            assert found == min(around, key=lambda p: p.end - p.start, default=None)


def test_thousands_of_paragraphs_take_no_pair_by_pair_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand paragraphs more once made 下一条 take seconds: work is counted here, not time."""
    compared = 0
    original = structure_module.is_within

    def counting(inner: Passage, outer: Passage) -> bool:
        nonlocal compared
        compared += 1
        return original(inner, outer)

    monkeypatch.setattr(structure_module, "is_within", counting)
    passages = [Passage(f"s#{i}", "s", f"第{i}条", i, i + 1, "", "", "", Mark("", 0, 0)) for i in range(2000)]
    source = Source("s", "", "", "", "", "", "", {}, Mark("", 0, 0))
    structure = structure_of(
        replace(content_of({}), sources={"s": source}, passages={p.id: p for p in passages})
    )
    assert structure.leaves_within(passages[1000]) == (passages[1000],)
    assert structure.innermost("s", 1500) == passages[1500]
    assert len(structure.siblings(passages[3])) == 2000
    assert compared == 0
