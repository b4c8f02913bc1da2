"""Numbers that a text names, as the gate compares them."""

from __future__ import annotations

import pytest

from knowledge.gate.own_words.figures import numbers_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("腊月二十七、二十八两天", {27, 28, 2}), ("三五个人，十三五期间", set()), ("两百零三件，三家", {3})],
)
def test_numbers_that_run_into_each_other_are_read_or_passed_over(text: str, numbers: set[int]) -> None:
    # A document with 二十八两天 could not be published.
    assert numbers_of(text) == numbers
