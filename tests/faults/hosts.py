"""What can happen to a host that has its own Redis: each sort of fault alone, and a kill at every step of load and commit."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import redis

from bot.store.server.embedded import Embedded
from tests.faults.stores import Hurt, Store
from tests.serving import CONTENT, Server, children_of, until

_POINTS = Path(__file__).parent / "points"
_POINT_NAMES = ("load", "loaded", "commit", "committing", "committed")
_VICTIMS = ("worker", "supervisor", "redis")
_PAUSES_S = (0.5, 2.0)
Fault = Callable[[Server, random.Random], None]


def _client(server: Server) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket), socket_timeout=10)


def _redis_killed(server: Server, rng: random.Random) -> None:
    os.kill(server.redis_pid(), signal.SIGKILL)


def _redis_frozen(server: Server, rng: random.Random) -> None:
    pid = server.redis_pid()
    os.kill(pid, signal.SIGSTOP)
    time.sleep(rng.uniform(0.1, 2.0))
    os.kill(pid, signal.SIGCONT)


def _redis_busy(server: Server, rng: random.Random) -> None:
    with _client(server) as client:
        client.config_set("busy-reply-threshold", 50)
        client.eval("local n = 0 for i = 1, tonumber(ARGV[1]) do n = n + i end", 0, rng.randint(10**7, 10**8))


def _redis_rewriting(server: Server, rng: random.Random) -> None:
    with _client(server) as client, contextlib.suppress(redis.ResponseError):
        client.bgrewriteaof()
    time.sleep(rng.uniform(0, 0.05))
    os.kill(server.redis_pid(), signal.SIGKILL)


def _log_torn(server: Server, rng: random.Random) -> None:
    """Kill the server in the middle of a write: half a command stands at the end of its log."""
    folder = server.folder / "data/redis"
    with (folder / "start.lock").open("a+") as lock:
        # Nobody starts it again before the log is torn.
        fcntl.flock(lock, fcntl.LOCK_EX)
        pid = server.redis_pid()
        os.kill(pid, signal.SIGKILL)
        until(
            lambda: not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes()
        )
        log = max(folder.rglob("*.incr.aof"), key=lambda path: path.stat().st_mtime)
        with log.open("ab") as file:
            file.write(b"*3\r\n$3\r\nSET\r\n$4\r\nto"[: rng.randint(3, 22)])


def _disk_full(server: Server, rng: random.Random) -> None:
    """Have saves fail for a while, upon which the server refuses every write."""
    dump = server.folder / "data/redis/dump.rdb"
    with _client(server) as client:
        dump.mkdir(exist_ok=True)
        try:
            client.config_set("save", "3600 1")
            client.bgsave()
            time.sleep(rng.uniform(0.5, 2.0))
        finally:
            dump.rmdir()
        client.bgsave()
        until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "ok")


def _worker_killed(server: Server, rng: random.Random) -> None:
    assert server.process
    os.kill(rng.choice(children_of(server.process.pid)), signal.SIGKILL)


def _server_killed(server: Server, rng: random.Random) -> None:
    server.kill()
    time.sleep(rng.uniform(0, 1.0))
    server.start()


def _all_killed(server: Server, rng: random.Random) -> None:
    pid = server.redis_pid()
    server.kill()
    os.kill(pid, signal.SIGKILL)
    server.start()


def _server_stopped(server: Server, rng: random.Random) -> None:
    assert server.stop() == 0
    server.start()


def _second_server(server: Server, rng: random.Random) -> None:
    """Start a second service on the same data folder, and end it this way or that."""
    shared = {**server.settings, "QINGLANG_DATA_DIR": str(server.folder / "data")}
    second = Server(server.folder.with_name("second"), shared).start()
    time.sleep(rng.uniform(0, 1.0))
    if rng.random() < 0.5:
        second.kill()
    else:
        second.stop()


def _published(server: Server, rng: random.Random) -> None:
    """Publish another release, or go back to the one before."""
    content = Path(server.settings["QINGLANG_CONTENT_DIR"])
    with (content / "replies.yaml").open("a", encoding="utf-8") as file:
        file.write(f"# {rng.random()}\n")
    server.run("kb", "publish", "-m", "storm")


@contextmanager
def host(folder: Path, seed: int, fault: Fault) -> Iterator[Store]:
    """A server of two workers with its own Redis, to which one sort of fault happens again and again."""
    content = folder / "content"
    # As it is shipped, and ours to change.
    shutil.copytree(CONTENT, content)
    settings = {"QINGLANG_SERVER__WORKERS": "2", "QINGLANG_CONTENT_DIR": str(content)}
    server = Server(folder / "server", settings).start()
    try:
        yield server, lambda: _client(server), hurting(server, seed, fault)
    finally:
        server.stop()


def hurting(server: Server, seed: int, fault: Fault) -> Hurt:
    """Return what lets a fault happen every second or so."""

    def hurt(stop: threading.Event) -> int:
        n, rng = 0, random.Random(seed)
        while not stop.wait(rng.uniform(*_PAUSES_S)):
            # A server that is away may be away for one more fault.
            with contextlib.suppress(OSError, ValueError, IndexError, redis.RedisError):
                fault(server, rng)
                n += 1
        return n

    return hurt


@contextmanager
def at_point(folder: Path, seed: int, point: str, victim: str) -> Iterator[Store]:
    """A server that kills somebody when it is at a point; what is gone for good is started again."""
    book = folder / "kills"
    book.touch()
    settings = {
        "QINGLANG_SERVER__WORKERS": "2",
        "PYTHONPATH": str(_POINTS),
        "FAULT_POINT": point,
        "FAULT_VICTIM": victim,
        "FAULT_BOOK": str(book),
    }
    server = Server(folder / "server", settings).start()

    def hurt(stop: threading.Event) -> int:
        while not stop.wait(0.2):
            if server.process and server.process.poll() is not None:
                server.start()
        return book.read_text().count("\n")

    try:
        yield server, lambda: _client(server), hurt
    finally:
        server.stop()


@contextmanager
def wrong_clock(folder: Path, seed: int) -> Iterator[Store]:
    """A host whose clock jumps by up to two minutes, both ways."""
    from tests.door.test_quick_taps_and_clocks import Clock

    clock = Clock(folder / "clock")
    server = Server(folder / "server", {**clock.of_host, "QINGLANG_SERVER__WORKERS": "2"}).start()
    jump: Fault = lambda _, rng: clock.set(rng.randint(-120, 120))  # noqa: E731 - a fault like the others
    try:
        yield server, lambda: _client(server), hurting(server, seed, jump)
    finally:
        server.stop()


HOST_KINDS: dict[str, Callable[[Path, int], Any]] = {
    "redis-killed": partial(host, fault=_redis_killed),
    "redis-frozen": partial(host, fault=_redis_frozen),
    "redis-busy": partial(host, fault=_redis_busy),
    "redis-rewriting": partial(host, fault=_redis_rewriting),
    "log-torn": partial(host, fault=_log_torn),
    "disk-full": partial(host, fault=_disk_full),
    "worker-killed": partial(host, fault=_worker_killed),
    "server-killed": partial(host, fault=_server_killed),
    "all-killed": partial(host, fault=_all_killed),
    "server-stopped": partial(host, fault=_server_stopped),
    "second-server": partial(host, fault=_second_server),
    "published": partial(host, fault=_published),
    "host-clock": wrong_clock,
    **{
        f"{victim}@{point}": partial(at_point, point=point, victim=victim)
        for victim in _VICTIMS
        for point in _POINT_NAMES
    },
}
