"""Answers with weights, as GIFT and Moodle XML have them → the key of an item, or why it has none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.checks.quiz import BLANK
from knowledge.model.problems import Mark

FULL = 100.0
SAME = 0.001
"""Weights that differ by less are one weight, in percent; Moodle's own tolerance."""
_ROUNDED = 1.0
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_OWN_BLANK = re.compile(r"_{2,}|\uff3f{2,}|[(\uff08]\s*[)\uff09]")
_WILDCARD = re.compile(r"(?<!\\)\*")

UNASKABLE = {
    "essay": "问答题（没有标准答案）",
    "matching": "配对题",
    "numerical": "数值范围题",
    "description": "说明文字，不是题",
    "cloze": "一题多空",
    "wildcard": "答案用 * 代表任意文字的填空题",
    "picture": "题干或者选项里只有图片",
}


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """One answer of a question: its words, its weight in percent, and where it stands."""

    text: str
    weight: float
    mark: Mark


class Unfit(Exception):
    """The answers make no key."""

    def __init__(self, mark: Mark | None, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.mark, self.code, self.message, self.hint = mark, code, message, hint


class Unaskable(Exception):
    """The question is of a kind that a chat can't ask; the argument is a key of UNASKABLE, or a name."""


def choices(answers: Sequence[BankAnswer], *, is_single: bool) -> dict[str, Any]:
    """Return kind, options and key of a choice.

    Args:
        is_single: Whether the file says that one option is to be chosen.

    Raises:
        Unfit: when no option is right, or when right options are worth different parts of the mark.
    """
    options = tuple(answer.text for answer in answers)
    gains = [i for i, answer in enumerate(answers) if answer.weight > 0]
    full = [i for i in gains if abs(answers[i].weight - FULL) < SAME]
    if not gains:
        raise Unfit(None, "bad-key", "没有正确答案", "对的选项以 = 开头（XML 里 fraction 写 100）")
    if len(full) == 1 and gains == full:
        return {"kind": "single", "options": options, "key": tuple(full)}
    if is_single:
        message = f"有 {len(full)} 个满分的选项" if len(full) > 1 else "单选题里有只得一部分分的选项"
        hint = "单选只有一个满分的选项（GIFT 写 =，XML 写 100）；多选给每个对的选项写百分比"
        raise Unfit(answers[gains[-1]].mark, "bad-key", message, hint)
    if not _is_even([answers[i].weight for i in gains]):
        message = "几个对的选项分值不同，答题时每个对的选项一样多"
        raise Unfit(answers[gains[0]].mark, "partial-credit", message, "写成同样的百分比")
    return {"kind": "multiple", "options": options, "key": tuple(gains)}


def _is_even(weights: Sequence[float]) -> bool:
    """Return whether the weights are one and the same, or the equal parts of 100 with what rounding leaves."""
    part = FULL / len(weights)
    same = max(weights) - min(weights) < SAME
    return same or (
        abs(sum(weights) - FULL) < SAME and all(abs(weight - part) < _ROUNDED for weight in weights)
    )


def accepted(answers: Sequence[BankAnswer]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    r"""Return the words that count for a short answer, and those that don't come along.

    `*` stands for any words in Moodle, `\*` for the sign; an answer worth nothing only carries feedback.

    Raises:
        Unfit: when an answer is worth a part of the mark.
        Unaskable: when only patterns count.
    """
    kept, left = [], []
    for answer in answers:
        if answer.weight <= 0 and answer.text == "*":
            continue  # says what to tell those who are wrong
        if answer.weight <= 0 or _WILDCARD.search(answer.text):
            left.append(answer.text)
        elif abs(answer.weight - FULL) >= SAME:
            message = f"这个答案只得 {answer.weight:g}% 的分，填空题的答案都得满分"
            raise Unfit(answer.mark, "partial-credit", message, "去掉百分比，或者去掉这个答案")
        else:
            kept.append(answer.text.replace("\\*", "*"))
    if not kept:
        if any(answer.weight > 0 for answer in answers):
            raise Unaskable("wildcard")
        raise Unfit(None, "bad-key", "没有正确答案", "至少写一个得满分的答案")
    return tuple(dict.fromkeys(kept)), tuple(left)


def exact_number(text: str, tolerance: str = "") -> str:
    """Return the one number that counts.

    Args:
        text: A number, or `least..most`.

    Raises:
        Unaskable: when a range of numbers counts.
        ValueError: when it is no number.
    """
    low, dots, high = (part.strip() for part in text.partition(".."))
    if not _NUMBER.fullmatch(low) or (dots and not _NUMBER.fullmatch(high)):
        raise ValueError(text)
    if (dots and float(low) != float(high)) or (tolerance and float(tolerance) != 0):
        raise Unaskable("numerical")
    return low


def fill_stem(head: str, tail: str) -> str:
    """Return a stem with its blank: between its parts, where it has one of its own, or at its end.

    >>> fill_stem("在（ ）召开。", ""), fill_stem("在", "召开。"), fill_stem("在哪里召开？", "")
    ('在____召开。', '在____召开。', '在哪里召开？____')
    """
    head, tail = head.lstrip(), tail.rstrip()
    blanks = list(_OWN_BLANK.finditer(head))
    if not tail and len(blanks) == 1:
        return f"{head[: blanks[0].start()]}{BLANK}{head[blanks[0].end() :]}".strip()
    return f"{head}{BLANK}{tail}".strip()
