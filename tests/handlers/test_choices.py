"""Any natural way to point at a choice is read, and nothing else is."""

from __future__ import annotations

import pytest

from handlers.choices import read_letters, read_number


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "２",
        "②",
        "二",
        "第二个",
        "第2个",
        "选2",
        "选第二个",
        "我选2",
        "2。",
        " 2 ",
        "2吧",
        "第二条",
        "要第二个",
        "2号",
        "㈡",
        "就2",
        "第二项",
    ],
)
def test_number_two_is_read(text: str) -> None:
    assert read_number(text) == 2


@pytest.mark.parametrize(
    "text",
    [
        "C",
        "c",
        "Ｃ",
        "\uff43",
        "选C",
        "我选c",
        "C.",
        "C、",
        "答案是C",
        "应该是c吧",
        "选项C",
        "“C”",
        "C项",
        "ⓒ",
        "C选项",
    ],
)
def test_letter_c_is_read(text: str) -> None:
    assert read_letters(text) == ("C",)


@pytest.mark.parametrize("text", ["A、C", "AC", "a c", "A和C", "A，C", "ca"])
def test_two_letters_are_read_as_two(text: str) -> None:
    assert read_letters(text) == ("A", "C")


@pytest.mark.parametrize(
    "text",
    [
        "不知道啊",
        "两个人",
        "第三条讲什么",
        "2020年",
        "ok",
        "",
        "😀",
        "abcd是什么",
        "一带一路",
        "九不准",
    ],
)
def test_what_is_no_choice_is_none(text: str) -> None:
    assert read_number(text) is None
    assert read_letters(text) == ()
