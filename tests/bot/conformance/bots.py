"""Bots of others to examine: careless ones that a test makes up, and real ones from PyPI and npm."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.conformance.pretend_wechat import Mode, PretendWechat
from tests.serving import AES_KEY, APP_ID, TOKEN, free_port, until

PEERS = Path(__file__).parents[2] / "peers"
XML = {"content-type": "text/xml"}
REPLY = (
    "<xml><ToUserName>{to}</ToUserName><FromUserName>gh</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content>{text}</Content></xml>"
)


@contextmanager
def careless_bot(answer: Any, headers: Mapping[str, str] = XML) -> Iterator[str]:
    """A bot that checks nothing: `answer` gets how many requests came and the body, and gives (status, text or bytes)."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode("utf-8", "replace")
            seen.append(self.path)
            status, content = answer(len(seen), body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(content if isinstance(content, bytes) else content.encode())
            except OSError:
                return

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply_to(body: str, text: str = "好") -> str:
    openid = body.partition("<FromUserName>")[2].partition("<")[0]
    return REPLY.format(to=openid, text=text)


@contextmanager
def real_bot(name: str, mode: Mode) -> Iterator[PretendWechat]:
    """A bot of tests/peers that echoes words, run as its library's documentation has it."""
    program = [sys.executable] if name.endswith(".py") else [_node()]
    port = free_port()
    key = [] if mode == "plain" else [APP_ID, AES_KEY]
    process = subprocess.Popen(
        [*program, str(PEERS / name), str(port), TOKEN, *key],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _listens(port))
        yield PretendWechat(f"http://127.0.0.1:{port}/", TOKEN, mode, APP_ID, AES_KEY)
    finally:
        process.kill()
        process.wait()


def _node() -> str:
    node = shutil.which("node")
    if not node or not (PEERS / "node_modules/wechat").exists():
        assert not os.environ.get("QINGLANG_TEST_FULL"), "node and `npm ci` in tests/peers are needed"
        pytest.skip("needs node and `npm ci` in tests/peers")
    return node


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
