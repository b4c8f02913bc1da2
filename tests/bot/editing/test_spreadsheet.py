"""Files that an examiner opens in a spreadsheet: what takers wrote stays words."""

from __future__ import annotations

import csv

import pytest

from bot.editing.bank.bank_figures import spreadsheet


@pytest.mark.parametrize("written", ['=HYPERLINK("x")', "+86", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_takers_wrote_is_no_formula_in_the_examiners_spreadsheet(written: str) -> None:
    (row,) = csv.reader(spreadsheet([["题", written]]).removeprefix("\ufeff").splitlines(keepends=True))
    assert row == ["题", f"'{written}"]


@pytest.mark.parametrize("figure", ["-0.25", "0.5", "q-place", "中国"])
def test_figures_and_words_stay_as_they_are(figure: str) -> None:
    assert spreadsheet([[figure]]) == f"\ufeff{figure}\r\n"
