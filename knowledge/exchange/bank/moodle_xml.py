"""Moodle XML, the export that teachers know → questions; pictures and kinds that a chat can't ask are named.

Read with expat itself, which tells the line of every element. A document type, and with it every entity of
its own, is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

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
from knowledge.exchange.bank.gift import track_of
from knowledge.exchange.bank.markup import words_of
from knowledge.exchange.bank.questions import Question, lost_markup
from knowledge.model.problems import Mark, Problem

_FORMS = {"moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown"}
_KINDS = {
    "essay": UNASKABLE["essay"],
    "matching": UNASKABLE["matching"],
    "description": UNASKABLE["description"],
    "cloze": UNASKABLE["cloze"],
    "multianswer": UNASKABLE["cloze"],
    "gapselect": "选词填空题",
    "ddwtos": "拖词填空题",
    "ddmarker": "拖放标记题",
    "ddimageortext": "拖放图片题",
    "ordering": "排序题",
    "calculated": "计算题",
    "calculatedsimple": "计算题",
    "calculatedmulti": "计算题",
    "randomsamatch": "随机配对题",
}
_MAX_DEPTH = 30


@dataclass(slots=True)
class Element:
    """One element: its name, attributes, text, children, and its line."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def said(self, *path: str) -> str:
        """Return the text of the first element along a path; "" when there is none."""
        node: Element | None = self
        for name in path:
            node = next(iter(node.all(name)), None) if node else None
        return node.text.strip() if node else ""


class _Broken(Exception):
    """The file can't be read as XML; the argument is the Problem."""


def parse_moodle_xml(
    text: str, file: str, tracks: Collection[str]
) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """Return the questions of a Moodle XML file, and a Problem with its line for each thing that is not taken over.

    A category that is none of `tracks` is not.
    """
    try:
        root = _read_tree(text, file)
    except _Broken as broken:
        return (), (broken.args[0],)
    questions: list[Question] = []
    problems: list[Problem] = []
    track = ""
    if root.name != "quiz":
        message = f"这不是 Moodle XML：最外层是 <{root.name}>，应该是 <quiz>"
        problems.append(
            Problem(file, root.line, 1, "xml-syntax", message, "在 Moodle 里按 Moodle XML 格式导出")
        )
    for node in root.all("question") if root.name == "quiz" else ():
        if node.attributes.get("type") == "category":
            track = track_of(node.said("category", "text"), tracks, Mark(file, node.line, 1), problems)
            continue
        reader = _Reader(node, file, track)
        question = reader.question()
        problems += reader.problems
        questions += [question] if question else []
    return tuple(questions), tuple(problems)


def _read_tree(text: str, file: str) -> Element:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Element("", {}, 0)
    stack = [top]

    def refuse(line: int, message: str, hint: str) -> _Broken:
        return _Broken(Problem(file, line, 1, "xml-syntax", message, hint))

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _MAX_DEPTH:
            raise refuse(parser.CurrentLineNumber, "元素套得太深", "在 Moodle 里重新导出")
        node = Element(name, attributes, parser.CurrentLineNumber)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def words(data: str) -> None:
        stack[-1].text += data

    def doctype(*_: object) -> None:
        raise refuse(parser.CurrentLineNumber, "文件里有 <!DOCTYPE>，不读", "删掉这一行，Moodle 的导出没有它")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = words, doctype
    try:
        parser.Parse(text.removeprefix("\ufeff"), True)
    except expat.ExpatError as error:
        hint = "在 Moodle 里重新导出；手改的文件看看尖括号和 & 是否写成 &lt; &amp;"
        raise refuse(error.lineno, "XML 读到这里断了", hint) from error
    return top.children[0]


