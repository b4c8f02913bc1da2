"""Does a bot keep the platform's rules? The checks that a pretend WeChat runs against any bot's address.

Each check is a function of an `Examinee` that returns a `Judgement`. What is *wrong* is what the platform would not take,
or what lets a stranger pass for the platform; everything else is a *remark*, and the bot is right all the same.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import requests

from bot.conformance.faults import bad_connection
from bot.conformance.judgement import RIGHT, Examinee, Judgement, judge, remark
from bot.conformance.pretend_wechat import Mode
from bot.conformance.sample_pushes import BREAKING, EVENTS, MESSAGES, SILENT_EVENTS, hostile_bodies
from bot.wechat.crypto import Cipher, signature_of

_STALE_S = 3600
_OTHER_KEY = "Z" * 43
_ECHO = "5838479218127813673"

Check = Callable[[Examinee], Judgement]


def _refused(response: requests.Response, otherwise: Judgement) -> Judgement:
    """Return `otherwise` when a request that should be turned away got a message."""
    return RIGHT if response.status_code != 200 or b"<xml" not in response.content else otherwise


def _now() -> tuple[str, str]:
    return str(int(time.time())), secrets.token_hex(5)


def echoes(case: Examinee) -> Judgement:
    """A signed GET gets its echostr back, and nothing else."""
    answer = case.wechat.send("GET", case.wechat.signed(*_now()) | {"echostr": _ECHO})
    got = answer.content.decode(errors="replace")
    if answer.status_code == 200 and got == _ECHO:
        return RIGHT
    if answer.status_code != 200:
        cure = "签名对就回 200 和 echostr：Token 一样吗，三项要按字典序排好再算 SHA-1"
        return Judgement(f"签名是对的，却回 HTTP {answer.status_code}", cure)
    if _ECHO in got:
        cure = "正文只有 echostr 这几个字：不要 JSON 的引号、换行、BOM、网页"
        return Judgement(f"echostr 前后多了东西：{got[:60]!r}", cure)
    return Judgement("没有返回 echostr，公众平台上保存不了", "签名对的 GET 要把参数 echostr 原样作为正文")


def echoes_nothing_unsigned(case: Examinee) -> Judgement:
    """A GET with a wrong signature gets nothing back."""
    query = case.wechat.signed(*_now()) | {"echostr": _ECHO, "signature": "0" * 40}
    answer = case.wechat.send("GET", query)
    if answer.status_code != 200 or answer.content.strip() != _ECHO.encode():
        return RIGHT
    return remark("签名错了也返回 echostr", "先核对 signature，不对就回 403")


def refuses_wrong_signature(case: Examinee) -> Judgement:
    """A push of somebody who knows no secret gets no reply."""
    timestamp, nonce = _now()
    query = case.wechat.signed(timestamp, nonce) | {"signature": "0" * 40}
    answer = _send_text(case, query, timestamp, nonce, msg_signature="0" * 40)
    cure = "每个 POST 都要核对 signature，不对就回 403"
    return _refused(answer, Judgement("签名错了也回，谁都能冒充微信", cure))


def refuses_stale_signature(case: Examinee) -> Judgement:
    """A signature of an hour ago is a replay."""
    timestamp, nonce = str(int(time.time()) - _STALE_S), secrets.token_hex(5)
    answer = _send_text(case, case.wechat.signed(timestamp, nonce), timestamp, nonce)
    return _refused(
        answer, remark("截到一次推送的人，一小时后还能重放", "timestamp 差得太多（如 5 分钟）就不回")
    )


def _send_text(
    case: Examinee, query: dict[str, str], timestamp: str, nonce: str, msg_signature: str = ""
) -> requests.Response:
    wechat = case.wechat
    body = f"<xml>{wechat.compose(case.openid, wechat.text('你好'))}</xml>"
    if wechat.mode == "plain":
        return wechat.send("POST", query, body.encode())
    sealed = wechat.seal(body, timestamp, nonce)
    right = signature_of(wechat.token, timestamp, nonce, sealed)
    return _send_sealed(case, query, sealed, msg_signature or right)


def _send_sealed(case: Examinee, query: dict[str, str], sealed: str, msg_signature: str) -> requests.Response:
    query |= {"encrypt_type": "aes", "msg_signature": msg_signature}
    body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
    return case.wechat.send("POST", query, body.encode())


def refuses_plain_in_safe_mode(case: Examinee) -> Judgement:
    """In safe mode a plain push is a forgery."""
    plain = replace(case.wechat, mode="plain")
    answer = plain.request(plain.compose(case.openid, plain.text("你好")))
    return _refused(
        answer, remark("安全模式还收明文，截到一个签名就能编任何消息", "没有 encrypt_type=aes 的推送不回")
    )


def refuses_wrong_msg_signature(case: Examinee) -> Judgement:
    """The signature over the ciphertext is checked."""
    timestamp, nonce = _now()
    body = f"<xml>{case.wechat.compose(case.openid, case.wechat.text('你好'))}</xml>"
    sealed = case.wechat.seal(body, timestamp, nonce)
    answer = _send_sealed(case, case.wechat.signed(timestamp, nonce), sealed, "0" * 40)
    return _refused(answer, remark("msg_signature 错了也回", "解密以前先核对 msg_signature"))


def _refuses_envelope(case: Examinee, cipher: Cipher, otherwise: Judgement) -> Judgement:
    timestamp, nonce = _now()
    wechat = replace(case.wechat, app_id=cipher.app_id, encoding_aes_key=cipher.encoding_aes_key)
    body = f"<xml>{wechat.compose(case.openid, wechat.text('你好'))}</xml>"
    sealed = wechat.seal(body, timestamp, nonce)
    signature = signature_of(wechat.token, timestamp, nonce, sealed)
    return _refused(_send_sealed(case, wechat.signed(timestamp, nonce), sealed, signature), otherwise)


def refuses_another_account(case: Examinee) -> Judgement:
    """An envelope for another AppID is not ours."""
    other = replace(case.wechat.cipher, app_id="wxffffffffffffffff")
    return _refuses_envelope(
        case, other, remark("写给别的 AppID 的密文也回", "解密以后核对末尾的 AppID 是不是自己的")
    )


def refuses_another_key(case: Examinee) -> Judgement:
    """An envelope under a key that nobody gave out is not opened."""
    other = replace(case.wechat.cipher, encoding_aes_key=_OTHER_KEY)
    return _refuses_envelope(case, other, remark("解不开的密文也回消息", "解不开就回 403，不要回固定的话"))


def answers_under_the_previous_key(case: Examinee) -> Judgement:
    """After a change of keys a push under the old one is answered under the old one."""
    older = replace(case.wechat, encoding_aes_key=case.previous_aes_key)
    found = replace(case, wechat=older).ask("你好")
    return (
        replace(found, cure="留着上一个密钥：当前的解不开就试它，用解开的那个加密回复")
        if found.what
        else found
    )


def answers_retries_alike(case: Examinee) -> Judgement:
    """Three deliveries one after the other, each newly signed, get the same reply."""
    wechat = case.wechat
    inner = wechat.compose(case.openid, wechat.text("帮助"))
    replies = {wechat.open(wechat.request(inner, case.openid)).text for _ in range(3)}
    return _alike("同一条消息重发", len(replies))


def answers_copies_alike(case: Examinee) -> Judgement:
    """Three deliveries at once get the same reply."""
    replies = {answer.text for answer in case.wechat.copies(case.openid, case.wechat.text("帮助"))}
    return _alike("同一条消息同时来三份", len(replies))


def _alike(what: str, n: int) -> Judgement:
    cure = "消息按 MsgId、事件按 FromUserName+CreateTime 去重，重发的回第一次的那句，不要再做一遍"
    return RIGHT if n == 1 else remark(f"{what}，得到 {n} 种回复，像是做了 {n} 遍", cure)


def answers_within_the_time(case: Examinee) -> Judgement:
    """The first try is answered, without being cut off."""
    delivery = case.wechat.deliver(case.openid, case.wechat.text("你好"))
    if delivery.answer and delivery.n_tries == 1:
        return RIGHT
    if found := case.ask("你好").what:
        return Judgement(f"推送三次都没有等到能用的回复：{found}", "5 秒以内回；来不及就先回 success")
    return Judgement(f"第 {delivery.n_tries} 次推送才回", "5 秒以内回；来不及就先回 success，再用客服消息发")


def keeps_markup_dead(case: Examinee) -> Judgement:
    """Markup in a user's words does not come back alive."""
    words = '<a href="http://evil.example">点我</a>&lt;b&gt;'
    answer = case.wechat.post(case.openid, case.wechat.text(words))
    if '<a href="http://evil.example' in answer.text:
        return remark(
            "用户写的链接活着回来，像是公众号发的", "引用用户的话时，去掉或换掉 < 和 >（写成 ＜ ＞）"
        )
    return judge(answer, case.openid)


