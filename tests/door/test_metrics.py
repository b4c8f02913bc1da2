"""Every metric equals a script of traffic, over two workers, and tells nothing more."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.serving import Server, children_of, copy_small_content, until

# What depends on the machine, not on the script.
_TIMES = re.compile(r"_(bucket|sum|created)$")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    settings = {
        "QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content")),
        "QINGLANG_SERVER__WORKERS": "2",
    }
    server = Server(tmp_path, settings)
    try:
        server.start()
        # Told by the first look after the store, a second after the start.
        until(lambda: counted(server).get("qinglang_store_up"), 20.0)
        yield server
    finally:
        server.stop()


def counted(server: Server) -> dict[str, float]:
    """Return every metric of ours that is not zero, by its name and labels."""
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(server.get("/metrics").text)
        for sample in family.samples
        if sample.name.startswith("qinglang_") and not _TIMES.search(sample.name) and sample.value
    }


def test_every_metric_equals_the_script(server: Server) -> None:
    wechat = server.wechat()
    for number in range(3):
        wechat.say(f"oScript{number}", "会议在哪里召开", "1")
    wechat.say("oScript0", "会议在哪里召开", "1")  # delivered again
    wechat.say("oScript1", "会议的停车场收不收费")
    wechat.say("oScript1", "答题")
    wechat.push("oScript0", {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})
    wechat.push("oScript2", {"MsgType": "image", "PicUrl": "http://x/0", "MediaId": "m", "MsgId": "7"})
    wechat.push("oScript2", {"MsgType": "no such kind", "MsgId": "8"})
    now = str(int(time.time()))
    wechat.send("POST", wechat.signed(now, "n") | {"signature": "0"}, b"<xml></xml>")
    wechat.send("POST", wechat.signed(now, "n"), b"<xml>")
    # It is refused before it was sent to its end: who still sends may find the line cut.
    with contextlib.suppress(requests.ConnectionError):
        wechat.send("POST", wechat.signed(now, "n"), b"x" * 300_000, fresh=True)
    wechat.send("GET", wechat.signed(now, "n") | {"echostr": "e"})
    assert counted(server) == {
        "qinglang_messages_total main text": 6,
        "qinglang_messages_total main event": 1,
        "qinglang_messages_total main image": 1,
        "qinglang_messages_total main other": 1,
        "qinglang_pushes_total main answered": 8,
        "qinglang_pushes_total main acknowledged": 1,
        "qinglang_pushes_total main refused": 1,
        "qinglang_pushes_total main unreadable": 1,
        "qinglang_pushes_total main too_large": 1,
        "qinglang_questions_total main told": 3,
        "qinglang_questions_total main missed": 1,
        "qinglang_turns_total main ask": 4,
        "qinglang_turns_total main quiz": 1,
        "qinglang_turns_total main menu": 2,
        "qinglang_turns_total main events": 1,
        "qinglang_step_seconds_count main door": 11,
        "qinglang_step_seconds_count main load": 9,
        "qinglang_step_seconds_count main decide": 8,
        "qinglang_step_seconds_count main commit": 8,
        "qinglang_step_seconds_count main render": 9,
        "qinglang_reply_seconds_count main": 13,
        "qinglang_releases_taken_total main": 2,
        "qinglang_store_up": 1,
    }


def test_what_a_killed_worker_had_under_way_is_under_way_no_more(server: Server) -> None:
    assert server.process
    wechat = server.wechat()
    for number in range(8):
        wechat.say(f"oKilled{number}", "答题")
    server.kill()
    server.start()
    assert "qinglang_pushes_under_way" not in counted(server)
    assert len(children_of(server.process.pid)) >= 2
