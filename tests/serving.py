"""Real servers for tests: each a `qinglang serve` in its own data folder on its own port."""

from __future__ import annotations

import atexit
import contextlib
import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import requests
from click.testing import CliRunner, Result

from bot.cli import main
from bot.conformance.pretend_wechat import PretendWechat

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "knowledge/content"
_SMALL = ROOT / "tests/data/small-content"
TOKEN = "testTokenForPushes2026"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_AES_KEY = "0123456789ABCDEFGabcdefghijklmnopqrstuvwxyz"
PATIENCE_S = 180.0
_PORTS = (20_000, 32_000)
# Who sets one of these has a place of their own, in which they publish themselves.
_PLACE = (
    "QINGLANG_CONTENT_DIR",
    "QINGLANG_DATA_DIR",
    "QINGLANG_CONFIG",
    "QINGLANG_REDIS__",
    "QINGLANG_ACCOUNTS",
)


def copy_small_content(folder: Path, *, answers: bool = True) -> Path:
    """Make `folder` a small content folder with the shipped fixed sentences and menu; return it."""
    shutil.copytree(_SMALL, folder)
    for name in ("replies.yaml", "menu.yaml"):
        shutil.copy(CONTENT / name, folder / name)
    # Without `answers` only entries do, not the bare words of the sources.
    for source in () if answers else (folder / "sources").glob("*.md"):
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace("\nkind:", "\nanswers: no\nkind:", 1), encoding="utf-8")
    return folder


def commands_of(page: str) -> list[list[str]]:
    """Return the arguments of every `qinglang` command line of a documentation page, in order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = re.findall(r"^\.venv/bin/(qinglang .*)$", text, re.MULTILINE)
    return [shlex.split(line, comments=True)[1:] for line in lines]


def until(condition: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Return the first true value of `condition`; fail when there is none in time."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        with contextlib.suppress(requests.RequestException):
            value = condition()
            if value:
                return value
        time.sleep(0.05)
    raise AssertionError(f"never became true: {condition}")


def free_port() -> int:
    """Return a port that nobody has; none of those that the system lends to connections, for one could get it meanwhile."""
    while True:
        port = random.randrange(*_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@cache
def _published() -> Path:
    """A data folder in which the shipped content has been published: what a test begins with that is not about that."""
    folder = Path(tempfile.mkdtemp(prefix="qinglang-published-"))
    atexit.register(shutil.rmtree, folder)
    assert Server(folder, is_published=False).start().stop() == 0
    return folder / "data"


@dataclass
class Server:
    """A `qinglang serve` of its own, driven from outside.

    `is_published` has it begin with the shipped content published and prepared, which takes several seconds, where its
    settings name no other place. `within` is the command that runs it on a machine apart, `host` its address there.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    is_published: bool = True
    host: str = "127.0.0.1"
    within: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("QINGLANG_")}
        return clean | {
            "QINGLANG_CONFIG": str(ROOT / "config.yaml"),
            "QINGLANG_DATA_DIR": str(self.folder / "data"),
            "QINGLANG_CONTENT_DIR": str(CONTENT),
            "QINGLANG_SERVER__HOST": self.host,
            "QINGLANG_SERVER__PORT": str(self.port),
            "QINGLANG_WECHAT__TOKEN": TOKEN,
            # By characters, but where a test is about meaning: encoding a content anew for each server takes long.
            "QINGLANG_MATCHING__MEANING": "off",
            # Takers of a test need no time to read, but where a test is about that.
            "QINGLANG_QUIZ__READING_MS": "0",
            **self.settings,
        }

    def start(self, *options: str) -> Server:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.is_published and not (self.folder / "data").exists() and self._is_at_home():
            shutil.copytree(_published(), self.folder / "data")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.within, sys.executable, "-m", "bot.cli", "serve", *options],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        until(self._is_up)
        return self

    def _is_up(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log
        return self.get("/healthz").ok

    def _is_at_home(self) -> bool:
        return not any(name.startswith(_PLACE) or not name.startswith("QINGLANG_") for name in self.settings)

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a `qinglang` command with this server's settings."""
        command = [sys.executable, "-m", "bot.cli", *arguments]
        return subprocess.run(
            command, env=self.environment, input=stdin, capture_output=True, text=True, cwd=self.folder
        )

    def call(self, *arguments: str) -> Result:
        """Run a `qinglang` command with this server's settings in this process: the same, and much faster."""
        # Colour and width of a terminal, and settings of whoever runs the tests, stay out.
        foreign = {name: None for name in os.environ if name.startswith("QINGLANG_")}
        return CliRunner().invoke(main, arguments, env=foreign | self.environment)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=60)

    def ready(self) -> dict[str, str]:
        return dict(self.get("/readyz").json())

    def kill(self) -> None:
        """Kill the server and its workers, as a machine that loses its head would."""
        assert self.process
        for pid in [*children_of(self.process.pid), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Leave nothing of it running, its Redis included, in whatever state a test has brought it."""
        if self.process and self.process.poll() is None:
            self.kill()
        with contextlib.suppress(OSError, ValueError):
            os.kill(self.redis_pid(), signal.SIGKILL)

    def stop(self) -> int:
        """Stop cleanly and return the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def wechat(self, mode: str = "plain", **changes: Any) -> PretendWechat:
        settings = {"mode": mode, "app_id": APP_ID, "encoding_aes_key": AES_KEY, **changes}
        return PretendWechat(f"{self.url}/wechat", TOKEN, **settings)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def redis_pid(self) -> int:
        return int((self.folder / "data/redis/redis.pid").read_text())


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """Return the worker processes of a server: its children that run our code."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_bytes()
            if int(fields[1]) == pid and b"redis" not in command:
                found.append(int(stat.parent.name))
    return found
