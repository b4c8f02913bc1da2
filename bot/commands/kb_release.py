"""`qinglang kb publish, approve, rollback`: what changes the live release."""

from __future__ import annotations

import asyncio
import getpass
import sys
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot.commands.place import (
    end_unserved,
    open_parts_or_exit,
    say_place,
    served_parts,
)
from bot.commands.terminal import encoding_progress, load_or_exit, print_report, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.ledger import Record
    from bot.parts import Parts
    from bot.publishing import Outcome, Wish


_FIRST = "要是就在这里第一次发布：加上 --new"


def _signed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say who does it and why."""
    command = click.option("--by", default=getpass.getuser, help="谁做的；不写就是系统里的用户名。")(command)
    return click.option("--reason", "-m", default="", help="为什么，写进记录。")(command)


@click.command("publish", help="检查、把关都通过才发布：几秒内所有进程换成新版本；不通过则什么都不变。")
@_signed
@click.option(
    "--accept", "accepted", multiple=True, help="接受把关点名的一项（照抄它给的字样），可以写几次。"
)
@click.option(
    "--over", default="", metavar="版本", help="线上已经被别人换过，看过差别以后，确认盖掉这个版本。"
)
@click.option("--new", "is_first", is_flag=True, help="这里还没有服务发布过，就从这个版本开始。")
def kb_publish(by: str, reason: str, accepted: tuple[str, ...], over: str, is_first: bool) -> None:
    """Make the draft the live release, or propose it to a second person."""
    from bot.publishing import Wish

    settings = settings_or_exit()
    load_or_exit(settings)
    outcome = asyncio.run(_publish(settings, Wish(by, reason, accepted, over, is_first)))
    say_place(settings)
    if outcome.report:
        print_report(outcome.report)
    match outcome.state:
        case "published":
            click.echo(f"已发布 {outcome.version}")
        case "waiting":
            click.echo(f"已提交 {outcome.version}，等另一个人批准：qinglang kb approve {outcome.version}")
        case "unchanged":
            click.echo(f"没有改动，线上就是 {outcome.version}")
        case "unserved":
            end_unserved(settings, "没有发布", _FIRST)
        case "refused":
            _refuse(
                f"把关不通过（{len(outcome.report.findings) if outcome.report else 0} 处），没有发布，线上版本不变"
            )
        case "overtaken":
            _refuse(
                f"线上版本 {outcome.live} 不是您的草稿改自的那一个：别人发布或回退过。没有发布。\n"
                f"先用 kb diff 看差别，把别人的改动并进来；确认后用 kb publish --over {outcome.live}"
            )


async def _publish(settings: Settings, wish: Wish) -> Outcome:
    from bot.ledger import Overtaken
    from bot.publishing import publish_draft

    async with _opened(settings, is_first=wish.is_first) as parts:
        try:
            return await publish_draft(settings, parts, wish, encoding_progress())
        except Overtaken as overtaken:
            _refuse(f"把关的时候，别人发布了 {overtaken.now}。没有发布，请再运行一次")


def _opened(settings: Settings, *, is_first: bool) -> AbstractAsyncContextManager[Parts]:
    if is_first:
        return open_parts_or_exit(settings, "没有发布")
    return served_parts(settings, "没有发布", _FIRST)


@click.command("approve", help="批准别人提交的版本，批准后立刻上线。自己提交的不能自己批准。")
@click.argument("version")
@_signed
def kb_approve(version: str, by: str, reason: str) -> None:
    """Make a release that waits for a second person live."""
    settings = settings_or_exit()
    asyncio.run(_approve(settings, version, by, reason))
    say_place(settings)
    click.echo(f"已批准并发布 {version}")


async def _approve(settings: Settings, version: str, by: str, reason: str) -> None:
    from bot.ledger import Gone, Overtaken
    from bot.releases import Note

    async with served_parts(settings, "没有批准") as parts:
        record = await _record(parts, version)
        if record.state != "waiting":
            _refuse(f"{version} 不在等批准（{record.state}）")
        if record.author.strip().casefold() == by.strip().casefold():
            _refuse(f"{version} 是 {by} 自己提交的，要另一个人来批准（--by 姓名）")
        try:
            await parts.releases.approve(record, Note(by, reason, int(time.time())))
        except Overtaken as overtaken:
            _refuse(f"提交以后线上换成了 {overtaken.now}，这个版本不能再批准：请作者在新版本上重新提交")
        except Gone:
            _refuse(f"{version} 的内容已经不在了，请作者重新提交")


@click.command("rollback", help="退回以前的版本，回答和当时一字不差。")
@click.argument("version")
@_signed
def kb_rollback(version: str, by: str, reason: str) -> None:
    """Make an older release live again."""
    settings = settings_or_exit()
    asyncio.run(_roll_back(settings, version, by, reason))
    say_place(settings)
    click.echo(f"已退回 {version}")


async def _roll_back(settings: Settings, version: str, by: str, reason: str) -> None:
    from bot.ledger import Overtaken
    from bot.releases import Note
    from knowledge.gate.difference import difference
    from knowledge.release.build import content_of

    async with served_parts(settings, "没有退回") as parts:
        record = await _record(parts, version)
        if record.state != "published":
            _refuse(f"{version} 从来没有发布过")
        live = await parts.releases.ledger.live()
        if live == version:
            _refuse(f"线上就是 {version}")
        try:
            now, then = [content_of(await parts.releases.files(v)) for v in (live, version)]
            edited = tuple(sorted(difference(now, then).edited))
            await parts.releases.roll_back(record, Note(by, reason, int(time.time())), edited)
        except LookupError:
            _refuse(f"{version} 的内容已经找不到了（磁盘和 Redis 都没有）")
        except Overtaken as overtaken:
            _refuse(f"线上刚换成了 {overtaken.now}，没有退回，请再看一次 kb releases")


async def _record(parts: Parts, version: str) -> Record:
    record = await parts.releases.ledger.record(version)
    if record is None:
        _refuse(f"没有版本 {version}，用 kb releases 看有哪些")
    return record


def _refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)
