"""People who answer while something is taken of their server, and what a copy or a backup of it holds of their answers."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import redis

from bot.config import load_settings
from bot.process import user_hash
from bot.store.keys import event_streams, keys_of
from bot.store.server.embedded import Embedded
from handlers.codec import load_session
from tests.serving import Server, until

_OPTION = re.compile(r"^([A-F])\.", re.MULTILINE)
_JUDGED = re.compile(r"^(答对了|答错了|答对一部分)")


class Traffic:
    """Answers that people were told of: `before` the moment something began to be taken, and `after` it."""

    def __init__(self) -> None:
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self._begun, self._stop = threading.Event(), threading.Event()

    def begin(self, at_least: int) -> dict[str, int]:
        """Wait for more than so many answers, then begin; return what each had been told by then."""
        until(lambda: self.before.total() > at_least)
        self._begun.set()
        return dict(self.before)

    def take(self, server: Server, openid: str) -> None:
        """Answer one paper after the other until it ends."""
        client = server.wechat()
        reply = client.say(openid, "答题")
        while not self._stop.is_set():
            letters = _OPTION.findall(reply)
            reply = client.say(openid, letters[0] if letters else "答题")
            # One that arrives after the beginning may be in what is taken or not.
            if _JUDGED.match(reply):
                (self.after if self._begun.is_set() else self.before)[openid] += 1

    def end(self) -> None:
        """Let nobody begin another answer."""
        self._stop.set()


@contextmanager
def answering(server: Server, openids: Sequence[str]) -> Iterator[Traffic]:
    """Have all of them answer until the end of the block."""
    traffic = Traffic()
    with ThreadPoolExecutor(len(openids)) as pool:
        running = [pool.submit(traffic.take, server, openid) for openid in openids]
        try:
            yield traffic
        finally:
            traffic.end()
        for one in running:
            one.result()


def answered(server: Server, openids: Sequence[str]) -> Counter[str]:
    """Return how many items each taker has answered, by the events of the server's store."""
    hashed = user_hash(load_settings(server.environment))
    with redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket)) as client:
        subjects = {}
        for openid in openids:
            stored = client.hget(keys_of(hashed(openid)).session, "d")
            if stored:
                subjects[load_session(stored.decode()).subject] = openid
        counts: Counter[str] = Counter()
        for stream in event_streams():
            for _, fields in client.xrange(stream):
                if fields[b"name"] == b"answered":
                    counts[subjects.get(fields[b"subject"].decode(), "")] += 1
    return counts


def missing(before: Mapping[str, int], held: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return of whom fewer answers are held than they had been told of: what they were told, what is held."""
    return {openid: (n, held[openid]) for openid, n in before.items() if held[openid] < n}


def backed_up_in_traffic(
    server: Server, folder: Path, settings: Mapping[str, str], openids: Sequence[str], at_least: int
) -> tuple[int, int]:
    """Back up while all of them answer and more than so many answers were told; put it back, and compare person by person.

    Returns:
        How many answers had been told when the backup began, and how many are in it.

    Raises:
        AssertionError: one of those is missing, or what the backup holds of a person is not of one moment.
    """
    with answering(server, openids) as traffic:
        before = traffic.begin(at_least)
        run = server.call("backup", str(folder / "b"))
    assert run.exit_code == 0, run.output
    there = Server(folder / "there", dict(settings))
    restored = there.call("restore", str(folder / "b"))
    assert restored.exit_code == 0, restored.output
    there.start()
    try:
        held = answered(there, openids)
        assert missing(before, held) == {}
        for openid in openids:
            _is_of_one_moment(there, openid)
    finally:
        there.stop()
    return sum(before.values()), sum(held[openid] for openid in openids)


def _is_of_one_moment(there: Server, openid: str) -> None:
    """Check that the open paper of a person and their events tell of the same answers."""
    mine = json.loads(there.call("users", "export", openid).stdout)
    events = [e for e in mine["events"] if e["name"] == "answered"]
    open_one = mine["session"]["attempt"]
    told = [r["item_id"] for r in open_one["responses"]] if open_one else []
    counted = [e["item"] for e in events if open_one and e["attempt"] == open_one["id"]]
    assert counted == told, openid
