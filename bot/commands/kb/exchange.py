"""`qinglang kb export` and `kb import`: the questions and answers as a workbook, and back into the files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import draft_or_exit, settings_or_exit
from bot.commands.workbooks import carry_out_or_exit, open_or_exit, print_cells

if TYPE_CHECKING:
    from knowledge.exchange.workbook.entry_sheets import Workbook
    from knowledge.exchange.workbook.plan import Plan


@click.command("export", help="把全部问答写成一个 Excel 工作簿（.xlsx），给编辑改。")
@click.argument("file", type=click.Path(path_type=Path), default=Path("问答.xlsx"))
@click.option("--force", is_flag=True, help="文件已经有了也写。")
def kb_export(file: Path, force: bool) -> None:
    """Write every entry of the draft to a workbook."""
    from knowledge.exchange.workbook.export import export_workbook
    from knowledge.reading.parse import parse

    if file.exists() and not force:
        click.echo(f"{file} 已经有了，里面可能有没导入的修改；换一个名字，或加 --force 覆盖", err=True)
        sys.exit(2)
    content, _, _ = parse(draft_or_exit(settings_or_exit()))
    try:
        file.write_bytes(export_workbook(content))
    except OSError as error:
        click.echo(f"{file} 写不了（{error.strerror}）：换一个位置", err=True)
        sys.exit(2)
    click.echo(f"已写出 {file}：{len(content.entries)} 条。改好后运行 qinglang kb import {file} --dry-run")


@click.command("import", help="把改过的工作簿读回内容文件；有一处错误就什么都不写。")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="只说会改什么，不写文件。")
@click.option("--hidden", is_flag=True, help="隐藏的表也读。")
def kb_import(file: Path, dry_run: bool, hidden: bool) -> None:
    """Read a workbook into the draft, all of it or nothing."""
    from bot.editing.draft.spared import known_spared
    from knowledge.exchange.workbook.entry_sheets import read_workbook
    from knowledge.exchange.workbook.plan import plan_import

    settings = settings_or_exit()
    files = draft_or_exit(settings)
    workbook = read_workbook(open_or_exit(file), hidden=hidden)
    plan = plan_import(workbook, files, known_spared(settings))
    _show(plan, workbook)
    carry_out_or_exit(settings, plan, "qinglang kb check", dry_run=dry_run)


def _show(plan: Plan, workbook: Workbook) -> None:
    for note in plan.notes:
        click.echo(f"注意：{note}")
    print_cells(plan.problems, workbook.sheets)
    if plan.is_refused:
        return
    for change in plan.changes:
        click.echo(
            f"{'+' if change.is_new else '~'} {change.entry_id}（{change.file}）：{_headings(change.keys)}"
        )
    for row, entry_id in plan.assigned.items():
        sheet, _, number = row.rpartition("!")
        click.echo(f"表“{sheet}”第 {number} 行是新条目，编号定为 {entry_id}")
    n_new = sum(change.is_new for change in plan.changes)
    click.echo(
        f"{len(plan.changes)} 处改动：新增 {n_new} 条，修改 {len(plan.changes) - n_new} 条；不变 {plan.n_unchanged} 条，"
        f"表里没有、保持原样 {plan.n_absent} 条"
    )


def _headings(keys: tuple[str, ...]) -> str:
    from knowledge.exchange.workbook.entry_columns import COLUMN_BY_KEY

    return "、".join(COLUMN_BY_KEY[key].heading for key in keys)
