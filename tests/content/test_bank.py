"""The shipped bank: enough of everything, no key that can be guessed, no paper that answers itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from knowledge.release.build import check_folder
from tests.serving import CONTENT

PAPER = 10


@pytest.fixture
def items(snapshot: Snapshot) -> list[Item]:
    return list(snapshot.content.items.values())


@pytest.fixture
def tracks(snapshot: Snapshot) -> list[str]:
    return list(snapshot.content.tracks)


def excluded(items: list[Item]) -> set[frozenset[str]]:
    return {frozenset((item.id, other)) for item in items for other in item.excludes}


def test_every_track_has_all_difficulties_and_kinds(items: list[Item], tracks: list[str]) -> None:
    assert len(items) >= 130
    for track in tracks:
        own = [item for item in items if item.track == track]
        levels = Counter(item.difficulty for item in own)
        assert min(levels[level] for level in (1, 2, 3)) >= len(own) * 0.2, track
        assert {item.kind for item in own} == {"single", "multiple", "truefalse", "fill"}, track


def test_every_track_fills_a_paper_whichever_item_is_drawn_first(
    items: list[Item], tracks: list[str]
) -> None:
    pairs = excluded(items)
    for track in tracks:
        ids = [item.id for item in items if item.track == track]
        for seed in range(200):
            drawn: list[str] = []
            for one in random.Random(seed).sample(ids, len(ids)):
                if not any(frozenset((one, other)) in pairs for other in drawn):
                    drawn.append(one)
            assert len(drawn) >= PAPER, (track, seed)


@pytest.mark.parametrize("kinds", [{"single"}, {"single", "multiple"}, {"single", "multiple", "truefalse"}])
def test_no_letter_is_the_key_of_more_than_three_in_ten(items: list[Item], kinds: set[str]) -> None:
    keys = Counter(index for item in items if item.kind in kinds for index in item.key)
    assert max(keys.values()) <= 0.3 * keys.total()


def test_length_does_not_betray_the_key(items: list[Item]) -> None:
    singles = [item for item in items if item.kind == "single"]
    longest = [i.id for i in singles if _rank(i, len) == 0]
    shortest = [i.id for i in singles if _rank(i, lambda text: -len(text)) == 0]
    assert len(longest) <= 0.1 * len(singles)
    assert len(shortest) <= 0.1 * len(singles)


def _rank(item: Item, measure: Callable[[str], int]) -> int:
    """Return how many options are at least as far on `measure` as the key."""
    key = measure(item.options[item.key[0]])
    return sum(measure(text) >= key for i, text in enumerate(item.options) if i not in item.key)


def test_no_two_items_have_the_same_stem(items: list[Item]) -> None:
    stems = sorted(item.stem for item in items)
    assert all(a != b for a, b in pairwise(stems))


def test_bank_has_nothing_that_a_check_would_name() -> None:
    """Warnings are asked for a look; the shipped bank was looked at."""
    _, problems = check_folder(CONTENT)
    assert [p for p in problems if p.file.startswith("quiz/")] == []
