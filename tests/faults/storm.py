"""A storm: takers take papers while a store is hurt; then what they were told is compared with what the store holds."""

from __future__ import annotations

import itertools
import math
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import load_settings
from bot.process import user_hash
from bot.store.keys import event_streams, keys_of
from handlers.codec import load_session
from tests.faults.kinds import KINDS
from tests.faults.takers import Book, take
from tests.serving import Server, until


@dataclass(frozen=True)
class Outcome:
    """What a storm came to. `untold` were counted and no taker knows; `unequal` are retries with another reply."""

    book: Book
    seconds: float
    lost: int
    doubled: int
    untold: int

    @property
    def told(self) -> int:
        return sum(self.book.told.values())

    @property
    def is_clean(self) -> bool:
        """Whether nothing acknowledged was lost or doubled, and nobody was told what is not so."""
        counts = self.book.counts
        return not (self.lost or self.doubled or self.untold or counts["falsely told"] or counts["unequal"])


class Paced(threading.Event):
    """An end that whoever hurts a store waits for between two faults: so many times as long as it means to."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(None if timeout is None else timeout * self._pace)


@dataclass(frozen=True)
class Length:
    """How long a storm lasts: until all of these are reached, but no longer than `at_most_s`."""

    takers: int
    seconds: float = 0.0
    pushes: int = 0
    at_most_s: float = math.inf

    def is_over(self, n_takers: int, seconds: float, n_pushes: int) -> bool:
        is_reached = n_takers >= self.takers and seconds >= self.seconds and n_pushes >= self.pushes
        return is_reached or seconds >= self.at_most_s


def storm(kind: str, length: Length, *, at_once: int, seed: int = 1, pace: float = 1.0) -> Outcome:
    """Have takers take a paper each while the store of a kind is hurt, with pauses `pace` times as long as in the short form."""
    book, stop, begun = Book(), Paced(pace), time.monotonic()

    def openids() -> Iterator[str]:
        for number in itertools.count():
            if length.is_over(number, time.monotonic() - begun, book.counts["pushes"]):
                return
            yield f"oTaker{number}"

    with (
        tempfile.TemporaryDirectory() as folder,
        KINDS[kind](Path(folder), seed) as (server, client_of, hurt),
    ):
        begun = time.monotonic()
        with ThreadPoolExecutor(at_once + 1) as pool:
            hurting = pool.submit(hurt, stop)
            queue, lock = openids(), threading.Lock()

            def work() -> None:
                while True:
                    with lock:
                        openid = next(queue, "")
                    if not openid:
                        return
                    take(server, openid, f"{seed} {openid}", book)

            try:
                for worker in [pool.submit(work) for _ in range(at_once)]:
                    worker.result()
            except AssertionError as error:
                # Its folder goes with it.
                raise AssertionError(f"{error}; the server's last words:\n{server.log[-2000:]}") from error
            finally:
                stop.set()
            book.counts["faults"] = hurting.result()
        took_s = time.monotonic() - begun
        until(lambda: server.ready()["redis"] == "up")
        client = client_of()
        try:
            return Outcome(book, took_s, *_compare(book, server, client))
        finally:
            client.close()


def _compare(book: Book, server: Server, client: Any) -> tuple[int, int, int]:
    """Return how many answers are lost, doubled and untold, taker by taker."""
    held: defaultdict[str, Counter[tuple[bytes, bytes]]] = defaultdict(Counter)
    for stream in event_streams():
        for _, event in client.xrange(stream):
            if event[b"name"] == b"answered":
                held[event[b"subject"].decode()][event[b"attempt"], event[b"item"]] += 1
    hashed = user_hash(load_settings(server.environment))
    lost = doubled = untold = 0
    for openid, n_told in book.told.items():
        stored = client.hget(keys_of(hashed(openid)).session, "d")
        answers = held.pop(load_session(stored.decode()).subject, Counter()) if stored else Counter()
        lost += max(0, n_told - len(answers))
        untold += max(0, len(answers) - n_told)
        doubled += answers.total() - len(answers)
        if n_told != answers.total():
            heard = "\n    ".join(book.said[openid])
            book.faults.append(f"{openid} was told of {n_told}, and {answers.total()} are held:\n    {heard}")
    return lost, doubled, untold + sum(len(answers) for answers in held.values())
