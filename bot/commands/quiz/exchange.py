"""`qinglang quiz export` and `quiz import`: the bank as GIFT, Aiken or a workbook, and back into the files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import draft_or_exit, settings_or_exit
from bot.commands.workbooks import carry_out_or_exit, print_cells
from bot.editing.bank.bank_format import FORMATS, NEW_ITEMS_FILE, READ_FORMATS, bank_format, is_bank_file

if TYPE_CHECKING:
    from knowledge.exchange.bank.plan import BankPlan
    from knowledge.model.bank import Item

_HOLDS = {
    "gift": "GIFT 放不下其中的写法，Moodle 会读成别的",
    "aiken": "Aiken 只能放一行题干、一行选项的单选题",
}
_SHOWN = 12


@click.command("export", help="把题库写成 GIFT（.gift）、Aiken（.aiken）或 Excel（.xlsx）文件。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="不写就看文件名的后缀。")
@click.option("--track", help="只要一个领域。")
@click.option("--force", is_flag=True, help="文件已经有了也写。")
def quiz_export(file: Path, form: str | None, track: str | None, force: bool) -> None:
    """Write the items of the draft to a file of another program."""
    from bot.editing.bank.bank_file import bank_as
    from knowledge.reading.parse import parse

    form = form or _format_of(file, FORMATS)
    if file.exists() and not force:
        click.echo(f"{file} 已经有了；换一个名字，或加 --force 覆盖", err=True)
        sys.exit(2)
    content, _, _ = parse(draft_or_exit(settings_or_exit()))
    items = [item for item in content.items.values() if track in (None, item.track)]
    if not items:
        click.echo(f"领域“{track}”没有题" if track else "题库里没有题", err=True)
        sys.exit(2)
    data, left_out = bank_as(form, items, tuple(content.tracks))
    try:
        file.write_bytes(data)
    except OSError as error:
        click.echo(f"{file} 写不了（{error.strerror}）：换一个位置", err=True)
        sys.exit(2)
    click.echo(f"已写出 {file}：{len(items) - len(left_out)} 道。")
    if left_out:
        click.echo(f"{_HOLDS[form]}，没有写这 {len(left_out)} 道：{_ids(left_out)}")


@click.command(
    "import", help="把 GIFT、Aiken、Moodle XML 或 Excel 题库读进内容文件；有一处错误就什么都不写。"
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice(READ_FORMATS), help="不写就看文件名的后缀。")
@click.option("--track", default="", help="没有写领域的新题算哪个领域。")
@click.option("--to", "target", default=NEW_ITEMS_FILE, help="新题写进哪个题库文件。", show_default=True)
@click.option("--dry-run", is_flag=True, help="只说会改什么，不写文件。")
@click.option("--hidden", is_flag=True, help="工作簿里隐藏的表也读。")
def quiz_import(file: Path, form: str | None, track: str, target: str, dry_run: bool, hidden: bool) -> None:
    """Read a bank of another program into the draft, all of it or nothing."""
    from bot.editing.bank.bank_file import UnreadableBank, plan_bank_file
    from bot.editing.draft.spared import known_spared
    from knowledge.exchange.workbook.package import BadWorkbook

    form = form or _format_of(file, READ_FORMATS)
    _check_target(target)
    settings = settings_or_exit()
    files = draft_or_exit(settings)
    try:
        found = plan_bank_file(
            file.name,
            file.read_bytes(),
            form,
            files,
            target=target,
            track=track,
            hidden=hidden,
            spared=known_spared(settings),
        )
    except BadWorkbook as bad:
        click.echo(f"{file}: {bad.code}: {bad.message} → {bad.hint}")
        sys.exit(2)
    except UnreadableBank as bad:
        place = f"{file}:{bad.line}" if bad.line else str(file)
        click.echo(f"{place}: {bad.code}: {bad.message} → {bad.hint}")
        sys.exit(2)
    plan = found.plan
    _show(plan, found.notes, found.sheets)
    carry_out_or_exit(settings, plan, "qinglang quiz check", dry_run=dry_run)


def _format_of(file: Path, formats: tuple[str, ...]) -> str:
    form = bank_format(file.name, formats)
    if not form:
        click.echo(f"从文件名“{file.name}”看不出格式：用 --format 写明 {'、'.join(formats)}", err=True)
        sys.exit(2)
    return form


def _check_target(name: str) -> None:
    if not is_bank_file(name):
        click.echo(f"--to“{name}”不是题库文件：写成 quiz/名字.yaml", err=True)
        sys.exit(2)


def _show(plan: BankPlan, notes: Sequence[str] = (), sheets: Sequence[str] = ()) -> None:
    for note in notes:
        click.echo(f"注意：{note}")
    print_cells(plan.problems, sheets)
    if plan.is_refused:
        return
    click.echo(
        f"新增 {len(plan.added)} 道{_listed(plan.added)}，修改 {len(plan.changed)} 道{_listed(plan.changed)}，"
        f"不变 {plan.n_unchanged} 道"
    )


def _listed(items: list[Item]) -> str:
    return f"（{_ids(items)}）" if items else ""


def _ids(items: list[Item] | tuple[Item, ...]) -> str:
    shown = "、".join(item.id for item in items[:_SHOWN])
    return f"{shown}……" if len(items) > _SHOWN else shown
