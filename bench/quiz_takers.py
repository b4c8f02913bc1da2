"""Hundreds of quiz takers on a bad day: `python -m bench.quiz_takers [--takers 500] [--at-once 10]`.

A real server with two workers and its own Redis; every push signed; three in ten pushes delivered twice at once,
one in ten cut off by the client and retried, workers and Redis killed (-9) at random moments. Afterwards the
books are compared: what takers were told, what the event streams hold, what the sessions hold, and the scores
reckoned again from the bank's own files, without this project's grading.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import signal
import tempfile
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
import requests
import yaml

from bot.config import load_settings
from bot.conformance.faults import BadReply
from bot.conformance.pretend_wechat import PretendWechat
from bot.process import user_hash
from bot.store.keys import event_streams, keys_of
from bot.store.server.embedded import Embedded
from tests.serving import CONTENT, Server, children_of, until

N_ITEMS = 10
P_TWICE, P_CUT = 0.3, 0.1
_START_PATIENCE_S = 120.0
_JUDGED = re.compile(r"^(答对了|答错了|答对一部分)")
_ITEM = re.compile(r"^第 (\d+)/\d+ 题\n(.*?)(?=\n(?!\w\. )|\Z)", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"^([A-H])\. ", re.MULTILINE)
_SCORE = re.compile(r"得分：([\d.]+)/10")
_NOT_NOW = ("请稍后再来", "请稍后再发", "请稍后再试", "不知道")


@dataclass
class Taker:
    """One taker and what they were told."""

    openid: str
    n_judged: int = 0
    score: float | None = None
    faults: list[str] = field(default_factory=list)


@dataclass
class Book:
    """What happened on the way, counted under one lock."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, n: int = 1) -> None:
        with self.lock:
            self.counts[what] += n


class Phone:
    """A taker's phone behind the platform: retries what got no answer, delivers some pushes twice, loses some replies."""

    def __init__(self, server: Server, rng: random.Random, book: Book) -> None:
        self._clients = (server.wechat(), server.wechat())
        self._rng = rng
        self._book = book
        self._pool = ThreadPoolExecutor(1)
        # Whether the last message went to the bot in one delivery at a time.
        self.was_alone = True

    def say(self, openid: str, text: str) -> str:
        """Return the one reply to a message, however often it had to be delivered."""
        msg_id = str(self._rng.getrandbits(62))
        twin, self.was_alone = None, True
        if self._rng.random() < P_TWICE:
            self._book.note("delivered twice at once")
            self.was_alone = False
            twin = self._pool.submit(self._deliver, self._clients[1], openid, text, msg_id)
        if self._rng.random() < P_CUT:
            self._book.note("cut and retried")
            self.was_alone = False
            with contextlib.suppress(requests.RequestException, BadReply):
                self._once(self._clients[0], openid, text, msg_id, patience_s=0.002)
        reply = self._deliver(self._clients[0], openid, text, msg_id)
        if twin and twin.result() != reply and not _is_put_off(reply) and not _is_put_off(twin.result()):
            self._book.note("twins with different replies")
        return reply

    def _deliver(self, client: PretendWechat, openid: str, text: str, msg_id: str) -> str:
        for _ in range(400):
            try:
                return self._once(client, openid, text, msg_id, patience_s=5.0)
            except (requests.RequestException, BadReply):
                self._book.note("deliveries without an answer")
                time.sleep(0.1)
        raise AssertionError("no answer to any delivery of a push")

    def _once(self, client: PretendWechat, openid: str, text: str, msg_id: str, patience_s: float) -> str:
        self._book.note("pushes")
        client.timeout_s = patience_s
        started = time.monotonic()
        reply = client.say(openid, text, msg_id)
        with self._book.lock:
            self._book.seconds.append(time.monotonic() - started)
        return reply

    def close(self) -> None:
        """Let the second line go."""
        self._pool.shutdown()


def _is_put_off(reply: str) -> bool:
    return any(words in reply for words in _NOT_NOW)


def _shown(reply: str) -> str:
    found = _ITEM.search(reply)
    return found.group() if found else ""


def take(server: Server, taker: Taker, seed: int, book: Book) -> None:
    """Take one paper to its end, as a person would: put off by the bot, they come back and look."""
    rng = random.Random(seed)
    phone = Phone(server, rng, book)
    reply = _insist(phone, taker, "答题", book)
    shown = _shown(reply)
    while taker.score is None and not taker.faults:
        if rng.random() < 0.05:
            shown = _shown(_insist(phone, taker, "跳过", book)) or shown
        letters = _OPTION.findall(shown)
        reply = said = phone.say(taker.openid, rng.choice(letters))
        if _is_put_off(reply):
            book.note("put off politely")
            alone = phone.was_alone
            reply = _insist(phone, taker, "继续", book)
            if _shown(reply) != shown and alone:
                taker.faults.append(f"told that it did not count, and it did: {said!r} {reply!r}")
            elif _shown(reply) != shown:
                # One delivery found the store away; another of the same push, on its way at the same moment, did not.
                taker.n_judged += 1
                book.note("put off, but recorded by another delivery")
                shown = _shown(reply)
                if not shown:
                    taker.score = _last_score(_insist(phone, taker, "我的成绩", book))
        elif _JUDGED.match(reply):
            taker.n_judged += 1
            shown = _shown(reply)
            score = _SCORE.search(reply)
            taker.score = float(score.group(1)) if score else None
        else:
            taker.faults.append(f"unexpected: {reply!r}")
    phone.close()


def _last_score(scores: str) -> float | None:
    found = re.search(r" ([\d.]+)/10", scores)
    return float(found.group(1)) if found else None


