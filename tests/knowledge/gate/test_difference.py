"""What an edit changes is named part by part, and what only moved is no change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.gate.difference import difference
from knowledge.model import Button, Care, Content, Mark, Quote, WordList
from knowledge.reading.parse import parse

EMPTY, _, _ = parse({})
MENU = replace(EMPTY, buttons=(Button("答题", "M_QUIZ", mark=Mark("menu.yaml", 3, 5)),))


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (replace(EMPTY, care=Care(crisis=WordList(("不想活了",)))), "care"),
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
