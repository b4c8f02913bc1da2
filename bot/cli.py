"""The `qinglang` command. Sub-commands import what they need when they run, so that `--help` is quick."""

from __future__ import annotations

import errno
import gc
import hashlib
import os
import shutil
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.accounts import accounts
from bot.commands.ask import ask
from bot.commands.backup import backup, move_to, restore
from bot.commands.chat import chat
from bot.commands.doctor import doctor
from bot.commands.kb.diff import kb_diff
from bot.commands.kb.exchange import kb_export, kb_import
from bot.commands.kb.find import kb_find
from bot.commands.kb.history import kb_log, kb_releases, kb_show
from bot.commands.kb.hits import kb_hits, kb_said
from bot.commands.kb.ingest import kb_ingest
from bot.commands.kb.kb import kb
from bot.commands.kb.misses import kb_adopt, kb_misses
from bot.commands.kb.new import kb_new
from bot.commands.kb.release import kb_approve, kb_publish, kb_reject, kb_rollback, kb_waiting
from bot.commands.quiz.quiz import quiz
from bot.commands.running import GRACE_S, START_PATIENCE_S, is_up
from bot.commands.start import extras_or_exit, ready_or_exit
from bot.commands.terminal import deployment_or_exit, print_problems
from bot.commands.trace import trace
from bot.commands.usage import Commands, take_account
from bot.commands.users import users
from bot.commands.wechat.menu import menu, qrcode
from bot.commands.wechat.setup import setup
from bot.commands.wechat.simulate import simulate
from bot.config import Settings
from bot.config_accounts import every_account

if TYPE_CHECKING:
    from knowledge.model.problems import Problem

_PORT_PATIENCE_S = 5.0
# A worker that takes the place of another must answer within this; uvicorn's own 5 s are less than a start on a busy machine, and a
# renewal that was begun would end with the old workers.
_READY_S = 30
# A command builds a few hundred thousand values, keeps most and ends: every search for garbage among them is a tenth of its time.
_N_NEW_OF_A_COMMAND = 100_000
_LASTING = ("serve", "chat", "simulate")


@click.group(cls=Commands, help="清朗：微信公众号问答与答题助手。")
@click.pass_context
def main(context: click.Context) -> None:
    """Run the command line."""
    if context.invoked_subcommand not in _LASTING:
        usual = gc.get_threshold()
        context.call_on_close(lambda: gc.set_threshold(*usual))
        gc.set_threshold(_N_NEW_OF_A_COMMAND)


@main.command(help="启动服务（自带 Redis）。")
@click.option(
    "--watch", "watching", is_flag=True, help="每次保存内容文件，都在终端里列出草稿的错误；线上不变。"
)
def serve(watching: bool) -> None:
    """Run the HTTP server until SIGTERM or Ctrl-C."""
    settings = deployment_or_exit()
    extras_or_exit(settings)
    _check_data(settings)
    _wait_for_port(settings)
    # uvicorn raises the signal again when it has shut down; a clean stop is exit code 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A lost terminal is a stop like any other; `nohup` has it ignored, and so it stays.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    with _metrics_folder(settings):
        for _, account in every_account(settings):
            ready_or_exit(account)
        _run(settings, watching=watching)


def _run(settings: Settings, *, watching: bool) -> None:
    import uvicorn

    from bot.connections import Patient

    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    if watching:
        threading.Thread(target=_watch, args=(settings,), daemon=True).start()
    uvicorn.run(
        "bot.app:from_environment",
        factory=True,
        host=settings.server.host,
        port=settings.server.port,
        workers=settings.server.workers,
        http=Patient,
        limit_concurrency=settings.server.max_connections,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=_READY_S,
    )


def _watch(settings: Settings) -> None:
    from bot.editing.draft.watch_draft import watch_draft

    def show(problems: tuple[Problem, ...], verdict: str) -> None:
        print_problems(problems)
        click.echo(verdict)
        sys.stdout.flush()

    watch_draft(settings.content_dir, show, threading.Event())


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
            if error.errno == errno.EADDRINUSE:
                return False
            click.echo(f"{settings.server.host}:{settings.server.port} 不能监听：{_why_not(error)}", err=True)
            sys.exit(2)
    return True


