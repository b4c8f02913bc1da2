"""A session that nobody can read: its user is served, told and erased like everybody, and nothing else stops."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

import pytest

from bot.store.keys import keys_of
from tests.door.test_failures import position
from tests.door.test_rights import hash_of, keeps
from tests.serving import Server, is_running, until

TOLD = "读不出来"


@pytest.fixture
def spoilt(make_server: Callable[..., Server]) -> Server:
    """A server with one taker whose session is no JSON."""
    server = make_server()
    server.wechat().say("oSpoilt", "答题")
    spoil(server)
    return server


def spoil(server: Server) -> None:
    with keeps(server) as client:
        client.hset(keys_of(hash_of(server, "oSpoilt")).session, "d", '{"subject": "x", "attempt')


def kept_of(server: Server) -> list[str]:
    user = hash_of(server, "oSpoilt")
    with keeps(server) as client:
        return [key for key in client.keys("*") if user in key]


def test_its_user_is_told_once_and_begins_anew(spoilt: Server) -> None:
    wechat = spoilt.wechat()
    assert TOLD in wechat.say("oSpoilt", "第五条")
    assert position(wechat.say("oSpoilt", "答题")) == 1
    assert position(wechat.say("oSpoilt", "A")) == 2
    held = json.loads(spoilt.call("users", "export", "oSpoilt").stdout)
    assert held["set_aside"] == '{"subject": "x", "attempt'
    assert held["session"]["attempt"]["responses"]
    wechat.say("oSpoilt", "删除我的数据")
    assert "已" in wechat.say("oSpoilt", "确认删除")
    assert [key for key in kept_of(spoilt) if ":aside:" in key or ":session:" in key] == []


def test_an_operator_can_export_and_erase_it(spoilt: Server) -> None:
    held = json.loads(spoilt.call("users", "export", "oSpoilt").stdout)
    assert held["session"].startswith('{"subject"')
    erased = spoilt.call("users", "erase", "oSpoilt")
    assert (erased.exit_code, erased.stdout) == (0, "已删除\n")
    assert [key for key in kept_of(spoilt) if ":session:" in key] == []


def test_results_and_marking_again_name_it_by_its_code_and_go_on(spoilt: Server) -> None:
    wechat = spoilt.wechat()
    wechat.say("oWhole", "答题")
    user, other = hash_of(spoilt, "oSpoilt"), "0" * 32
    with keeps(spoilt) as client:
        client.set(keys_of(other).session, "no hash")
    for command in (("results",), ("results", "--by", "person"), ("regrade", "--dry-run"), ("regrade",)):
        run = spoilt.call("quiz", *command)
        assert run.exit_code == 0, (command, run.stderr)
        named = [line for line in run.stderr.splitlines() if TOLD in line]
        assert [user in line or other in line for line in named] == [True, True], run.stderr
        assert "Traceback" not in run.stderr
    assert position(wechat.say("oWhole", "A")) == 2
    with keeps(spoilt) as client:
        assert client.hget(keys_of(user).session, "d") == '{"subject": "x", "attempt'


def test_owed_erasures_are_done_and_a_killed_redis_still_comes_back(spoilt: Server) -> None:
    owed = spoilt.folder / "data/owed-erasures"
    owed.mkdir(exist_ok=True)
    broken = "0" * 32
    with keeps(spoilt) as client:
        # One whose keys are of another kind altogether.
        client.set(keys_of(broken).session, "no hash")
    for user in (broken, hash_of(spoilt, "oSpoilt")):
        (owed / user).touch()
    until(lambda: [note.name for note in owed.iterdir()] == [broken])
    assert not any(":session:" in key for key in kept_of(spoilt))
    killed = spoilt.redis_pid()
    os.kill(killed, signal.SIGKILL)
    until(lambda: not is_running(killed) and spoilt.ready()["status"] == "ready")
    with keeps(spoilt) as client:
        assert client.ping()


def test_push_answered_before_an_erasure_begins_nothing_after_it(make_server: Callable[..., Server]) -> None:
    server = make_server()
    wechat = server.wechat()
    pushes = [("答题", "11"), ("A", "12"), ("删除我的数据", "13"), ("确认删除", "14")]
    told = [wechat.say("oSpoilt", said, msg_id) for said, msg_id in pushes]
    assert told[-1] == wechat.say("oSpoilt", "确认删除", "14")
    for said, msg_id in pushes[:-1]:
        assert wechat.say("oSpoilt", said, msg_id) == ""
    assert not any(":session:" in key for key in kept_of(server))
    assert position(wechat.say("oSpoilt", "答题")) == 1
