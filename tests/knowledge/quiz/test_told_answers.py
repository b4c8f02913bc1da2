"""Printed papers write the answer into the question; it is found in every kind, and nothing else is."""

from __future__ import annotations

import pytest

from knowledge.quiz.told_answers import item_number, marked_option, told_answers, without_told

OPTIONS = ("绵阳", "内江", "成都", "德阳")
TRUTHS = ("正确", "错误")


def cleaned(
    stem: str, kind: str, key: tuple[int, ...], accepted: tuple[str, ...] = ()
) -> tuple[str, list[bool]]:
    """Return a stem without the answers it tells, and whether each was the key."""
    told = told_answers(stem, kind, TRUTHS if kind == "truefalse" else OPTIONS, key, accepted)
    return without_told(stem, told, kind), [one.is_key for one in told]


@pytest.mark.parametrize(
    ("stem", "kind", "key", "left"),
    [
        ("推进会在（C）召开", "single", (2,), "推进会在（ ）召开"),
        ("推进会在(C)召开", "single", (2,), "推进会在（ ）召开"),
        ("推进会在【 Ｃ 】召开", "single", (2,), "推进会在（ ）召开"),
        ("推进会在（成都）召开", "single", (2,), "推进会在（ ）召开"),
        ("（C）推进会在哪里召开？", "single", (2,), "推进会在哪里召开？"),
        ("推进会在哪里召开？【答案：C】", "single", (2,), "推进会在哪里召开？"),
        ("推进会在哪里召开？[答案:C]", "single", (2,), "推进会在哪里召开？"),
        ("推进会在哪里召开？正确答案是C", "single", (2,), "推进会在哪里召开？"),
        ("推进会在哪里召开？参考答案：成都", "single", (2,), "推进会在哪里召开？"),
        ("有（ABC）几类", "multiple", (0, 1, 2), "有（ ）几类"),
        ("有（A、C）两类", "multiple", (0, 2), "有（ ）两类"),
        ("有（A）和（C）", "multiple", (0, 2), "有（ ）和（ ）"),
        ("推进会在成都召开。（√）", "truefalse", (0,), "推进会在成都召开。"),
        ("（×）推进会在绵阳召开。", "truefalse", (1,), "推进会在绵阳召开。"),
        ("推进会在绵阳召开（错误）。", "truefalse", (1,), "推进会在绵阳召开。"),
        ("推进会在成都召开。√", "truefalse", (0,), "推进会在成都召开。"),
        ("推进会在绵阳召开。【答案：×】", "truefalse", (1,), "推进会在绵阳召开。"),
    ],
)
def test_answer_in_a_stem_is_found_and_goes(stem: str, kind: str, key: tuple[int, ...], left: str) -> None:
    words, are_key = cleaned(stem, kind, key)
    assert words == left
    assert are_key
    assert all(are_key)


@pytest.mark.parametrize(
    ("stem", "left"),
    [
        ("推进会在（成都）召开____", "推进会在____召开"),
        ("推进会在____召开。【答案：成都】", "推进会在____召开。"),
    ],
)
def test_answer_in_a_fill_stem_becomes_its_blank(stem: str, left: str) -> None:
    assert cleaned(stem, "fill", (), ("成都",)) == (left, [True])


@pytest.mark.parametrize(
    ("stem", "kind", "key"),
    [
        ("推进会在（B）召开", "single", (2,)),
        ("推进会在哪里召开？【答案：A】", "single", (2,)),
        ("推进会在哪里召开？【答案：略】", "single", (2,)),
        ("推进会在成都召开（×）", "truefalse", (0,)),
        ("有（AB）两类", "multiple", (0, 2)),
    ],
)
def test_answer_in_a_stem_that_is_not_the_key_is_told_apart(
    stem: str, kind: str, key: tuple[int, ...]
) -> None:
    assert cleaned(stem, kind, key)[1] == [False]


@pytest.mark.parametrize(
    ("stem", "kind"),
    [
        ("甲（A）和乙（B）谁先到？", "single"),
        ("推进会（2020年）在哪里？", "single"),
        ("推进会在（绵阳）还是哪里？", "single"),
        ("推进会在（ ）召开", "single"),
        ("（这个答案是否公布）由谁定？", "single"),
        ("这份卷子的答案是什么？", "single"),
        ("网民（E-mail 用户）有哪些？", "single"),
        ("坚持（正确）导向是要求。", "truefalse"),
        ("成都（四川省会）承办了推进会。", "truefalse"),
    ],
)
def test_brackets_that_tell_nothing_stay(stem: str, kind: str) -> None:
    key = (0,) if kind == "truefalse" else (2,)
    assert cleaned(stem, kind, key) == (stem, [])


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("12．推进会", "12．"),
        ("1. 推进会", "1. "),
        ("3、推进会", "3、"),
        ("(4) 推进会", "(4) "),
        ("（5）推进会", "（5）"),
        ("第6题：推进会", "第6题："),
        ("7) 推进会", "7) "),
        ("2020年的推进会", ""),
        ("1.5亿网民", ""),
        ("90、95后网民", ""),
        ("12.", ""),
        ("第二条讲什么", ""),
    ],
)
def test_number_of_an_item_is_its_number_and_no_other(stem: str, number: str) -> None:
    assert item_number(stem) == number


@pytest.mark.parametrize(
    ("option", "left"),
    [("成都（√）", "成都"), ("成都√", "成都"), ("成都（正确答案）", "成都"), ("√", "√"), ("正确", "正确")],
)
def test_mark_behind_an_option_goes(option: str, left: str) -> None:
    assert marked_option(option) == left
