"""A data folder copied while people answer, opened beside the original: what was acknowledged before is there."""

from __future__ import annotations

import re
import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import redis

from bot.config import load_settings
from bot.process import user_hash
from bot.store.keys import event_streams, keys_of
from bot.store.server.embedded import Embedded
from handlers.codec import load_session
from tests.serving import Server, until

N_TAKERS = 50
_OPTION = re.compile(r"^([A-F])\.", re.MULTILINE)
_JUDGED = re.compile(r"^(答对了|答错了|答对一部分)")


def answered(server: Server, openids: list[str]) -> dict[str, int]:
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


def test_copy_taken_while_fifty_people_answer_holds_what_was_acknowledged_before(tmp_path: Path) -> None:
    server = Server(tmp_path / "original").start()
    openids = [f"oCopied{n}" for n in range(N_TAKERS)]
    acknowledged: Counter[str] = Counter()
    later: Counter[str] = Counter()
    copying_from, stop = threading.Event(), threading.Event()

    def take(openid: str) -> None:
        client = server.wechat()
        reply = client.say(openid, "答题")
        while not stop.is_set():
            letters = _OPTION.findall(reply)
            reply = client.say(openid, letters[0] if letters else "答题")
            # A reply that arrives after the copy began may be in it or not.
            if _JUDGED.match(reply):
                (later if copying_from.is_set() else acknowledged)[openid] += 1

    with ThreadPoolExecutor(N_TAKERS) as pool:
        running = [pool.submit(take, openid) for openid in openids]
        until(lambda: acknowledged.total() > 3 * N_TAKERS)
        copying_from.set()
        before = dict(acknowledged)
        (tmp_path / "copy").mkdir()
        # What a socket is can't be copied: cp says so and goes on.
        subprocess.run(["cp", "-a", tmp_path / "original/data", tmp_path / "copy"], check=False)
        until(lambda: later.total() > N_TAKERS)
        stop.set()
        for one in running:
            one.result()
    copy = Server(tmp_path / "copy").start()
    try:
        assert sum(before.values()) > N_TAKERS
        held = answered(copy, openids)
        assert {o: (n, held[o]) for o, n in before.items() if held[o] < n} == {}
        assert copy.wechat().say(openids[0], "我的成绩")
        assert answered(server, openids)[openids[0]] >= held[openids[0]]
    finally:
        copy.stop()
        server.stop()
