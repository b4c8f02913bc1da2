"""Pinyin is read with the words of the knowledge, and asks in words that no document has."""

from __future__ import annotations

import pytest

from knowledge.language.pinyin import build_reader

REGULATION = (
    "县教育局开设网络素养课。",
    "要在年底前建成十二个网络文明示范村。",
    "办理登记的，应当提交申请。",
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("qing wen jiaoyu ju zenme shuo", "请问教育局怎么说"),
        ("woxiangzhidao wangluo suyang ke", "我想知道网络素养课"),
        ("zenme ban li dengji", "怎么办理登记"),
    ],
)
def test_a_question_in_pinyin_is_read_though_the_documents_never_ask(typed: str, read: str) -> None:
    assert build_reader(REGULATION).read(typed) == read


@pytest.mark.parametrize(
    "words",
    ["machine learning", "when was the meeting held", "hello", "quiz", "python", "stop", "who is the boss"],
)
def test_other_languages_are_no_pinyin(words: str) -> None:
    assert build_reader(REGULATION).read(words) == words
