"""`qinglang kb publish, waiting, approve, reject, rollback`: what changes the live release, and who must agree."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot.china import minute_of
from bot.commands.place import (
    end_unserved,
    open_parts_or_exit,
    say_place,
    served_parts,
)
from bot.commands.terminal import encoding_progress, load_or_exit, print_report, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.editing.draft.sound_draft import SoundDraft
    from bot.editing.publish import Outcome, Wish
    from bot.editing.refused import Refused
    from bot.editing.review import Done, Waiting
    from bot.process import Parts


_FIRST = "要是就在这里第一次发布：加上 --new"
_ELSEWHERE = (
    "--new 只用在还没有发布过的地方；新的单位请换一个新的数据目录：设环境变量 QINGLANG_DATA_DIR，再来一次"
)


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
    from bot.editing.publish import Wish

    settings = settings_or_exit()
    draft = load_or_exit(settings)
    outcome = asyncio.run(_publish(settings, draft, Wish(by, reason, accepted, over, is_first)))
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
            _refuse(_overtaken(outcome, by) + (f"\n{_ELSEWHERE}" if is_first else ""))


def _overtaken(outcome: Outcome, by: str) -> str:
    """Return why a draft is not published over what is live, and who made that live: oneself, or somebody else."""
    from bot.editing.review import same_person

    line, live = outcome.made_live, outcome.live
    if line is None:
        return f"线上版本 {live} 不是您的草稿改自的那一个。没有发布。\n先用 kb diff 看差别；确认后用 kb publish --over {live}"
    reason = f"（{line.reason}）" if line.reason else ""
    is_own = same_person(line.by, by)
    if line.action == "rolled-back" and is_own:
        return (
            f"{minute_of(line.at)}，您自己退回到了 {live}{reason}，草稿不是改自它。没有发布。\n"
            f"草稿还是要上线的话：kb publish --over {live}"
        )
    did = {"rolled-back": "退回到了", "approved": "批准了"}.get(line.action, "发布了")
    return (
        f"{minute_of(line.at)}，{'您自己' if is_own else line.by}{did} {live}{reason}，您的草稿不是改自它。没有发布。\n"
        f"先用 kb diff 看差别，把里面的改动并进您的草稿；确认后用 kb publish --over {live}"
    )


async def _publish(settings: Settings, draft: SoundDraft, wish: Wish) -> Outcome:
    from bot.editing.publish import publish_draft
    from bot.releases.ledger import Overtaken

    async with _opened(settings, is_first=wish.is_first) as parts:
        await tell_sent_back(settings, parts)
        try:
            return await publish_draft(settings, parts, wish, encoding_progress(), draft)
        except Overtaken as overtaken:
            line = await parts.releases.ledger.made_live(overtaken.now)
            _refuse(
                f"把关的时候，{line.by if line else '别人'}换上了 {overtaken.now}。没有发布，请再运行一次"
            )


def _opened(settings: Settings, *, is_first: bool) -> AbstractAsyncContextManager[Parts]:
    if is_first:
        return open_parts_or_exit(settings, "没有发布")
    return served_parts(settings, "没有发布", _FIRST)


@click.command("waiting", help="等批准的版本：谁提交的、从什么时候起、为什么，怎么看、怎么答复。")
def kb_waiting() -> None:
    """List what waits for a second person, the longest first."""
    settings = settings_or_exit()
    found = asyncio.run(_waiting(settings))
    for one in found:
        what = "申请退回到这个版本" if one.is_back else "提交"
        click.echo(f"{one.version}  {minute_of(one.at)} 起  {one.by}{what}  {one.reason}".rstrip())
        click.echo(f"    看：kb diff --release {one.version}    试：kb try --release {one.version} 问题")
        click.echo(f"    同意：kb approve {one.version}    打回：kb reject {one.version} -m 原因")
    click.echo(f"{len(found)} 个在等批准" if found else "没有在等批准的")


async def _waiting(settings: Settings) -> tuple[Waiting, ...]:
    from bot.editing.review import waiting

    async with served_parts(settings, "没有在等批准的", code=0) as parts:
        await tell_sent_back(settings, parts)
        return await waiting(parts)


@click.command("approve", help="批准别人提交的版本，批准后立刻上线。自己提交的不能自己批准。")
@click.argument("version")
@_signed
def kb_approve(version: str, by: str, reason: str) -> None:
    """Make a release that waits for a second person live."""
    settings = settings_or_exit()
    done = asyncio.run(_approve(settings, version, by, reason))
    if done.merged:
        click.echo(f"{version} 提交以后线上换成了 {done.merged}：两边的改动合在一起了，把关通过")
    say_place(settings)
    click.echo(f"已批准，线上退回到了 {done.version}" if done.is_back else f"已批准并发布 {done.version}")


async def _approve(settings: Settings, version: str, by: str, reason: str) -> Done:
    from bot.editing.review import approve

    async with served_parts(settings, "没有批准") as parts:
        with refusals():
            return await approve(settings, parts, version, by, reason)


@click.command("reject", help="把等批准的版本打回给作者，线上不变；作者下一次运行命令就会看到原因。")
@click.argument("version")
@_signed
def kb_reject(version: str, by: str, reason: str) -> None:
    """Give a release that waits back to its author."""
    settings = settings_or_exit()
    asked, own = asyncio.run(_reject(settings, version, by, reason))
    click.echo(f"已撤回 {version}" if own else f"已打回 {version}，{asked.by}会看到原因；线上不变")


async def _reject(settings: Settings, version: str, by: str, reason: str) -> tuple[Waiting, bool]:
    from bot.editing.review import reject, same_person

    async with served_parts(settings, "没有打回") as parts:
        with refusals():
            asked = await reject(parts, version, by, reason)
            return asked, same_person(asked.by, by)


@click.command("rollback", help="退回以前的版本，回答和当时一字不差；要第二个人批准的话，先申请。")
@click.argument("version")
@_signed
def kb_rollback(version: str, by: str, reason: str) -> None:
    """Make an older release live again."""
    settings = settings_or_exit()
    done = asyncio.run(_roll_back(settings, version, by, reason))
    say_place(settings)
    if done.waits:
        click.echo(f"已申请退回到 {version}，等另一个人批准：qinglang kb approve {version}")
    else:
        click.echo(f"已退回 {version}")


async def _roll_back(settings: Settings, version: str, by: str, reason: str) -> Done:
    from bot.editing.review import roll_back

    async with served_parts(settings, "没有退回") as parts:
        with refusals():
            return await roll_back(settings, parts, version, by, reason)


@contextmanager
def refusals(code: int = 1, but: tuple[type[Refused], int] | None = None) -> Iterator[None]:
    """Print why a use case did nothing, and end with `code`; `but` is a kind of refusal that has another."""
    from bot.editing.refused import Refused

    try:
        yield
    except Refused as refused:
        if refused.report:
            print_report(refused.report)
        click.echo(refused.why, err=True)
        sys.exit(but[1] if but and isinstance(refused, but[0]) else code)


async def tell_sent_back(settings: Settings, parts: Parts) -> None:
    """Tell the authors at this content folder what a reviewer gave back, and why."""
    from redis.exceptions import RedisError

    from bot.editing.review import sent_back

    with suppress(RedisError):
        for record in await sent_back(settings, parts):
            click.echo(
                f"打回：{minute_of(record.answered_at)}，{record.answered_by}打回了{record.author}提交的"
                f" {record.version}：{record.answer}（改好再 kb publish）",
                err=True,
            )


def _refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)
