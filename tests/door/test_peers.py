"""Our door against implementations that share no line with ours: wechatpy and npm's @wecom/crypto."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests

from tests.serving import AES_KEY, APP_ID, TOKEN, Server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy import parse_message
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.utils import WeChatSigner

PEERS = Path(__file__).parent.parent / "peers"
QUESTION = "请问未備案的網站能不能接入喃"
ANSWER = "不为未备案网站提供接入"


@pytest.fixture(scope="module", params=["safe", "compat"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key, in safe mode and in compat mode."""
    settings = {
        "QINGLANG_WECHAT__APP_ID": APP_ID,
        "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        "QINGLANG_WECHAT__MODE": request.param,
    }
    server = Server(tmp_path_factory.mktemp(request.param), settings).start()
    yield server
    server.stop()


def text_push(openid: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_peer]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{QUESTION}]]></Content><MsgId>{time.time_ns()}</MsgId></xml>"
    )


def signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def check_reply(xml: str, openid: str) -> None:
    reply = ElementTree.fromstring(xml)  # noqa: S314 - our own reply
    assert reply.findtext("ToUserName") == openid
    assert reply.findtext("FromUserName") == "gh_peer"
    assert reply.findtext("MsgType") == "text"
    content = reply.findtext("Content") or ""
    assert ANSWER in content
    assert "\n出处：《四川省互联网信息服务行业自律倡议书》第四条" in content


def test_wechatpy_plain_push_is_answered(shipped: Server) -> None:
    now = str(int(time.time()))
    query = {"signature": signature(TOKEN, now, "peer"), "timestamp": now, "nonce": "peer"}
    answer = requests.post(f"{shipped.url}/wechat", params=query, data=text_push("oPy").encode(), timeout=60)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    check_reply(answer.text, "oPy")
    assert parse_message(answer.content).content


def test_wechatpy_opens_our_sealed_reply(server: Server) -> None:
    now = str(int(time.time()))
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    envelope = crypto.encrypt_message(text_push("oPy"), "peer", now)
    sealed = ElementTree.fromstring(envelope).findtext("Encrypt") or ""  # noqa: S314 - the peer's own
    query = {
        "signature": signature(TOKEN, now, "peer"),
        "timestamp": now,
        "nonce": "peer",
        "encrypt_type": "aes",
        "msg_signature": signature(TOKEN, now, "peer", sealed),
    }
    answer = requests.post(f"{server.url}/wechat", params=query, data=envelope.encode(), timeout=60)
    outer = ElementTree.fromstring(answer.text)  # noqa: S314 - our own reply
    opened = crypto.decrypt_message(
        answer.text, outer.findtext("MsgSignature"), outer.findtext("TimeStamp"), outer.findtext("Nonce")
    )
    check_reply(opened if isinstance(opened, str) else opened.decode(), "oPy")


@pytest.mark.parametrize("compat_body", [False, True])
def test_wecom_crypto_opens_our_sealed_reply(server: Server, compat_body: bool) -> None:
    node = shutil.which("node")
    if not node or not (PEERS / "node_modules").exists():
        assert not os.environ.get("QINGLANG_TEST_FULL"), (
            "node and tests/peers/node_modules are needed for the full suite"
        )
        pytest.skip("needs node and `npm ci` in tests/peers")
    push = {
        "url": f"{server.url}/wechat",
        "token": TOKEN,
        "appId": APP_ID,
        "aesKey": AES_KEY,
        "message": text_push("oNode"),
        "compat": compat_body,
    }
    run = subprocess.run(
        [node, "push.mjs"], input=json.dumps(push), capture_output=True, text=True, cwd=PEERS, timeout=30
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["status"] == 200
    assert found["signed"]
    assert found["appId"] == APP_ID
    check_reply(found["xml"], "oNode")
