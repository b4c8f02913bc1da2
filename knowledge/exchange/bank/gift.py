"""GIFT, the text format of Moodle → questions, single, multiple, truefalse and fill.

What GIFT has no place for stands in comments that Moodle passes over: `// [id:…] [tag:…]`, which newer
Moodles read too, and `// @source …`. The track is the category. Question types that a chat can't ask
are named with their line and left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress

from knowledge.exchange.bank import wide_signs
from knowledge.exchange.bank.gift_answers import read_answers
from knowledge.exchange.bank.gift_notes import read_notes
from knowledge.exchange.bank.gift_text import (
    find_unescaped,
    find_word,
    read_blocks,
    unescape_gift,
)
from knowledge.exchange.bank.open_block import FORMAT, OpenBlock, Skipped
from knowledge.exchange.bank.questions import Question, lost_markup
from knowledge.model.problems import Mark, Problem
from knowledge.reading.fields import ID

_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:\s*(.*)")
_TITLE = re.compile(r"\s*::(.*?)(?<!\\)::", re.DOTALL)


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
        opened = OpenBlock(block)
        with suppress(Skipped):
            questions.append(_question(opened, track))
        problems += opened.problems
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


def _question(block: OpenBlock, track: str) -> Question:
    labels, places, problems = read_notes(block.source)
    block.problems += problems
    title, start = _title(block)
    if "id" not in labels and ID.fullmatch(title):
        labels["id"] = title
    opened, closed = _braces(block, start)
    head, tail = (
        block.in_form(block.source.text[i:j], block.form) for i, j in ((start, opened), (closed + 1, None))
    )
    body, why = _feedback(block, opened + 1, closed)
    places |= {"stem": block.source.mark(start), "key": block.source.mark(opened)}
    said = {"kind", "stem", "options", "key", *labels} | ({"why"} if why else set())
    said |= {"track"} if track else set()
    # An id that a foreign bank gives counts for an item that the bank has, not for a new one.
    said -= set() if "difficulty" in labels else {"id"}
    given = read_answers(block, body, opened + 1, head, tail, places)
    if not (head or tail):
        if block.lost:
            raise block.unaskable("picture", start)
        raise block.error(start, "empty-value", "没有题干", "在大括号前面写上题干")
    if block.lost:
        block.problems.append(lost_markup(block.source.mark(start), block.lost))
    return Question(
        mark=block.source.mark(start),
        said=frozenset(said),
        why=why,
        track=track,
        places=places,
        **labels,
        **given,
    )


def _title(block: OpenBlock) -> tuple[str, int]:
    title = _TITLE.match(block.source.text)
    start = title.end() if title else 0
    if (wide := wide_signs.in_title(block.source.text)) >= 0:
        raise block.wide(wide)
    if form := FORMAT.match(block.source.text, start):
        start, block.form = form.end(), form.group(1)
    while block.source.text[start : start + 1].isspace():
        start += 1
    return (unescape_gift(title.group(1)).strip() if title else ""), start


def _braces(block: OpenBlock, start: int) -> tuple[int, int]:
    """Return where the answers begin and end."""
    opened = find_unescaped(block.source.text, "{", start)
    wide = wide_signs.brace(block.source.text, max(start, opened))
    if opened < 0:
        raise block.wide(wide) if wide >= 0 else block.unaskable("description", start)
    closed = find_unescaped(block.source.text, "}", opened)
    if closed < 0 and wide >= 0:
        raise block.wide(wide)
    if closed < 0:
        raise block.error(opened, "gift-syntax", "这里的 { 没有对应的 }", "补上 }，题目中间不要有空行")
    if (more := find_unescaped(block.source.text, "{", closed)) >= 0:
        raise block.unaskable("cloze", more)
    if (stray := find_unescaped(block.source.text, "}", closed + 1)) >= 0:
        raise block.error(stray, "gift-syntax", "这里多了一个 }", "去掉，或者写成 \\}")
    return opened, closed


def _feedback(block: OpenBlock, start: int, end: int) -> tuple[str, str]:
    body = block.source.text[start:end]
    at = find_word(body, "####")
    return (body[:at], block.words(body[at + 4 :])) if at >= 0 else (body, "")
