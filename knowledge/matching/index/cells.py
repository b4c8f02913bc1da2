"""Rows of a table as they are read aloud: each cell under the heading of its column."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PARTS = re.compile(r"\s*[|｜\t]\s*|\u3000+| {2,}")
_RULE = re.compile(r"[\s|｜:：\-—–+=]*")
_LEAST_CELLS = 2
_HEADING = re.compile(r"(?!第.+[章节条编款])[^\d：:，。、；]{2,12}")
# 第一章　总则 and 局长　康建国 are two words: what is a column of only two, parted by a space, must be called like one.
_BAR = re.compile(r"[|｜\t]")
_SPACED_CELLS = 3
_COLUMN = re.compile(
    r"(?:金额|标准|价格?|收费|费用|人数|名额|数量|时间|日期|地点|地址|电话|备注|职务|分值|学时|[）)])$"
)
_UNIT = re.compile(r"[（(](?:单位[：:])?([^（()）\d]{1,6})[）)]$")
_PEOPLE = re.compile(r"(?:人数|名额|人员数|编制数?)$")
_BARE_NUMBER = re.compile(r"\d[\d,.]*")
_EMPTY = frozenset({"", "-", "—", "–", "——", "/", "／", "无"})


def read_tables(text: str) -> dict[str, str]:
    """Return how the rows of the tables in a text are read, by their lines; {} without a table.

    A table is some lines of cells, one after the other, whose first has short words only. Cells are parted by tabs, bars, a wide space,
    or two others and more; a row that has not as many as the first is read as it stands. The headings themselves are read as "".

    >>> read_tables("岗位\\t人数\\n护士\\t20")
    {'岗位\\t人数': '', '护士\\t20': '岗位护士，人数20人'}
    """
    read: dict[str, str] = {}
    headings: list[str] = []
    title = ""
    for line in filter(None, text.splitlines()):
        cells = cells_in(line)
        if len(cells) < _LEAST_CELLS:
            headings = []
        elif len(cells) != len(headings) and _are_headings(line, cells):
            headings, title = cells, line
        elif len(cells) == len(headings) and not _is_rule(line):
            read[title] = ""
            read[line] = "，".join(_read(headings, cells))
    return read


def cells_in(line: str) -> list[str]:
    """Return the cells of a line; one where nothing parts it.

    >>> cells_in("| 护士 | 20 |"), cells_in("护士，20人")
    (['护士', '20'], ['护士，20人'])
    """
    return _PARTS.split(line.strip().strip("|｜").strip())


def _is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line))


def _are_headings(line: str, cells: list[str]) -> bool:
    """Return whether cells name columns: short words, all of them different, and no number."""
    are_parted = len(cells) >= _SPACED_CELLS or bool(_BAR.search(line) or _COLUMN.search(cells[-1]))
    return are_parted and len(set(cells)) == len(cells) and all(map(_HEADING.fullmatch, cells))


def _read(headings: list[str], cells: list[str]) -> Iterator[str]:
    for heading, cell in zip(headings, cells, strict=True):
        if cell in _EMPTY:
            continue
        unit = _UNIT.search(heading)
        name = heading[: unit.start()] if unit else heading
        counted = unit.group(1) if unit else "人" if _PEOPLE.search(name) else ""
        yield f"{name}{cell}{counted if _BARE_NUMBER.fullmatch(cell) else ''}"
