"""Half an hour at half of what a server takes: `python -m bench.steady [--minutes 30] [--settle 12] [--users 200] [--rate 0]`.

The same users come again and again: each takes a paper and asks a few questions, by signed pushes at an even pace. How
much the server takes is measured first, unless `--rate` says how many pushes a second. Every few seconds the memory and the open
files of each process and the keys of the store are counted; printed are the lines through them, once the replies that are kept for
a repeated push (11 minutes) end as fast as new ones come. The store's own memory grows by the events, which end after 90 days.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import redis

from bot.store.server.embedded import Embedded
from tests.faults.quick_wechat import quick
from tests.serving import Server, children_of, until

_AT_ONCE = 16
_MEASURED_S, _EVERY_S = 20.0, 10.0
_QUESTIONS = ("第五条", "好网民是什么", "谁说的", "更多", "目录", "今天星期几", "我的成绩")
_PAGE_KB = 4


@dataclass(frozen=True)
class Sample:
    """What was counted at a moment: `seconds` since the start, and figures by their name."""

    seconds: float
    figures: dict[str, float]


@dataclass
class Pace:
    """Lets pushes go at an even rate, as fast as they come where that is 0; counts them and those that failed."""

    rate: float
    n: int = 0
    n_failed: int = 0
    longest_s: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        with self.lock:
            self.n += 1
            at = self.begun + self.n / self.rate if self.rate else 0.0
        time.sleep(max(0.0, at - time.monotonic()))

    def note(self, seconds: float, *, is_answered: bool) -> None:
        with self.lock:
            self.longest_s = max(self.longest_s, seconds)
            self.n_failed += not is_answered


def slope(samples: Sequence[Sample], name: str) -> float:
    """Return by how much a figure grows in an hour, by the straight line nearest to its samples."""
    mean_s = sum(one.seconds for one in samples) / len(samples)
    mean = sum(one.figures[name] for one in samples) / len(samples)
    over = sum((one.seconds - mean_s) * (one.figures[name] - mean) for one in samples)
    return 3600 * over / sum((one.seconds - mean_s) ** 2 for one in samples)


def come_and_go(server: Server, users: Sequence[str], pace: Pace, stop: Callable[[], bool]) -> None:
    """Have users take papers and ask, one after the other, until told to stop."""
    wechat, rng = quick(server.wechat()), random.Random(users[0])

    def say(openid: str, text: str) -> None:
        pace.wait()
        begun = time.monotonic()
        try:
            reply = wechat.say(openid, text)
        except Exception:
            # Whatever went wrong is a push without an answer.
            reply = ""
        pace.note(time.monotonic() - begun, is_answered=bool(reply))

    for openid in itertools.cycle(users):
        for text in ("答题", *(rng.choice("ABC") for _ in range(10)), *rng.sample(_QUESTIONS, 3)):
            if stop():
                return
            say(openid, text)


def crowd(server: Server, n_users: int, pace: Pace, seconds: float, between: Callable[[], None]) -> None:
    """Have all users come for so long; call `between` every few seconds meanwhile."""
    end = time.monotonic() + seconds
    names = [f"oSteady{n}" for n in range(n_users)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = [
            pool.submit(come_and_go, server, names[k::_AT_ONCE], pace, lambda: time.monotonic() > end)
            for k in range(_AT_ONCE)
        ]
        while time.monotonic() < end:
            time.sleep(min(_EVERY_S, max(0.0, end - time.monotonic())))
            between()
        for one in told:
            one.result()


def count(server: Server, client: redis.Redis, n_users: int) -> dict[str, float]:
    """Return what is counted of a server and its store now."""
    assert server.process
    found = dict[str, float]()
    for number, pid in enumerate((server.process.pid, *sorted(children_of(server.process.pid)))):
        name = f"child {number}" if number else "supervisor"
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        found[f"memory MB, {name}"] = pages * _PAGE_KB / 1024
        found[f"open files, {name}"] = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    found["open files, redis"] = len(list(Path(f"/proc/{server.redis_pid()}/fd").iterdir()))
    found["redis keys a user"] = client.dbsize() / n_users
    found["redis memory MB"] = float(client.info("memory")["used_memory"]) / 2**20
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--settle", type=float, default=12.0)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--meaning", choices=("auto", "off"), default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"QINGLANG_MATCHING__MEANING": options.meaning, "QINGLANG_SERVER__WORKERS": "2"}
        server = Server(Path(folder) / "server", settings).start()
        client = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))
        samples = list[Sample]()
        try:
            until(lambda: server.ready()["meaning"] != "encoding", patience_s=600)
            rate = options.rate or _half_of_all(server, options.users)
            pace = Pace(rate)
            crowd(
                server,
                options.users,
                pace,
                options.minutes * 60,
                lambda: samples.append(
                    Sample(time.monotonic() - pace.begun, count(server, client, options.users))
                ),
            )
        finally:
            server.stop()
    seconds = samples[-1].seconds
    print(
        f"{seconds / 60:.1f} min, {pace.n} pushes, {pace.n / seconds:.0f} a second (wanted {rate:.0f}), "
        f"{pace.n_failed} without an answer, longest {pace.longest_s:.2f} s"
    )
    settled = [one for one in samples if one.seconds >= options.settle * 60] or samples
    print(f"{'':<26}{'settled':>10}{'end':>10}{'an hour':>10}")
    for name in settled[0].figures:
        first, last = (one.figures[name] for one in (settled[0], settled[-1]))
        print(f"{name:<26}{first:>10.2f}{last:>10.2f}{slope(settled, name):>+10.2f}")


def _half_of_all(server: Server, n_users: int) -> float:
    pace = Pace(0.0)
    crowd(server, n_users, pace, _MEASURED_S, lambda: None)
    rate = pace.n / _MEASURED_S
    print(f"takes {rate:.0f} pushes a second", flush=True)
    return rate / 2


if __name__ == "__main__":
    main()
