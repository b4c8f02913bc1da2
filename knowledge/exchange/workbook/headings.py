"""What both readers of a sheet make of its headings: which one was renamed, and faults told in words that are on the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from knowledge.exchange.workbook.grid import Grid
from knowledge.model.problems import Problem

HEADING_ROWS = 20
"""Below titles, headings are looked for in so many rows."""
_QUOTED = re.compile(r"(“[^”]*”)")
_LISTED = re.compile(r"(?:写 )?([a-z_]+): \[([^\]]*)\]")


def holds(grid: Grid, headings: Iterable[str]) -> bool:
    """Whether one of the first rows holds all of these headings, remarks in brackets aside."""
    rows = ({cell.partition("（")[0].strip() for cell in row} for row in grid.rows[:HEADING_ROWS])
    return any({*headings} <= row for row in rows)


def renamed(columns: Mapping[str, int], order: Sequence[str], strangers: Iterable[int]) -> dict[int, str]:
    """Return the column of an export that each stranger stands in the place of.

    Args:
        columns: Where the known columns stand.
        order: The columns as they are exported.
        strangers: Where columns stand that nobody knows.
    """
    known = {place: order.index(key) for key, place in columns.items()}
    found = {}
    for place in strangers:
        left = max((p for p in known if p < place), default=None)
        right = min((p for p in known if p > place), default=None)
        meant = {known[left] + place - left} if left is not None else {place}
        if right is not None:
            meant &= {known[right] - (right - place)}
        for number in meant:
            if 0 <= number < len(order) and order[number] not in columns:
                found[place] = order[number]
    return found


def renamed_to(stranger: str, heading: str) -> tuple[str, str]:
    """Return what is wrong with a column under another name, and the cure."""
    message = f"“{stranger}”这一列在“{heading}”的位置上，表里没有“{heading}”了"
    return message, f"列名改回“{heading}”；是您自己的列，就移到最后面"


def in_headings(problem: Problem, words: Mapping[str, str]) -> Problem:
    """Return a Problem that says what is on the sheet where it said what is in a file; quoted words stay as they are.

    Args:
        words: The words of the sheet by those of the file: headings by fields, and what cells say by values.
    """
    keys = sorted(words, key=len, reverse=True)
    spoken = re.compile(rf" ?(?<![\w#./-])(?:{'|'.join(map(re.escape, keys))})(?![\w#./-]) ?", re.ASCII)

    def told(text: str) -> str:
        text = _LISTED.sub(lambda m: f"在{words[m[1]]}里写 {m[2]}" if m[1] in words else m[0], text)
        parts = _QUOTED.split(text)
        parts[::2] = [spoken.sub(lambda m: words[m[0].strip()], part) for part in parts[::2]]
        return "".join(parts)

    return replace(problem, message=told(problem.message), hint=told(problem.hint))
