"""Does a bot keep the platform's rules? A table of checks that a pretend WeChat runs against any bot's address.

Each check is a function of a `Examinee` that returns "" when the bot did right, else what was wrong in words.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import requests

from bot.conformance.pretend_wechat import BadReply, Mode, PretendWechat, PushAnswer
from bot.conformance.sample_pushes import EVENTS, MESSAGES, SILENT_EVENTS, hostile_bodies
from bot.wechat.crypto import Cipher, signature_of

MAX_TEXT_BYTES = 2047
_STALE_S = 3600
_OTHER_KEY = "Z" * 43


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the table; `wrong` is "" when the bot did right."""

    group: str
    name: str
    wrong: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Examinee:
    """What a check works with: the bot as its settings say, a user of its own, and the key before the current one."""

    wechat: PretendWechat
    openid: str
    previous_aes_key: str = ""

    def ask(self, text: str) -> str:
        """Send words and return what is wrong with the answer."""
        return self.push(self.wechat.text(text))

    def push(self, elements: Mapping[str, Any], *, silent: bool = False) -> str:
        """Send a push and return what is wrong with the answer; `silent` when the platform takes no message for it."""
        try:
            answer = self.wechat.post(self.openid, elements)
        except (BadReply, requests.RequestException) as error:
            return f"微信不收这样的回复（{error or type(error).__name__}）"
        if silent and answer.kind:
            return "这种事件不能用消息回答，应该回 success"
        return judge(answer, self.openid)


Check = Callable[[Examinee], str]


def judge(answer: PushAnswer, openid: str) -> str:
    """Return what is wrong with an answer to a user's push, "" when nothing is."""
    if not answer.kind:
        return ""
    if answer.to != openid or not answer.sender:
        return "ToUserName、FromUserName 没有对调"
    if answer.kind == "text" and not answer.text.strip():
        return "文字回复是空的，应该回 success"
    if len(answer.text.encode()) > MAX_TEXT_BYTES:
        return f"文字回复 {len(answer.text.encode())} 字节，超过 {MAX_TEXT_BYTES}"
    if "xml" not in answer.content_type:
        return f"Content-Type 是 {answer.content_type}，不是 XML"
    return ""


def _refused(response: requests.Response) -> str:
    """Return "" when a request was turned away: no message and no success in answer to it."""
    return "" if response.status_code >= 400 or b"<xml" not in response.content else "应该拒绝，却回了消息"


def _now() -> tuple[str, str]:
    return str(int(time.time())), secrets.token_hex(5)


def echoes(case: Examinee) -> str:
    """A signed GET gets its echostr back, and nothing else."""
    answer = case.wechat.send("GET", case.wechat.signed(*_now()) | {"echostr": "5838479218127813673"})
    return "" if answer.content == b"5838479218127813673" else "没有原样返回 echostr"


def echoes_nothing_unsigned(case: Examinee) -> str:
    """A GET with a wrong signature gets nothing back."""
    query = case.wechat.signed(*_now()) | {"echostr": "5838479218127813673", "signature": "0" * 40}
    return "签名错了也返回 echostr" if b"58384" in case.wechat.send("GET", query).content else ""


def refuses_wrong_signature(case: Examinee) -> str:
    """A push whose signature is wrong gets no reply."""
    timestamp, nonce = _now()
    query = case.wechat.signed(timestamp, nonce) | {"signature": "0" * 40}
    return _refused(_send_text(case, query, timestamp, nonce))


def refuses_stale_signature(case: Examinee) -> str:
    """A signature of an hour ago is a replay."""
    timestamp, nonce = str(int(time.time()) - _STALE_S), secrets.token_hex(5)
    return _refused(_send_text(case, case.wechat.signed(timestamp, nonce), timestamp, nonce))


def _send_text(case: Examinee, query: dict[str, str], timestamp: str, nonce: str) -> requests.Response:
    wechat = case.wechat
    body = f"<xml>{wechat.compose(case.openid, wechat.text('你好'))}</xml>"
    if wechat.mode == "plain":
        return wechat.send("POST", query, body.encode())
    sealed = wechat.seal(body, timestamp, nonce)
    return _send_sealed(case, query, sealed, signature_of(wechat.token, timestamp, nonce, sealed))


def _send_sealed(case: Examinee, query: dict[str, str], sealed: str, msg_signature: str) -> requests.Response:
    query |= {"encrypt_type": "aes", "msg_signature": msg_signature}
    body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
    return case.wechat.send("POST", query, body.encode())


def refuses_plain_in_safe_mode(case: Examinee) -> str:
    """In safe mode a plain push is a forgery."""
    plain = replace(case.wechat, mode="plain")
    return _refused(plain.request(plain.compose(case.openid, plain.text("你好"))))


def refuses_wrong_msg_signature(case: Examinee) -> str:
    """The signature over the ciphertext is checked."""
    timestamp, nonce = _now()
    sealed = case.wechat.seal("<xml></xml>", timestamp, nonce)
    return _refused(_send_sealed(case, case.wechat.signed(timestamp, nonce), sealed, "0" * 40))


