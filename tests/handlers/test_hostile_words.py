"""A message is at most 2000 characters of anything: reading one takes no time that grows faster than its length.

Each text here is one that a pattern with two ways to read the same words would try in 2**n ways: the test would not end.
"""

from __future__ import annotations

import pytest

from handlers.answering.followups.intents import read_clause, read_move
from handlers.cards.verify import read_code
from handlers.quiz.reading.answers import NoAnswer, read
from handlers.quiz.reading.remarks import read_remark
from handlers.service.report import wants_to_report
from knowledge.language.claims import read_claim, values_in
from knowledge.model.bank import Item
from knowledge.model.problems import Mark
from knowledge.model.sources import Quote

ITEM = Item(
    "q", "single", "?", ("成都", "绵阳"), (0,), "", Quote("", ""), "", (), 1, Mark("quiz/a.yaml", 0, 0)
)


@pytest.mark.parametrize(
    "words", ["第三条" + "怎么说" * 90, "再看" * 140, "换" + "再看" * 140, "最后" + "怎么说" * 90]
)
def test_repeated_words_make_no_follow_up(words: str) -> None:
    assert read_move(f"{words}网") is None


@pytest.mark.parametrize("words", ["想要" * 140, "怎么" + "想要" * 140, "我能" + "想要" * 140])
def test_repeated_wishes_are_no_report(words: str) -> None:
    assert not wants_to_report(f"{words}网")


@pytest.mark.parametrize("words", ["难" * 290, "不知道" * 95, "我也不会" * 70])
def test_repeated_doubts_before_other_words_are_no_answer(words: str) -> None:
    assert not isinstance(read(f"{words}网", ITEM, (0, 1), 1), NoAnswer)
    assert read(words, ITEM, (0, 1), 1) == NoAnswer("unsure")


@pytest.mark.parametrize(
    "words", ["除了" * 145, "a-" * 145, "我觉得" * 95, "给我" * 145, "一会儿" * 95, "这题" * 145]
)
def test_repeated_parts_of_answers_and_remarks_are_read_once(words: str) -> None:
    assert read(f"{words}网", ITEM, (0, 1), 1) is None
    assert read_remark(f"{words}网") is None


def test_blanks_after_a_command_name_no_code() -> None:
    assert read_code("验证" + " " * 1990 + "网") is None
    assert read_code("验证" + " " * 1990) == ""


@pytest.mark.parametrize(
    "words", ["听说" * 150, "是真的" * 100, "对吧," * 100, "有一共" * 100, "二月三" * 100]
)
def test_repeated_claims_are_read_once(words: str) -> None:
    claim, _ = read_claim(f"{words}网")
    assert len(values_in(claim, {}, ("绵阳",))) <= 300


@pytest.mark.parametrize(
    "words", ["第三条第一项" * 50, "第三条" + "全部列出来" * 50, "第三条" + "都要求" * 90]
)
def test_repeated_wishes_for_a_clause_are_none(words: str) -> None:
    assert read_clause(f"{words}网") == ("", "")
