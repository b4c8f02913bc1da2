"""What can happen to an outside Redis and to the line that leads to it: each sort of fault alone."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import redis

from bot.conformance.pretend_wechat import PretendWechat
from tests.deploy.site import PRIVACY_KEY, Front
from tests.door.test_quick_taps_and_clocks import Clock
from tests.faults.stores import Store
from tests.outside import Line, OutsideRedis
from tests.serving import AES_KEY, APP_ID, Server, free_port

_P_FAULT = 0.15
Fault = Callable[[OutsideRedis, random.Random], None]


def _refused(own: OutsideRedis, rng: random.Random) -> None:
    own.kill()
    time.sleep(rng.uniform(0.5, 3.0))
    own.start()


def _frozen(own: OutsideRedis, rng: random.Random) -> None:
    assert own.process
    os.kill(own.process.pid, signal.SIGSTOP)
    time.sleep(rng.uniform(0.1, 2.0))
    os.kill(own.process.pid, signal.SIGCONT)


def _paused(own: OutsideRedis, rng: random.Random) -> None:
    with own.client() as client:
        client.client_pause(rng.randint(100, 2000))


def _full(own: OutsideRedis, rng: random.Random) -> None:
    with own.client() as client:
        client.config_set("maxmemory", 1)
        time.sleep(rng.uniform(0.5, 2.0))
        client.config_set("maxmemory", 0)


@contextmanager
def hurt_redis(
    folder: Path, seed: int, fault: Fault, options: tuple[str, ...] = (), clock: Clock | None = None
) -> Iterator[Store]:
    """A Redis of our own, to which one sort of fault happens again and again."""
    environment = clock.of_redis if clock else None
    own = OutsideRedis(folder / "redis", "--appendfsync", "always", *options, environment=environment).start()
    server = Server(folder / "server", {"QINGLANG_REDIS__URL": own.url, "QINGLANG_SERVER__WORKERS": "2"})

    def hurt(stop: threading.Event) -> int:
        n, rng = 0, random.Random(seed)
        while not stop.wait(rng.uniform(0.5, 2.0)):
            with contextlib.suppress(redis.RedisError):
                fault(own, rng)
                n += 1
        return n

    try:
        yield server.start(), own.client, hurt
    finally:
        server.stop()
        own.kill()


@contextmanager
def bad_line(folder: Path, seed: int, fault: Callable[[random.Random], str]) -> Iterator[Store]:
    """A line on which one commit in seven has no good answer."""
    own = OutsideRedis(folder / "redis").start()
    rng, n_faults = random.Random(seed), [0]

    def lot() -> str:
        if rng.random() > _P_FAULT:
            return ""
        n_faults[0] += 1
        return fault(rng)

    line = Line(own.port, lot)
    server = Server(folder / "server", {"QINGLANG_REDIS__URL": line.url, "QINGLANG_SERVER__WORKERS": "2"})

    def hurt(stop: threading.Event) -> int:
        stop.wait()
        return n_faults[0]

    try:
        yield server.start(), own.client, hurt
    finally:
        server.stop()
        line.close()
        own.kill()


@contextmanager
def redis_clock(folder: Path, seed: int) -> Iterator[Store]:
    """A Redis whose clock jumps by up to two minutes, both ways."""
    clock = Clock(folder / "clock")

    def jump(_: OutsideRedis, rng: random.Random) -> None:
        clock.set(rng.randint(-120, 120))

    with hurt_redis(folder, seed, jump, clock=clock) as store:
        yield store


class _Fronted(Server):
    """A host whose users come through nginx, to it or to another."""

    front: Front

    def wechat(self, mode: str = "safe", **changes: Any) -> PretendWechat:
        return self.front.wechat()


@contextmanager
def rolling(folder: Path, seed: int) -> Iterator[Store]:
    """Two hosts behind a real nginx, which are stopped and started again, one after the other."""
    with ExitStack() as stack:
        own = OutsideRedis(folder / "redis", "--appendfsync", "always").start()
        stack.callback(own.kill)
        settings = {
            "QINGLANG_REDIS__URL": own.url,
            "QINGLANG_PRIVACY__KEY": PRIVACY_KEY,
            "QINGLANG_WECHAT__APP_ID": APP_ID,
            "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        }
        hosts = [_Fronted(folder / name, dict(settings)) for name in ("one", "other")]
        for host in hosts:
            host.start()
            stack.callback(host.stop)
        (folder / "nginx").mkdir()
        upstreams = [f"127.0.0.1:{host.port}" for host in hosts]
        front = Front(folder / "nginx", upstreams, free_port(), free_port()).write().start()
        stack.callback(front.stop)
        for host in hosts:
            host.front = front

        def hurt(stop: threading.Event) -> int:
            n = 0
            while not stop.wait(1.0):
                assert hosts[n % 2].stop() == 0
                hosts[n % 2].start()
                n += 1
            return n

        yield hosts[0], own.client, hurt


LINE_KINDS: dict[str, Callable[[Path, int], Any]] = {
    "line-late": partial(bad_line, fault=lambda rng: f"{rng.uniform(0.05, 2.0):.2f}"),
    "line-cut": partial(bad_line, fault=lambda _: "cut"),
    "line-lost": partial(bad_line, fault=lambda _: "lost"),
    "line-half": partial(bad_line, fault=lambda _: "half"),
    "refused": partial(hurt_redis, fault=_refused),
    "loading": partial(hurt_redis, fault=_refused, options=("--key-load-delay", "100")),
    "frozen": partial(hurt_redis, fault=_frozen),
    "paused": partial(hurt_redis, fault=_paused),
    "memory-full": partial(hurt_redis, fault=_full),
    "redis-clock": redis_clock,
    "rolling": rolling,
}