def _refuses_envelope(case: Examinee, cipher: Cipher) -> str:
    timestamp, nonce = _now()
    wechat = replace(case.wechat, app_id=cipher.app_id, encoding_aes_key=cipher.encoding_aes_key)
    body = f"<xml>{wechat.compose(case.openid, wechat.text('你好'))}</xml>"
    sealed = wechat.seal(body, timestamp, nonce)
    signature = signature_of(wechat.token, timestamp, nonce, sealed)
    return _refused(_send_sealed(case, wechat.signed(timestamp, nonce), sealed, signature))


def refuses_another_account(case: Examinee) -> str:
    """An envelope for another AppID is not ours."""
    return _refuses_envelope(case, replace(case.wechat.cipher, app_id="wxffffffffffffffff"))


def refuses_another_key(case: Examinee) -> str:
    """An envelope under a key that nobody gave out is not opened."""
    return _refuses_envelope(case, replace(case.wechat.cipher, encoding_aes_key=_OTHER_KEY))


def answers_under_the_previous_key(case: Examinee) -> str:
    """After a change of keys a push under the old one is answered under the old one."""
    older = replace(case.wechat, encoding_aes_key=case.previous_aes_key)
    return replace(case, wechat=older).ask("你好")


def answers_retries_alike(case: Examinee) -> str:
    """Three deliveries one after the other, each newly signed, get the same reply."""
    wechat = case.wechat
    inner = wechat.compose(case.openid, wechat.text("帮助"))
    replies = {wechat.open(wechat.request(inner, case.openid)).text for _ in range(3)}
    return "" if len(replies) == 1 else f"同一条消息重发，得到 {len(replies)} 种回复"


def answers_copies_alike(case: Examinee) -> str:
    """Three deliveries at once get the same reply."""
    replies = {answer.text for answer in case.wechat.copies(case.openid, case.wechat.text("帮助"))}
    return "" if len(replies) == 1 else f"同一条消息同时来三份，得到 {len(replies)} 种回复"


def answers_within_the_time(case: Examinee) -> str:
    """The first try is answered, without being cut off."""
    delivery = case.wechat.deliver(case.openid, case.wechat.text("你好"))
    if delivery.answer is None:
        return "推送三次都没有等到能用的回复"
    return "" if delivery.n_tries == 1 else f"第 {delivery.n_tries} 次推送才回"


def keeps_markup_dead(case: Examinee) -> str:
    """Markup in a user's words does not come back alive."""
    words = '<a href="http://evil.example">点我</a>]]><b>&lt;'
    answer = case.wechat.post(case.openid, case.wechat.text(words))
    return (
        "用户的链接活着回来了"
        if '<a href="http://evil.example' in answer.text
        else judge(answer, case.openid)
    )


def survives_hostile_bodies(case: Examinee) -> str:
    """Whatever a signed body holds, the bot neither breaks nor tells its insides, and goes on answering."""
    for body in hostile_bodies():
        response = case.wechat.send("POST", case.wechat.signed(*_now()), body)
        if response.status_code >= 500:
            return f"HTTP {response.status_code}：{body[:40]!r}"
        if b"Traceback" in response.content:
            return f"把程序的错误发给了外人：{body[:40]!r}"
    return case.ask("你好")


def refuses_a_flood_of_bytes(case: Examinee) -> str:
    """A body of two megabytes is turned away without breaking anything."""
    try:
        response = case.wechat.send(
            "POST", case.wechat.signed(*_now()), b"<xml>" + b"x" * 2_000_000, fresh=True
        )
    except requests.ConnectionError:
        return ""
    return f"HTTP {response.status_code}" if response.status_code >= 500 else ""


def _checks(mode: Mode, previous_aes_key: str) -> Iterator[tuple[str, str, Check]]:
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
    yield "坏数据", "各种坏正文都不出错，之后照常回答", survives_hostile_bodies
    yield "坏数据", "2 MB 的正文不出错", refuses_a_flood_of_bytes


def _pushed(elements: Mapping[str, Any], *, silent: bool = False) -> Check:
    def check(case: Examinee) -> str:
        identity = {"MsgId": case.wechat.next_id()} if elements["MsgType"] != "event" else {}
        return case.push({**elements, **identity}, silent=silent)

    return check


def examine(wechat: PretendWechat, previous_aes_key: str = "") -> Iterator[Verdict]:
    """Run every check that fits the mode of `wechat`, in order, each as it is done.

    Every check has a user of its own, who leaves at the end, so that nothing of them stays.
    """
    checks = list(_checks(wechat.mode, previous_aes_key))
    checks += [("消息", name, _pushed(elements)) for name, elements in MESSAGES.items()]
    checks += [("事件", name, _pushed({"MsgType": "event", **e})) for name, e in EVENTS.items()]
    checks += [
        ("事件", name, _pushed({"MsgType": "event", **e}, silent=True)) for name, e in SILENT_EVENTS.items()
    ]
    for group, name, check in checks:
        case = Examinee(wechat, f"oSimulated{secrets.token_hex(8)}", previous_aes_key)
        started = time.monotonic()
        try:
            wrong = check(case)
        except (BadReply, requests.RequestException) as error:
            wrong = f"没有得到微信能收的回复（{error or type(error).__name__}）"
        yield Verdict(group, name, wrong, time.monotonic() - started)
        case.push({"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})
