"""GIFT, the text format of Moodle → questions, single, multiple, truefalse and fill.

What GIFT has no place for stands in comments that Moodle passes over: `// [id:…] [tag:…]`, which newer
Moodles read too, and `// @source …`. The track is the category. Question types that a chat can't ask
are named with their line and left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.checks.quiz import BLANK
from knowledge.exchange.bank.gift_text import (
    FULL,
    WEIGHT,
    Block,
    find,
    find_word,
    from_comment,
    from_html,
    has_rich_markup,
    read_blocks,
    unescape,
)
from knowledge.exchange.bank.questions import Question
from knowledge.model import Mark, Problem
from knowledge.reading.fields import ID

_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:\s*(.*)")
_TITLE = re.compile(r"\s*::(.*?)(?<!\\)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_LABEL = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.)*)\]")
_OURS = re.compile(r"@(difficulty|source|quote|claim|truth|excludes)\s+(.*)")
# GIFT's signs as a Chinese input method types them: braces anywhere, the others where no word would have them.
_WIDE_BRACE = re.compile(r"[｛｝]")
_WIDE_TITLE = re.compile(r"\s*：：")
_WIDE_SIGN = re.compile(r"(?:\A|(?<!\d)\s)[＝～]|\A\s*[ＴＦ＃]")
_WIDE_WITHIN = re.compile(r"(?<!\d)～|～(?!\d)|＝|＃")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_PARTS = {"source": "passage"}
_UNASKABLE = {
    "essay": "问答题（没有标准答案）",
    "matching": "配对题",
    "numerical": "数值范围题",
    "description": "说明文字，不是题",
    "cloze": "一题多空",
}


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
            track = _track(unescape(category.group(1)), tracks, block, problems)
            continue
        reader = _Reader(block, track)
        question = reader.question()
        problems += reader.problems
        if question is not None:
            questions.append(question)
    return tuple(questions), tuple(problems)


def _track(path: str, tracks: Collection[str], block: Block, problems: list[Problem]) -> str:
    name = path.strip().rpartition("/")[2].strip()
    if name in tracks:
        return name
    if name not in ("", "$course$", "top"):
        hint = f"领域只有 {'、'.join(tracks)}；用 --track 给新题定一个"
        message = f"类别“{name}”不是领域，没有照搬"
        line = block.mark(0).line
        problems.append(Problem(block.file, line, 1, "foreign-category", message, hint, "warning"))
    return ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One `=` or `~` of an answer block: its text, its weight in percent, and where it stands."""

    sign: str
    text: str
    weight: float | None
    at: int


class _Skip(Exception):
    """The block can't become a question; why is among the problems."""


