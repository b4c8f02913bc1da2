"""What a user notices when a process dies: as little as possible, and nothing is lost or counted twice."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from bot.store.server.program import find_binary
from tests.serving import Server, children_of, free_port, is_running, until

POLITE = "请稍后再来"


def position(text: str) -> int:
    """Return k of the item that a reply shows."""
    match = re.search(r"^第 (\d+)/10 题$", text, re.MULTILINE)
    assert match, text
    return int(match.group(1))


def item_of(text: str) -> str:
    return text[text.index("第 ") :].split("\n请回复", maxsplit=1)[0].strip()


def test_killed_server_finds_question_and_score_as_they_were(make_server: Callable[..., Server]) -> None:
    server = make_server()
    wechat = server.wechat()
    wechat.say("oKilled", "答题")
    for answer in "ABC":
        shown = wechat.say("oKilled", answer)
    server.kill()
    server.start()
    again = wechat.say("oKilled", "继续")
    assert position(again) == 4
    assert item_of(again) == item_of(shown)
    for answer in "ABCDABC":
        shown = wechat.say("oKilled", answer)
    assert "答题完成" in shown
    assert "/10" in wechat.say("oKilled", "我的成绩")


def test_killed_worker_is_replaced_and_the_quiz_goes_on(make_server: Callable[..., Server]) -> None:
    server = make_server(SERVER__WORKERS="2")
    wechat = server.wechat()
    wechat.say("oWorker", "答题")
    shown = wechat.say("oWorker", "A")
    assert server.process
    for pid in children_of(server.process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: server.get("/healthz").ok)
    assert item_of(until(lambda: wechat.say("oWorker", "继续"))) == item_of(shown)


def test_killed_supervisor_leaves_no_worker_in_the_way(make_server: Callable[..., Server]) -> None:
    server = make_server(SERVER__WORKERS="2")
    wechat = server.wechat()
    wechat.say("oSupervisor", "答题")
    shown = wechat.say("oSupervisor", "A")
    assert server.process
    workers = children_of(server.process.pid)
    server.process.kill()
    server.process.wait()
    until(lambda: not any(is_running(pid) for pid in workers))
    server.start()
    assert item_of(wechat.say("oSupervisor", "继续")) == item_of(shown)


def test_port_in_use_is_told_in_one_line(make_server: Callable[..., Server]) -> None:
    server = make_server()
    second = server.run("serve")
    assert second.returncode == 2
    assert f"端口 {server.port}" in second.stderr


def test_killed_embedded_redis_is_started_again_with_the_same_data(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    wechat = server.wechat()
    wechat.say("oRedis", "答题")
    shown = wechat.say("oRedis", "A")
    first = server.redis_pid()
    os.kill(first, signal.SIGKILL)
    again = wechat.say("oRedis", "继续")
    assert item_of(again) == item_of(shown)
    assert server.redis_pid() != first
    until(lambda: server.ready()["status"] == "ready")


def test_clean_stop_leaves_no_process_behind(make_server: Callable[..., Server]) -> None:
    server = make_server(SERVER__WORKERS="2")
    assert server.process
    pids = [*children_of(server.process.pid), server.process.pid, server.redis_pid()]
    assert server.stop() == 0
    # Python's own resource tracker sees the end of its parent a moment later.
    until(lambda: not any(is_running(pid) for pid in pids))


def test_orphan_of_a_killed_server_is_adopted_and_stopped_by_the_next(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    server.wechat().say("oOrphan", "答题")
    orphan = server.redis_pid()
    server.kill()
    assert is_running(orphan)
    server.start()
    assert server.redis_pid() == orphan
    assert server.stop() == 0
    assert not is_running(orphan)


def test_frozen_embedded_redis_costs_no_answer_and_no_score(make_server: Callable[..., Server]) -> None:
    server = make_server()
    wechat = server.wechat()
    shown = wechat.say("oFrozen", "答题")
    os.kill(server.redis_pid(), signal.SIGSTOP)
    try:
        for _ in range(4):
            assert "出处：" in wechat.say("oFrozen", "第五条")
        assert POLITE in wechat.say("oFrozen", "A")
        assert POLITE in wechat.say("oFrozen", "继续")
        assert server.ready()["status"] == "degraded"
        assert server.get("/healthz").ok
    finally:
        os.kill(server.redis_pid(), signal.SIGCONT)
    until(lambda: server.ready()["status"] == "ready")
    assert item_of(until(lambda: resumed(wechat.say("oFrozen", "继续")))) == item_of(shown)


def resumed(text: str) -> str:
    return "" if POLITE in text else text


@pytest.fixture
def outside_redis(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start an outside Redis on one port, again and again on the same files."""
    port = free_port()
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        options = [
            "--port",
            str(port),
            "--dir",
            str(tmp_path),
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--save",
            "",
        ]
        process = subprocess.Popen([find_binary(), *options], stdout=subprocess.DEVNULL)
        started.append(process)
        until(lambda: answers(port))
        return process

    start.port = port  # type: ignore[attr-defined]
    yield start
    for process in started:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with contextlib.suppress(redis.RedisError), contextlib.closing(redis.Redis(port=port)) as client:
        return bool(client.ping())
    return False


def test_killed_outside_redis_is_survived_and_resumed(
    make_server: Callable[..., Server], outside_redis: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = outside_redis()
    server = make_server(REDIS__URL=f"redis://127.0.0.1:{outside_redis.port}/0")  # type: ignore[attr-defined]
    wechat = server.wechat()
    wechat.say("oOutside", "答题")
    shown = wechat.say("oOutside", "A")
    process.kill()
    process.wait()
    assert "出处：" in wechat.say("oOutside", "第五条")
    assert POLITE in wechat.say("oOutside", "B")
    assert server.ready()["status"] == "degraded"
    outside_redis()
    until(lambda: server.ready()["status"] == "ready")
    assert item_of(until(lambda: resumed(wechat.say("oOutside", "继续")))) == item_of(shown)


def test_server_starts_from_disk_while_redis_is_away(
    make_server: Callable[..., Server], outside_redis: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = outside_redis()
    server = make_server(REDIS__URL=f"redis://127.0.0.1:{outside_redis.port}/0")  # type: ignore[attr-defined]
    assert server.stop() == 0
    process.kill()
    process.wait()
    server.start()
    assert "出处：" in server.wechat().say("oDisk", "第五条")
    assert server.ready()["status"] == "degraded"
