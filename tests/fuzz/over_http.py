"""Whole requests to a real server, of any method, way, query and body."""

from __future__ import annotations

import atexit
import functools
import io
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import requests

from bot.conformance.pretend_wechat import PretendWechat
from bot.wechat.crypto import signature_of
from tests.faults.quick_wechat import quick
from tests.fuzz.words import XML_WORDS, Draw, anything, of, one_of, some, whether
from tests.serving import TOKEN, Server


@functools.cache
def _server() -> Server:
    server = Server(Path(tempfile.mkdtemp(prefix="qinglang-fuzz-"))).start()
    atexit.register(shutil.rmtree, server.folder, ignore_errors=True)
    atexit.register(server.end)
    return server


@functools.cache
def _told() -> BinaryIO:
    """What the server logs, from now on."""
    log = (_server().folder / "log").open("rb")
    log.seek(0, io.SEEK_END)
    return log


def push(body: str, more: list[tuple[str, str]], path: str, method: str, is_signed: bool) -> None:
    """A whole request to a real server: no answer is a 5xx, and no trace comes into its log."""
    wechat, told = _wechat(), _told()
    raw, now = body.encode("utf-8", "surrogatepass"), str(int(time.time()))
    wechat.url = f"{_server().url}/{quote(path)}"
    signed = {"signature": signature_of(TOKEN, now, "n")} if is_signed else {}
    query = {**dict(more), **signed, "timestamp": now, "nonce": "n"}
    try:
        status = wechat.send(method, query, raw).status_code
    except requests.ConnectionError:
        # A server that refuses a head may hang up; the next push finds whether it lives.
        status = wechat.send("GET", {}).status_code
    assert status < 500, status
    assert b"Traceback" not in told.read()


@functools.cache
def _wechat() -> PretendWechat:
    return quick(_server().wechat())


_HEAD = "<xml><ToUserName>gh</ToUserName><FromUserName>o{}</FromUserName><CreateTime>1</CreateTime>{}{}</xml>"
_TYPES = of(
    "<MsgType>text</MsgType>",
    "<MsgType>event</MsgType>",
    "<Event>subscribe</Event>",
    "<EventKey>menu:quiz</EventKey>",
    max_size=3,
)
_INNER = of(
    "<Content><![CDATA[",
    "]]></Content>",
    "<MsgId>1</MsgId>",
    "<MsgId>9</MsgId>",
    "答题",
    "A",
    "第五条",
    "更多",
    max_size=8,
)
_NAMES = ("signature", "msg_signature", "echostr", "openid", "encrypt_type", "a")
_WAYS = of(
    *["wechat"] * 4, "/", "..", "%2e", "k/", "v/", "admin", "privacy", "healthz", "metrics", max_size=3
)


def _body(rng: random.Random) -> str:
    is_message = rng.random() < 0.7
    return _HEAD.format(rng.randint(0, 99), _TYPES(rng), _INNER(rng)) if is_message else XML_WORDS(rng)


def _pair(rng: random.Random) -> tuple[str, str]:
    return rng.choice(_NAMES), anything(rng)


def _way(rng: random.Random) -> str:
    return "wechat" if rng.random() < 0.7 else str(_WAYS(rng))


REQUESTS: tuple[Draw, ...] = (
    _body,
    some(_pair, 6),
    _way,
    one_of(*["POST"] * 5, "GET", "HEAD", "PUT"),
    whether,
)
"""What `push` is drawn from."""
