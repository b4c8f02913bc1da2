"""Servers on every kind of Redis, each with what hurts its store: a context that gives the server, a way to a client, and the hurting."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import redis

from bot.store.server.embedded import Embedded
from bot.store.server.program import find_binary
from tests.cluster import Cluster
from tests.outside import Line, OutsideRedis
from tests.serving import Server, children_of, free_port, until

_P_LATE, _P_LOST = 0.1, 0.05
Hurt = Callable[[threading.Event], int]
"""Hurts a store until the event is set; returns how many faults there were."""
Store = tuple[Server, Callable[[], Any], Hurt]


@contextmanager
def embedded(folder: Path, seed: int) -> Iterator[Store]:
    """Our own server: it and the workers are killed, and it is frozen."""
    server = Server(folder / "server", {"QINGLANG_SERVER__WORKERS": "2"}).start()

    def hurt(stop: threading.Event) -> int:
        n = 0
        rng = random.Random(seed)
        while not stop.wait(rng.uniform(0.5, 2)):
            with contextlib.suppress(OSError, ValueError, IndexError, AssertionError):
                assert server.process
                what = rng.random()
                if what < 0.4:
                    os.kill(server.redis_pid(), signal.SIGKILL)
                elif what < 0.7:
                    os.kill(rng.choice(children_of(server.process.pid)), signal.SIGKILL)
                else:
                    pid = server.redis_pid()
                    os.kill(pid, signal.SIGSTOP)
                    time.sleep(rng.uniform(0.1, 1.0))
                    os.kill(pid, signal.SIGCONT)
                n += 1
        return n

    path = str(Embedded(server.folder / "data").socket)
    try:
        yield server, lambda: redis.Redis(unix_socket_path=path), hurt
    finally:
        server.stop()


@contextmanager
def outside(folder: Path, seed: int) -> Iterator[Store]:
    """A Redis behind a bad line, killed now and then."""
    own = OutsideRedis(folder / "redis", "--appendfsync", "always").start()
    rng, n_faults = random.Random(seed), [0]

    def fault() -> str:
        lot = rng.random()
        n_faults[0] += lot < _P_LATE + _P_LOST
        return "late" if lot < _P_LATE else "cut" if lot < _P_LATE + _P_LOST else ""

    line = Line(own.port, fault)
    server = Server(
        folder / "server", {"QINGLANG_REDIS__URL": line.url, "QINGLANG_SERVER__WORKERS": "2"}
    ).start()

    def hurt(stop: threading.Event) -> int:
        n = 0
        while not stop.wait(4.0):
            own.kill()
            time.sleep(0.3)
            with contextlib.suppress(AssertionError):
                own.start()
            n += 1
        return n + n_faults[0]

    try:
        yield server, own.client, hurt
    finally:
        server.stop()
        line.close()
        own.kill()


@contextmanager
def sentinel(folder: Path, seed: int, n_confirming: int = 0) -> Iterator[Store]:
    """Two servers under three sentinels, which are told to fail over; turns wait for so many replicas."""
    # As docs/operators.md wants it: a master that was replaced, and does not know yet, takes nothing any more.
    safe = ("--min-replicas-to-write", "1", "--min-replicas-max-lag", "2")
    first = OutsideRedis(folder / "first", *safe).start()
    second = OutsideRedis(folder / "second", *safe, "--replicaof", "127.0.0.1", str(first.port)).start()
    ports, watchers = [free_port() for _ in range(3)], []
    for port in ports:
        file = folder / f"sentinel-{port}.conf"
        file.write_text(
            f"port {port}\ndir {folder}\nsentinel monitor quiz 127.0.0.1 {first.port} 2\n"
            "sentinel down-after-milliseconds quiz 2000\nsentinel failover-timeout quiz 6000\n"
        )
        watchers.append(subprocess.Popen([find_binary(), str(file), "--sentinel"], stdout=subprocess.DEVNULL))
    client = redis.Sentinel([("127.0.0.1", port) for port in ports])
    until(lambda: _has_replica(ports[0]))
    # Until then the master takes nothing, and no service starts on it.
    until(lambda: _takes_writes(client))
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    settings = {
        "QINGLANG_REDIS__URL": f"redis+sentinel://{hosts}/quiz/0",
        "QINGLANG_REDIS__MIN_REPLICAS": str(n_confirming),
        "QINGLANG_SERVER__WORKERS": "2",
    }
    server = Server(folder / "server", settings).start()

    rng = random.Random(seed)

    def hurt(stop: threading.Event) -> int:
        n = 0
        # Sentinel leaves an old master a master until all was calm for 8 s: told to fail over again before that, it
        # promotes that one, and from then on there are two masters, each without a replica, which take nothing.
        while until(lambda: stop.wait(0.2) or _takes_writes(client)) and not stop.wait(rng.uniform(1, 3)):
            with contextlib.suppress(redis.RedisError), redis.Redis(port=ports[0]) as watcher:
                if rng.random() < 0.5:
                    watcher.execute_command("SENTINEL", "FAILOVER", "quiz")
                else:
                    old = client.discover_master("quiz")[1]
                    master = first if first.port == old else second
                    master.kill()
                    # It comes back when another was promoted, as a machine does that was away for a while.
                    until(lambda old=old: _master_port(client) not in (0, old))
                    master.start()
                n += 1
        return n

    try:
        yield server, lambda: client.master_for("quiz"), hurt
    finally:
        server.stop()
        for process in watchers:
            process.kill()
            process.wait()
        for own in (first, second):
            own.kill()


def _takes_writes(client: redis.Sentinel) -> bool:
    with contextlib.suppress(redis.RedisError), client.master_for("quiz") as master:
        return bool(master.info("replication").get("min_slaves_good_slaves"))
    return False


def _master_port(client: redis.Sentinel) -> int:
    """Return the port of the master that Sentinel names, 0 while it names none."""
    with contextlib.suppress(redis.RedisError):
        return int(client.discover_master("quiz")[1])
    return 0


def _has_replica(port: int) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis(port=port) as watcher:
        return bool(watcher.sentinel_slaves("quiz")) and len(watcher.sentinel_sentinels("quiz")) == 2
    return False


@contextmanager
def cluster(folder: Path, seed: int) -> Iterator[Store]:
    """Three masters whose slots move all the time."""
    own = Cluster(folder / "cluster").start()
    server = Server(
        folder / "server", {"QINGLANG_REDIS__URL": own.url, "QINGLANG_SERVER__WORKERS": "2"}
    ).start()
    try:
        yield server, own.client, own.keep_moving
    finally:
        server.stop()
        own.kill()


@contextmanager
def killed_masters(folder: Path, seed: int) -> Iterator[Store]:
    """Three masters, one of which is killed now and then and comes back."""
    own = Cluster(folder / "cluster", "--appendfsync", "always").start()
    settings = {"QINGLANG_REDIS__URL": own.url, "QINGLANG_SERVER__WORKERS": "2"}
    server = Server(folder / "server", settings).start()

    def hurt(stop: threading.Event) -> int:
        n, rng = 0, random.Random(seed)
        while not stop.wait(rng.uniform(1, 4)):
            node = rng.choice(own.nodes)
            node.kill()
            time.sleep(rng.uniform(0, 1))
            node.start()
            n += 1
        return n

    try:
        yield server, own.client, hurt
    finally:
        server.stop()
        own.kill()


STORE_KINDS: dict[str, Callable[[Path, int], Any]] = {
    "embedded": embedded,
    "outside": outside,
    "sentinel": sentinel,
    "confirmed": partial(sentinel, n_confirming=1),
    "cluster": cluster,
    "cluster-killed": killed_masters,
}
