"""What an account of many followers needs: `python -m bench.scale [--users 400] [--followers 1000000] [--burst-share 0.1] [--minutes 10] [--json]`.

First the costs, measured on our own server in safe mode over signed pushes: a new follower, a question, a quiz answer and a whole
attempt, in CPU of the bot and of Redis, in commands that Redis runs, in bytes that it holds at once and for good, and that it writes
to its log; what a worker asks of Redis while nobody says anything, and how fast it reads the events of the past.
Then what follows from them: a push of news is sent to all followers, a share of them comes within minutes, most of them at once; the
queue is simulated with the measured times, for more and more workers, until nobody waits longer than the platform does.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from bench.push import Direct, Subject, ours
from bench.said import QUESTIONS
from bot.store.board import Board
from bot.store.keys import N_SHARDS, event_streams
from bot.store.server.embedded import Embedded
from bot.store.wire.client import connect

PATIENCE_S = 5.0
_N_SLOTS = 16384
_IDLE_S = 10.0
_PASSING = (b"reply", b"pushes", b"flood", b"gone")


@dataclass(frozen=True)
class Cost:
    """What one thing costs, a push or all pushes of an attempt: milliseconds of processors, commands, bytes."""

    pushes: float
    bot_ms: float
    redis_ms: float
    commands: float
    bytes_at_once: float
    bytes_kept: float
    bytes_logged: float


@dataclass(frozen=True)
class Counters:
    """Where the counters of a server and its Redis stand."""

    cpu_s: float
    redis_cpu_s: float
    commands: int
    memory: int
    log: int


class Probe:
    """A running server, and its Redis looked at from beside it."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        self.subject = subject
        self.url = Embedded(folder / "data").url
        self.redis = redis.Redis(unix_socket_path=str(Embedded(folder / "data").socket))
        self.wechat: Direct = subject.client("safe")

    def counters(self) -> Counters:
        """Read every counter; commands that a script runs count like others, our own looks do not."""
        calls = self.redis.info("commandstats")
        told = {**self.redis.info("cpu"), **self.redis.info("memory"), **self.redis.info("persistence")}
        redis_s = float(told["used_cpu_user"]) + float(told["used_cpu_sys"])
        return Counters(
            self.subject.cpu_s() - redis_s,
            redis_s,
            sum(
                int(row["calls"])
                for name, row in calls.items()
                if name not in ("cmdstat_info", "cmdstat_scan")
            ),
            int(told["used_memory"]),
            int(told["aof_current_size"]),
        )

    def cost(self, n: int, do: Callable[[int], int]) -> Cost:
        """Do something n times; return what each time cost. `do` returns how many pushes it took."""
        before = self.counters()
        pushes = sum(do(number) for number in range(n))
        after = self.counters()
        self._let_go()
        kept = self.counters().memory - before.memory
        return Cost(
            pushes / n,
            (after.cpu_s - before.cpu_s) / n * 1000,
            (after.redis_cpu_s - before.redis_cpu_s) / n * 1000,
            (after.commands - before.commands) / n,
            (after.memory - before.memory) / n,
            kept / n,
            (after.log - before.log) / n,
        )

    def _let_go(self) -> None:
        """Take away what is kept for minutes only, as if they had passed."""
        for key in list(self.redis.scan_iter(count=1000)):
            if key.split(b":")[1] in _PASSING:
                self.redis.unlink(key)

    def say(self, user: str, words: str) -> str:
        return self.wechat.say(user, words)

    def attempt(self, user: str) -> int:
        """Take a paper from its beginning to its end; return how many pushes that took."""
        reply, n = self.say(user, "答题"), 1
        while "第 " in reply and " 题" in reply and n < 40:
            reply, n = self.say(user, "A"), n + 1
            if "得分" in reply or "成绩" in reply:
                break
        return n


