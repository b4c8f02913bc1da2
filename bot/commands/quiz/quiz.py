"""`qinglang quiz`: what an examiner does with the bank."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.place import served_parts
from bot.commands.quiz.exchange import quiz_export, quiz_import
from bot.commands.quiz.regrade import quiz_regrade
from bot.commands.quiz.roster import quiz_results, quiz_roster
from bot.commands.quiz.try_item import quiz_try
from bot.commands.terminal import print_problems, settings_or_exit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config import Settings
    from bot.editing.bank.bank_figures import BankFigures
    from knowledge.model.bank import Item


@click.group(help="题库：检查、试看、统计、导入、导出、重判；报到名单和单位成绩。")
def quiz() -> None:
    """Look after the bank."""


@quiz.command("check", help="检查题库，一次列出所有错误；没有错误退出码 0 并报告题库的构成，有错误 1。")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def quiz_check(folder: Path | None) -> None:
    """Print every Problem of the quiz files; with none, what the bank is made of."""
    from bot.editing.draft.spared import known_spared
    from knowledge.release.build import survey

    settings = settings_or_exit()
    found = survey(folder or settings.content_dir, spared=known_spared(settings))
    # A passage that is gone breaks items too, and that Problem stands at the item.
    own = tuple(p for p in found.problems if p.file.startswith("quiz/") or p.code == "no-folder")
    print_problems(own)
    if any(problem.severity == "error" for problem in own):
        sys.exit(1)
    content = found.content
    click.echo(f"没有错误：题目 {len(content.items)} 道、试卷 {len(content.papers)} 份。")
    _print_make_up(content.items.values())


def _print_make_up(items: Iterable[Item]) -> None:
    from knowledge.exchange.workbook.items.columns import KIND_NAMES
    from knowledge.reading.quiz import LETTERS

    items = tuple(items)
    for track, n in Counter(item.track for item in items).most_common():
        levels = Counter(item.difficulty for item in items if item.track == track)
        click.echo(f"  {track}：{n} 道（易 {levels[1]}、中 {levels[2]}、难 {levels[3]}）")
    kinds = Counter(item.kind for item in items)
    click.echo(f"  题型：{'、'.join(f'{KIND_NAMES[kind]} {n}' for kind, n in kinds.most_common())}")
    letters = Counter(LETTERS[i] for item in items if item.kind != "truefalse" for i in item.key)
    shares = "、".join(f"{letter} {n / letters.total():.0%}" for letter, n in sorted(letters.items()))
    n_true = sum(item.key == (0,) for item in items if item.kind == "truefalse")
    click.echo(f"  答案：{shares}；判断题 正确 {n_true}、错误 {kinds['truefalse'] - n_true}")


@quiz.command("stats", help="每道题的得分率、区分度和选项分布，全部答卷的得分分布。")
@click.option(
    "--paper",
    "papers",
    multiple=True,
    help="只算哪几份试卷（id），可以写几次；不写是 mode 为 practice、topic、exam 的。",
)
@click.option(
    "--csv", "target", type=click.Path(path_type=Path), help="同时写成 CSV 文件（Excel 能直接打开）。"
)
def quiz_stats(papers: tuple[str, ...], target: Path | None) -> None:
    """Print what the recorded answers tell about the items."""
    from bot.commands.quiz.report import plot, table
    from bot.editing.bank.bank_figures import counted_papers, figures_csv

    figures = asyncio.run(_figures(settings_or_exit()))
    items = figures.content.items
    wanted = papers or counted_papers(figures.content)
    found = figures.of(wanted)
    click.echo(f"试卷 {'、'.join(wanted)}：开始 {found.n_attempts} 份，交卷 {len(found.scores)} 份。\n")
    click.echo(plot(found) + "\n")
    click.echo(table(found, items))
    if target:
        target.write_text(figures_csv(found, items), encoding="utf-8", newline="")
        click.echo(f"\n已写入 {target}")


async def _figures(settings: Settings) -> BankFigures:
    from bot.editing.bank.bank_figures import bank_figures

    async with served_parts(settings, "没有答题记录", code=0) as parts:
        await parts.releases.start()
        found = await bank_figures(parts)
        for version in found.gone:
            click.echo(f"版本 {version} 已经不在了，用它答的题只算得分，不算选了哪一项", err=True)
        return found


for command in (quiz_try, quiz_export, quiz_import, quiz_regrade, quiz_roster, quiz_results):
    quiz.add_command(command)
