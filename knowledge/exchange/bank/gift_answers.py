"""What stands between the braces of a GIFT question → its kind, its stem and its answers."""

from __future__ import annotations

from typing import Any

from knowledge.checks.quiz import BLANK
from knowledge.exchange.bank import wide_signs
from knowledge.exchange.bank.answers import (
    FULL,
    BankAnswer,
    Unaskable,
    Unfit,
    accepted,
    choices,
    exact_number,
    fill_stem,
)
from knowledge.exchange.bank.gift_text import WEIGHT, find_unescaped, find_word
from knowledge.exchange.bank.open_block import OpenBlock, Skipped
from knowledge.model.problems import Mark

_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
# Moodle takes these for short answers; nobody means that.
_TRUTH |= dict.fromkeys(("对", "正确", "√"), True) | dict.fromkeys(("错", "错误", "×"), False)


def read_answers(
    block: OpenBlock, body: str, at: int, head: str, tail: str, places: dict[str, Mark]
) -> dict[str, Any]:
    """Return the fields of a Question that `body` gives, which stands at `at` between `head` and `tail`.

    Raises:
        Skipped: a chat can't ask it; why is among the problems.
    """
    first = body.strip()
    if not first:
        raise block.unaskable("essay", at)
    try:
        if first.startswith("#"):
            return _number(block, body.partition("#")[2], at, head, tail)
        word = first[: find_unescaped(first, "#")] if find_unescaped(first, "#") >= 0 else first
        if word.strip().upper() in _TRUTH:
            _cut(block, first, at)
            is_true = _TRUTH[word.strip().upper()]
            return {"kind": "truefalse", "stem": _joined(head, tail), "key": (0,) if is_true else (1,)}
        return _chosen(block, body, at, head, tail, places)
    except Unfit as unfit:
        mark = unfit.mark or block.source.mark(at)
        block.add(mark, unfit.code, unfit.message, unfit.hint, "error")
        raise Skipped from unfit
    except Unaskable as kind:
        raise block.unaskable(str(kind), at) from kind


def _chosen(
    block: OpenBlock, body: str, at: int, head: str, tail: str, places: dict[str, Mark]
) -> dict[str, Any]:
    signs, answers = _answers(block, body, at)
    for i, answer in enumerate(answers):
        places[f"option.{i}"] = answer.mark
    if "~" in signs:
        return {"stem": _joined(head, tail), **choices(answers, is_single="=" in signs)}
    if find_word(body, "->") >= 0:
        raise Unaskable("matching")
    words, left = accepted(answers)
    _left_out(block, left, at)
    for answer in answers:
        if told := wide_signs.within(answer.text):
            block.add(answer.mark, "gift-syntax", *told, "warning")
    return {"kind": "fill", "stem": fill_stem(head, tail), "accepted": words}


def _left_out(block: OpenBlock, left: tuple[str, ...], at: int) -> None:
    if left:
        message = f"写法“{'、'.join(left)}”没有照搬：不得分，或者用 * 代表任意文字"
        block.warn(at, "feedback-lost", message, "填空题只按写出的字比对，要算对的写法一个一个写")


def _answers(block: OpenBlock, body: str, at: int) -> tuple[str, list[BankAnswer]]:
    """Return the signs of the answers, one each, and the answers."""
    if (wide := wide_signs.before_answer(body)) >= 0:
        raise block.wide(at + wide)
    (_, _, first), *parts = _parts(body, "=~")
    if first.strip():
        if any(sign == "~" for sign, _, _ in parts):
            hint = "大括号里每个答案以 =（对）或 ~（错）开头；判断题写 T 或 F"
            raise block.error(at, "gift-syntax", f"“{first.strip()[:20]}”前面没有 = 或 ~", hint)
        # A short answer may go without its sign, Moodle's help says.
        parts.insert(0, ("=", 0, first))
    answers = [_answer(block, sign, raw, at + start) for sign, start, raw in parts]
    return "".join(sign for sign, _, _ in parts), answers


def _answer(block: OpenBlock, sign: str, raw: str, at: int) -> BankAnswer:
    raw, _ = _cut(block, raw, at)
    weight = WEIGHT.match(raw)
    raw = raw[weight.end() :] if weight else raw
    if not raw.strip():
        raise block.error(at, "empty-value", "这个选项是空的", "写上内容，或者删掉")
    text = block.words(raw)
    if not text:
        raise block.unaskable("picture", at)
    given = float(weight.group(1)) if weight else FULL if sign == "=" else 0.0
    return BankAnswer(text, given, block.source.mark(at))


def _cut(block: OpenBlock, raw: str, at: int) -> tuple[str, str]:
    """Return an answer without its feedback, and the feedback."""
    note = find_unescaped(raw, "#")
    if note < 0:
        return raw, ""
    feedback = raw[note + 1 :].strip().lstrip("#").strip()
    if feedback:
        block.warn(at, "feedback-lost", "这个选项的反馈没有照搬", "要说的话写进 #### 后面")
    return raw[:note], feedback


def _number(block: OpenBlock, body: str, at: int, head: str, tail: str) -> dict[str, Any]:
    wrong = find_unescaped(body, "~")
    body, other = (body[:wrong], body[wrong + 1 :]) if wrong >= 0 else (body, "")
    _cut(block, other, at)
    parts = [part for _, _, part in _parts(body, "=")]
    answers = [_exact(block, part, at) for part in parts if part.strip()]
    if not answers:
        raise block.error(at, "gift-syntax", "# 后面没有数", "写上数，例如 {#90}")
    words, left = accepted(answers)
    _left_out(block, left, at)
    return {"kind": "fill", "stem": fill_stem(head, tail), "accepted": words}


def _exact(block: OpenBlock, part: str, at: int) -> BankAnswer:
    part, _ = _cut(block, part, at)
    weight = WEIGHT.match(part)
    number, _, tolerance = (part[weight.end() :] if weight else part).partition(":")
    share = float(weight.group(1)) if weight else FULL
    try:
        text = exact_number(number.strip(), tolerance.strip()) if share > 0 else number.strip()
    except ValueError:
        message = f"“{part.strip()[:20]}”不是数"
        raise block.error(at, "gift-syntax", message, "# 后面写数，例如 {#90}") from None
    return BankAnswer(text, share, block.source.mark(at))


def _joined(head: str, tail: str) -> str:
    return f"{head}{BLANK}{tail}" if tail else head


def _parts(body: str, signs: str) -> list[tuple[str, int, str]]:
    """Return the parts that unescaped signs begin, each with its sign and where that stands; first what precedes."""
    parts, sign, start = [], "", 0
    at = find_unescaped(body, signs)
    while at >= 0:
        parts.append((sign, start, body[start + len(sign) : at]))
        sign, start = body[at], at
        at = find_unescaped(body, signs, at + 1)
    return [*parts, (sign, start, body[start + len(sign) :])]
