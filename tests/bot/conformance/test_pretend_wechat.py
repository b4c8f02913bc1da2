"""The pretend WeChat is as impatient and as strict as the real one, and its table tells a good bot from a bad one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.conformance.checks import examine
from bot.conformance.pretend_wechat import BadReply, PretendWechat
from tests.serving import AES_KEY, APP_ID, OLD_AES_KEY, TOKEN, Server

REPLY = (
    "<xml><ToUserName>{to}</ToUserName><FromUserName>gh</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content>{text}</Content></xml>"
)


@contextmanager
def careless_bot(answer: Any) -> Iterator[str]:
    """A bot of somebody else's that checks nothing: `answer` gets how many requests came and gives (status, body)."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode("utf-8", "replace")
            seen.append(self.path)
            status, content = answer(len(seen), body)
            self.send_response(status)
            self.send_header("content-type", "text/xml")
            self.end_headers()
            try:
                self.wfile.write(content.encode())
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


def test_silent_bot_is_pushed_three_times_with_new_signatures() -> None:
    seen: list[int] = []

    def answer(n: int, body: str) -> tuple[int, str]:
        seen.append(n)
        time.sleep(1.0)
        return 200, ""

    with careless_bot(answer) as url:
        wechat = PretendWechat(url, TOKEN, timeout_s=0.2)
        delivery = wechat.deliver("oA", wechat.text("你好"))
    assert delivery.answer is None
    assert delivery.n_tries == 3
    assert seen == [1, 2, 3]


def test_bot_that_is_slow_once_is_heard_at_the_second_try() -> None:
    def answer(n: int, body: str) -> tuple[int, str]:
        if n == 1:
            return 500, ""
        return 200, reply_to(body)

    with careless_bot(answer) as url:
        wechat = PretendWechat(url, TOKEN)
        delivery = wechat.deliver("oA", wechat.text("你好"))
    assert (delivery.n_tries, delivery.answer and delivery.answer.text) == (2, "好")


@pytest.mark.parametrize(
    "content",
    ["not xml", "<xml><MsgType>text</MsgType></xml>", '{"text": "好"}', "<xml><Content>好</Content></xml>"],
)
def test_answer_that_the_platform_would_not_take_is_refused(content: str) -> None:
    with careless_bot(lambda n, body: (200, content)) as url:
        wechat = PretendWechat(url, TOKEN)
        with pytest.raises(BadReply):
            wechat.say("oA", "你好")


def test_table_names_what_a_careless_bot_does_wrong() -> None:
    with careless_bot(lambda n, body: (200, reply_to(body, f"第{n}次：{body[-300:]}"[:50]))) as url:
        wrong = {found.name for found in examine(PretendWechat(url, TOKEN)) if found.wrong}
    assert wrong >= {
        "正确的签名原样返回 echostr",
        "错误的签名不回",
        "一小时前的签名不回（防重放）",
        "先后重发三次，回复一样",
        "同时来三份，回复一样",
        "打开网页",
        "取消关注",
    }


def test_our_own_bot_passes_every_check_in_plain_and_safe_mode(shipped: Server, shipped_safe: Server) -> None:
    for server, mode in ((shipped, "plain"), (shipped_safe, "safe")):
        found = list(examine(server.wechat(mode)))
        assert len(found) >= 45
        assert [(f.name, f.wrong) for f in found if f.wrong] == []


def test_check_of_the_previous_key_fails_a_bot_that_has_forgotten_it(shipped_safe: Server) -> None:
    found = {f.name: f.wrong for f in examine(shipped_safe.wechat("safe"), OLD_AES_KEY)}
    assert found["旧密钥的推送用旧密钥回"]


def test_command_prints_the_table_and_fails_when_a_check_does(shipped: Server) -> None:
    good = shipped.run("simulate")
    assert good.returncode == 0, good.stdout
    assert "不合格 0" in good.stdout
    named = shipped.run("simulate", "--url", f"{shipped.url}/wechat", "--token", TOKEN)
    assert named.returncode == 0, named.stdout
    wrong = shipped.run("simulate", "--url", f"{shipped.url}/wechat", "--token", "otherToken")
    assert wrong.returncode == 1
    assert "不合格：" in wrong.stdout
    usage = shipped.run("simulate", "--url", "http://127.0.0.1:9/wechat", "--mode", "safe")
    assert usage.returncode == 2


def test_seal_and_open_are_each_others_inverse() -> None:
    wechat = PretendWechat("http://unused", TOKEN, "safe", APP_ID, AES_KEY)
    assert wechat.cipher.open(wechat.seal("<xml>好</xml>", "1", "n")).decode() == "<xml>好</xml>"
