"""A thousand hostile bodies: never a 5xx, never a stack trace to the sender, and the process lives."""

from __future__ import annotations

import gzip
import socket
import time
from dataclasses import dataclass

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from werobot.crypto import MessageCrypt

from bot.conformance.pretend_wechat import Mode
from bot.wechat.crypto import Cipher, signature_of
from bot.wechat.door import Door, PushRefused
from bot.wechat.xml import parse_fields
from tests.serving import AES_KEY, APP_ID, TOKEN, Server

NASTY = [
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xml><Content>&a;</Content></xml>",
    b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>",
    b"<xml><MsgType>text</MsgType><Content>" + "李".encode() * 20_000 + b"</Content></xml>",
    b"\x00\x1d\x0b" * 50,
    b'{"MsgType": "text"}',
    b"<xml><MsgType>event</MsgType><Event>pic_weixin</Event><SendPicsInfo><Count>0</Count></SendPicsInfo></xml>",
]
NAMES = [
    "MsgType",
    "Content",
    "FromUserName",
    "ToUserName",
    "CreateTime",
    "MsgId",
    "Event",
    "EventKey",
    "source",
    "Encrypt",
]
BREAKS = [
    "]]>",
    "<![CDATA[",
    "]]></Content>",
    "<Content><![CDATA[",
    "<Encrypt>x</Encrypt>",
    "<!--",
    "-->",
    "\x1d",
    "\ufffe",
    "\ud800",
]
TEXT = st.text(max_size=40) | st.lists(st.sampled_from(BREAKS) | st.text(max_size=4), max_size=6).map("".join)
ELEMENTS = st.lists(st.tuples(st.sampled_from(NAMES), TEXT), max_size=12)
DECLARATIONS = st.sampled_from(
    [
        b"",
        b"\xef\xbb\xbf",
        *(b'<?xml version="1.0" encoding="%s"?>' % name for name in (b"GBK", b"UTF-16", b"x")),
    ]
)
KINDS = st.sampled_from(["text", "image", "voice", "event", "file", "", "x" * 300, "TEXT"])
EVENTS = st.sampled_from(
    ["subscribe", "SCAN", "CLICK", "VIEW", "unsubscribe", "kf_create_session", "foo", ""]
)


def cdata(pairs: list[tuple[str, str]]) -> bytes:
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in pairs)
    return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")


BODIES = st.builds(
    bytes.__add__,
    DECLARATIONS,
    st.one_of(
        st.binary(max_size=300),
        st.sampled_from(NASTY),
        ELEMENTS.map(cdata),
        st.builds(
            lambda kind, event, rest: cdata(
                [
                    ("ToUserName", "gh"),
                    ("FromUserName", "oHostile"),
                    ("CreateTime", "1790000000"),
                    ("MsgType", kind),
                    ("Event", event),
                    *rest,
                ]
            ),
            KINDS,
            EVENTS,
            ELEMENTS,
        ),
        st.builds(
            lambda text, number: cdata(
                [
                    ("ToUserName", "gh"),
                    ("FromUserName", "oHostile"),
                    ("CreateTime", "1"),
                    ("MsgType", "text"),
                    ("MsgId", str(number)),
                    ("Content", text),
                ]
            ),
            TEXT,
            st.integers(1, 10**17),
        ),
    ),
)

SESSION = requests.Session()


def seal(body: bytes) -> str:
    """Return any bytes as an envelope of this account; the platform's own would hold XML."""
    return str(MessageCrypt(TOKEN, AES_KEY, APP_ID).prp_crypto.encrypt(body, APP_ID).decode())


@dataclass(frozen=True)
class Hostile:
    """One request: a body, whether it is sealed (where the mode knows that) and whether it is rightly signed."""

    body: bytes
    sealed: bool
    signed: bool

    def post(self, server: Server, mode: Mode) -> None:
        """Send it and check that the answer is one the platform knows."""
        now, body, sealed = str(int(time.time())), self.body, self.sealed and mode != "plain"
        query = {"signature": signature_of(TOKEN, now, "n"), "timestamp": now, "nonce": "n"}
        if sealed:
            envelope = seal(body)
            query |= {"encrypt_type": "aes", "msg_signature": signature_of(TOKEN, now, "n", envelope)}
            body = f"<xml><Encrypt><![CDATA[{envelope}]]></Encrypt></xml>".encode()
        if not self.signed:
            query["msg_signature" if sealed else "signature"] = "0" * 40
        wechat = server.wechat(mode if sealed else "plain", _http=SESSION)
        answer = wechat.send("POST", query, body)
        # A sealed push in plain mode, or a plain one in safe mode, is somebody trying doors.
        unsure = {200, 403} if b"<Encrypt>" in body else {403} if mode == "safe" else {200}
        assert answer.status_code in ({403} if not self.signed else {200} if sealed else unsure)
        if answer.status_code == 200:
            assert len(wechat.open(answer).text.encode()) <= 2000
        else:
            assert answer.content == b""


def test_a_thousand_hostile_bodies_are_survived_without_a_trace(moded: tuple[Mode, Server]) -> None:
    mode, server = moded

    @settings(max_examples=1000, deadline=None, derandomize=True)
    @given(hostile=st.builds(Hostile, BODIES, st.booleans(), st.booleans()))
    def survive(hostile: Hostile) -> None:
        hostile.post(server, mode)

    survive()
    assert "Traceback" not in server.log


