"""Redis servers that a test runs itself, and a line to them that fails when it is told to."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import redis

from bot.store.server.program import find_binary
from bot.store.wire.scripts import COMMIT
from tests.serving import free_port, until

# How a commit is known on the wire: a script goes to the server by its digest, by its text where that is not known yet.
COMMITTING = (
    COMMIT.strip().splitlines()[0].encode(),
    hashlib.sha1(COMMIT.encode(), usedforsecurity=False).hexdigest().encode(),
)
LATE_S = 0.5


class OutsideRedis:
    """A Redis on a port of this machine, started again and again on the same files."""

    def __init__(
        self, folder: Path, *options: str, port: int = 0, environment: Mapping[str, str] | None = None
    ) -> None:
        self._environment = {**os.environ, **(environment or {})}
        self.folder = folder
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._options = options

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> OutsideRedis:
        self.folder.mkdir(parents=True, exist_ok=True)
        own = f"--port {self.port} --dir {self.folder} --appendonly yes --save".split()
        command = [find_binary(), *own, "", *self._options]
        # A connection of somebody else may have this port for a moment.
        until(lambda: self._comes_up(command))
        return self

    def _comes_up(self, command: list[str]) -> bool:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self._environment)
        return self.answers()

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port)

    def answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), contextlib.closing(self.client()) as client:
            return bool(client.ping())
        return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


class Line:
    """A TCP line to a server; `fault` says for every commit what becomes of its answer.

    It comes (""), is "late" or so many seconds late ("0.7"), "lost" without a word, or the line is "cut", or closed in the
    one direction that it would come from ("half").

    Once `is_broken`, nothing more goes in.
    """

    def __init__(self, port: int, fault: Callable[[], str] = str) -> None:
        self.fault = fault
        self.is_broken = False
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._wires: list[_Wire] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def close(self) -> None:
        """Let nobody in any more, and cut whoever is; from then on every connection is refused."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for wire in self._wires:
            wire.end()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    # The server is away; the line is not.
                    near.close()
                    continue
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._wires = [*(wire for wire in self._wires if not wire.is_over()), _Wire(near, far, self)]


class _Wire:
    def __init__(self, near: socket.socket, far: socket.socket, line: Line) -> None:
        self._near, self._far, self._line = near, far, line
        self._fault = ""
        self._pumps = [threading.Thread(target=pump, daemon=True) for pump in (self._there, self._back)]
        for pump in self._pumps:
            pump.start()

    def is_over(self) -> bool:
        """Return whether both ends have hung up; then it holds no socket any more."""
        if any(pump.is_alive() for pump in self._pumps):
            return False
        self._near.close()
        self._far.close()
        return True

    def end(self) -> None:
        """Cut both ends, and wait for that."""
        self._cut()
        for pump in self._pumps:
            if pump is not threading.current_thread():
                pump.join()
        self._near.close()
        self._far.close()

    def _there(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._near.recv(1 << 16)) and not self._line.is_broken:
                if any(sign in data for sign in COMMITTING):
                    self._fault = self._line.fault()
                self._far.sendall(data)
        self._cut()

    def _back(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._far.recv(1 << 16):
                fault, self._fault = self._fault, ""
                if fault == "cut":
                    break
                if fault == "lost":
                    continue
                if fault == "half":
                    self._near.shutdown(socket.SHUT_WR)
                    continue
                if fault:
                    time.sleep(LATE_S if fault == "late" else float(fault))
                self._near.sendall(data)
        self._cut()

    def _cut(self) -> None:
        for end in (self._near, self._far):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
