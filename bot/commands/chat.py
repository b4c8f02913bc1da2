"""`qinglang chat`: talk to the server from a terminal, by signed pushes."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from bot.commands.running import pretend_wechat, running
from bot.commands.terminal import settings_or_exit
from handlers.answering.choices import untap


@click.command(help="在终端里聊天：像微信一样签名、推送到正在运行的服务；没有运行就先启动一个。")
@click.option("--user", default="oTerminalUser", help="假装是哪个用户。")
def chat(user: str) -> None:
    """Chat with the running server, or with one started for this chat."""
    settings = settings_or_exit()
    with running(settings):
        wechat = pretend_wechat(settings)
        click.echo("直接打字提问；“答题”开始做题；空行或 Ctrl-D 结束。\n")
        for line in _lines():
            click.echo(f"\n{untap(wechat.say(user, line)) or '（已收到，没有回复）'}\n")


def _lines() -> Iterator[str]:
    while True:
        try:
            line = input("您：" if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return
        if not line.strip():
            return
        yield line