def says_that_it_is_xml(case: Examinee) -> Judgement:
    """The platform reads no Content-Type; others on the way might."""
    answer = case.wechat.post(case.openid, case.wechat.text("你好"))
    if not answer.kind or "xml" in answer.content_type:
        return RIGHT
    given = answer.content_type or "没有写"
    return remark(
        f"Content-Type 是“{given}”，微信不看这一项", "写 application/xml; charset=utf-8，给中间的设备看"
    )


def survives_hostile_bodies(case: Examinee) -> Judgement:
    """Whatever a signed body holds, the bot goes on answering afterwards; at best it neither breaks nor tells its insides."""
    told = RIGHT
    cure = "解析不了的正文回 403 或 success；只有拿着 Token 的人能这样发"
    for body in hostile_bodies():
        try:
            response = case.wechat.send("POST", case.wechat.signed(*_now()), body)
        except requests.RequestException as error:
            told = remark(f"坏正文 {body[:40]!r}：{bad_connection(error)}", cure)
            break
        if b"Traceback" in response.content:
            told = remark(f"把程序的错误发给了外人：{body[:40]!r}", "关掉调试模式，出错时回空的正文")
        elif response.status_code >= 500 and not told.what:
            told = remark(f"坏正文 {body[:40]!r}：HTTP {response.status_code}", cure)
    return _goes_on(case, told)


