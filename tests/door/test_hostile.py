"""A thousand hostile bodies: never a 5xx, never a stack trace to the sender, and the process lives."""

from __future__ import annotations

import time

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.wechat.crypto import Cipher, signature_of
from bot.wechat.door import Door, Refused
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
TEXT = st.text(max_size=40)
ELEMENTS = st.lists(st.tuples(st.sampled_from(NAMES), TEXT), max_size=12)
KINDS = st.sampled_from(["text", "image", "voice", "event", "file", "", "x" * 300, "TEXT"])
EVENTS = st.sampled_from(
    ["subscribe", "SCAN", "CLICK", "VIEW", "unsubscribe", "kf_create_session", "foo", ""]
)


def cdata(pairs: list[tuple[str, str]]) -> bytes:
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in pairs)
    return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")


BODIES = st.one_of(
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
)
SESSION = requests.Session()


@settings(
    max_examples=1000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(body=BODIES, signed=st.booleans())
def test_a_thousand_hostile_bodies_are_survived(shipped: Server, body: bytes, signed: bool) -> None:
    now = str(int(time.time()))
    query = {
        "signature": signature_of(TOKEN, now, "n") if signed else "0" * 40,
        "timestamp": now,
        "nonce": "n",
    }
    answer = SESSION.post(f"{shipped.url}/wechat", params=query, data=body, timeout=10)
    # A sealed push in plain mode is somebody trying doors.
    allowed = {403} if not signed else {200, 403} if b"<Encrypt>" in body else {200}
    assert answer.status_code in allowed
    assert b"Traceback" not in answer.content
    if answer.content not in (b"", b"success"):
        assert len(parse_fields(answer.content, {"Content"})["Content"].encode()) <= 2000


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
        except Refused:
            continue
        raise AssertionError(envelope)
