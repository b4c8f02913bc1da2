"""What the platform and its imitators really send is answered, in all three modes, through a real server."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import pytest
import requests

from bot.conformance.pretend_wechat import PretendWechat, PushAnswer
from bot.wechat.crypto import signature_of
from tests.serving import Server

QUESTION, SOURCE = "未备案的网站能不能接入", "\n出处：《四川省互联网信息服务行业自律倡议书》第四条"
Shape = Callable[[str], str]


def push_of(**elements: str) -> str:
    """Return a push as the platform writes it: in CDATA, nothing escaped."""
    common = {
        "ToUserName": "gh_me",
        "FromUserName": f"oRead{secrets.token_hex(6)}",
        "CreateTime": str(int(time.time())),
        "MsgType": "text",
    }
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in (common | elements).items())
    return f"<xml>{inner}<MsgId>{secrets.randbits(60)}</MsgId></xml>"


def deliver(
    wechat: PretendWechat, xml: str, shape: Shape = str, base64: Shape = str, before: str = ""
) -> requests.Response:
    """Post a push: `shape` is done to each document, `base64` to the sealed text, `before` stands before each."""
    now, nonce = str(int(time.time())), secrets.token_hex(5)
    query, document = wechat.signed(now, nonce), before + shape(xml)
    if wechat.mode != "plain":
        sealed = base64(wechat.seal(document, now, nonce))
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature_of(wechat.token, now, nonce, "".join(sealed.split())),
        }
        shown = xml if wechat.mode == "compat" else "<xml><ToUserName><![CDATA[gh_me]]></ToUserName></xml>"
        head = shown.removesuffix("</xml>")
        document = before + shape(f"{head}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>")
    return wechat.send("POST", query, document.encode())


def answer_of(
    wechat: PretendWechat, xml: str, shape: Shape = str, base64: Shape = str, before: str = ""
) -> PushAnswer:
    return wechat.open(deliver(wechat, xml, shape, base64, before))


@pytest.mark.parametrize(
    "typed",
    [
        f"{QUESTION}]]>",
        f"]]>{QUESTION}",
        f"{QUESTION}]]></Content></xml>",
        f"<a><![CDATA[1]]></a>{QUESTION}<status>",
        f"{QUESTION}]]></Content><!--",
    ],
)
def test_words_that_end_their_cdata_get_the_answer(wechat: PretendWechat, typed: str) -> None:
    assert SOURCE in answer_of(wechat, push_of(Content=typed)).text


@pytest.mark.parametrize(
    "forged",
    [
        "<FromUserName>oVictim</FromUserName>",
        "<MsgType>event</MsgType><Event>unsubscribe</Event>",
        "<MsgId>1</MsgId>",
        "<Encrypt>x</Encrypt>",
    ],
)
@pytest.mark.parametrize(
    "frame", ["{0}]]></Content>{1}<Content><![CDATA[", "{0}]]>{1}<![CDATA[", "{0}]]>{1}"]
)
def test_elements_in_words_are_words(wechat: PretendWechat, forged: str, frame: str) -> None:
    openid = f"oReal{secrets.token_hex(6)}"
    # The same forged MsgId twice: the second question would get the answer to the first.
    first = answer_of(wechat, push_of(FromUserName=openid, Content=frame.format("帮助", forged)))
    answer = answer_of(wechat, push_of(FromUserName=openid, Content=frame.format(QUESTION, forged)))
    assert (first.to, answer.to, answer.kind) == (openid, openid, "text")
    assert SOURCE in answer.text


@pytest.mark.parametrize(
    ("kind", "name", "others"),
    [
        ("link", "Title", {"Description": "摘要", "Url": "https://example.cn"}),
        ("link", "Url", {"Title": "标题", "Description": "摘要"}),
        ("file", "Title", {"Description": "摘要"}),
        ("location", "Label", {}),
    ],
)
def test_shared_things_are_answered_whatever_they_are_called(
    wechat: PretendWechat, kind: str, name: str, others: dict[str, str]
) -> None:
    plain = answer_of(wechat, push_of(MsgType=kind, **{name: "成都"}, **others))
    odd = answer_of(wechat, push_of(MsgType=kind, **{name: "成都]]></b>"}, **others))
    assert (odd.kind, odd.text) == ("text", plain.text)


def test_recognised_words_are_answered_whatever_was_said(wechat: PretendWechat) -> None:
    push = push_of(MsgType="voice", MediaId="m", Format="amr", Recognition=f"{QUESTION}]]>")
    assert SOURCE in answer_of(wechat, push).text


@pytest.mark.parametrize("encoding", ["GBK", "UTF-16", "Big5", "ISO-8859-1", "UTF-8", "no such"])
@pytest.mark.parametrize("blank", ["", "\ufeff", "\r\n"])
def test_bytes_are_utf_8_whatever_is_declared(wechat: PretendWechat, encoding: str, blank: str) -> None:
    before = f'{blank}<?xml version="1.0" encoding="{encoding}"?>\n'
    assert SOURCE in answer_of(wechat, push_of(Content=QUESTION), before=before).text


@pytest.mark.parametrize("blank", [" ", "\n", "\r\n\t"])
def test_blanks_around_cdata_are_layout(wechat: PretendWechat, blank: str) -> None:
    def spread(document: str) -> str:
        return document.replace("<![CDATA[", f"{blank}<![CDATA[").replace("]]>", f"]]>{blank}")

    openid = f"oBlank{secrets.token_hex(6)}"
    answer = answer_of(wechat, push_of(FromUserName=openid, Content=QUESTION), spread)
    assert answer.to == openid
    assert SOURCE in answer.text


@pytest.mark.parametrize("end", ["\n", "\r\n", " "])
def test_line_ends_within_base64_are_read_over(shipped_safe: Server, end: str) -> None:
    def broken(sealed: str) -> str:
        return "".join(sealed[start : start + 76] + end for start in range(0, len(sealed), 76))

    assert SOURCE in answer_of(shipped_safe.wechat("safe"), push_of(Content=QUESTION), base64=broken).text


@pytest.mark.parametrize("number", ["<MsgId></MsgId>", "<MsgId/>", "<MsgId>0</MsgId>", ""])
def test_messages_of_one_second_without_a_msg_id_are_each_answered(
    wechat: PretendWechat, number: str
) -> None:
    def unnumbered(document: str) -> str:
        head, start, rest = document.partition("<MsgId>")
        return head + number + rest.partition("</MsgId>")[2] if start else document

    common = {"FromUserName": f"oNone{secrets.token_hex(6)}", "CreateTime": str(int(time.time()))}
    asked = [
        answer_of(wechat, push_of(**common, Content=text), unnumbered).text for text in ("帮助", QUESTION)
    ]
    again = answer_of(wechat, push_of(**common, Content=QUESTION), unnumbered).text
    assert SOURCE not in asked[0]
    assert SOURCE in asked[1]
    assert again == asked[1]


def test_the_address_is_one_with_and_without_its_slash(wechat: PretendWechat) -> None:
    wechat.url += "/"
    assert SOURCE in wechat.say(f"oSlash{secrets.token_hex(6)}", QUESTION)
    now, nonce = str(int(time.time())), secrets.token_hex(5)
    echo = wechat.send("GET", wechat.signed(now, nonce) | {"echostr": "583847"})
    assert (echo.status_code, echo.content, echo.history) == (200, b"583847", [])
    assert wechat.send("POST", {}).status_code == 403
