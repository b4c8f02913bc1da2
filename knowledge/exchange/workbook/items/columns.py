"""The columns of a bank's sheet, and how an item reads in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.exchange.workbook.cells import fingerprint, smooth
from knowledge.model.bank import Item
from knowledge.reading.quiz import LETTERS

SHEET = "题目"
KINDS = {"单选": "single", "多选": "multiple", "判断": "truefalse", "填空": "fill"}
"""The kinds of items by their names in tables."""
KIND_NAMES = {kind: name for name, kind in KINDS.items()}
LEVELS = {"易": 1, "中": 2, "难": 3}
LISTS = ("tags", "excludes")
"""The columns that hold one thing a line, and may hold none."""
NONE = "无"
"""What a cell of these says to take away what the bank has: an empty cell says nothing."""

NUMBERED = ("题号", "题目编号")
"""Headings under which other banks number their items."""


@dataclass(frozen=True, slots=True)
class BankColumn:
    """A column: the field of a question it holds, its headings (the first is written), its width."""

    part: str
    headings: tuple[str, ...]
    width: int


COLUMNS = (
    BankColumn("id", ("编号", "id", *NUMBERED), 16),
    BankColumn("kind", ("题型", "类型", "题目类型"), 8),
    BankColumn("track", ("领域", "分类", "类别"), 8),
    BankColumn("difficulty", ("难度", "难易"), 6),
    BankColumn("tags", ("标签",), 14),
    BankColumn("stem", ("题干", "题目", "题目内容", "问题"), 48),
    *(BankColumn(f"option.{i}", (f"选项{letter}", letter), 20) for i, letter in enumerate(LETTERS)),
    BankColumn("key", ("答案", "正确答案", "标准答案"), 16),
    BankColumn("why", ("解析", "答案解析", "说明"), 40),
    BankColumn("passage", ("出处", "出处地址", "原文地址"), 28),
    BankColumn("quote", ("原话", "引文"), 48),
    BankColumn("claim", ("判断依据", "题干关键词"), 20),
    BankColumn("truth", ("原文写法",), 20),
    BankColumn("excludes", ("互斥", "互斥题目"), 20),
)
MARK = BankColumn("mark", ("校验",), 0)
IN_WORDS = {column.part: f"“{column.headings[0]}”" for column in COLUMNS if "." not in column.part} | {
    "options": "选项",
    "key: true": "“答案”写“对”的",
    "key: false 时": "“答案”写“错”的",
}
"""What a sheet says where a file has these words."""
HEADINGS = {heading.lower(): column for column in (*COLUMNS, MARK) for heading in column.headings}
"""The column that a heading names, whatever its case."""


def cells_of_item(item: Item) -> dict[str, str]:
    """Return the text of every cell of an item's row, by field."""
    if item.kind == "truefalse":
        key = "对" if item.key == (0,) else "错"
    else:
        key = "\n".join(item.accepted) if item.kind == "fill" else "".join(LETTERS[i] for i in item.key)
    options = () if item.kind == "truefalse" else item.options
    return {
        "id": item.id,
        "kind": KIND_NAMES.get(item.kind, item.kind),
        "track": item.track,
        "difficulty": next((name for name, n in LEVELS.items() if n == item.difficulty), ""),
        "tags": "\n".join(item.tags),
        "stem": item.stem.strip(),
        **{f"option.{i}": option.strip() for i, option in enumerate(options)},
        "key": key,
        "why": item.why.strip(),
        "passage": item.source.passage_id,
        "quote": item.source.text,
        "claim": item.claim,
        "truth": item.truth if item.key == (1,) and item.kind == "truefalse" else "",
        "excludes": "\n".join(item.excludes),
    }


def item_mark(cells: Mapping[str, str]) -> str:
    """Return a short hash of a row's cells: it tells whether the item changed after the export."""
    texts = (smooth(cells.get(column.part, "")) for column in COLUMNS)
    return fingerprint(
        "\x1f".join("\n".join(line.strip() for line in text.split("\n")).strip() for text in texts)
    )
