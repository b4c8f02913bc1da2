"""The word of a commit that gets lost: whoever answered is told what became of the answer, and nothing else."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.store.keys import event_streams
from tests.door.test_failures import position
from tests.outside import Line, OutsideRedis
from tests.serving import Server

FALSE = ("不能记录", "现在有点忙", "出了点问题")


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
