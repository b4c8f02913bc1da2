"""What is wrong with a draft, told at the cells of the workbook that it was changed from."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from knowledge.checks.check import check
from knowledge.exchange.workbook.entry_columns import IN_WORDS
from knowledge.exchange.workbook.entry_sheets import EntryRow
from knowledge.exchange.workbook.headings import in_headings
from knowledge.model.content import Content
from knowledge.model.problems import Files, Problem
from knowledge.reading.fields import Marks
from knowledge.reading.parse import parse
from knowledge.reading.spared import Spared

Place = tuple[str, int, int]
"""A file or a sheet, its line or row, its column."""


def draft_faults(files: Files, spared: Spared) -> frozenset[tuple[str, str]]:
    """Return the faults of a draft as code and message: what it has already is not the doing of a workbook."""
    content, marks, problems = parse(files, spared=spared)
    return frozenset((p.code, p.message) for p in (*problems, *check(content, marks, spared=spared)))


def cells_by_mark(rows: Mapping[str, EntryRow], content: Content, marks: Marks) -> dict[Place, Place]:
    """Return the cell that each value of an entry came from, by its place in the draft.

    Args:
        rows: The rows of the workbook by the ids of their entries.
        content: The draft with all of them in it; `marks` are its places.
    """
    found: dict[Place, Place] = {}
    for path, mark in marks.items():
        if path[0] == "entry" and path[1] in rows:
            row = rows[path[1]]
            key = {"phrasing": "phrasings"}.get(path[2], path[2])
            found[mark.file, mark.line, mark.column] = (row.sheet, *row.place(key))
    # A row whose cells could not be read may have made no entry.
    for entry_id, row in ((i, row) for i, row in rows.items() if i in content.entries):
        mark = content.entries[entry_id].mark
        found.setdefault((mark.file, mark.line, mark.column), (row.sheet, *row.place("id")))
    return found


def told_at(cells: Mapping[Place, Place], problem: Problem) -> Problem:
    """Return a Problem at the cell that it comes from, in the words of the sheet; as it is when it comes from none."""
    cell = cells.get((problem.file, problem.line, problem.column))
    if cell is None:
        return problem
    moved = replace(problem, file=cell[0], line=cell[1], column=cell[2])
    return in_headings(moved, IN_WORDS)


def one_fault_a_cell(sheets: Container[str], *groups: Sequence[Problem]) -> list[Problem]:
    """Return the Problems of all groups, those of a later one only at cells that no earlier one told of.

    A cell that can't be read has one fault, whatever else follows from it. What then stands at no cell of `sheets`, a quote that
    is missing, only follows from such a cell.
    """
    told: set[Place] = set()
    kept: list[Problem] = []
    for group in groups:
        new = [p for p in group if _place_of(p) not in told and (not told or p.file in sheets)]
        told |= set(map(_place_of, new))
        kept += new
    return kept


def _place_of(problem: Problem) -> Place:
    return problem.file, problem.line, problem.column
