"""What an edit changes is named part by part, and what only moved is no change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.gate.difference import Change, difference
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.problems import Mark
from knowledge.model.service import Button, Care, WordList
from knowledge.model.sources import Quote
from knowledge.reading.parse import parse

EMPTY, _, _ = parse({})
MENU = replace(EMPTY, buttons=(Button("答题", "M_QUIZ", mark=Mark("menu.yaml", 3, 5)),))


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (replace(EMPTY, care=Care(says={"crisis": ("不想活了",)})), "care"),
        (replace(EMPTY, sensitive=WordList(("博彩",))), "sensitive"),
        (replace(EMPTY, pledge=(Quote("self-discipline#article-1", "第一条"),)), "pledge"),
        (replace(EMPTY, scenes={"quiz1": "答题"}), "menu"),
        (MENU, "menu"),
    ],
)
def test_every_part_that_changes_is_named(after: Content, part: str) -> None:
    assert difference(EMPTY, after).parts == (part,)


def test_a_button_that_moved_down_a_line_is_the_same() -> None:
    moved = replace(MENU.buttons[0], mark=Mark("menu.yaml", 4, 5))
    assert difference(MENU, replace(MENU, buttons=(moved,))).parts == ()


def changed(snapshot: Snapshot, entry_id: str, **fields: object) -> tuple[Change, ...]:
    content = snapshot.content
    entry = replace(content.entries[entry_id], **fields)
    return difference(content, replace(content, entries={**content.entries, entry_id: entry})).changes


def test_only_the_lines_that_came_or_went_are_named(snapshot: Snapshot) -> None:
    entry = next(e for e in snapshot.content.entries.values() if len(e.phrasings) > 2 and len(e.quotes) == 1)
    more = changed(snapshot, entry.id, phrasings=(*entry.phrasings, "新的问法"))
    assert more == (Change(entry.id, "phrasings", (), ("新的问法",)),)
    less = changed(snapshot, entry.id, phrasings=entry.phrasings[1:])
    assert less == (Change(entry.id, "phrasings", entry.phrasings[:1], ()),)
    turned = changed(snapshot, entry.id, phrasings=entry.phrasings[::-1])
    assert turned == (Change(entry.id, "phrasings", (), ()),)


def test_words_quoted_from_another_place_are_a_change(snapshot: Snapshot) -> None:
    entry = next(e for e in snapshot.content.entries.values() if len(e.quotes) == 1)
    (quote,) = entry.quotes
    (change,) = changed(snapshot, entry.id, quotes=(replace(quote, passage_id="elsewhere#1"),))
    assert change.new == tuple(f"elsewhere#1：{line}" for line in quote.text.splitlines() if line.strip())
    assert len(change.gone) == len(change.new)


def test_an_item_with_another_key_is_named_and_one_that_moved_is_not(snapshot: Snapshot) -> None:
    content = snapshot.content
    item = next(item for item in content.items.values() if item.kind == "single")
    other = replace(item, key=((item.key[0] + 1) % len(item.options),))
    assert difference(content, replace(content, items={**content.items, item.id: other})).items == (item.id,)
    moved = replace(item, mark=Mark("quiz/else.yaml", 1, 1))
    assert difference(content, replace(content, items={**content.items, item.id: moved})).items == ()
