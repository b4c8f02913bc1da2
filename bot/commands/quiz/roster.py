"""`qinglang quiz roster` and `quiz results`: a list of takers by unit, and how those did who entered their number."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.place import say_place, served_parts
from bot.commands.terminal import say_unread, settings_or_exit
from bot.commands.workbooks import open_or_exit, print_cells

if TYPE_CHECKING:
    from bot.config import Settings
    from knowledge.exchange.workbook.roster_sheet import ReadRoster
    from knowledge.quiz.roster import Roster


@click.command(
    "roster", help="导入报到名单（.csv 或 .xlsx，列：单位、编号），换掉原来的；不写文件就看现有的。"
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clear", is_flag=True, help="删掉名单。已经报到的人自己的记录不受影响。")
def quiz_roster(file: Path | None, clear: bool) -> None:
    """Take in a list of numbers and their units, show how many there are, or take the list away."""
    if file and clear:
        raise click.UsageError("写文件，或者 --clear，二者选一")
    settings = settings_or_exit()
    if file is None and not clear:
        _say(asyncio.run(_list(settings)))
        return
    units = _read_or_exit(file) if file else {}
    asyncio.run(_replace(settings, units))
    _say(units)


def _read_or_exit(file: Path) -> Roster:
    from knowledge.exchange.workbook.roster_sheet import csv_grid, read_roster

    if file.suffix.lower() == ".csv":
        grid = csv_grid(file.read_bytes(), file.name)
        if grid is None:
            click.echo(f"{file}: 不是文字：在 Excel 里另存为 CSV UTF-8，再来一次。名单没有变")
            sys.exit(2)
        found, sheets = read_roster([grid]), [file.name]
    else:
        found, sheets = _read_workbook(file)
    if found.problems:
        print_cells(found.problems, sheets)
        click.echo(f"{len(found.problems)} 处要改，名单没有变")
        sys.exit(1)
    return found.units


def _read_workbook(file: Path) -> tuple[ReadRoster, list[str]]:
    from knowledge.exchange.workbook.grid import read_grids
    from knowledge.exchange.workbook.package import BadWorkbook
    from knowledge.exchange.workbook.roster_sheet import read_roster

    try:
        grids, notes = read_grids(open_or_exit(file))
    except BadWorkbook as bad:
        click.echo(f"{file}: {bad.code}: {bad.message} → {bad.hint}")
        sys.exit(2)
    for note in notes:
        click.echo(note)
    return read_roster(grids), [grid.name for grid in grids]


def _say(units: Roster) -> None:
    if not units:
        click.echo("现在没有报到名单")
        return
    click.echo(f"名单上有 {len(units)} 个编号，{len(set(units.values()))} 个单位：")
    for unit, n in sorted(Counter(units.values()).items()):
        click.echo(f"  {unit}：{n}")


async def _list(settings: Settings) -> Roster:
    from bot.store.roster import read_list

    async with served_parts(settings, "没有名单", code=0) as parts:
        return await read_list(parts.store)


async def _replace(settings: Settings, units: Roster) -> None:
    from bot.store.roster import replace_list

    async with served_parts(settings, "名单没有变") as parts:
        say_place(settings)
        await replace_list(parts.store, units)


@click.command(
    "results", help="报到的人的成绩，按单位或者按人，CSV（Excel 能直接打开）。没有报到的人不在里面。"
)
@click.option(
    "--by",
    type=click.Choice(["unit", "person"]),
    default="unit",
    show_default=True,
    help="一行是一个单位，或者一份答卷。",
)
@click.option(
    "--paper", "papers", multiple=True, help="只算哪几份试卷（id），可以写几次；不写是 mode 为 exam 的。"
)
@click.option("--csv", "target", type=click.Path(path_type=Path), help="写进这个文件；不写就打印。")
def quiz_results(by: str, papers: tuple[str, ...], target: Path | None) -> None:
    """Print or write the results of those who entered a number of the list."""
    from bot.editing.bank.bank_figures import harmless

    rows = asyncio.run(_rows(settings_or_exit(), by, papers))
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    if target:
        # The byte order mark tells Excel that this is UTF-8.
        target.write_text("\ufeff" + written.getvalue(), encoding="utf-8", newline="")
        click.echo(f"已写入 {target}：{len(rows) - 1} 行")
    else:
        click.echo(written.getvalue(), nl=False)


async def _rows(settings: Settings, by: str, papers: tuple[str, ...]) -> list[tuple[str, ...]]:
    from bot.editing.bank.results import by_person, by_unit, entered

    async with served_parts(settings, "没有成绩") as parts:
        await parts.releases.start()
        known = dict(parts.releases.live.content.papers)
        if unknown := [paper for paper in papers if paper not in known]:
            click.echo(f"没有试卷 {unknown[0]}：有 {'、'.join(known)}", err=True)
            sys.exit(2)
        wanted = papers or tuple(paper.id for paper in known.values() if paper.mode == "exam")
        people, roster, unread = await entered(parts, wanted)
        say_unread(unread, "没有算进成绩")
        return by_unit(people, roster) if by == "unit" else by_person(people, known)
