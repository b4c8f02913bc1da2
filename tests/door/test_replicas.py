"""`redis.min_replicas`: nobody is told of an answer before replicas have it; a master that is lost takes nothing along."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.config import ConfigError, load_settings
from tests.door.test_failures import position
from tests.door.test_lost_word import FALSE, answered
from tests.outside import OutsideRedis
from tests.serving import Server, until


@pytest.fixture
def master(tmp_path: Path) -> Iterator[OutsideRedis]:
    server = OutsideRedis(tmp_path / "master").start()
    yield server
    server.kill()


@pytest.fixture
def replica(tmp_path: Path, master: OutsideRedis) -> Iterator[OutsideRedis]:
    server = OutsideRedis(tmp_path / "replica", "--replicaof", "127.0.0.1", str(master.port)).start()
    until(lambda: master.client().info("replication").get("slave0", {}).get("state") == "online")
    yield server
    server.kill()


def test_answer_is_told_when_a_replica_has_it_and_not_before(
    make_server: Callable[..., Server], master: OutsideRedis, replica: OutsideRedis
) -> None:
    wechat = make_server(REDIS__URL=master.url, REDIS__MIN_REPLICAS="1").wechat()
    wechat.say("oTaker", "答题")
    told = wechat.say("oTaker", "A", "1001")
    assert position(told) == 2
    assert sum(answered(replica).values()) == 1

    assert replica.process
    os.kill(replica.process.pid, signal.SIGSTOP)
    try:
        waiting = wechat.say("oTaker", "B", "1002")
        again = wechat.say("oTaker", "B", "1002")
        # A question asks for nothing that could be lost.
        assert "出处：" in wechat.say("oReader", "第五条")
    finally:
        os.kill(replica.process.pid, signal.SIGCONT)
    for reply in (waiting, again):
        assert "不知道" in reply
        assert not any(words in reply for words in FALSE)
    until(lambda: sum(answered(replica).values()) == 2)
    assert position(wechat.say("oTaker", "B", "1002")) == 3
    assert sum(answered(master).values()) == 2


def test_without_it_an_answer_is_told_that_no_replica_has(
    make_server: Callable[..., Server], master: OutsideRedis, replica: OutsideRedis
) -> None:
    wechat = make_server(REDIS__URL=master.url).wechat()
    wechat.say("oTaker", "答题")
    assert replica.process
    os.kill(replica.process.pid, signal.SIGSTOP)
    try:
        assert position(wechat.say("oTaker", "A")) == 2
    finally:
        os.kill(replica.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("url", ["", "redis+cluster://127.0.0.1:7000"])
def test_replicas_where_nobody_can_wait_for_them_are_refused_at_start(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_settings({"QINGLANG_REDIS__URL": url, "QINGLANG_REDIS__MIN_REPLICAS": "1"})
    assert "redis.min_replicas" in str(refused.value)
