"""What a server takes, and how long pushes wait at seven tenths of that: `python -m bench.load [--workers 1,2,4] [--seconds N] [--meaning off] [--content FOLDER]`.

Questions that no worker remembers, each from a user of its own, over sixteen connections: first as fast as they are answered, then at
seven tenths of that rate, evenly, where the wait is counted from when a push was due. Who asks shares the processors with the server and
its Redis, so on a machine of two cores two workers show less than they would alone; the CPU a push says what they need. Memory is the
proportional set size of the workers after all that: what several processes share is counted once among them.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from bench.push import TOKEN, Direct, Subject, ours
from bench.said import KINDS, read_questions, talks_of, texts_of

_CONNECTIONS = 16
_LOAD = 0.7
_WARM, _BATCH = 200, 400


@dataclass
class _Writing(Direct):
    """A pretend WeChat that only writes down what it would send."""

    written: bytes = b""

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", *, fresh: bool = False) -> Any:
        head = f"{method} /wechat?{urlencode(query)} HTTP/1.1\r\nHost: load\r\nContent-Length: {len(body)}\r\n\r\n"
        self.written = head.encode() + body
        return SimpleNamespace(status_code=200, content=b"", headers={})


def pushes(texts: Iterator[str], n: int) -> list[bytes]:
    """Return so many questions as they go over a connection."""
    wechat, found = _Writing("", TOKEN, "plain"), []
    for user, _, (words,) in talks_of("question", n, texts):
        wechat.request(wechat.compose(user, wechat.text(words)), user)
        found.append(wechat.written)
    return found


async def send(subject: Subject, asked: Iterable[bytes], rate: float = 0.0) -> list[float]:
    """Return how many seconds each push waited, from when it was due; as fast as they are answered where `rate` is 0."""
    waiting = iter(asked)
    begun, number, waits = time.perf_counter(), 0, []

    async def connection() -> None:
        nonlocal number
        reader, writer = await asyncio.open_connection("127.0.0.1", subject.port)
        for push in waiting:
            due = begun + number / rate if rate else time.perf_counter()
            number += 1
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(push)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = head.lower().partition(b"content-length:")[2].split()[0]
            await reader.readexactly(int(length))
            waits.append(time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(_CONNECTIONS)))
    return waits


def pss_mb(subject: Subject) -> list[float]:
    """Return the proportional set size of each process of the service but its Redis, the largest first."""
    found = []
    for pid in subject.family():
        status, memory = Path(f"/proc/{pid}/comm").read_text(), Path(f"/proc/{pid}/smaps_rollup").read_text()
        if "valkey" not in status and "redis" not in status:
            found.append(int(memory.partition("Pss:")[2].split()[0]) / 1024)
    return sorted(found, reverse=True)


def measure(subject: Subject, texts: Iterator[str], seconds: float) -> tuple[float, float, float, float]:
    """Return pushes a second, CPU ms a push, and the median and 99th percentile of the waits (ms) at seven tenths."""
    asyncio.run(send(subject, pushes(texts, _WARM)))
    n, spent, cpu = 0, 0.0, subject.cpu_s()
    cpu_spent = 0.0
    while spent < seconds:
        asked = pushes(texts, _BATCH)
        cpu, begun = subject.cpu_s(), time.perf_counter()
        asyncio.run(send(subject, asked))
        spent += time.perf_counter() - begun
        cpu_spent += subject.cpu_s() - cpu
        n += len(asked)
    rate = n / spent
    waits = asyncio.run(send(subject, pushes(texts, int(rate * _LOAD * seconds)), rate * _LOAD))
    cuts = statistics.quantiles(waits, n=100)
    return rate, cpu_spent / n * 1e3, cuts[49] * 1e3, cuts[98] * 1e3


def main() -> None:
    """Print a row for each number of workers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--meaning", choices=("auto", "off"), default="auto")
    parser.add_argument("--content", default="", help="a content folder other than the shipped one")
    options = parser.parse_args()
    questions, first = read_questions(), 0.0
    print(f"{'workers':>7}{'a second':>10}{'× one':>7}{'CPU ms':>8}{'p50 ms':>8}{'p99 ms':>8}   PSS MB")
    for workers in map(int, options.workers.split(",")):
        with (
            tempfile.TemporaryDirectory() as folder,
            ours(Path(folder), workers, options.content, options.meaning) as subject,
        ):
            rate, cpu, p50, p99 = measure(subject, texts_of(KINDS[0], questions), options.seconds)
            first = first or rate
            sizes = pss_mb(subject)
        each = " + ".join(f"{size:.0f}" for size in sizes)
        print(
            f"{workers:>7}{rate:>10.0f}{rate / first:>7.2f}{cpu:>8.2f}{p50:>8.1f}{p99:>8.1f}   {each} = {sum(sizes):.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
