"""Stickers as WeChat sends them are decoration: none of their letters is left among the words."""

from __future__ import annotations

import pytest

from knowledge.language.tidy import tidy


@pytest.mark.parametrize(
    "sticker",
    ["[微笑]", "[Smile]", "/:rose", "/:strong", "/:handclap", "/:oY", "/::)", "/::D", "/:B-)", "😊"],
)
def test_sticker_leaves_nothing_behind(sticker: str) -> None:
    assert tidy(f"新人{sticker}") == "新人"
    assert tidy(f"{sticker} 新人") == "新人"


def test_words_right_after_a_named_sticker_stay() -> None:
    assert tidy("/:roseA") == "a"
    assert tidy("/:rose新人") == "新人"
