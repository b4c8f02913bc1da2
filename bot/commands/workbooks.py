"""What both imports of a workbook say: why it can't be read, what was passed over, and what is wrong at which cell."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import problem_line

if TYPE_CHECKING:
    from knowledge.exchange.workbook.package import Package
    from knowledge.model import Problem

MAX_LINES = 50


def open_or_exit(file: Path) -> Package:
    """Return a workbook that is safe to read; why it is not is one line, and ends the command with 2."""
    from knowledge.exchange.workbook.package import BadWorkbook, open_package

    try:
        return open_package(file.read_bytes())
    except BadWorkbook as bad:
        click.echo(f"{file}: {bad.code}: {bad.message} → {bad.hint}")
        sys.exit(2)


def print_cells(problems: Iterable[Problem], sheets: Sequence[str]) -> None:
    """Print a line for each Problem, errors first, sheet by sheet; of very many the first, and a count."""
    order = {sheet: number for number, sheet in enumerate(sheets)}
    told = sorted(problems, key=lambda p: (p.severity, order.get(p.file, len(order)), p))
    for problem in told[:MAX_LINES]:
        kind = "" if problem.severity == "error" else "提醒："
        click.echo(kind + problem_line(problem, _place(problem, order)))
    if len(told) > MAX_LINES:
        click.echo(f"……还有 {len(told) - MAX_LINES} 处没有列出来，改好上面的再运行一次")


def _place(problem: Problem, sheets: Iterable[str]) -> str:
    from knowledge.exchange.workbook.cells import name_of

    return f"表“{problem.file}” {name_of(problem.line, problem.column)}" if problem.file in sheets else ""
