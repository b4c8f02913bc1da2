"""What every sub-command says in the same way: wrong settings, and Problems."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from bot.config import ConfigError, Settings, load_settings

if TYPE_CHECKING:
    from knowledge.model import Problem


def settings_or_exit() -> Settings:
    """Return the settings; wrong ones are named, a line each, and end the command with 2."""
    try:
        return load_settings()
    except ConfigError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(2)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print a line for each Problem: where, which, and the cure; warnings after the errors."""
    problems = tuple(problems)
    errors = [p for p in problems if p.severity == "error"]
    warnings = [p for p in problems if p.severity != "error"]
    for p in errors:
        click.echo(_line(p))
    if warnings:
        click.echo(f"提醒 {len(warnings)} 处（不影响发布）：")
    for p in warnings:
        click.echo(_line(p))
    if errors:
        click.echo(f"共 {len(errors)} 处错误", err=True)


def _line(p: Problem) -> str:
    return f"{p.file}:{p.line}:{p.column}: {p.code}: {p.message} → {p.hint}"
