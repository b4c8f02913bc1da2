"""What is bounded, and what happens at the bound, through the door: docs/security.md lists them all."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

import requests

from bot.connections import HEAD_BYTES
from bot.store.server.embedded import Embedded
from bot.store.server.server_process import MOST_LOG_BYTES
from tests.serving import Server, until


def connected(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def test_head_without_an_end_is_hung_up_on_before_it_fills_the_memory(shipped: Server) -> None:
    sent = 0
    with connected(shipped) as line, contextlib.suppress(ConnectionError):
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        while sent < 100 * HEAD_BYTES:
            line.sendall(b"X-Much: " + b"a" * 1000 + b"\r\n")
            sent += 1010
    assert sent < 100 * HEAD_BYTES
    assert "出处：" in shipped.wechat().say("oAfter", "第五条")


def test_body_as_long_as_is_allowed_is_no_head(shipped: Server) -> None:
    for body in (b"x" * 2 * HEAD_BYTES, b"x" * (2 * HEAD_BYTES + 1)):
        assert requests.post(shipped.url + "/wechat", body, timeout=60).status_code == 403


def test_one_connection_too_many_is_told_so_and_room_is_made_again(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(SERVER__MAX_CONNECTIONS="20")
    lines = [connected(server) for _ in range(20)]
    assert server.get("/healthz").status_code == 503
    for line in lines:
        line.close()
    until(lambda: server.get("/healthz").ok)
    assert "出处：" in server.wechat().say("oAfter", "第五条")


def test_long_log_of_the_embedded_server_is_put_aside_at_its_next_start(tmp_path: Path) -> None:
    log = tmp_path / "data" / "redis" / "redis.log"
    log.parent.mkdir(parents=True)
    for _ in range(3):
        log.write_bytes(b"x" * (MOST_LOG_BYTES + 1))
        server = Embedded(tmp_path / "data")
        server.start()
        server.stop()
    assert log.stat().st_size < MOST_LOG_BYTES
    assert {path.name for path in log.parent.glob("redis.log*")} == {"redis.log", "redis.log.before"}
