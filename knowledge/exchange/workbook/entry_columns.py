"""The columns of an entry sheet: how each part of an entry reads in a cell, and how a cell is read back.

An editor sees text: one phrasing a line, 是 and 否, 草稿 and 发布. A cell that reads the same as before has not
changed, so what a cell can't show exactly is never touched by accident.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from knowledge.editing.entries import Part
from knowledge.exchange.workbook.cells import BadCell, address, date_of, lines, smooth
from knowledge.exchange.workbook.quotes import read_quotes, show_quotes
from knowledge.model.content import Content
from knowledge.model.entries import Entry

STATUSES = {"草稿": "draft", "已发布": "published", "已归档": "archived"}
_YES, _NO = (
    frozenset({"是", "true", "1", "yes", "√", "y", "对"}),
    frozenset({"否", "false", "0", "no", "×", "n", ""}),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the YAML file (`about.speaker` is inside `about`), its heading and other headings.

    `show` gives an entry's cell; `read` gives the part that a cell's text stands for, or raises BadCell.
    `many` columns hold one thing a line.
    """

    key: str
    heading: str
    also: tuple[str, ...]
    width: int
    show: Callable[[Content, Entry], str]
    read: Callable[[str], Part]
    many: bool = False
    note: str = ""


def _read_id(text: str) -> str:
    return address(_read_line(text))


def _read_addresses(text: str) -> tuple[str, ...]:
    return tuple(map(address, re.split(r"[\s、，,；;]+", text.strip()))) if text.strip() else ()


def _read_text(text: str) -> str:
    return text.strip()


def _read_line(text: str) -> str:
    return " ".join(lines(text))


def _read_status(text: str) -> str:
    status = STATUSES.get(text.strip(), text.strip()) or "draft"
    if status in STATUSES.values():
        return status
    raise BadCell("wrong-value", f"状态“{text}”不认识", f"只能写：{'、'.join(STATUSES)}")


def _read_flag(text: str) -> bool:
    word = text.strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise BadCell("wrong-value", f"“{text}”看不懂", "写“是”或“否”")


def _read_date(text: str) -> str:
    date = date_of(text)
    if date and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", date):
        raise BadCell("wrong-value", f"“{text}”不是日期", "写成 2027-06-30 这样")
    return date


def _about(aspect: str) -> Callable[[Content, Entry], str]:
    return lambda _, entry: "\n".join(entry.about.get(aspect, ()))


def status_word(entry: Entry) -> str:
    """Return the status of an entry as editors write it."""
    return next((chinese for chinese, status in STATUSES.items() if status == entry.status), entry.status)


COLUMNS: tuple[Column, ...] = (
    Column(
        "id",
        "编号",
        ("id", "条目编号", "条目id"),
        16,
        lambda _, e: e.id,
        _read_id,
        note="不要改；新条目可以空着",
    ),
    Column(
        "question",
        "问题",
        ("标准问", "question", "标准问题"),
        34,
        lambda _, e: _read_line(e.question),
        _read_line,
    ),
    Column(
        "phrasings",
        "相似问",
        ("相似问题", "相似问法", "问法", "phrasings"),
        44,
        lambda _, e: "\n".join(map(_read_line, e.phrasings)),
        lines,
        many=True,
        note="一行一个",
    ),
    Column("answer", "引导语", ("answer", "答案引导语"), 40, lambda _, e: e.lead.strip("\n"), _read_text),
    Column(
        "quote", "原文", ("引文", "原话", "quote"), 44, show_quotes, read_quotes, many=True, note="一行一处"
    ),
    Column(
        "related",
        "相关条目",
        ("相关", "related"),
        18,
        lambda _, e: "\n".join(e.related),
        _read_addresses,
        many=True,
        note="一行一个",
    ),
    Column("gap", "没有收录", ("gap", "原文没有"), 10, lambda _, e: "是" if e.gap else "否", _read_flag),
    Column("status", "状态", ("status",), 10, lambda _, e: status_word(e), _read_status, note="空着是草稿"),
    Column("owner", "负责人", ("owner", "负责"), 12, lambda _, e: _read_line(e.owner), _read_line),
    Column("review_by", "复核日期", ("review_by", "复核"), 13, lambda _, e: e.review_by, _read_date),
    Column(
        "valid_from",
        "生效日期",
        ("valid_from", "开始日期"),
        13,
        lambda _, e: e.valid_from,
        _read_date,
        note="这天起答，空着不限",
    ),
    Column(
        "valid_to",
        "失效日期",
        ("valid_to", "结束日期"),
        13,
        lambda _, e: e.valid_to,
        _read_date,
        note="答到这天，空着不限",
    ),
    Column("about.speaker", "发言人", ("speaker",), 14, _about("speaker"), lines, many=True),
    Column("about.organisation", "单位", ("organisation",), 14, _about("organisation"), lines, many=True),
    Column("about.document", "文件", ("document",), 18, _about("document"), _read_addresses, many=True),
    Column("about.article", "条款", ("article",), 8, _about("article"), lines, many=True),
    Column("about.topic", "主题", ("topic",), 14, _about("topic"), lines, many=True),
)
"""Every column of an entry sheet, in order."""

COLUMN_BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}
IN_WORDS = {column.key: f"“{column.heading}”" for column in COLUMNS} | {
    **dict.fromkeys(("标 gap: true", "加上 gap: true"), "在“没有收录”写“是”"),
    **{status: f"“{chinese}”" for chinese, status in STATUSES.items()},
}
"""What a sheet says where a file has these words."""
SAID_ONCE = tuple(column.key for column in COLUMNS if not column.many and column.key not in ("id", "answer"))
"""The columns that hold one thing of an entry, in its first row."""
DATES = ("review_by", "valid_from", "valid_to")
REQUIRED: tuple[Literal["question", "quote", "status", "owner", "review_by"], ...] = (
    "question",
    "quote",
    "status",
    "owner",
    "review_by",
)


def cells_of(content: Content, entry: Entry) -> dict[str, str]:
    """Return every cell of an entry's row, by column key."""
    return {column.key: column.show(content, entry) for column in COLUMNS}


def in_one_spelling(column: Column, text: str) -> str:
    """Return a cell's text in one spelling: what nobody sees, blank lines of a list and ways to write a date aside."""
    text = smooth(text)
    if column.key in DATES:
        return date_of(text)
    if column.key in ("status", "gap", "id", "question", "owner"):
        try:
            return str(column.read(text))
        except BadCell:
            return text
    if column.read is _read_addresses:
        return "\n".join(_read_addresses(text))
    return "\n".join(lines(text)) if column.many else text.strip()


def same_cell(column: Column, one: str, other: str) -> bool:
    """Return whether two texts of a cell say the same."""
    return in_one_spelling(column, one) == in_one_spelling(column, other)