def measure(n: int) -> dict[str, Any]:
    """Return the costs, and what a worker does unasked."""
    questions = [
        json.loads(line)["q"]
        for path in sorted(QUESTIONS.rglob("answerable*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]
    with tempfile.TemporaryDirectory() as scratch, ours(Path(scratch), 1, "") as subject:
        probe = Probe(subject, Path(scratch))
        event = {"MsgType": "event", "Event": "subscribe", "EventKey": ""}

        def follow(number: int) -> int:
            probe.wechat.push(f"oFollower{number:06}", event)
            return 1

        def ask(number: int) -> int:
            probe.say(f"oFollower{number:06}", questions[number % len(questions)])
            return 1

        costs = {
            "follower": probe.cost(n, follow),
            "question": probe.cost(n, ask),
            "attempt": probe.cost(max(n // 10, 1), lambda number: probe.attempt(f"oTaker{number:06}")),
        }
        before = probe.counters()
        time.sleep(_IDLE_S)
        after = probe.counters()
        return {
            "costs": costs,
            "idle commands/s": (after.commands - before.commands) / _IDLE_S,
            "idle redis ms/s": (after.redis_cpu_s - before.redis_cpu_s) / _IDLE_S * 1000,
            **_reading(probe),
            "bytes an event": _event_bytes(probe),
            "release bytes": sum(
                int(probe.redis.memory_usage(key) or 0) for key in probe.redis.scan_iter(match="{release}:*")
            ),
        }


def _event_bytes(probe: Probe) -> float:
    streams = event_streams()
    held = sum(int(probe.redis.memory_usage(stream, samples=0) or 0) for stream in streams)
    return held / max(sum(int(probe.redis.xlen(stream)) for stream in streams), 1)


def _reading(probe: Probe) -> dict[str, float]:
    """Return what it costs a worker and Redis to read past events, which every worker does with all of them for 排行榜."""
    n = sum(int(probe.redis.xlen(stream)) for stream in event_streams())

    async def read() -> float:
        client = connect(probe.url)
        started = time.process_time()
        await Board(client).catch_up()
        took_s = time.process_time() - started
        await client.aclose()
        return took_s

    before = probe.counters().redis_cpu_s
    took_s = asyncio.run(read())
    return {
        "bot us an event read": took_s / n * 1e6,
        "redis us an event read": (probe.counters().redis_cpu_s - before) / n * 1e6,
    }


def shards_on(n_masters: int) -> list[int]:
    """Return how many shards each master of a cluster has, its slots dealt out as `CLUSTER CREATE` does.

    >>> sum(shards_on(3))
    16
    """
    held = Counter(key_slot(f"{{s{shard}}}".encode()) * n_masters // _N_SLOTS for shard in range(N_SHARDS))
    return [held[master] for master in range(n_masters)]


def burst(n_pushes: int, seconds: float, service_s: float, n_workers: int) -> tuple[float, float]:
    """Return the longest wait and the share that waited longer than the platform does.

    Pushes come most densely at the beginning, as after news that everybody gets at once: their rate falls to
    nothing over the time. Each waits for the first worker that is free, in the order they came.

    >>> burst(10, 100.0, 0.001, 1)[1]
    0.0
    """
    rng = random.Random(1)
    arrivals = sorted(seconds * (1 - (1 - rng.random()) ** 0.5) for _ in range(n_pushes))
    free = [0.0] * n_workers
    longest, n_late = 0.0, 0
    for at in arrivals:
        done = max(heapq.heappop(free), at) + service_s
        heapq.heappush(free, done)
        longest = max(longest, done - at)
        n_late += done - at > PATIENCE_S
    return longest, n_late / n_pushes


def needs(found: dict[str, Any], followers: int, share: float, minutes: float) -> dict[str, float]:
    """Return what a burst asks for, in which so many of all followers ask a question and take a paper."""
    costs: dict[str, Cost] = found["costs"]
    takers = int(followers * share)
    question, attempt = costs["question"], costs["attempt"]
    each = question.pushes + attempt.pushes
    pushes, peak = int(takers * each), 2 * takers * each / (minutes * 60)
    push_ms, redis_ms = (
        (getattr(question, of) + getattr(attempt, of)) / each for of in ("bot_ms", "redis_ms")
    )
    # About an event a push; each worker reads those of all.
    reading = min(peak * found["bot us an event read"] / 1e6, 0.99)
    n_workers = _workers_for(pushes, minutes * 60, push_ms / 1000 / (1 - reading))
    redis_us = redis_ms * 1000 + n_workers * found["redis us an event read"]
    return {
        "pushes": pushes,
        "peak pushes/s": peak,
        "ms of a bot's processor a push": push_ms,
        "share of a worker that reads events": reading,
        "workers": n_workers,
        "redis processors at the peak": peak * redis_us / 1e6,
        "pushes/s that one worker's reading ends at": 1e6 / found["bot us an event read"],
        "pushes/s that one Redis ends at": 1e6 / redis_us,
        "GB kept": (followers * costs["follower"].bytes_kept + takers * attempt.bytes_kept) / 1e9,
        "GB for minutes": takers * (attempt.bytes_at_once - attempt.bytes_kept) / 1e9,
        "MB/s logged at the peak": peak * (question.bytes_logged + attempt.bytes_logged) / each / 1e6,
        "s that a start reads this burst's events": pushes * found["bot us an event read"] / 1e6,
    }


def _workers_for(n_pushes: int, seconds: float, service_s: float) -> int:
    # A part of the pushes on as much less time: the same rates, so the same workers.
    sample = min(n_pushes, 500_000)
    n_workers = 1
    while burst(sample, seconds * sample / n_pushes, service_s, n_workers)[1] > 0:
        n_workers += max(1, n_workers // 10)
    return n_workers


def main() -> None:
    """Print the costs, the needs, and how the shards lie."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=400)
    parser.add_argument("--followers", type=int, default=1_000_000)
    parser.add_argument("--burst-share", type=float, default=0.1)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.users)
    needed = needs(found, options.followers, options.burst_share, options.minutes)
    shards = {n: max(shards_on(n)) for n in (1, 2, 3, 4, 6, 8, 12, 16)}
    if options.json:
        costs = {name: asdict(cost) for name, cost in found["costs"].items()}
        print(json.dumps({**found, "costs": costs, "needs": needed, "most shards on one of": shards}))
        return
    for name, cost in found["costs"].items():
        print(f"{name:10}" + "".join(f"  {key} {value:.2f}" for key, value in asdict(cost).items()))
    for key, value in ({k: v for k, v in found.items() if k != "costs"} | needed).items():
        print(f"{key:32}{value:>16,.2f}")
    for n, most in shards.items():
        print(f"{n:3} masters: {most} of {N_SHARDS} shards on the fullest")


if __name__ == "__main__":
    main()