@dataclass(slots=True)
class _Reader:
    """One question while it is read."""

    node: Element
    file: str
    track: str
    problems: list[Problem] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    def question(self) -> Question | None:
        """Return the question, or None with a Problem that says why there is none."""
        try:
            return self._question()
        except Unfit as unfit:
            self._add(unfit.mark or self._mark(self.node), unfit.code, unfit.message, unfit.hint, "error")
        except Unaskable as kind:
            name = UNASKABLE.get(str(kind), str(kind))
            message = f"{name}，聊天里没法问，没有导入"
            hint = "改成单选、多选、判断或填空"
            self._add(self._mark(self.node), "not-askable", message, hint, "warning")
        return None

    def _question(self) -> Question:
        kind = self.node.attributes.get("type", "")
        form = self._form(self.node, "questiontext", "html")
        stem = self._words(self.node, "questiontext", form)
        if kind not in ("multichoice", "truefalse", "shortanswer", "numerical"):
            raise Unaskable(_KINDS.get(kind, f"题型 {kind or '没有写'}"))
        if not stem:
            if self.lost:
                raise Unaskable("picture")
            raise Unfit(None, "empty-value", "没有题干", "写上 questiontext")
        given = self._given(kind, stem, form)
        why = self._words(self.node, "generalfeedback", form)
        tags = tuple(tag.said("text") for node in self.node.all("tags") for tag in node.all("tag"))
        self._tell_what_is_lost()
        said = {"kind", "stem", "options", "key", *(("why",) if why else ()), *(("tags",) if tags else ())}
        return Question(
            mark=self._mark(self.node),
            said=frozenset(said | ({"track"} if self.track else set())),
            id=self.node.said("idnumber"),
            why=why,
            track=self.track,
            tags=tags,
            places=self._places(kind),
            **given,
        )

    def _tell_what_is_lost(self) -> None:
        if any(node.said("text") for answer in self.node.all("answer") for node in answer.all("feedback")):
            hint = "要说的话写进总反馈"
            self._add(self._mark(self.node), "feedback-lost", "各个答案的反馈没有照搬", hint, "warning")
        if self.lost or any(self._files(self.node)):
            lost = self.lost | ({"图片"} if any(self._files(self.node)) else set())
            self.problems.append(lost_markup(self._mark(self.node), lost))

    def _given(self, kind: str, stem: str, form: str) -> dict[str, Any]:
        nodes = self.node.all("answer")
        if not nodes:
            raise Unfit(None, "bad-key", "没有答案", "写上 answer")
        if kind == "truefalse":
            return {"kind": kind, "stem": stem, "key": (0,) if self._is_true(nodes) else (1,)}
        if kind == "multichoice":
            answers = [self._option(node, form) for node in nodes]
            is_single = self.node.said("single").lower() not in ("false", "0")
            return {"stem": stem, **choices(answers, is_single=is_single)}
        words, left = accepted([self._short(node, kind) for node in nodes])
        if left:
            message = f"写法“{'、'.join(left)}”没有照搬：不得分，或者用 * 代表任意文字"
            hint = "填空题只按写出的字比对，要算对的写法一个一个写"
            self._add(self._mark(self.node), "feedback-lost", message, hint, "warning")
        return {"kind": "fill", "stem": fill_stem(stem, ""), "accepted": words}

    def _is_true(self, nodes: list[Element]) -> bool:
        """Return whether the statement is right: by the names of the answers, or by their order in old files."""
        result = False
        for i, node in enumerate(nodes):
            name = node.said("text").lower()
            is_true = name == "true" if name in ("true", "false") else i == 0
            result = (self._weight(node) == FULL) == is_true
        return result

    def _option(self, node: Element, form: str) -> BankAnswer:
        said = node.said("text")
        text = self._shown(said, _FORMS.get(node.attributes.get("format", ""), form))
        if not text:
            if said or any(self._files(node)):
                raise Unaskable("picture")
            raise Unfit(self._mark(node), "empty-value", "这个选项是空的", "写上内容，或者删掉")
        return BankAnswer(text, self._weight(node), self._mark(node))

    def _short(self, node: Element, kind: str) -> BankAnswer:
        text, weight = node.said("text"), self._weight(node)
        if not text:
            raise Unfit(self._mark(node), "empty-value", "这个答案是空的", "写上内容，或者删掉")
        if kind == "numerical" and weight > 0:
            try:
                text = exact_number(text, node.said("tolerance"))
            except ValueError:
                message = f"“{text[:20]}”不是数"
                raise Unfit(self._mark(node), "bad-key", message, "数值题的答案写数") from None
        return BankAnswer(text, weight, self._mark(node))

    def _weight(self, node: Element) -> float:
        fraction = node.attributes.get("fraction", "0")
        try:
            return float(fraction)
        except ValueError:
            hint = "写 0 到 100 的数"
            raise Unfit(self._mark(node), "bad-key", f"fraction“{fraction}”不是数", hint) from None

    def _form(self, node: Element, part: str, default: str) -> str:
        found = node.all(part)
        name = found[0].attributes.get("format", "") if found else ""
        return _FORMS.get(name, "html" if name else default)

    def _words(self, node: Element, part: str, form: str) -> str:
        return self._shown(node.said(part, "text"), self._form(node, part, form))

    def _shown(self, text: str, form: str) -> str:
        words = words_of(text, form)
        self.lost |= set(words.lost)
        return words.text

    def _files(self, node: Element) -> Iterator[Element]:
        for child in node.children:
            if child.name in ("file", "image_base64"):
                yield child
            yield from self._files(child)

    def _places(self, kind: str) -> dict[str, Mark]:
        places = {"key": self._mark(self.node), "stem": self._mark(self.node.all("questiontext")[0])}
        if self.node.said("idnumber"):
            places["id"] = self._mark(self.node.all("idnumber")[0])
        if kind == "truefalse":
            return places
        return places | {f"option.{i}": self._mark(node) for i, node in enumerate(self.node.all("answer"))}

    def _mark(self, node: Element) -> Mark:
        return Mark(self.file, node.line, 1)

    def _add(self, mark: Mark, code: str, message: str, hint: str, severity: str) -> None:
        self.problems.append(Problem(mark.file, mark.line, mark.column, code, message, hint, severity))
