"""The pretend WeChat is as impatient and as strict as the real one, and its table tells a good bot from a bad one."""

from __future__ import annotations

import time

import pytest

from bot.conformance.examine import examine
from bot.conformance.faults import BadReply
from bot.conformance.pretend_wechat import PretendWechat
from tests.bot.conformance.bots import careless_bot, reply_to
from tests.serving import AES_KEY, APP_ID, OLD_AES_KEY, TOKEN, Server, until


def test_silent_bot_is_pushed_three_times_with_new_signatures() -> None:
    seen: list[int] = []

    def answer(n: int, body: str) -> tuple[int, str]:
        seen.append(n)
        time.sleep(1.0)
        return 200, ""

    with careless_bot(answer) as url:
        wechat = PretendWechat(url, TOKEN, timeout_s=0.2)
        delivery = wechat.deliver("oA", wechat.text("你好"))
        # It may come to hear of a push when the platform has given it up.
        until(lambda: len(seen) == 3)
    assert delivery.answer is None
    assert delivery.n_tries == 3
    assert sorted(seen) == [1, 2, 3]


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
        wrong = {found.name for found in examine(PretendWechat(url, TOKEN)) if found.found.what}
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
        assert [(f.name, f.found) for f in found if f.found.what] == []


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
    assert "    问题：" in wrong.stdout
    assert "    要改：" in wrong.stdout
    usage = shipped.run("simulate", "--url", "http://127.0.0.1:9/wechat", "--mode", "safe")
    assert usage.returncode == 2


def test_seal_and_open_are_each_others_inverse() -> None:
    wechat = PretendWechat("http://unused", TOKEN, "safe", APP_ID, AES_KEY)
    assert wechat.cipher.open(wechat.seal("<xml>好</xml>", "1", "n")).decode() == "<xml>好</xml>"
