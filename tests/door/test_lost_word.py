"""The word of a commit that gets lost: whoever answered is told what became of the answer, and nothing else."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.store.keys import event_streams
from tests.cluster import Cluster
from tests.door.test_failures import POLITE, item_of, position, resumed
from tests.outside import Line, OutsideRedis
from tests.serving import Server, until

FALSE = ("请稍后再来", "现在有点忙", "出了点问题")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[OutsideRedis]:
    server = OutsideRedis(tmp_path / "outside").start()
    yield server
    server.kill()


@pytest.fixture
def line(outside: OutsideRedis) -> Iterator[Line]:
    between = Line(outside.port)
    yield between
    between.close()


def answered(outside: OutsideRedis) -> Counter[bytes]:
    client = outside.client()
    events = [fields for stream in event_streams() for _, fields in client.xrange(stream)]
    client.close()
    return Counter(event[b"item"] for event in events if event[b"name"] == b"answered")


@pytest.mark.parametrize("fault", ["late", "cut"])
def test_answer_whose_commit_lost_its_word_is_told_as_it_was_recorded(
    make_server: Callable[..., Server], outside: OutsideRedis, line: Line, fault: str
) -> None:
    faults = itertools.cycle(["", fault])
    line.fault = lambda: next(faults)
    wechat = make_server(REDIS__URL=line.url).wechat()
    wechat.say("oTaker", "答题")
    for number, answer in enumerate("ABCABCABC", start=2):
        shown = wechat.say("oTaker", answer)
        assert not any(words in shown for words in FALSE)
        assert position(shown) == number
    assert "答题完成" in wechat.say("oTaker", "A")
    assert set(answered(outside).values()) == {1}
    assert len(answered(outside)) == 10


def test_answer_of_which_nobody_knows_is_not_told_to_be_lost(
    make_server: Callable[..., Server], outside: OutsideRedis, line: Line
) -> None:
    wechat = make_server(REDIS__URL=line.url).wechat()
    wechat.say("oTaker", "答题")

    def last_word() -> str:
        line.is_broken = True
        return "cut"

    line.fault = last_word
    told = wechat.say("oTaker", "A")
    assert "不知道" in told
    assert not any(words in told for words in FALSE)
    assert sum(answered(outside).values()) == 1


def test_answers_while_slots_move_in_a_cluster_are_told_as_they_were_recorded(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    cluster = Cluster(tmp_path / "cluster").start()
    stop = threading.Event()
    try:
        server = make_server(REDIS__URL=cluster.url, FLOOD__PUSHES="0")
        with ThreadPoolExecutor(9) as pool:
            moving = pool.submit(cluster.keep_moving, stop)
            try:
                told = list(pool.map(lambda number: takes(server, f"oTaker{number}"), range(8)))
            finally:
                stop.set()
            assert moving.result() > 2
        assert told == [10] * 8
        client = cluster.client()
        events = [fields for stream in event_streams() for _, fields in client.xrange(stream)]
        client.close()
        answered = Counter((e[b"subject"], e[b"item"]) for e in events if e[b"name"] == b"answered")
        assert len(answered) == 80
        assert set(answered.values()) == {1}
        assert '"trace"' not in server.log
    finally:
        stop.set()
        cluster.kill()


def takes(server: Server, openid: str) -> int:
    """Take a paper; return how many answers were told to count. Whoever is put off looks what is open."""
    wechat = server.wechat()
    shown, n = until(lambda: resumed(wechat.say(openid, "答题"))), 0
    while True:
        told = wechat.say(openid, "A")
        assert not told.startswith(("本题已作答", "抱歉")), told
        if POLITE in told or "不知道" in told:
            now = until(lambda: resumed(wechat.say(openid, "继续")))
            # Said not to count, it did not; said to be unknown, it is seen now.
            n += "不知道" in told and item_of(now) != item_of(shown)
            assert "不知道" in told or item_of(now) == item_of(shown)
            shown = now
            continue
        n += 1
        if "答题完成" in told:
            return n
        shown = told
