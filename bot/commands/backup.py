"""`qinglang backup`, `restore` and `move`: everything in one file, put back elsewhere, and from one Redis to another."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.commands.place import may_be_served, place_in_words, reachable_or_exit, say_place
from bot.commands.running import is_up
from bot.commands.terminal import settings_or_exit
from bot.config_faults import shown_address

if TYPE_CHECKING:
    from bot.backup.place import Contents
    from bot.config import Settings

_SORTS = {
    "session": "用户",
    "events": "事件",
    "card": "承诺卡",
    "release": "版本",
    "tally:counts": "统计数字",
    "tally:questions": "问过的问法",
    "units": "名单上的编号",
}
_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="口令在这个文件里（第一行）；不写就看 --passphrase。",
)
_ASK = click.option("--passphrase", "asks", is_flag=True, help="用口令加密或解密，在终端里输入。")


@click.command(help="把数据（用户、事件、版本、密钥）备份成一个文件，服务不用停；写完自动核对。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
@_ASK
def backup(file: Path, passphrase_file: Path | None, asks: bool) -> None:
    """Write a backup and check it."""
    settings = settings_or_exit()
    if not may_be_served(settings):
        _end(f"{place_in_words(settings)}：这里还没有服务用过，没有可备份的")
    if not os.access(file.parent, os.W_OK | os.X_OK):
        _end(f"备份写不到 {file.parent}：没有这个文件夹，或者不让写；没有备份")
    passphrase = _passphrase(passphrase_file, asks=asks, again=True)
    with _told(settings, "没有备份"):
        contents = asyncio.run(_backed_up(settings, file, passphrase))
    say_place(settings)
    click.echo(f"备份好了，已核对：{file}（{file.stat().st_size >> 10} KB）：{_listed(contents)}")
    if not passphrase:
        click.echo("没有加密，里面有密钥和用户数据：请收好，或者用 --passphrase 再备份一次", err=True)


async def _backed_up(settings: Settings, file: Path, passphrase: str) -> Contents:
    from bot.backup.age import note_backup
    from bot.backup.place import back_up
    from bot.process import open_parts

    contents = await back_up(settings, file, passphrase)
    async with open_parts(settings) as parts:
        await note_backup(parts.store.redis)
    return contents


@click.command(help="把备份恢复到一个空的地方（另一台机器、另一个数据目录），恢复完自动核对；先停掉服务。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PASSPHRASE
@_ASK
@click.option(
    "--replace", is_flag=True, help="那里已经有数据也恢复：数据目录里的移到旁边，外部 Redis 里的删掉。"
)
def restore(file: Path, passphrase_file: Path | None, asks: bool, replace: bool) -> None:
    """Put a backup back."""
    from bot.backup.place import is_encrypted, put_back

    settings = settings_or_exit()
    _stopped_or_exit(settings, "没有恢复，什么都没有写")
    with _told(settings, "没有恢复，什么都没有写"):
        asks = asks or (is_encrypted(file) and not passphrase_file and sys.stdin.isatty())
        passphrase = _passphrase(passphrase_file, asks=asks)
        contents = asyncio.run(put_back(settings, file, passphrase, replace=replace))
    say_place(settings)
    click.echo(f"恢复好了，已核对：{_listed(contents)}")


@click.command(
    "move", help="把 Redis 里的全部数据搬到另一个 Redis（或搬回自带的），原来的不动；服务可以不停。"
)
@click.option("--to", required=True, metavar="地址", help="redis://…，或者 embedded（自带的）。")
def move_to(to: str) -> None:
    """Copy everything to another Redis and compare."""
    from bot.backup.move import move_place
    from bot.config import Redis

    settings = settings_or_exit()
    url = "" if to == "embedded" else to
    try:
        Redis(url=url)
    except ValueError:
        _end("--to 要像 redis://:密码@主机:6379/0，或者 embedded：没有搬，什么都没有写", code=2)
    if url == settings.redis.url:
        _end("数据已经在那里，没有搬")
    if not may_be_served(settings):
        _end(f"{place_in_words(settings)}：这里还没有服务用过，没有可搬的")
    is_served = is_up(settings)
    with _told(settings, "没有搬，什么都没有写"):
        contents = asyncio.run(move_place(settings, url, is_served=is_served))
    say_place(settings)
    shown = shown_address(url) if url else "自带的 Redis"
    click.echo(f"搬到了 {shown}，已核对：{_listed(contents)}")
    if is_served:
        click.echo(
            "服务还在运行：提问照常回答，答题先说“稍后再来”，从开始搬的那一刻起原来的 Redis 不再收写入"
        )
    click.echo(
        f"接着把 redis.url 改成{'新的地址' if url else '空的'}再{'重新' if is_served else ''}启动服务；"
        "原来的数据没有动，确认无误后再删"
    )


def _listed(contents: Contents) -> str:
    return "、".join(f"{word} {contents.counts[sort]}" for sort, word in _SORTS.items())


def _passphrase(file: Path | None, *, asks: bool, again: bool = False) -> str:
    if file:
        passphrase = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    elif asks:
        passphrase = click.prompt(
            "口令", hide_input=True, confirmation_prompt="再输入一次" if again else False
        )
    else:
        return ""
    if not passphrase:
        _end("口令是空的", code=2)
    return str(passphrase)


def _stopped_or_exit(settings: Settings, undone: str) -> None:
    if is_up(settings):
        _end(f"服务正在运行，{undone}：请先停掉它")


@contextmanager
def _told(settings: Settings, undone: str) -> Iterator[None]:
    from bot.backup.place import NotDone
    from bot.backup.sealed_file import BadBackup

    with reachable_or_exit(settings, undone):
        try:
            yield
        except BadBackup as error:
            _end(f"{error.why}；{undone}")
        except NotDone as error:
            _end(error.why)


def _end(why: str, code: int = 1) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(code)
