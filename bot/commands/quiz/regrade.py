"""`qinglang quiz regrade`: after a key was put right, the finished attempts are marked again."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import click

from bot.commands.place import own_key_or_exit, say_place, served_parts
from bot.commands.terminal import say_unread, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.editing.bank.regrade import Regrading


@click.command("regrade", help="改正答案并发布以后，按新答案重判已交的答卷；先用 --dry-run 看会改什么。")
@click.option("--dry-run", is_flag=True, help="只列出会改的分数，什么都不改。")
def quiz_regrade(dry_run: bool) -> None:
    """Mark finished attempts by the live keys; users see 已更正 in 我的成绩."""
    asyncio.run(_regrade(settings_or_exit(), dry_run=dry_run))


async def _regrade(settings: Settings, *, dry_run: bool) -> None:
    from bot.editing.bank.regrade import apply_regrade, plan_regrade
    from bot.process import privacy_key

    own_key_or_exit(settings, "没有重判")
    async with served_parts(settings, "可能只改了一部分，请再运行一次") as parts:
        plan = await plan_regrade(parts)
        _report(plan)
        if dry_run or not plan.changes:
            click.echo("没有改动任何分数。" if dry_run else "没有要改的分数。")
            return
        say_place(settings)
        n = await apply_regrade(parts, plan.changes, privacy_key(settings))
        click.echo(f"已更正 {n} 位用户的成绩，他们下次看“我的成绩”时会看到“已更正”。")


def _report(plan: Regrading) -> None:
    for version in plan.gone:
        click.echo(f"版本 {version} 已经不在了，用它答的题没法重判", err=True)
    say_unread(plan.unread, "没有重判")
    up = Counter(change.item_id for change in plan.changes if change.after > change.before)
    down = Counter(change.item_id for change in plan.changes if change.after < change.before)
    for item_id in sorted(up.keys() | down.keys()):
        click.echo(f"{item_id}：加分 {up[item_id]} 份，减分 {down[item_id]} 份")
    for change in plan.changes:
        click.echo(f"  答卷 {change.attempt_id} {change.item_id}：{change.before:g} → {change.after:g}")
    for item_id, n in sorted(Counter(u.item_id for u in plan.unclear if u.reason == "option").items()):
        click.echo(f"{item_id}：{n} 份选的选项已经不在题里，没法重判")
    click.echo(f"共 {len({change.attempt_id for change in plan.changes})} 份答卷的得分有变化。")
