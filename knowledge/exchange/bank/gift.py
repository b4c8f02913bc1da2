"""GIFT, the text format of Moodle → questions, single, multiple, truefalse and fill.

What GIFT has no place for stands in comments that Moodle passes over: `// [id:…] [tag:…]`, which newer
Moodles read too, and `// @source …`. The track is the category. Question types that a chat can't ask
are named with their line and left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from knowledge.checks.quiz import BLANK
from knowledge.exchange.bank import wide_signs
from knowledge.exchange.bank.answers import (
    FULL,
    UNASKABLE,
    BankAnswer,
    Unaskable,
    Unfit,
    accepted,
    choices,
    exact_number,
    fill_stem,
)
from knowledge.exchange.bank.gift_notes import read_notes
from knowledge.exchange.bank.gift_text import (
    WEIGHT,
    Block,
    find_unescaped,
    find_word,
    read_blocks,
    unescape_gift,
)
from knowledge.exchange.bank.markup import words_of
from knowledge.exchange.bank.questions import Question, lost_markup
from knowledge.model import Mark, Problem
from knowledge.reading.fields import ID

_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:\s*(.*)")
_TITLE = re.compile(r"\s*::(.*?)(?<!\\)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
# Moodle takes these for short answers; nobody means that.
_TRUTH |= dict.fromkeys(("对", "正确", "√"), True) | dict.fromkeys(("错", "错误", "×"), False)


def parse_gift(
    text: str, file: str, tracks: Collection[str]
) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """Return the questions of a GIFT file, and a Problem with its line for each thing that is not taken over.

    A category that is none of `tracks` is not.
    """
    questions: list[Question] = []
    problems: list[Problem] = []
    track = ""
    for block in read_blocks(text, file):
        category = _CATEGORY.fullmatch(block.text)
        if category:
            track = track_of(unescape_gift(category.group(1)), tracks, block.mark(0), problems)
            continue
        reader = _Reader(block, track)
        question = reader.question()
        problems += reader.problems
        if question is not None:
            questions.append(question)
    return tuple(questions), tuple(problems)


def track_of(path: str, tracks: Collection[str], mark: Mark, problems: list[Problem]) -> str:
    """Return the track that a category path ends in; "" with a Problem when it is none of `tracks`."""
    name = path.strip().rpartition("/")[2].strip()
    if name in tracks:
        return name
    if name not in ("", "$course$", "$cat1$", "top"):
        hint = f"领域只有 {'、'.join(tracks)}；用 --track 给新题定一个"
        message = f"类别“{name}”不是领域，没有照搬"
        problems.append(Problem(mark.file, mark.line, 1, "foreign-category", message, hint, "warning"))
    return ""


class _Skip(Exception):
    """The block can't become a question; why is among the problems."""


