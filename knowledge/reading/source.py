"""A source file → its text and its addressable passages.

Headings are ours: they give passages their address and are no part of the source's text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from knowledge.model.problems import Mark
from knowledge.model.sources import Passage, Source, Speaker
from knowledge.reading.served_days import is_day
from knowledge.reading.yamltext import Node, ProblemLog, compose

_HEADING = re.compile(r"^(#{1,6}) +(.*?)\s*(?:\{([^}]*)\})?\s*$")
_ANCHOR = re.compile(r"#([a-z0-9][a-z0-9.-]*)")
_ATTRIBUTE = re.compile(r"(speaker|article|answers)=([\w.-]+)")
_ANSWERS = {"yes": True, "true": True, "no": False, "false": False}
_ESCAPED = re.compile(r"^\\(?=\\*#)")
_REQUIRED = ("id", "title", "kind", "date", "publisher", "rights")
_OPTIONAL = ("number", "effective")
_NEVER_EMPTY = ("id", "title", "kind")
_DAYS = ("date", "effective")


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    anchor: str
    speaker: str
    article: str
    answers: bool
    position: int
    mark: Mark


def parse_source(text: str, file: str, report: ProblemLog) -> tuple[Source, tuple[Passage, ...]] | None:
    """Return a source with its passages in the order of their headings; None without a usable front matter.

    A passage reaches from its heading to the next one of the same or a higher level, so it includes the
    passages below it. `text` of the source is its paragraphs, one a line.
    """
    matter, body, first_line = _split(text)
    root = compose(matter, file, report, 1) if matter else None
    if root is None:
        message, hint = "原文文件开头缺少 --- 之间的说明", "写上 id、title、kind、date、publisher、rights"
        report.add(Mark(file, 1, 1), "missing-front-matter", message, hint)
        return None
    fields = root.fields("原文说明", (*_REQUIRED, *_OPTIONAL, "speakers", "answers"), _REQUIRED)
    about = _about(fields, report)
    speakers = _speakers(fields.get("speakers"))
    body_text, headings = _read_body(body, file, first_line, speakers, report)
    if not about.keys() >= {*_REQUIRED}:
        return None
    answers = _answers(fields.get("answers"), report)
    source = Source(**about, text=body_text, speakers=speakers, mark=root.mark, answers=answers)
    return source, _passages(source, headings, report)


def _about(fields: Mapping[str, Node], report: ProblemLog) -> dict[str, str]:
    """Return what the front matter says of the source, by field; fields that can't be read are left out."""
    known = (*_REQUIRED, *_OPTIONAL)
    values = {name: value for name in known if name in fields and (value := fields[name].scalar(name))}
    for name, value in values.items():
        if name in _DAYS and value.text and not is_day(value.text):
            report.add(value.mark, "wrong-value", f"{name} 应该是 2020-10-12 这样的日期", "改成年-月-日")
        if name in _NEVER_EMPTY and not value.text.strip():
            report.add(value.mark, "empty-value", f"{name} 是空的", "写上内容")
    return {name: value.text for name, value in values.items()}


def _answers(node: Node | None, report: ProblemLog) -> bool:
    value = node.scalar("answers") if node else None
    if value and value.text not in _ANSWERS:
        report.add(value.mark, "wrong-value", f"answers 不能是“{value.text}”", "写 yes 或 no，或者不写")
    return _ANSWERS.get(value.text, True) if value else True


def _split(text: str) -> tuple[str, str, int]:
    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        return "", text, 1
    end = next(i for i, line in enumerate(lines) if i and line.strip() == "---")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _speakers(node: Node | None) -> dict[str, Speaker]:
    found = {}
    for key, child in node.pairs("speakers") if node else ():
        names = ("name", "post", "organisation")
        fields = child.fields(f"发言人“{key.text}”", names, names[:1])
        values = {
            name: value.text for name in names if name in fields and (value := fields[name].scalar(name))
        }
        if "name" in values:
            found[key.text] = Speaker(key.text, *(values.get(name, "") for name in names))
    return found