def refuses_a_flood_of_bytes(case: Examinee) -> Judgement:
    """A body of two megabytes breaks nothing."""
    told = RIGHT
    cure = "在读完以前就按 Content-Length 拒绝；微信的推送不过几 KB"
    try:
        response = case.wechat.send(
            "POST", case.wechat.signed(*_now()), b"<xml>" + b"x" * 2_000_000, fresh=True
        )
        if response.status_code >= 500:
            told = remark(f"HTTP {response.status_code}", cure)
    except requests.Timeout as error:
        told = remark(str(bad_connection(error)), cure)
    except requests.RequestException:
        # Turned away in the middle of it: that is right, if it is still there.
        pass
    return _goes_on(case, told)


def _goes_on(case: Examinee, told: Judgement) -> Judgement:
    after = case.ask("你好")
    if after.what and not after.is_remark:
        return replace(after, what=f"在这以后，正常的推送{after.what}")
    return told


def _pushed(elements: Mapping[str, Any], *, silent: bool = False) -> Check:
    def check(case: Examinee) -> Judgement:
        identity = {"MsgId": case.wechat.next_id()} if elements["MsgType"] != "event" else {}
        found = case.push({**elements, **identity}, silent=silent)
        if found.what.startswith("HTTP") and any("]]>" in str(value) for value in elements.values()):
            cure = "微信不转义用户写的 ]]>，它会截断 CDATA：解析失败时也要回 success，或者把 Content 整段当文字读"
            return replace(found, cure=cure)
        return found

    return check


def checks_of(mode: Mode, previous_aes_key: str) -> Iterator[tuple[str, str, Check]]:
    """Give group, name and check of every check that fits this mode, in the order in which they are run."""
    yield "接入", "正确的签名原样返回 echostr", echoes
    yield "接入", "错误的签名不返回 echostr", echoes_nothing_unsigned
    yield "安全", "错误的签名不回", refuses_wrong_signature
    yield "安全", "一小时前的签名不回（防重放）", refuses_stale_signature
    if mode == "safe":
        yield "安全", "安全模式不收明文", refuses_plain_in_safe_mode
    if mode != "plain":
        yield "安全", "错误的 msg_signature 不回", refuses_wrong_msg_signature
        yield "安全", "别的公众号的密文不回", refuses_another_account
        yield "安全", "不认识的密钥不回", refuses_another_key
    if mode != "plain" and previous_aes_key:
        yield "安全", "旧密钥的推送用旧密钥回", answers_under_the_previous_key
    yield "时限", "5 秒内第一次推送就回", answers_within_the_time
    yield "去重", "先后重发三次，回复一样", answers_retries_alike
    yield "去重", "同时来三份，回复一样", answers_copies_alike
    yield "内容", "用户的标签不会活着回来", keeps_markup_dead
    yield "内容", "Content-Type 是 XML", says_that_it_is_xml
    for group, table, silent in (
        ("消息", MESSAGES, False),
        ("事件", EVENTS, False),
        ("事件", SILENT_EVENTS, True),
        ("消息", BREAKING, False),
    ):
        for name, elements in table.items():
            kind = {} if group == "消息" else {"MsgType": "event"}
            yield group, name, _pushed({**kind, **elements}, silent=silent)
    # Last, because a bot may end here.
    yield "坏数据", "来过各种坏正文，照常回答", survives_hostile_bodies
    yield "坏数据", "来过 2 MB 的正文，照常回答", refuses_a_flood_of_bytes
