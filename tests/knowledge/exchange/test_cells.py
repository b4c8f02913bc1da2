"""Cells: what is written is what is read, and nothing is a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.exchange.workbook.cells import (
    CELL_CHARS,
    escape_formula,
    fingerprint,
    lettered,
    split,
    unescape_formula,
)


@given(st.text(alphabet="=+-@'\t第四条a\n"))
def test_unescape_is_the_inverse_of_escape(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+86", "-1", "@SUM(1)", "\tx", "＝1"])
def test_what_a_spreadsheet_would_calculate_is_escaped(text: str) -> None:
    assert escape_formula(text) == "'" + text


@pytest.mark.parametrize("text", ["", "短", "一行\n" * 30_000, "长" * 70_000, "😀" * 40_000, " \n" * 40_000])
def test_parts_of_a_split_text_fit_and_join_to_it(text: str) -> None:
    parts = split(text)
    assert "".join(parts) == text
    assert all(len(part.encode("utf-16-le")) // 2 <= CELL_CHARS for part in parts)


def test_seams_of_a_split_text_have_no_blanks_that_a_program_could_drop() -> None:
    parts = split("甲乙 丙\n\n" * 20_000 + "末")
    assert len(parts) > 2
    assert all(part == part.strip() for part in parts)


def test_fingerprint_is_no_number_and_one_of_digits_is_read_as_it() -> None:
    assert all(fingerprint(str(n)).isalpha() for n in range(500))
    assert lettered("338561445985 ") == lettered(lettered("338561445985"))
