"""The running server as a command finds it: its address, a pretend WeChat for it, one started for the time being."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.config import Settings

if TYPE_CHECKING:
    from bot.conformance.pretend_wechat import PretendWechat

START_PATIENCE_S = 60.0
GRACE_S = 10
"""How long a server may take to end what it has begun."""


def is_up(settings: Settings) -> bool:
    """Return whether a server with these settings runs and can answer."""
    import requests

    from bot.conformance.own_server import base_url

    session = requests.Session()
    session.trust_env = False
    try:
        return session.get(f"{base_url(settings)}/healthz", timeout=1).ok
    except requests.RequestException:
        return False


def wechat_or_exit(settings: Settings) -> PretendWechat:
    """Return the platform as it would talk to a server with these settings; without the server's token end with 1."""
    from bot.conformance.own_server import NoToken, pretend_wechat

    try:
        return pretend_wechat(settings)
    except NoToken:
        click.echo(
            f"服务在运行，但数据目录 {settings.data_dir} 里没有它的 token："
            "在这个终端里也设好服务的 QINGLANG_DATA_DIR 或 QINGLANG_WECHAT__TOKEN",
            err=True,
        )
        sys.exit(1)


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """Have a server running: the one that runs already, or one of our own that is stopped afterwards."""
    if is_up(settings):
        yield
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = settings.data_dir / "chat-server.log"
    click.echo(f"服务没有运行，正在启动（日志：{log}）……")
    with log.open("w") as output:
        server = subprocess.Popen([sys.executable, "-m", "bot.cli", "serve"], stdout=output, stderr=output)
        try:
            until = time.monotonic() + START_PATIENCE_S
            while not is_up(settings):
                if server.poll() is not None or time.monotonic() > until:
                    click.echo(log.read_text()[-2000:], err=True)
                    sys.exit(1)
                time.sleep(0.1)
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(GRACE_S + 5)
