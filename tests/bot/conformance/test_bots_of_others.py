"""Bots of others are judged by what the platform would do with their answers, and everything else is a remark."""

from __future__ import annotations

import re

import pytest

from bot.conformance.examine import Verdict, examine
from bot.conformance.pretend_wechat import Mode, PretendWechat
from tests.bot.conformance.bots import careless_bot, real_bot, reply_to
from tests.serving import AES_KEY, APP_ID, TOKEN, Server, free_port

ECHO = "5838479218127813673"
# An echo of what nobody can type is longer than a reply may be, and words that end their CDATA section break the parser.
TOO_LONG = {"64 KiB 的文字", "一万个表情"}
BREAKS = {"带 ]]> 的文字", "标题带 ]]> 的链接"}
DIES = {"来过各种坏正文，照常回答", "“来过各种坏正文，照常回答”以后还在回答"}


def judged(wechat: PretendWechat) -> dict[str, Verdict]:
    return {verdict.name: verdict for verdict in examine(wechat)}


def wrong(found: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in found.items() if verdict.wrong}


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("werobot_bot.py", TOO_LONG | BREAKS),
        ("wechatpy_bot.py", TOO_LONG | BREAKS),
        ("wechat_bot.cjs", TOO_LONG | {"带 ]]> 的文字"} | DIES),
    ],
)
def test_real_bot_is_wrong_only_where_a_user_would_see_it(name: str, expected: set[str], mode: Mode) -> None:
    with real_bot(name, mode) as wechat:
        found = judged(wechat)
    assert len(found) >= 49
    assert wrong(found) == expected
    assert "一小时后还能重放" in found["一小时前的签名不回（防重放）"].remark
    assert found["Content-Type 是 XML"].remark
    assert all(verdict.found.cure for verdict in found.values() if verdict.found.what)


def test_bot_that_dies_is_noticed_at_once_and_the_rest_is_not_judged() -> None:
    with real_bot("wechat_bot.cjs", "plain") as wechat:
        last = list(examine(wechat))[-1]
    assert last.group == "中断"
    assert "后面 1 项没有检查" in last.wrong


def test_nobody_listening_is_one_line_and_no_check_is_passed(shipped: Server) -> None:
    run = shipped.run("simulate", "--url", f"http://127.0.0.1:{free_port()}/", "--token", TOKEN)
    assert run.returncode == 1
    assert "连不上，没有程序在监听" in run.stdout
    assert "共 1 项，合格 0" in run.stdout
    assert not re.search("Error|Traceback|Exception", run.stdout + run.stderr)


def test_bot_that_answers_in_plain_in_compat_mode_is_right() -> None:
    with careless_bot(lambda n, body: (200, reply_to(body))) as url:
        found = judged(PretendWechat(url, TOKEN, "compat", APP_ID, AES_KEY))
    assert not any(found[name].found.what for name in ("图片", "关注", "只有表情"))


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/html"}])
def test_content_type_is_one_remark_and_no_fault(headers: dict[str, str]) -> None:
    with careless_bot(lambda n, body: (200, reply_to(body)), headers) as url:
        found = judged(PretendWechat(url, TOKEN))
    assert "微信不看" in found["Content-Type 是 XML"].remark
    assert sum("Content-Type" in verdict.found.what for verdict in found.values()) == 1


def test_page_that_repeats_the_address_is_no_echo() -> None:
    with careless_bot(lambda n, body: (403, f"<h1>403</h1>/?echostr={ECHO}")) as url:
        found = judged(PretendWechat(url, TOKEN))
    assert not found["错误的签名不返回 echostr"].found.what
    assert "HTTP 403" in found["正确的签名原样返回 echostr"].wrong


def test_echo_in_quotes_is_told_as_what_it_is() -> None:
    with careless_bot(lambda n, body: (200, f'"{ECHO}"')) as url:
        found = judged(PretendWechat(url, TOKEN))["正确的签名原样返回 echostr"]
    assert "前后多了东西" in found.wrong
    assert "引号" in found.found.cure


@pytest.mark.parametrize(
    ("status", "answer", "why"),
    [
        (200, reply_to("<FromUserName>o<").replace("好", "<![CDATA[你]]>好]]>"), "没拆开的 ]]>"),
        (200, reply_to("<FromUserName>o<").encode("gbk"), "不是 UTF-8"),
        (200, '{"text": "好"}', "JSON"),
        (200, "<!doctype html><p>好", "网页"),
        (200, "你好", "普通文字"),
        (302, "", "跳转"),
        (500, "", "程序出错"),
    ],
)
def test_answer_that_is_not_taken_is_told_with_its_reason(status: int, answer: str | bytes, why: str) -> None:
    with careless_bot(lambda n, body: (status, answer)) as url:
        found = judged(PretendWechat(url, TOKEN))["图片"]
    assert why in found.wrong
    assert found.found.cure


def test_reply_labelled_gbk_that_is_utf8_is_a_remark() -> None:
    def answer(n: int, body: str) -> tuple[int, str]:
        return 200, '<?xml version="1.0" encoding="GBK"?>' + reply_to(body)

    with careless_bot(answer) as url:
        assert "GBK" in judged(PretendWechat(url, TOKEN))["图片"].remark


def test_bot_that_wants_xml_is_sent_xml() -> None:
    seen: list[str] = []

    def answer(n: int, body: str) -> tuple[int, str]:
        seen.append(body)
        return 200, reply_to(body)

    with careless_bot(answer) as url:
        wechat = PretendWechat(url, TOKEN)
        sent = wechat.request(wechat.compose("oA", wechat.text("好"))).request
    assert sent.headers["Content-Type"] == "text/xml"
