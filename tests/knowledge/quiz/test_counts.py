"""Counts as answers: what a measure word, 约 and 余 do to a number that is right."""

from __future__ import annotations

import pytest

from knowledge.model.bank import Item
from knowledge.model.problems import Mark
from knowledge.model.sources import Quote
from knowledge.quiz.grading import grade_written

MARK = Mark("", 0, 0)
OVER_NINETY = ("90", "九十", "90余", "90余人")
TEN_FIRMS = ("10", "十", "10家")


def grade(accepted: tuple[str, ...], text: str) -> float:
    item = Item("q", "fill", "共____人", (), (), "", Quote("", ""), "共同", (), 1, MARK, accepted=accepted)
    return grade_written(item, text)


@pytest.mark.parametrize(
    "text",
    [
        "90",
        "90名",
        "90位",
        "90个",
        "九十余人",
        "九十多位",
        "约90",
        "大约90人",
        "90人左右",
        "90多",
        "90余名",
        "九〇",
        "九十几",
        "超过90人",
        "90以上",
        "９０名",
        "共90余人",
        "90[微笑]",
    ],
)
def test_number_of_an_open_count_is_right_in_every_dress(text: str) -> None:
    assert grade(OVER_NINETY, text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "89",
        "91",
        "900",
        "9",
        "不到90",
        "将近90",
        "近90人",
        "90以下",
        "90家",
        "90年",
        "十九",
        "一百",
        "九十人大会",
    ],
)
def test_other_number_direction_or_unit_is_wrong(text: str) -> None:
    assert grade(OVER_NINETY, text) == 0


@pytest.mark.parametrize(
    ("text", "earned"),
    [("10个", 1), ("约10家", 1), ("十所", 1), ("10余家", 0), ("超过10家", 0), ("10多", 0), ("10人", 0)],
)
def test_more_is_right_only_where_the_key_says_more(text: str, earned: float) -> None:
    assert grade(TEN_FIRMS, text) == earned


def test_years_and_words_keep_to_their_own() -> None:
    assert grade(("2016年", "2016"), "二〇一六年") == 1
    assert grade(("2016年", "2016"), "2016个") == 0
    assert grade(("三", "3", "叁"), "3项") == 1
    assert grade(("精神家园", "90"), "90名") == 0
