"""Number formats: what we say that a cell shows is what SheetJS, which shares no line with ours, shows for it."""

from __future__ import annotations

import datetime
import itertools
import json

import pytest

from knowledge.exchange.workbook.number_format import format_of, formatted, is_date
from tests.door.office import ask_node

NUMBERS = (0, 1, 5, 2019, 0.15, 0.5, 3.1, 12.5, 1234.567, 123456789012, 1 / 3, -5)
CODES = (
    "General", "@", "0", "0.00", "0.0#", "#.##", "#", "#,##0", "#,##0.00", "000", "0%", "0.00%", "0,", '0"年"', '"第"0"条"',
    "0.00_ ", "0;-0", "0;(0)", '"¥"#,##0;"¥"\\-#,##0', '0"万"', "# ?/?", "# ??/??",
)  # fmt: skip
DAYS = (46307, 46308.4376736111, 45000.75, 44929.9)
DATE_CODES = (
    "yyyy-mm-dd", "yyyy/m/d", "yy-m-d", 'm"月"d"日"', 'yyyy"年"m"月"d"日"', "[$-804]yyyy\"年\"m\"月\"", "m/d",
    "yyyy\\-mm\\-dd;@", "h:mm", "h:mm:ss", "hh:mm AM/PM", "mm:ss", "yyyy/m/d h:mm", "[h]:mm:ss", "mmmm d, yyyy", "d-mmm-yy",
)  # fmt: skip


def squeezed(text: str | None) -> str:
    """Return a text without the blanks that only line digits up."""
    return " ".join((text or "").split()).replace("- ", "-")


def test_numbers_show_as_in_sheetjs() -> None:
    cases = list(itertools.product(NUMBERS, CODES))
    theirs = json.loads(ask_node("formats.mjs", cases))
    ours = [formatted(value, code) for value, code in cases]
    assert [squeezed(text) for text in ours] == [squeezed(text) for text in theirs]


def test_dates_show_as_in_sheetjs() -> None:
    cases = list(itertools.product(DAYS, DATE_CODES))
    theirs = json.loads(ask_node("formats.mjs", cases))
    start = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 (cells know no zone)
    ours = [formatted(v, code, start + datetime.timedelta(seconds=round(v * 86400))) for v, code in cases]
    assert ours == theirs


@pytest.mark.parametrize("code", ["0.00E+00", "[>100]0", "[DBNum1]0", "00-00", "[$-130000]yyyy/m/d", "ggge"])
def test_format_beyond_us_is_told_as_such(code: str) -> None:
    moment = datetime.datetime(2026, 10, 13) if is_date(code) else None  # noqa: DTZ001
    assert formatted(46308, code, moment) is None


@pytest.mark.parametrize("number", [14, 22, *range(27, 37), 45, 46, 47, *range(50, 59)])
def test_built_in_dates_are_dates(number: int) -> None:
    assert is_date(format_of(number, None))


@pytest.mark.parametrize("code", ["General", "0", "0%", '0"日"', '"d"0', "[Red]0", "@", "#,##0.00", "# ?/?"])
def test_words_in_a_format_make_no_date(code: str) -> None:
    assert not is_date(code)
