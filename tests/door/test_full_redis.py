"""An outside Redis without memory: quizzes are put off, questions are answered, and all goes on when there is room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import requests

from tests.door.test_failures import POLITE, item_of, resumed
from tests.outside import OutsideRedis
from tests.serving import Server, until


def test_redis_without_memory_puts_quizzes_off_and_loses_none(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    outside = OutsideRedis(tmp_path / "outside").start()
    client = outside.client()
    try:
        server = make_server(REDIS__URL=outside.url)
        wechat = server.wechat()
        item = item_of(wechat.say("oTaker", "答题"))
        client.config_set("maxmemory", 1)
        assert "出处：" in wechat.say("oReader", "第五条")
        assert POLITE in wechat.say("oTaker", "A")
        assert "内存满了" in requests.get(f"{server.url}/readyz", timeout=5).json()["why"]
        client.config_set("maxmemory", 0)
        assert item_of(until(lambda: resumed(wechat.say("oTaker", "继续")))) == item
    finally:
        client.close()
        outside.kill()
