"""What a server keeps to itself while others come: a second start, a hung-up terminal, a caller that says nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from bot.cli import metrics_places
from bot.config import load_settings
from bot.connections import HEAD_S
from tests.serving import TOKEN, Server, children_of, is_running, until


def pushes_counted(server: Server) -> float:
    lines = server.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("qinglang_pushes_total{"))


def has_folder(server: Server) -> bool:
    return any(place.exists() for place in metrics_places(load_settings(server.environment)))


def test_second_start_by_mistake_takes_nothing_from_the_running_server(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    for number in range(3):
        server.wechat().say(f"oCounted{number}", "第五条")
    assert server.run("serve").returncode == 2
    assert has_folder(server)
    assert pushes_counted(server) == 3
    assert server.stop() == 0
    assert not has_folder(server)


def test_start_that_fails_leaves_no_folder_of_metrics(tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.2.4 sha=0"\nexit 1\n')
    program.chmod(0o755)
    server = Server(tmp_path, {"QINGLANG_REDIS__SERVER_BINARY": str(program)})
    assert server.run("serve").returncode == 2
    assert not has_folder(server)


@pytest.mark.parametrize("workers", [1, 2])
def test_lost_terminal_ends_or_renews_the_server_gracefully(
    make_server: Callable[..., Server], workers: int
) -> None:
    # A server inherits what the tests themselves are started with, by nohup or a build server: ignored.
    inherited = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        server = make_server(SERVER__WORKERS=str(workers))
    finally:
        signal.signal(signal.SIGHUP, inherited)
    assert server.process
    redis, first = server.redis_pid(), children_of(server.process.pid)
    for pid in [server.process.pid, *first]:
        os.kill(pid, signal.SIGHUP)
    if workers == 1:
        assert server.process.wait(30) == 0
        assert not is_running(redis)
        return
    until(lambda: not any(is_running(pid) for pid in first if pid in children_of(server.process.pid)))
    assert "出处：" in server.wechat().say("oAsk", "第五条")


def test_nohup_is_respected(tmp_path: Path) -> None:
    server = Server(tmp_path / "server")
    server.folder.mkdir()
    with (server.folder / "log").open("ab") as log:
        server.process = subprocess.Popen(
            ["nohup", sys.executable, "-m", "bot.cli", "serve"],
            env=server.environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=server.folder,
        )
    try:
        until(lambda: server.get("/healthz").ok)
        server.process.send_signal(signal.SIGHUP)
        assert "出处：" in server.wechat().say("oAsk", "第五条")
        assert server.process.poll() is None
    finally:
        server.stop()


def test_too_many_parameters_are_refused_like_anything_unsigned(shipped: Server) -> None:
    query = "&".join(f"p{number}=1" for number in range(33))
    for method in ("GET", "POST"):
        refused = requests.request(method, f"{shipped.url}/wechat?{query}", timeout=60)
        assert (refused.status_code, refused.content) == (403, b"")
    assert TOKEN not in shipped.log


def test_half_sent_heads_are_hung_up_on(shipped: Server) -> None:
    said = (
        b"",
        b"POST /wechat HTTP/1.1\r\nHost: x\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal",
    )
    lines = [socket.create_connection(("127.0.0.1", shipped.port)) for _ in said]
    for line, words in zip(lines, said, strict=True):
        line.sendall(words)
    for line in lines:
        line.settimeout(3 * HEAD_S)
        while line.recv(1 << 16):
            pass
        line.close()


def test_rest_of_a_body_that_was_refused_is_let_in_and_the_line_goes_on(shipped: Server) -> None:
    too_large, told = 300_000, b"HTTP/1.1 413 "
    with socket.create_connection(("127.0.0.1", shipped.port), timeout=60) as line:
        line.sendall(f"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: {too_large}\r\n\r\n".encode())
        assert line.recv(1 << 16).startswith(told)
        for _ in range(30):
            line.sendall(b"x" * (too_large // 30))
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(1 << 16).startswith(b"HTTP/1.1 200 ")


def test_data_folder_is_shut_to_strangers(make_server: Callable[..., Server]) -> None:
    server = make_server()
    data = server.folder / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert server.stop() == 0
    data.chmod(0o755)
    server.start()
    assert data.stat().st_mode & 0o777 == 0o700
