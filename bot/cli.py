"""The `qinglang` command. Sub-commands import what they need when they run, so that `--help` is quick."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.commands.ask import ask
from bot.commands.kb import kb
from bot.commands.kb_exchange import kb_export, kb_import
from bot.commands.kb_history import kb_diff, kb_log, kb_releases, kb_show
from bot.commands.kb_release import kb_approve, kb_publish, kb_rollback
from bot.commands.quiz import quiz
from bot.commands.terminal import settings_or_exit
from bot.config import Settings

if TYPE_CHECKING:
    from bot.simulate import PretendWechat

_START_PATIENCE_S = 60.0
_GRACE_S = 10
_PORT_PATIENCE_S = 5.0


@click.group(help="清朗：微信公众号问答与答题助手。")
def main() -> None:
    """Run the command line."""


@main.command(help="启动服务（自带 Redis）。")
def serve() -> None:
    """Run the HTTP server until SIGTERM or Ctrl-C."""
    settings = settings_or_exit()
    _prepare(settings)
    _wait_for_port(settings)
    import uvicorn

    # uvicorn raises the signal again when it has shut down; a clean stop is exit code 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    uvicorn.run(
        "bot.app:from_environment",
        factory=True,
        host=settings.server.host,
        port=settings.server.port,
        workers=settings.server.workers,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _wait_for_port(settings: Settings) -> None:
    """Wait a little for a port that a killed server's last worker is about to leave."""
    until = time.monotonic() + _PORT_PATIENCE_S
    while not _is_free(settings):
        if time.monotonic() > until:
            click.echo(
                f"端口 {settings.server.port} 被别的程序占用：换一个 server.port，或先停掉它", err=True
            )
            sys.exit(2)
        time.sleep(0.1)


def _is_free(settings: Settings) -> bool:
    family = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.server.host, settings.server.port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


def _prepare(settings: Settings) -> None:
    # Metrics of all workers meet in files; those of an earlier run would be counted again. The library
    # looks at the variable when it is imported.
    folder = settings.data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from bot.telemetry import start_logging

    start_logging()
    if not settings.redis.url:
        from bot.store.embedded import NoServerBinary, find_binary

        try:
            find_binary(settings.redis.server_binary)
        except NoServerBinary as error:
            click.echo(error, err=True)
            sys.exit(2)


def _base_url(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.server.host, settings.server.host)  # noqa: S104
    return f"http://{host}:{settings.server.port}"


def _is_up(settings: Settings) -> bool:
    import requests

    session = requests.Session()
    session.trust_env = False
    try:
        return session.get(f"{_base_url(settings)}/healthz", timeout=1).ok
    except requests.RequestException:
        return False


def _announce(settings: Settings) -> None:
    until = time.monotonic() + _START_PATIENCE_S
    while time.monotonic() < until:
        if _is_up(settings):
            click.echo(
                f"可以聊天了：另开一个终端运行 make chat（.venv/bin/qinglang chat）。推送地址：{_base_url(settings)}/wechat"
            )
            return
        time.sleep(0.1)


@main.command(help="在终端里聊天：像微信一样签名、推送到正在运行的服务；没有运行就先启动一个。")
@click.option("--user", default="oTerminalUser", help="假装是哪个用户。")
def chat(user: str) -> None:
    """Chat with the running server, or with one started for this chat."""
    settings = settings_or_exit()
    with _running(settings):
        wechat = _pretend_wechat(settings)
        click.echo("直接打字提问；“答题”开始做题；空行或 Ctrl-D 结束。\n")
        for line in _lines():
            click.echo(f"\n{wechat.say(user, line) or '（已收到，没有回复）'}\n")


def _lines() -> Iterator[str]:
    while True:
        try:
            line = input("您：" if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return
        if not line.strip():
            return
        yield line


def _pretend_wechat(settings: Settings) -> PretendWechat:
    from bot.parts import token
    from bot.simulate import PretendWechat

    wechat = settings.wechat
    return PretendWechat(
        f"{_base_url(settings)}/wechat",
        token(settings),
        wechat.effective_mode,
        wechat.app_id,
        wechat.encoding_aes_key,
    )


@contextmanager
def _running(settings: Settings) -> Iterator[None]:
    if _is_up(settings):
        yield
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = settings.data_dir / "chat-server.log"
    click.echo(f"服务没有运行，正在启动（日志：{log}）……")
    with log.open("w") as output:
        server = subprocess.Popen([sys.executable, "-m", "bot.cli", "serve"], stdout=output, stderr=output)
        try:
            until = time.monotonic() + _START_PATIENCE_S
            while not _is_up(settings):
                if server.poll() is not None or time.monotonic() > until:
                    click.echo(log.read_text()[-2000:], err=True)
                    sys.exit(1)
                time.sleep(0.1)
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(_GRACE_S + 5)


main.add_command(ask)
main.add_command(kb)
for command in (kb_publish, kb_approve, kb_rollback, kb_releases, kb_diff, kb_log, kb_show):
    kb.add_command(command)
kb.add_command(kb_export)
kb.add_command(kb_import)
main.add_command(quiz)


if __name__ == "__main__":
    main()
