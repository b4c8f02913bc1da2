"""A quiz in a storm, on every kind of Redis: `python -m bench.storm [--takers 60] [--kinds embedded,outside,sentinel,cluster]`.

Each taker takes one paper as the platform would let them: every push signed, cut off and delivered again now and then.
Meanwhile the store is hurt as its kind can be: killed and frozen; killed behind a line that delays or cuts one
answer in seven; failed over; slots moved. Then what takers were told is compared with the streams. Run Sentinel alone:
a machine without a free core fails over by itself.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
import requests

from bot.conformance.faults import BadReply
from bot.conformance.pretend_wechat import PretendWechat
from bot.store.embedded import Embedded
from bot.store.keys import event_streams
from bot.store.program import find_binary
from tests.cluster import Cluster
from tests.outside import Line, OutsideRedis
from tests.serving import Server, children_of, free_port, until

_UNKNOWN = "不知道"
_PUT_OFF = ("请稍后再来", "请稍后再发", "请稍后再试")
_P_CUT, _P_LATE, _P_LOST = 0.1, 0.1, 0.05
_PAUSE_S = 0.2
_DONE = "答题完成"


@dataclass
class Book:
    """What happened, under one lock."""

    counts: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float = 0.0) -> None:
        with self.lock:
            self.counts[what] += 1
            self.longest_s = max(self.longest_s, seconds)


class Phone:
    """A taker's phone behind the platform, which hangs up after 5 s or before, and delivers again."""

    def __init__(self, wechat: PretendWechat, rng: random.Random, book: Book) -> None:
        self._wechat, self._rng, self._book = wechat, rng, book

    def say(self, openid: str, text: str) -> str:
        """Return the reply to a message, however often it had to be delivered."""
        msg_id = str(self._rng.getrandbits(62))
        if self._rng.random() < _P_CUT:
            self._wechat.timeout_s = 0.002
            with contextlib.suppress(requests.RequestException, BadReply):
                self._wechat.say(openid, text, msg_id)
        self._wechat.timeout_s = 5.0
        for _ in range(200):
            begun = time.monotonic()
            try:
                reply = self._wechat.say(openid, text, msg_id)
            except (requests.RequestException, BadReply):
                self._book.note("undelivered")
                time.sleep(0.1)
                continue
            self._book.note("pushes", time.monotonic() - begun)
            return reply
        raise AssertionError("no answer to any delivery")

    def insist(self, openid: str, text: str) -> str:
        """Say it until it is not put off."""
        while any(words in (reply := self.say(openid, text)) for words in (*_PUT_OFF, _UNKNOWN)):
            time.sleep(_PAUSE_S)
        return reply


def _item(reply: str) -> str:
    start = reply.find("第 ")
    return reply[start:].split("\n请回复", maxsplit=1)[0].strip() if start >= 0 else ""


def take(server: Server, openid: str, seed: int, book: Book) -> None:
    """Take a paper; note what one is told to count, what is told not to and did, and what was unknown and seen later."""
    rng = random.Random(seed)
    phone = Phone(server.wechat(), rng, book)
    shown = _item(phone.insist(openid, "答题"))
    for _ in range(100):
        told = phone.say(openid, rng.choice("ABC"))
        if any(words in told for words in (*_PUT_OFF, _UNKNOWN)):
            seen = _item(phone.insist(openid, "继续"))
            has_counted = seen != shown
            book.note("unknown" if _UNKNOWN in told else "put off")
            if has_counted:
                book.note("told" if _UNKNOWN in told else "falsely told")
                if _UNKNOWN not in told:
                    book.faults.append(f"{openid}: told not to count, and it did: {told[:40]!r}")
            shown = seen
            if not shown:
                return
        elif _DONE in told or told.startswith(("答对", "答错")):
            book.note("told")
            if _DONE in told:
                return
            shown = _item(told)
        else:
            book.note("other")
            book.faults.append(f"{openid}: unexpected: {told[:60]!r}")
            shown = _item(told) or shown