@pytest.mark.parametrize(("n", "status"), [(32, 200), (33, 403), (500, 403)])
def test_a_query_of_many_parameters_is_refused(shipped: Server, n: int, status: int) -> None:
    now = str(int(time.time()))
    signed = f"signature={signature_of(TOKEN, now, 'n')}&timestamp={now}&nonce=n&echostr=1"
    query = "&".join([signed, *(f"a{i}=1" for i in range(n - 4))])
    for method in ("GET", "POST"):
        answer = requests.request(method, f"{shipped.url}/wechat?{query}", timeout=60)
        assert answer.status_code == status
        assert status == 200 or answer.content == b""
    assert "Traceback" not in shipped.log


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
AMBIGUOUS = {
    "both lengths": (b"Content-Length: 4\r\nTransfer-Encoding: chunked", LAST_CHUNK + SMUGGLED),
    "both lengths, the other way": (
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        LAST_CHUNK + SMUGGLED,
    ),
    "two lengths": (b"Content-Length: 0\r\nContent-Length: 36", SMUGGLED),
    "one length twice": (b"Content-Length: 36\r\nContent-Length: 36", SMUGGLED),
    "list of lengths": (b"Content-Length: 0, 36", SMUGGLED),
    "signed length": (b"Content-Length: +36", SMUGGLED),
    "negative length": (b"Content-Length: -1", SMUGGLED),
    "length beyond all": (b"Content-Length: 99999999999999999999999", SMUGGLED),
    "unknown coding": (b"Transfer-Encoding: xchunked", SMUGGLED),
    "identity": (b"Transfer-Encoding: identity", SMUGGLED),
    "chunked is not last": (b"Transfer-Encoding: chunked, identity", LAST_CHUNK + SMUGGLED),
    "coding twice": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", LAST_CHUNK + SMUGGLED),
    "blank before the colon": (b"Transfer-Encoding : chunked", LAST_CHUNK + SMUGGLED),
    "control sign before the coding": (b"Transfer-Encoding: \x0bchunked", LAST_CHUNK + SMUGGLED),
    "chunk beyond all": (b"Transfer-Encoding: chunked", b"fffffffffffffffff\r\n" + SMUGGLED),
    "negative chunk": (b"Transfer-Encoding: chunked", b"-1\r\n" + SMUGGLED),
    "chunk with bare line ends": (b"Transfer-Encoding: chunked", b"0\n\n" + SMUGGLED),
    "length in a trailer": (b"Transfer-Encoding: chunked", b"0\r\nContent-Length: 5\r\n\r\n" + SMUGGLED),
    "folded line": (b"X: a\r\n Content-Length: 36\r\nContent-Length: 0", SMUGGLED),
    "zero byte": (b"X: a\x00b\r\nContent-Length: 0", SMUGGLED),
    "bare return": (b"X: a\rTransfer-Encoding: chunked\r\nContent-Length: 0", SMUGGLED),
}


def signed_head(more: bytes) -> bytes:
    now = str(int(time.time()))
    query = f"signature={signature_of(TOKEN, now, 'n')}&timestamp={now}&nonce=n"
    return f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\n".encode() + more + b"\r\n\r\n"


def answer_to(server: Server, raw: bytes, *, until: bytes = b"") -> bytes:
    """Return all that comes back on one connection, to its end or to some words."""
    got = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall(raw)
        while (more := line.recv(1 << 16)) and (got := got + more):
            if until and until in got:
                break
    return got


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_request_that_two_could_read_differently_is_refused_and_hung_up_on(
    shipped: Server, name: str
) -> None:
    head, body = AMBIGUOUS[name]
    got = answer_to(shipped, signed_head(head) + body)
    assert got.startswith(b"HTTP/1.1 400 ")
    assert got.count(b"HTTP/1.1 ") == 1


def test_body_of_chunks_is_no_longer_than_any_other(shipped: Server) -> None:
    body = b"".join(b"10000\r\n" + b"x" * 0x10000 + b"\r\n" for _ in range(5)) + LAST_CHUNK
    got = answer_to(shipped, signed_head(b"Transfer-Encoding: chunked") + body, until=b"\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 413 ")


def test_body_that_does_not_come_is_not_waited_for(shipped: Server) -> None:
    got = answer_to(shipped, signed_head(b"Content-Length: 1000") + b"<xml>", until=b"\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 413 ")


def test_packed_body_is_never_unpacked(shipped: Server) -> None:
    body = gzip.compress(b"<xml><Content>" + b"a" * 100_000_000 + b"</Content></xml>")
    head = b"Content-Encoding: gzip\r\nContent-Length: %d" % len(body)
    got = answer_to(shipped, signed_head(head) + body, until=b"success")
    assert got.startswith(b"HTTP/1.1 200 ")
    assert "push unreadable" in shipped.log


def test_hostile_envelopes_are_refused_alike() -> None:
    cipher = Cipher(TOKEN, APP_ID, AES_KEY)
    sealed = parse_fields(cipher.seal("<xml/>", "1", "n").encode(), {"Encrypt"})["Encrypt"]
    stranger = parse_fields(Cipher(TOKEN, "wxother", AES_KEY).seal("<xml/>", "1", "n").encode(), {"Encrypt"})[
        "Encrypt"
    ]
    door = Door(TOKEN, APP_ID, (AES_KEY,), "safe", 0)
    for envelope in (sealed[:-4], sealed[4:], "", "====", stranger, "李" * 30, sealed[::-1]):
        query = [
            ("signature", signature_of(TOKEN, "1", "n")),
            ("timestamp", "1"),
            ("nonce", "n"),
            ("encrypt_type", "aes"),
            ("msg_signature", signature_of(TOKEN, "1", "n", envelope)),
        ]
        try:
            door.open_push(query, f"<xml><Encrypt>{envelope}</Encrypt></xml>".encode(), 0)
        except PushRefused:
            continue
        raise AssertionError(envelope)
