"""What both imports say: why a workbook can't be read, what is wrong at which cell, and what was written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import problem_line, write_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from knowledge.exchange.bank.plan import BankPlan
    from knowledge.exchange.workbook.package import Package
    from knowledge.exchange.workbook.plan import Plan
    from knowledge.model.problems import Problem

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


def carry_out_or_exit(settings: Settings, plan: Plan | BankPlan, check: str, *, dry_run: bool) -> None:
    """Write what an import plans into the draft and name the command that checks it; a plan with errors ends the command with 1."""
    if plan.is_refused:
        n_errors = sum(problem.severity == "error" for problem in plan.problems)
        click.echo(f"共 {n_errors} 处错误，什么都没有写", err=True)
        sys.exit(1)
    if dry_run or not plan.files:
        click.echo("试运行，没有写文件" if dry_run and plan.files else "没有要写的")
        return
    write_or_exit(settings, plan.files)
    click.echo(f"已写入 {'、'.join(plan.files)}。下一步：{check}")


def _place(problem: Problem, sheets: Iterable[str]) -> str:
    from knowledge.exchange.workbook.cells import name_of

    return f"表“{problem.file}” {name_of(problem.line, problem.column)}" if problem.file in sheets else ""