@dataclass(slots=True)
class _Reader:
    """One block while it is read."""

    block: Block
    track: str
    problems: list[Problem] = field(default_factory=list)
    form: str = "moodle"
    lost: set[str] = field(default_factory=set)

    def question(self) -> Question | None:
        """Return the question of the block, or None when there is none for a chat."""
        try:
            return self._question()
        except _Skip:
            return None

    def _question(self) -> Question:
        labels, places, problems = read_notes(self.block)
        self.problems += problems
        title, start = self._title()
        if "id" not in labels and ID.fullmatch(title):
            labels["id"] = title
        opened, closed = self._braces(start)
        head, tail = (
            self._in_form(self.block.text[i:j], self.form) for i, j in ((start, opened), (closed + 1, None))
        )
        body, why = self._feedback(opened + 1, closed)
        places |= {"stem": self.block.mark(start), "key": self.block.mark(opened)}
        said = {"kind", "stem", "options", "key", *labels} | ({"why"} if why else set())
        said |= {"track"} if self.track else set()
        # An id that a foreign bank gives counts for an item that the bank has, not for a new one.
        said -= set() if "difficulty" in labels else {"id"}
        given = self._given(body, opened + 1, head, tail, places)
        if not (head or tail):
            if self.lost:
                raise self._unaskable("picture", start)
            raise self._error(start, "empty-value", "没有题干", "在大括号前面写上题干")
        if self.lost:
            self.problems.append(lost_markup(self.block.mark(start), self.lost))
        return Question(
            mark=self.block.mark(start),
            said=frozenset(said),
            why=why,
            track=self.track,
            places=places,
            **labels,
            **given,
        )

    def _title(self) -> tuple[str, int]:
        title = _TITLE.match(self.block.text)
        start = title.end() if title else 0
        if (wide := wide_signs.in_title(self.block.text)) >= 0:
            raise self._wide(wide)
        if form := _FORMAT.match(self.block.text, start):
            start, self.form = form.end(), form.group(1)
        while self.block.text[start : start + 1].isspace():
            start += 1
        return (unescape_gift(title.group(1)).strip() if title else ""), start

    def _braces(self, start: int) -> tuple[int, int]:
        """Return where the answers begin and end."""
        opened = find_unescaped(self.block.text, "{", start)
        wide = wide_signs.brace(self.block.text, max(start, opened))
        if opened < 0:
            raise self._wide(wide) if wide >= 0 else self._unaskable("description", start)
        closed = find_unescaped(self.block.text, "}", opened)
        if closed < 0 and wide >= 0:
            raise self._wide(wide)
        if closed < 0:
            raise self._error(opened, "gift-syntax", "这里的 { 没有对应的 }", "补上 }，题目中间不要有空行")
        if (more := find_unescaped(self.block.text, "{", closed)) >= 0:
            raise self._unaskable("cloze", more)
        if (stray := find_unescaped(self.block.text, "}", closed + 1)) >= 0:
            raise self._error(stray, "gift-syntax", "这里多了一个 }", "去掉，或者写成 \\}")
        return opened, closed

    def _feedback(self, start: int, end: int) -> tuple[str, str]:
        body = self.block.text[start:end]
        at = find_word(body, "####")
        return (body[:at], self._text(body[at + 4 :])) if at >= 0 else (body, "")

    def _given(self, body: str, at: int, head: str, tail: str, places: dict[str, Mark]) -> dict[str, Any]:
        """Return kind, stem and answers of an answer block."""
        first = body.strip()
        if not first:
            raise self._unaskable("essay", at)
        try:
            if first.startswith("#"):
                return self._number(body.partition("#")[2], at, head, tail)
            word = first[: find_unescaped(first, "#")] if find_unescaped(first, "#") >= 0 else first
            if word.strip().upper() in _TRUTH:
                self._cut(first, at)
                is_true = _TRUTH[word.strip().upper()]
                return {"kind": "truefalse", "stem": _joined(head, tail), "key": (0,) if is_true else (1,)}
            return self._chosen(body, at, head, tail, places)
        except Unfit as unfit:
            mark = unfit.mark or self.block.mark(at)
            self._add(mark, unfit.code, unfit.message, unfit.hint, "error")
            raise _Skip from unfit
        except Unaskable as kind:
            raise self._unaskable(str(kind), at) from kind

    def _chosen(self, body: str, at: int, head: str, tail: str, places: dict[str, Mark]) -> dict[str, Any]:
        signs, answers = self._answers(body, at)
        for i, answer in enumerate(answers):
            places[f"option.{i}"] = answer.mark
        if "~" in signs:
            return {"stem": _joined(head, tail), **choices(answers, is_single="=" in signs)}
        if find_word(body, "->") >= 0:
            raise Unaskable("matching")
        words, left = accepted(answers)
        self._left_out(left, at)
        for answer in answers:
            if told := wide_signs.within(answer.text):
                self._add(answer.mark, "gift-syntax", *told, "warning")
        return {"kind": "fill", "stem": fill_stem(head, tail), "accepted": words}

    def _left_out(self, left: tuple[str, ...], at: int) -> None:
        if left:
            message = f"写法“{'、'.join(left)}”没有照搬：不得分，或者用 * 代表任意文字"
            self._warn(at, "feedback-lost", message, "填空题只按写出的字比对，要算对的写法一个一个写")

    def _answers(self, body: str, at: int) -> tuple[str, list[BankAnswer]]:
        """Return the signs of the answers, one each, and the answers."""
        if (wide := wide_signs.before_answer(body)) >= 0:
            raise self._wide(at + wide)
        (_, _, first), *parts = _parts(body, "=~")
        if first.strip():
            if any(sign == "~" for sign, _, _ in parts):
                hint = "大括号里每个答案以 =（对）或 ~（错）开头；判断题写 T 或 F"
                raise self._error(at, "gift-syntax", f"“{first.strip()[:20]}”前面没有 = 或 ~", hint)
            # A short answer may go without its sign, Moodle's help says.
            parts.insert(0, ("=", 0, first))
        answers = [self._answer(sign, raw, at + start) for sign, start, raw in parts]
        return "".join(sign for sign, _, _ in parts), answers

    def _answer(self, sign: str, raw: str, at: int) -> BankAnswer:
        raw, _ = self._cut(raw, at)
        weight = WEIGHT.match(raw)
        raw = raw[weight.end() :] if weight else raw
        if not raw.strip():
            raise self._error(at, "empty-value", "这个选项是空的", "写上内容，或者删掉")
        text = self._text(raw)
        if not text:
            raise self._unaskable("picture", at)
        given = float(weight.group(1)) if weight else FULL if sign == "=" else 0.0
        return BankAnswer(text, given, self.block.mark(at))

    def _cut(self, raw: str, at: int) -> tuple[str, str]:
        """Return an answer without its feedback, and the feedback."""
        note = find_unescaped(raw, "#")
        if note < 0:
            return raw, ""
        feedback = raw[note + 1 :].strip().lstrip("#").strip()
        if feedback:
            self._warn(at, "feedback-lost", "这个选项的反馈没有照搬", "要说的话写进 #### 后面")
        return raw[:note], feedback

    def _number(self, body: str, at: int, head: str, tail: str) -> dict[str, Any]:
        wrong = find_unescaped(body, "~")
        body, other = (body[:wrong], body[wrong + 1 :]) if wrong >= 0 else (body, "")
        self._cut(other, at)
        parts = [part for _, _, part in _parts(body, "=")]
        answers = [self._exact(part, at) for part in parts if part.strip()]
        if not answers:
            raise self._error(at, "gift-syntax", "# 后面没有数", "写上数，例如 {#90}")
        words, left = accepted(answers)
        self._left_out(left, at)
        return {"kind": "fill", "stem": fill_stem(head, tail), "accepted": words}

    def _exact(self, part: str, at: int) -> BankAnswer:
        part, _ = self._cut(part, at)
        weight = WEIGHT.match(part)
        number, _, tolerance = (part[weight.end() :] if weight else part).partition(":")
        share = float(weight.group(1)) if weight else FULL
        try:
            text = exact_number(number.strip(), tolerance.strip()) if share > 0 else number.strip()
        except ValueError:
            message = f"“{part.strip()[:20]}”不是数"
            raise self._error(at, "gift-syntax", message, "# 后面写数，例如 {#90}") from None
        return BankAnswer(text, share, self.block.mark(at))

    def _text(self, raw: str) -> str:
        """Return what an answer or a feedback says, which may name a format of its own."""
        own = _FORMAT.match(raw)
        return self._in_form(raw[own.end() :], own.group(1)) if own else self._in_form(raw, self.form)

    def _in_form(self, raw: str, form: str) -> str:
        """Return what a stretch of the block says: signs unescaped, markup gone and what it stood for noted."""
        lines = [line.strip() if i else line for i, line in enumerate(raw.split("\n"))]
        words = words_of(unescape_gift("\n".join(lines)), form)
        self.lost |= set(words.lost)
        return words.text

    def _wide(self, at: int) -> _Skip:
        return self._error(at, "gift-syntax", *wide_signs.describe_sign(self.block.text[at]))

    def _unaskable(self, kind: str, at: int) -> _Skip:
        message = f"{UNASKABLE[kind]}，聊天里没法问，没有导入"
        self._warn(at, "not-askable", message, "改成单选、多选、判断或填空")
        return _Skip()

    def _error(self, at: int, code: str, message: str, hint: str) -> _Skip:
        self._add(self.block.mark(at), code, message, hint, "error")
        return _Skip()

    def _warn(self, at: int, code: str, message: str, hint: str) -> None:
        self._add(self.block.mark(at), code, message, hint, "warning")

    def _add(self, place: Mark, code: str, message: str, hint: str, severity: str) -> None:
        self.problems.append(Problem(place.file, place.line, place.column, code, message, hint, severity))


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