def _read_body(
    body: str, file: str, first_line: int, speakers: dict[str, Speaker], report: ProblemLog
) -> tuple[str, list[_Heading]]:
    paragraphs: list[str] = []
    length = 0
    headings: list[_Heading] = []
    for number, line in enumerate(body.split("\n"), start=first_line):
        match = _HEADING.match(line)
        if match:
            heading = _heading(match, Mark(file, number, 1), length, speakers, report)
            if heading:
                headings.append(heading)
        elif line.startswith("#"):
            report.add(
                Mark(file, number, 1), "bad-heading", "标题的 # 后面要有一个空格", "写成 # 标题 {#地址}"
            )
        elif line.strip():
            # A line of the text that begins with # itself is written \#.
            paragraphs.append(_ESCAPED.sub("", line.strip()))
            length += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs), headings


def _heading(
    match: re.Match[str], mark: Mark, position: int, speakers: dict[str, Speaker], report: ProblemLog
) -> _Heading | None:
    attributes = (match.group(3) or "").split()
    anchor = next((found.group(1) for part in attributes if (found := _ANCHOR.fullmatch(part))), "")
    if not anchor:
        message = f"标题“{match.group(2)}”没有地址"
        report.add(mark, "missing-anchor", message, "在后面写 {#地址}，用小写字母、数字、连字符和点")
        return None
    read = {found.group(1): found.group(2) for part in attributes if (found := _ATTRIBUTE.fullmatch(part))}
    _check_attributes(match, mark, read, speakers, report)
    speaker = read.get("speaker", "")
    return _Heading(
        level=len(match.group(1)),
        title=match.group(2),
        anchor=anchor,
        speaker=speaker if speaker in speakers else "",
        article=read.get("article", ""),
        answers=_ANSWERS.get(read.get("answers", "yes"), True),
        position=position,
        mark=mark,
    )


def _check_attributes(
    match: re.Match[str],
    mark: Mark,
    read: Mapping[str, str],
    speakers: Container[str],
    report: ProblemLog,
) -> None:
    """Report what the braces of a heading say that can't be meant; `read` is what they say of each attribute."""
    if read.get("answers", "yes") not in _ANSWERS:
        report.add(mark, "wrong-value", f"answers 不能是“{read['answers']}”", "写 answers=no，或者不写")
    for part in (match.group(3) or "").split():
        if not _ANCHOR.fullmatch(part) and not _ATTRIBUTE.fullmatch(part):
            place = replace(mark, column=match.string.index(part, match.start(3)) + 1)
            hint = "只能写 speaker=…、article=… 和 answers=no"
            report.add(place, "bad-attribute", f"看不懂标题属性“{part}”", hint)
    speaker = read.get("speaker", "")
    if speaker and speaker not in speakers:
        place = replace(mark, column=match.string.index("speaker=") + 1)
        hint = "在文件开头的 speakers 里加上，或改正写法"
        report.add(place, "unknown-speaker", f"没有发言人“{speaker}”", hint)


def _passages(source: Source, headings: list[_Heading], report: ProblemLog) -> tuple[Passage, ...]:
    passages = []
    above: list[_Heading] = []
    for number, heading in enumerate(headings):
        above = [*(h for h in above if h.level < heading.level), heading]
        later = (h.position for h in headings[number + 1 :] if h.level <= heading.level)
        start, end = heading.position, next(later, len(source.text) + 1) - 1
        if end <= start:
            report.add(
                heading.mark, "empty-passage", f"“{heading.title}”下面没有正文", "补上原文，或删掉这个标题"
            )
            continue
        passages.append(
            Passage(
                id=f"{source.id}#{heading.anchor}",
                source_id=source.id,
                heading=heading.title,
                start=start,
                end=end,
                text=source.text[start:end],
                speaker=heading.speaker,
                article=heading.article,
                answers=heading.answers,
                mark=heading.mark,
                outer=tuple(h.title for h in above[:-1]),
            )
        )
    return tuple(passages)
