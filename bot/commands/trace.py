"""`qinglang trace`: from a code that a user shows to what they were told, and why."""

from __future__ import annotations

import asyncio
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from bot.china import minute_of
from bot.commands.kb.history import ACTIONS
from bot.commands.place import served_parts
from bot.commands.terminal import settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.editing.trace import Traced

_NOW = {
    "same": "线上还是同样的话",
    "changed": "线上的话已经改了",
    "gone": "线上已经没有这条了（撤下、归档，或者原文里没有了）",
}


@click.command(
    help="查一个号：回答下面的核对码（7KQ2M-3F0A）→ 当时发了什么、哪个版本、谁发布的；“抱歉”里的编号（8 位）→ 日志里是什么错，要写 --log。"
)
@click.argument("code")
@click.option(
    "--log",
    type=click.File(encoding="utf-8", errors="replace"),
    help="服务的日志；- 从标准输入读，如 journalctl -u qinglang -o cat | …",
)
def trace(code: str, log: IO[str] | None) -> None:
    """Print what is behind a code."""
    from bot.editing.trace import is_fault_code, lines_with

    if is_fault_code(code):
        _print_fault(list(lines_with(log, code.strip().lower())) if log else [], code, is_read=bool(log))
        return
    traced = asyncio.run(_traced(settings_or_exit(), code))
    if traced is None:
        click.echo(f"{code}：不是这里发出的核对码。照着回答下面那一行再抄一遍，如 7KQ2M-3F0A", err=True)
        sys.exit(1)
    _print_answer(traced)


async def _traced(settings: Settings, code: str) -> Traced | None:
    from bot.editing.trace import trace_answer

    async with served_parts(settings, "没有查") as parts:
        return await trace_answer(parts, code)


def _print_answer(traced: Traced) -> None:
    record = traced.release
    if record:
        approved = f"，{record.approved_by} 批准" if record.approved_by else ""
        click.echo(
            f"版本 {record.version}：{minute_of(record.at)} {record.author} 发布{approved}：{record.reason}"
        )
    else:
        click.echo(f"版本 {traced.sign.lower()}…… 已经没有留着，下面是线上的话")
    if traced.entry:
        click.echo(
            f"条目 {traced.address}（{traced.entry.mark.file}:{traced.entry.mark.line}）：{traced.entry.question}"
        )
    else:
        click.echo(f"原文 {traced.address}：没有条目，直接找到的原话")
    click.echo("发的官方原文：")
    for quote in traced.quotes:
        click.echo("    " + quote.replace("\n", "\n    "))
    for citation in traced.citations:
        click.echo(citation)
    click.echo(_NOW[traced.now])
    if traced.history:
        click.echo("这个条目的改动：")
    for line in traced.history:
        did = f"{ACTIONS[line.action]} {line.version}"
        click.echo(f"    {minute_of(line.at)}  {did}  {line.by}  {line.reason}".rstrip())
    click.echo("问的原话和问的人没有存，查不到。")


def _print_fault(lines: list[dict[str, Any]], code: str, *, is_read: bool) -> None:
    if not is_read:
        click.echo(
            f"{code} 是出错时的编号，只在服务的日志里。这样查：\n"
            f"  journalctl -u qinglang -o cat | .venv/bin/qinglang trace {code} --log -",
            err=True,
        )
        sys.exit(2)
    if not lines:
        click.echo(f"这份日志里没有编号 {code}：日志可能换过文件，或者是别的主机发的", err=True)
        sys.exit(1)
    for line in lines:
        why = str(line.get("trace", "")).strip().splitlines()
        click.echo(
            f"{line.get('at')}  进程 {line.get('pid')}：这条消息没有处理成，用户看到“抱歉，刚才出了点问题”，什么都没有记"
        )
        click.echo(f"    原因：{why[-1] if why else line.get('event')}")
        for step in why[-7:-1]:
            click.echo(f"      {step.strip()}")
