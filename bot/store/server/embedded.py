"""The embedded Redis: a private child process on a unix socket, shared by every process of one data folder.

Who needs it first starts it; who finds it gone starts it again on the same files; the last one that
leaves cleanly stops it. A server whose owner was killed lives on and is adopted by the next start.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from bot.store.server import origin
from bot.store.server.faults import ServerFailed, ServerFrozen, ServerUnavailable
from bot.store.server.folder import in_one_line, own
from bot.store.server.mending import mend
from bot.store.server.pauses import Pauses
from bot.store.server.program import find_program
from bot.store.server.server_process import ServerProcess

_START_PATIENCE_S = 20.0
_STATES = {"loading": "还在读数据", "silent": "不说话", "gone": "还没有起来"}


class Embedded:
    """One data folder's server, as one process sees it. Not thread-safe; `ensure` may run in any one thread."""

    def __init__(self, data_dir: Path, binary: str = "") -> None:
        self._folder = data_dir.resolve() / "redis"
        self._binary = binary
        self._users: IO[str] | None = None
        self._server = ServerProcess(self._folder)
        self._pauses = Pauses(self._folder)
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """Have a start that is under way in another thread end soon, and let none begin: we are leaving."""
        self._given_up.set()

    @property
    def socket(self) -> Path:
        """Where the server listens."""
        return self._server.socket

    @property
    def url(self) -> str:
        """The address for `store.connect`."""
        return f"unix://{self.socket}"

    def check(self) -> None:
        """See, before anything is started or written, whether a start would be refused.

        Raises:
            NoServerBinary: no program to start.
            DataRefused: the data folder is not for that program or for this user.
            DataDamaged: part of it is missing.
        """
        if self._folder.exists():
            own(self._folder)
            if self._server.ping() != "gone":
                return
        program = find_program(self._binary)
        with in_one_line(self._folder):
            origin.check_origin(self._folder, program)
            # Whoever starts the service by hand has mended something, or wants to see it fail now.
            self._pauses.forget()

    def start(self) -> None:
        """Join the users of the server, starting it when it does not run; returns when it answers.

        Raises:
            ServerUnavailable: it can't be had; we are among its users all the same, and `ensure` may try again.
        """
        with in_one_line(self._folder):
            for folder in (self._folder, self.socket.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                own(folder)
                folder.chmod(0o700)
            if self._users is None:
                users = (self._folder / "users.lock").open("a+")
                fcntl.flock(users, fcntl.LOCK_SH)
                self._users = users
        self.ensure(_START_PATIENCE_S)

    def ensure(self, patience_s: float = 0.0) -> None:
        """Start the server unless it runs; of several processes that try at once only one starts it.

        Waits while it starts or loads its files, and at most `patience_s` while it is silent.

        Raises:
            ServerFrozen: it runs but is silent, or has not come up within 20 s.
            ServerFailed: it ended at once, now or a moment ago; it is tried again with growing pauses.
            DataRefused: the data folder is not for the program or for this user.
            DataDamaged: the data can't be read.
        """
        started = time.monotonic()
        with in_one_line(self._folder), self._starting():
            while (state := self._server.ping()) != "up":
                self._go_on()
                waited_s = time.monotonic() - started
                if waited_s > (patience_s if state == "silent" else _START_PATIENCE_S):
                    log_file = self._folder / "redis.log"
                    raise ServerFrozen(
                        f"自带的 Redis 没有回应（{_STATES[state]}），请看 {log_file}；好了自动恢复"
                    )
                if state == "gone" and not self._server.is_held():
                    self._start_server()
                time.sleep(0.02)
            self._pauses.forget()

    def _start_server(self) -> None:
        if why := self._pauses.why_not_yet():
            raise ServerFailed(why)
        try:
            program = replace(find_program(self._binary), given_up=self._given_up)
            origin.take_over(self._folder, program)
            if self._comes_up(program.path):
                return
            if not mend(self._folder, program) or not self._comes_up(program.path):
                raise ServerFailed(
                    f"自带的 Redis（{program.release}）一启动就退出：{self._server.last_words()}。提问照常，答题暂停，会自动再试；"
                    f"请看 {self._folder / 'redis.log'}"
                )
        except (ServerUnavailable, OSError) as error:
            if not self._given_up.is_set():
                self._pauses.failed(str(error))
            raise

    def _comes_up(self, binary: str) -> bool:
        """Start the server; return whether it listens, or else has ended."""
        process = self._server.spawn(binary)
        until = time.monotonic() + _START_PATIENCE_S
        while process.poll() is None and time.monotonic() < until:
            self._go_on()
            if self._server.ping() != "gone":
                # It listens before it has read its files, and what is wrong with them shows after that.
                return self._has_loaded(process)
            time.sleep(0.01)
        return process.poll() is None

    def _has_loaded(self, process: subprocess.Popen[bytes]) -> bool:
        until = time.monotonic() + _START_PATIENCE_S
        while process.poll() is None and time.monotonic() < until and self._server.ping() != "up":
            self._go_on()
            time.sleep(0.01)
        return process.poll() is None

    def _go_on(self) -> None:
        if self._given_up.is_set():
            raise ServerFailed("服务正在退出，不再等自带的 Redis")

    def flush(self) -> None:
        """Make what the server has written so far safe from a power cut too."""
        for path in self._folder.rglob("*.aof"):
            with suppress(OSError), path.open("rb") as file:
                os.fsync(file.fileno())

    def stop(self) -> None:
        """Leave; the last user shuts the server down and waits until its process is gone."""
        if self._users is None:
            return
        with self._starting():
            users, self._users = self._users, None
            try:
                # Only who can turn the shared lock into an exclusive one is the last.
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                users.close()
                return
            self._server.shut_down()
            users.close()

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self._folder / "start.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
