"""`qinglang chat`: talk to the server from a terminal, by signed pushes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.commands.running import running, wechat_or_exit
from bot.commands.terminal import settings_or_exit

if TYPE_CHECKING:
    import requests

    from bot.conformance.faults import BadReply


@click.command(help="在终端里聊天：像微信一样签名、推送到正在运行的服务；没有运行就先启动一个。")
@click.option("--user", default="oTerminalUser", help="假装是哪个用户。")
def chat(user: str) -> None:
    """Chat with the running server, or with one started for this chat."""
    import requests

    from bot.conformance.faults import BadReply
    from handlers.answering.choices import untap

    settings = settings_or_exit()
    with running(settings):
        wechat = wechat_or_exit(settings)
        click.echo("直接打字提问；“答题”开始做题；空行或 Ctrl-D 结束。\n")
        try:
            for line in _lines():
                click.echo(f"\n{untap(wechat.say(user, line)) or '（已收到，没有回复）'}\n")
        except (BadReply, requests.RequestException) as error:
            click.echo(_why_silent(error), err=True)
            sys.exit(1)


def _why_silent(error: BadReply | requests.RequestException) -> str:
    from bot.conformance.faults import BadReply

    if isinstance(error, BadReply) and "403" in str(error):
        return "服务不认这个签名：这个终端里的 Token、模式或密钥和服务的不一样，或者两边的时间差得太多"
    return f"服务没有好好回应（{type(error).__name__}）：看看它的日志，再试一次"


def _lines() -> Iterator[str]:
    while True:
        try:
            line = input("您：" if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return
        if not line.strip():
            return
        yield line