@dataclass(slots=True)
class _Reader:
    """One block while it is read."""

    block: Block
    track: str
    problems: list[Problem] = field(default_factory=list)
    is_html: bool = False

    def question(self) -> Question | None:
        """Return the question of the block, or None when there is none for a chat."""
        try:
            return self._question()
        except _Skip:
            return None

    def _question(self) -> Question:
        labels, places = self._labels()
        title, start = self._title()
        if "id" not in labels and ID.fullmatch(title):
            labels["id"] = title
        opened = find(self.block.text, "{", start)
        wide = _WIDE_BRACE.search(self.block.text, max(start, opened))
        if opened < 0:
            raise self._wide(wide.start()) if wide else self._unaskable("description", start)
        closed = find(self.block.text, "}", opened)
        if closed < 0 and wide:
            raise self._wide(wide.start())
        if closed < 0:
            raise self._error(opened, "gift-syntax", "这里的 { 没有对应的 }", "补上 }，题目中间不要有空行")
        if (more := find(self.block.text, "{", closed)) >= 0:
            raise self._unaskable("cloze", more)
        if (stray := find(self.block.text, "}", closed + 1)) >= 0:
            raise self._error(stray, "gift-syntax", "这里多了一个 }", "去掉，或者写成 \\}")
        head, tail = self._text(self.block.text[start:opened]), self._text(self.block.text[closed + 1 :])
        body, why = self._feedback(opened + 1, closed)
        places |= {"stem": self.block.mark(start), "key": self.block.mark(opened)}
        said = {"kind", "stem", "options", "key", *labels} | ({"why"} if why else set())
        said |= {"track"} if self.track else set()
        given = self._given(body, opened + 1, head, tail, places)
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
        if wide := _WIDE_TITLE.match(self.block.text):
            raise self._wide(wide.end() - 1)
        form = _FORMAT.match(self.block.text, start)
        if form:
            start, self.is_html = form.end(), form.group(1) == "html"
            if self.is_html and has_rich_markup(self.block.text):
                hint = "看看题目少了图或表还能不能答"
                self._warn(start, "foreign-markup", "图片、表格或者公式没有照搬", hint)
        while self.block.text[start : start + 1].isspace():
            start += 1
        return (unescape(title.group(1)).strip() if title else ""), start

    def _labels(self) -> tuple[dict[str, Any], dict[str, Mark]]:
        """Return what the comments say in our own way, and where."""
        labels: dict[str, Any] = {}
        places: dict[str, Mark] = {}
        tags: list[str] = []
        for number, comment in self.block.comments:
            for name, value in _LABEL.findall(comment):
                text = from_comment(value).strip()
                if name == "id":
                    labels["id"] = text
                else:
                    tags.append(text)
            if ours := _OURS.fullmatch(comment):
                self._note(ours.group(1), from_comment(ours.group(2)), number, labels, places)
        if labels or tags:
            labels["tags"] = tuple(tags)
        if "difficulty" in labels:
            labels.setdefault("excludes", ())
        return labels, places

    def _note(
        self, name: str, value: str, number: int, labels: dict[str, Any], places: dict[str, Mark]
    ) -> None:
        part = _PARTS.get(name, name)
        places[part] = Mark(self.block.file, number, 1)
        if name == "difficulty":
            if value.strip() not in ("1", "2", "3"):
                self._add(places[part], "wrong-value", f"难度“{value}”不认识", "只能是 1、2、3", "error")
                return
            labels[part] = int(value)
        else:
            labels[part] = tuple(value.split()) if name == "excludes" else value.strip()

    def _feedback(self, start: int, end: int) -> tuple[str, str]:
        body = self.block.text[start:end]
        at = find_word(body, "####")
        return (body[:at], self._text(body[at + 4 :]).strip()) if at >= 0 else (body, "")

    def _given(self, body: str, at: int, head: str, tail: str, places: dict[str, Mark]) -> dict[str, Any]:
        """Return kind, stem and answers of an answer block."""
        stem = f"{head}{BLANK}{tail}".strip() if tail.strip() else head.strip()
        first = body.lstrip()
        if not first:
            raise self._unaskable("essay", at)
        if first.startswith("#"):
            return self._number(first[1:].strip(), at, head, tail)
        word = re.split(r"[#\s]", first, maxsplit=1)[0].upper()
        if word in _TRUTH:
            if find(first, "#") >= 0:
                self._warn(at, "feedback-lost", "对错各自的反馈没有照搬", "要说的话写进 #### 后面")
            return {"kind": "truefalse", "stem": stem, "key": (0,) if _TRUTH[word] else (1,)}
        answers = self._answers(body, at)
        for i, answer in enumerate(answers):
            places[f"option.{i}"] = self.block.mark(answer.at)
        if all(answer.sign == "=" for answer in answers):
            if any(find_word(answer.text, "->") >= 0 for answer in answers):
                raise self._unaskable("matching", at)
            return self._fill(answers, head, tail)
        return {"stem": stem, **self._choices(answers, at)}

    def _answers(self, body: str, at: int) -> list[_Answer]:
        starts = []
        place = find(body, "=~")
        if wide := _WIDE_SIGN.search(body):
            raise self._wide(at + wide.end() - 1)
        if place < 0 or body[:place].strip():
            hint = "大括号里每个答案以 =（对）或 ~（错）开头；判断题写 T 或 F"
            raise self._error(at, "gift-syntax", f"看不懂“{body.strip()[:20]}”", hint)
        while place >= 0:
            starts.append(place)
            place = find(body, "=~", place + 1)
        answers = []
        for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
            raw = body[start + 1 : end]
            if (note := find(raw, "#")) >= 0:
                self._warn(at + start, "feedback-lost", "这个选项的反馈没有照搬", "要说的话写进 #### 后面")
                raw = raw[:note]
            weight = WEIGHT.match(raw)
            text = raw[weight.end() :] if weight else raw
            if form := _FORMAT.match(text):
                text = text[form.end() :]
            if not text.strip():
                raise self._error(at + start, "empty-value", "这个选项是空的", "写上内容，或者删掉")
            answers.append(_Answer(body[start], text, float(weight.group(1)) if weight else None, at + start))
        return answers

    def _fill(self, answers: Sequence[_Answer], head: str, tail: str) -> dict[str, Any]:
        for answer in answers:
            if answer.weight not in (None, FULL):
                message = f"这个答案只得 {answer.weight:g}% 的分，填空题的答案都得满分"
                raise self._error(answer.at, "partial-credit", message, "去掉百分比，或者去掉这个答案")
            if wide := _WIDE_WITHIN.search(answer.text):
                message = f"答案“{answer.text.strip()[:20]}”里有全角的 {wide.group()}，当作答案里的字"
                self._warn(answer.at, "gift-syntax", message, "要是想分开几个选项，写成半角的 = ~ #")
        return {
            "kind": "fill",
            "stem": f"{head}{BLANK}{tail}".strip(),
            "accepted": tuple(self._text(answer.text).strip() for answer in answers),
        }

    def _choices(self, answers: Sequence[_Answer], at: int) -> dict[str, Any]:
        options = tuple(self._text(answer.text).strip() for answer in answers)
        equals = [i for i, answer in enumerate(answers) if answer.sign == "="]
        gains = [i for i, answer in enumerate(answers) if answer.sign == "~" and (answer.weight or 0) > 0]
        full = [i for i in gains if answers[i].weight == FULL]
        if len(equals) + len(full) == 1 and len(gains) == len(full):
            return {"kind": "single", "options": options, "key": tuple(equals or full)}
        if equals:
            message = f"有 {len(equals)} 个 = 的选项" if len(equals) > 1 else "= 和带百分比的 ~ 混着写"
            hint = "单选只写一个 =；多选给每个对的选项写 ~%百分比%"
            raise self._error(answers[equals[-1]].at, "bad-key", message, hint)
        if not gains:
            raise self._error(at, "bad-key", "没有正确答案", "对的选项以 = 开头")
        if len({answers[i].weight for i in gains}) > 1:
            message = "几个对的选项分值不同，答题时每个对的选项一样多"
            raise self._error(answers[gains[0]].at, "partial-credit", message, "写成同样的百分比")
        return {"kind": "multiple", "options": options, "key": tuple(gains)}

    def _number(self, answer: str, at: int, head: str, tail: str) -> dict[str, Any]:
        exact = re.fullmatch(r"=?\s*(-?\d+(?:\.\d+)?)(?::0(?:\.0*)?)?", answer)
        if not exact:
            raise self._unaskable("numerical", at)
        return {"kind": "fill", "stem": f"{head}{BLANK}{tail}".strip(), "accepted": (exact.group(1),)}

    def _text(self, raw: str) -> str:
        """Return what a stretch of the block says, its lines as they are, signs unescaped, markup gone."""
        lines = [line.strip() if i else line for i, line in enumerate(raw.split("\n"))]
        text = unescape("\n".join(lines))
        return from_html(text) if self.is_html else text

    def _wide(self, at: int) -> _Skip:
        sign = self.block.text[at]
        half = unicodedata.normalize("NFKC", sign)
        hint = "题干和选项里的文字不用改，只改 GIFT 的记号：{ } = ~ # % ::"
        return self._error(at, "gift-syntax", f"这里的记号“{sign}”是全角的，要写半角的 {half}", hint)

    def _unaskable(self, kind: str, at: int) -> _Skip:
        message = f"{_UNASKABLE[kind]}，聊天里没法问，没有导入"
        self._warn(at, "not-askable", message, "改成单选、多选、判断或填空")
        return _Skip()

    def _error(self, at: int, code: str, message: str, hint: str) -> _Skip:
        self._add(self.block.mark(at), code, message, hint, "error")
        return _Skip()

    def _warn(self, at: int, code: str, message: str, hint: str) -> None:
        self._add(self.block.mark(at), code, message, hint, "warning")

    def _add(self, place: Mark, code: str, message: str, hint: str, severity: str) -> None:
        self.problems.append(Problem(place.file, place.line, place.column, code, message, hint, severity))
