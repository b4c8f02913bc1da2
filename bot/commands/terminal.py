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
    """Print a line for each Problem: where, which, and the cure."""
    problems = tuple(problems)
    for p in problems:
        click.echo(f"{p.file}:{p.line}:{p.column}: {p.code}: {p.message} → {p.hint}")
    if problems:
        click.echo(f"共 {len(problems)} 处错误", err=True)