@contextmanager
def embedded(folder: Path) -> Iterator[tuple[Server, Callable[[], Any], Callable[[threading.Event], int]]]:
    """Our own server: it and the workers are killed, and it is frozen."""
    server = Server(folder / "server", {"QINGLANG_SERVER__WORKERS": "2"}).start()

    def hurt(stop: threading.Event) -> int:
        n = 0
        rng = random.Random(1)
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
def outside(folder: Path) -> Iterator[tuple[Server, Callable[[], Any], Callable[[threading.Event], int]]]:
    """A Redis behind a bad line, killed now and then."""
    own = OutsideRedis(folder / "redis", "--appendfsync", "always").start()
    rng, n_faults = random.Random(2), [0]

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
def sentinel(folder: Path) -> Iterator[tuple[Server, Callable[[], Any], Callable[[threading.Event], int]]]:
    """Two servers under three sentinels, which are told to fail over."""
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
    with first.client() as watched:
        until(lambda: watched.info("replication").get("min_slaves_good_slaves"))
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    settings = {"QINGLANG_REDIS__URL": f"redis+sentinel://{hosts}/quiz/0", "QINGLANG_SERVER__WORKERS": "2"}
    server = Server(folder / "server", settings).start()

    def hurt(stop: threading.Event) -> int:
        n = 0
        while not stop.wait(2.5):
            with contextlib.suppress(redis.RedisError), redis.Redis(port=ports[0]) as watcher:
                watcher.execute_command("SENTINEL", "FAILOVER", "quiz")
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


def _has_replica(port: int) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis(port=port) as watcher:
        return bool(watcher.sentinel_slaves("quiz")) and len(watcher.sentinel_sentinels("quiz")) == 2
    return False


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[Server, Callable[[], Any], Callable[[threading.Event], int]]]:
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


KINDS = {"embedded": embedded, "outside": outside, "sentinel": sentinel, "cluster": cluster}


def run(kind: str, n_takers: int, at_once: int) -> tuple[Book, int, int]:
    """Return what happened, and how many answers the streams hold, all and distinct."""
    book, stop = Book(), threading.Event()
    with tempfile.TemporaryDirectory() as folder, KINDS[kind](Path(folder)) as (server, client_of, hurt):
        with ThreadPoolExecutor(at_once + 1) as pool:
            hurting = pool.submit(hurt, stop)
            try:
                list(pool.map(lambda n: take(server, f"oTaker{n}", n, book), range(n_takers)))
            finally:
                stop.set()
            book.counts["faults"] = hurting.result()
        until(lambda: server.ready()["redis"] == "up")
        client = client_of()
        events = [fields for stream in event_streams() for _, fields in client.xrange(stream)]
        client.close()
    held = [(e[b"attempt"], e[b"item"]) for e in events if e[b"name"] == b"answered"]
    return book, len(held), len(set(held))


def main() -> None:
    """Run each kind and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--takers", type=int, default=60)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--kinds", default=",".join(KINDS))
    options = parser.parse_args()
    columns = (
        "faults",
        "pushes",
        "answers",
        "lost",
        "doubled",
        "falsely told",
        "unknown",
        "put off",
        "longest wait s",
    )
    print(f"{'':<10}" + "".join(f"{name:>14}" for name in columns), flush=True)
    for kind in options.kinds.split(","):
        book, n_held, n_distinct = run(kind, options.takers, options.at_once)
        told = book.counts["told"]
        # What takers were told of and what they saw counted later must be all that the streams hold.
        row: tuple[object, ...] = (
            book.counts["faults"],
            book.counts["pushes"],
            told,
            max(0, told - n_distinct),
            n_held - n_distinct,
            book.counts["falsely told"] + book.counts["other"],
            book.counts["unknown"],
            book.counts["put off"],
            f"{book.longest_s:.2f}",
        )
        print(f"{kind:<10}" + "".join(f"{value:>14}" for value in row), flush=True)
        for fault in book.faults:
            print(f"  {fault}", flush=True)


if __name__ == "__main__":
    main()
