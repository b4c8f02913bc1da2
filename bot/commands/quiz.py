"""`qinglang quiz`: what an examiner does with the bank."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import print_problems, settings_or_exit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.model import Item


_KINDS = {"single": "单选", "multiple": "多选", "truefalse": "判断", "fill": "填空"}


@click.group(help="题库：检查。")
def quiz() -> None:
    """Look after the bank."""


@quiz.command("check", help="检查题库，一次列出所有错误；没有错误退出码 0 并报告题库的构成，有错误 1。")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def quiz_check(folder: Path | None) -> None:
    """Print every Problem of the quiz files; with none, what the bank is made of."""
    from knowledge.build import check_folder, parse_files

    files, problems = check_folder(folder or settings_or_exit().content_dir)
    # A passage that is gone breaks items too, and that Problem stands at the item.
    own = tuple(p for p in problems if p.file.startswith("quiz/") or p.code == "no-folder")
    print_problems(own)
    if any(problem.severity == "error" for problem in own):
        sys.exit(1)
    content, _ = parse_files(files)
    click.echo(f"没有错误：题目 {len(content.items)} 道、试卷 {len(content.papers)} 份。")
    _print_make_up(content.items.values())


def _print_make_up(items: Iterable[Item]) -> None:
    from knowledge.parse_quiz import LETTERS

    items = tuple(items)
    for track, n in Counter(item.track for item in items).most_common():
        levels = Counter(item.difficulty for item in items if item.track == track)
        click.echo(f"  {track}：{n} 道（易 {levels[1]}、中 {levels[2]}、难 {levels[3]}）")
    kinds = Counter(item.kind for item in items)
    click.echo(f"  题型：{'、'.join(f'{_KINDS[kind]} {n}' for kind, n in kinds.most_common())}")
    letters = Counter(LETTERS[i] for item in items if item.kind != "truefalse" for i in item.key)
    shares = "、".join(f"{letter} {n / letters.total():.0%}" for letter, n in sorted(letters.items()))
    n_true = sum(item.key == (0,) for item in items if item.kind == "truefalse")
    click.echo(f"  答案：{shares}；判断题 正确 {n_true}、错误 {kinds['truefalse'] - n_true}")
