"""What a paper draws, and how its items are shown: no repeats, no giveaways, no letter that is favoured."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from handlers.quiz.attempt import draw, option_order
from knowledge.matching.snapshot import Snapshot
from tests.taker import Taker


def test_papers_have_no_repeats_no_giveaways_and_differ(snapshot: Snapshot) -> None:
    content = snapshot.content
    for paper in content.papers.values():
        papers = {draw(content, paper, str(seed)) for seed in range(100)}
        assert len(papers) > 40
        for ids in papers:
            items = [content.items[i] for i in ids]
            assert len(set(ids)) == len(ids)
            assert all(paper.admits(item) for item in items)
            assert not any(other in item.excludes for item in items for other in ids)


def test_draw_is_filtered_by_track_tag_kind_and_difficulty(snapshot: Snapshot) -> None:
    content = snapshot.content
    tag = next(tag for item in content.items.values() for tag in item.tags)
    paper = replace(content.papers["default"], n_items=3, tags=(tag,), kinds=("single",), difficulties=(1, 2))
    drawn = [content.items[i] for seed in range(20) for i in draw(content, paper, str(seed))]
    assert drawn
    assert all(tag in item.tags and item.kind == "single" and item.difficulty < 3 for item in drawn)


def test_two_takers_see_other_items_and_other_orders(snapshot: Snapshot) -> None:
    takers = [Taker(snapshot, name) for name in ("one", "two")]
    for taker in takers:
        taker.say("答题")
    assert takers[0].attempt.item_ids != takers[1].attempt.item_ids
    singles = [item for item in snapshot.content.items.values() if item.kind == "single"]
    orders = [[option_order(taker.attempt, item) for item in singles] for taker in takers]
    assert sum(a != b for a, b in zip(*orders, strict=True)) > len(singles) / 2


def test_key_is_shown_at_no_letter_more_than_three_times_in_ten(snapshot: Snapshot) -> None:
    singles = [item for item in snapshot.content.items.values() if item.kind == "single"]
    shown: Counter[int] = Counter()
    for n in range(20):
        taker = Taker(snapshot, f"t{n}")
        taker.say("答题")
        shown.update(option_order(taker.attempt, item).index(item.key[0]) for item in singles)
    assert max(shown.values()) <= 0.3 * shown.total()