def _why_not(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "没有权限，server.port 用 1024 以上的，前面放 nginx 或 caddy"
    return "server.host 要写这台机器自己的地址，127.0.0.1 或 0.0.0.0"


def metrics_places(settings: Settings) -> tuple[Path, Path]:
    """Return where the metrics of this server's workers may meet, the better place first."""
    ours = f"{settings.data_dir.resolve()}:{settings.server.host}:{settings.server.port}"
    name = f"qinglang-metrics-{hashlib.sha256(os.fsencode(ours)).hexdigest()[:16]}"
    return Path("/dev/shm") / name, settings.data_dir / name  # noqa: S108


@contextmanager
def _metrics_folder(settings: Settings) -> Iterator[None]:
    """Have an empty folder where the metrics of all workers meet: in memory where the machine has such a place.

    They are mapped files, and a process that writes to one on a full disk is killed on the spot. The port is ours
    when this begins, so whatever lies in the folder of this port is of an earlier run, and would be counted again.
    """
    made = None
    for folder in metrics_places(settings):
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.mkdir(parents=folder.parent == settings.data_dir, mode=0o700)
            made = folder
            break
    try:
        if made:
            # The library looks at the variable when it is imported.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(made)
        from bot.telemetry import start_logging

        start_logging()
        yield
    finally:
        if made:
            # What this process starts afterwards must not write into a folder that is gone.
            os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
            shutil.rmtree(made, ignore_errors=True)


def _check_data(settings: Settings) -> None:
    """End with 2 when the embedded server must not be started here; one that merely can't come up is no reason."""
    from bot.store.server.embedded import Embedded
    from bot.store.server.faults import DataDamaged, ServerUnavailable

    if settings.redis.url:
        return
    try:
        Embedded(settings.redis_dir, settings.redis.server_binary).check()
    except ServerUnavailable as error:
        has_release = (settings.data_dir / "releases" / "live").exists()
        if isinstance(error, DataDamaged) and has_release:
            # There is something to answer from: the service starts without its Redis, and says so.
            return
        click.echo(error, err=True)
        sys.exit(2)


def _announce(settings: Settings) -> None:
    from bot.conformance.own_server import base_url

    until = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < until:
        if is_up(settings):
            url = base_url(settings)
            page = f"用浏览器打开 {url}/ ，或者" if settings.simulator.enabled else ""
            click.echo(
                f"可以聊天了：{page}另开一个终端运行 make chat（.venv/bin/qinglang chat）。推送地址：{url}/wechat"
            )
            if settings.simulator.enabled and _has_desktop():
                webbrowser.open(f"{url}/")
            return
        time.sleep(0.1)


def _has_desktop() -> bool:
    """Return whether somebody sits in front of this machine's screen and started this by hand."""
    has_screen = sys.platform in ("darwin", "win32") or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))
    )
    return sys.stdout.isatty() and has_screen


main.add_command(ask)
main.add_command(chat)
main.add_command(kb)
for command in (
    kb_publish,
    kb_waiting,
    kb_approve,
    kb_reject,
    kb_rollback,
    kb_releases,
    kb_diff,
    kb_log,
    kb_show,
):
    kb.add_command(command)
for command in (kb_find, kb_export, kb_import, kb_misses, kb_adopt, kb_hits, kb_said, kb_ingest, kb_new):
    kb.add_command(command)
main.add_command(quiz)
main.add_command(users)
main.add_command(accounts)
main.add_command(menu)
main.add_command(qrcode)
main.add_command(doctor)
main.add_command(setup)
main.add_command(trace)
main.add_command(simulate)
for _kept in (backup, restore, move_to):
    main.add_command(_kept)
# About the whole deployment, or about none; every other command is about one account.
_OF_NO_ACCOUNT = frozenset({serve, doctor, setup, accounts, kb_new})
for _command in (*main.commands.values(), *kb.commands.values()):
    if _command not in _OF_NO_ACCOUNT | {kb}:
        take_account(_command)


if __name__ == "__main__":
    main()
