"""The server process of one data folder, whoever started it: where it listens, whether it lives, how it is begun and ended.

Ours is who holds `server.lock`: it is handed to the server when it starts and is free the moment it is gone,
whatever process has its number then, and in a copy of the folder nobody holds it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_STOP_PATIENCE_S = 10.0
_PING_TIMEOUT_S = 0.3
# sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included.
_MAX_SOCKET_BYTES = 103
MOST_LOG_BYTES = 1 << 20
"""At a start a longer log of the server takes the place of the one before it."""
# A server outlives the object that started it; who started it reaps it.
_CHILDREN: list[subprocess.Popen[bytes]] = []


class ServerProcess:
    """The process that serves `folder`; there may be none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def socket(self) -> Path:
        """Where the server listens; a short path wherever the data folder is."""
        beside = self._folder / "redis.sock"
        if len(os.fsencode(beside)) <= _MAX_SOCKET_BYTES:
            return beside
        digest = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return Path(base) / f"qinglang-{os.getuid()}-{digest}" / "redis.sock"

    def ping(self) -> Literal["up", "loading", "silent", "gone"]:
        """Return how it answers: "up", "loading" its files still, "silent", or "gone" when nobody listens."""
        client = self._client()
        try:
            client.ping()
        except redis.BusyLoadingError:
            return "loading"
        except (redis.TimeoutError, TimeoutError):
            return "silent"
        except (redis.ConnectionError, OSError) as error:
            # A time-out while connecting comes wrapped.
            return "silent" if isinstance(error.__cause__, redis.TimeoutError | TimeoutError) else "gone"
        finally:
            client.close()
        return "up"

    def is_held(self) -> bool:
        """Return whether a server of ours is alive, answering or not."""
        with (self._folder / "server.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return self._is_older_server()

    def _is_older_server(self) -> bool:
        # A server that an earlier version started holds no lock: it is known by its working folder.
        with suppress(OSError, ValueError):
            pid = int((self._folder / "redis.pid").read_text())
            return Path(f"/proc/{pid}/cwd").samefile(self._folder)
        return False

    def spawn(self, binary: str) -> subprocess.Popen[bytes]:
        """Begin a process of the program `binary`; whoever calls holds the start lock and found none alive."""
        self.socket.unlink(missing_ok=True)
        (self._folder / "redis.pid").unlink(missing_ok=True)
        self._turn_log_over()
        options = (part for name, value in self._arguments().items() for part in (f"--{name}", value))
        process = self._begin([binary, *options])
        _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
        _CHILDREN.append(process)
        # On a full disk the lock is enough; the number is for people, and for a server that will not stop.
        with suppress(OSError):
            (self._folder / "redis.pid").write_text(f"{process.pid}\n")
        return process

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Begin the process, which holds the lock from now on."""
        with (self._folder / "server.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # A session of its own: Ctrl-C in the terminal is for us, and we stop the server last.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd=self._folder,
                pass_fds=(lock.fileno(),),
            )

    def _arguments(self) -> dict[str, str]:
        return {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "yes",
            # What is written is safe from a kill; `flush` makes it safe from a power cut. With everysec a
            # write waits behind a slow fsync for up to 2 s while its reply is sent already, and a kill then
            # takes an answer that the user was told of; with always the reply path waits for every fsync.
            "appendfsync": "no",
            # A torn end is ours to cut: on a copy, and told.
            "aof-load-truncated": "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "pidfile": str(self._folder / "redis.pid"),
            "logfile": str(self._folder / "redis.log"),
        }

    def _turn_log_over(self) -> None:
        log = self._folder / "redis.log"
        with suppress(OSError):
            if log.stat().st_size > MOST_LOG_BYTES:
                log.replace(log.with_name("redis.log.before"))

    def last_words(self) -> str:
        """Return what it last wrote to its log as a warning."""
        with suppress(OSError):
            lines = (self._folder / "redis.log").read_text(encoding="utf-8", errors="replace").splitlines()
            said = [line.partition(" # ")[2] for line in lines[-40:] if " # " in line]
            if said:
                return said[-1].strip()[:200]
        return "没有留下日志"

    def shut_down(self) -> None:
        """Have it write all out and end; returns when it is gone, or was told to go by a signal."""
        with suppress(redis.RedisError, OSError):
            self._client().shutdown()
        until = time.monotonic() + _STOP_PATIENCE_S
        while self.is_held():
            if time.monotonic() > until:
                with suppress(ProcessLookupError, OSError, ValueError):
                    os.kill(int((self._folder / "redis.pid").read_text()), signal.SIGTERM)
                return
            time.sleep(0.02)
        for child in _CHILDREN:
            child.poll()

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=_PING_TIMEOUT_S,
            socket_connect_timeout=_PING_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
