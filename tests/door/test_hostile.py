"""A thousand hostile bodies: never a 5xx, never a stack trace to the sender, and the process lives."""

from __future__ import annotations

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


@pytest.mark.parametrize("n", [33, 500])
def test_a_query_of_many_parameters_is_refused(shipped: Server, n: int) -> None:
    query = "&".join(f"a{i}=1" for i in range(n))
    for method in ("GET", "POST"):
        assert requests.request(method, f"{shipped.url}/wechat?{query}", timeout=60).status_code == 403
    assert "Traceback" not in shipped.log


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