def _insist(phone: Phone, taker: Taker, text: str, book: Book) -> str:
    while True:
        reply = phone.say(taker.openid, text)
        if not _is_put_off(reply):
            return reply
        book.note("put off politely")
        time.sleep(0.2)


def disturb(server: Server, every: int, stop: threading.Event, book: Book, seed: int) -> None:
    """Kill a worker, or Redis, after about every `every` replies until told to stop."""
    rng = random.Random(seed)
    assert server.process
    due = rng.uniform(0.5, 1.5) * every
    while not stop.wait(0.01):
        if len(book.seconds) < due:
            continue
        due = len(book.seconds) + rng.uniform(0.5, 1.5) * every
        with contextlib.suppress(OSError, ValueError, IndexError):
            if rng.random() < 0.5:
                os.kill(rng.choice(children_of(server.process.pid)), signal.SIGKILL)
                book.note("workers killed")
            else:
                os.kill(server.redis_pid(), signal.SIGKILL)
                book.note("Redis killed")


def run(server: Server, n_takers: int, at_once: int, every: int, seed: int = 1) -> tuple[list[Taker], Book]:
    """Let all takers take a paper each while workers and Redis are killed about every `every` replies.

    Replies and not seconds, so that a quick machine meets as many kills as a slow one.
    """
    book, stop = Book(), threading.Event()
    takers = [Taker(f"oTaker{n}") for n in range(n_takers)]
    trouble = threading.Thread(target=disturb, args=(server, every, stop, book, seed))
    trouble.start()
    try:
        with ThreadPoolExecutor(at_once) as pool:
            for done in [
                pool.submit(take, server, t, seed * 100_000 + n, book) for n, t in enumerate(takers)
            ]:
                done.result()
    finally:
        stop.set()
        trouble.join()
    return takers, book


def started(folder: Path) -> Server:
    """Return a server of two workers that answers, however busy the machine is."""
    server = Server(folder, {"QINGLANG_SERVER__WORKERS": "2"})
    with contextlib.suppress(AssertionError):
        server.start()
    until(lambda: server.get("/healthz").ok, patience_s=_START_PATIENCE_S)
    return server


def reckon(content: Path) -> dict[str, Any]:
    """Return the items of a bank as PyYAML reads them, by id."""
    files = sorted((content / "quiz").glob("*.yaml"))
    records = [record for path in files for record in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return {record["id"]: record for record in records if "stem" in record}


def mark(item: dict[str, Any], given: str) -> float:
    """Return what option indexes earn, by the bank's file alone: the partial credit that the default paper declares."""
    key = {"ABCDEFGH".index(letter) for letter in item["key"]}
    chosen = {int(index) for index in given.split(",")}
    if item["kind"] == "multiple":
        return len(chosen & key) / len(key) if chosen <= key else 0.0
    return 1.0 if chosen == key else 0.0


def compare(takers: list[Taker], server: Server) -> dict[str, int]:
    """Return how many takers or answers break a promise, by promise; all should be 0."""
    client = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))
    hashed = user_hash(load_settings(server.environment))
    bank = reckon(CONTENT)
    events: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for stream in event_streams():
        for _, fields in client.xrange(stream):
            event = {name.decode(): value.decode() for name, value in fields.items()}
            events[event["subject"]].append(event)
    broken: Counter[str] = Counter(
        dict.fromkeys(
            (
                "acknowledged answers not recorded",
                "answers recorded without being acknowledged",
                "items recorded twice",
                "scores that differ from the recomputation",
                "scores that differ from the session",
                "attempts lost",
                "other faults",
            ),
            0,
        )
    )
    for taker in takers:
        stored = client.hget(keys_of(hashed(taker.openid)).session, "d")
        session = yaml.safe_load(stored) if stored else {"subject": "", "results": [], "attempt": None}
        own = events[session["subject"]]
        answered = [e for e in own if e["name"] == "answered"]
        distinct = {(e["attempt"], e["item"]) for e in answered}
        broken["acknowledged answers not recorded"] += max(0, taker.n_judged - len(distinct))
        broken["answers recorded without being acknowledged"] += max(0, len(distinct) - taker.n_judged)
        broken["items recorded twice"] += len(answered) - len(distinct)
        points = sum(mark(bank[e["item"]], e["given"]) for e in answered)
        broken["scores that differ from the recomputation"] += taker.score != round(points, 2)
        results = [round(result["points"], 2) for result in session["results"]]
        broken["scores that differ from the session"] += results != [taker.score]
        finished = sum(e["name"] == "finished" for e in own)
        broken["attempts lost"] += finished != 1 or session["attempt"] is not None or len(distinct) != N_ITEMS
        broken["other faults"] += len(taker.faults)
    client.close()
    return dict(broken)


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--takers", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--kill-every", type=int, default=400, help="replies between kills")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        server = started(Path(folder) / "server")
        try:
            takers, book = run(server, options.takers, options.at_once, options.kill_every, options.seed)
            elapsed = time.monotonic() - begun
            broken = compare(takers, server)
        finally:
            server.stop()
    answered = sorted(book.seconds)
    print(f"takers                                       {len(takers):>7}")
    for what in sorted(book.counts):
        print(f"{what:<44} {book.counts[what]:>7}")
    print(f"{'answers acknowledged':<44} {sum(t.n_judged for t in takers):>7}")
    print(f"{'time to reply, median / 99 % (ms)':<44} {_ms(answered, 0.5):>7} / {_ms(answered, 0.99)}")
    print(f"{'seconds':<44} {elapsed:>7.0f}\n")
    for what, n in broken.items():
        print(f"{what:<44} {n:>7}")
    for taker in takers:
        for fault in taker.faults:
            print(taker.openid, fault)


def _ms(ordered: list[float], share: float) -> int:
    return round(1000 * ordered[int(share * (len(ordered) - 1))])


if __name__ == "__main__":
    main()
