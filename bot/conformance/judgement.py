"""What a check says of a bot, and when an answer to a push is one that the platform takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from bot.conformance.faults import BadReply, bad_connection
from bot.conformance.pretend_wechat import PretendWechat, PushAnswer

MAX_TEXT_BYTES = 2047
_KINDS = frozenset(["text", "image", "voice", "video", "music", "news", "transfer_customer_service"])
_UTF_8 = frozenset(["", "utf-8", "utf8"])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check found: `what` is "" when nothing is to be said, and `cure` what the bot's owner has to change.

    Attributes:
        is_remark: The platform takes the bot as it is.
        is_broken_line: No answer came at all; whether the bot still lives is not known.
    """

    what: str = ""
    cure: str = ""
    is_remark: bool = False
    is_broken_line: bool = False


RIGHT = Judgement()


def remark(what: str, cure: str) -> Judgement:
    """Return a finding that the platform would not mind."""
    return Judgement(what, cure, is_remark=True)


def fault_of(error: BadReply | requests.RequestException) -> Judgement:
    """Return the finding of a push that got no answer, or one that the platform would not take."""
    if isinstance(error, BadReply):
        return Judgement(str(error), error.cure)
    bad = bad_connection(error)
    return Judgement(str(bad), bad.cure, is_broken_line=True)


@dataclass(frozen=True, slots=True)
class Examinee:
    """What a check works with: the bot as its settings say, a user of its own, and the key before the current one."""

    wechat: PretendWechat
    openid: str
    previous_aes_key: str = ""

    def ask(self, text: str) -> Judgement:
        """Send words and return what is wrong with the answer."""
        return self.push(self.wechat.text(text))

    def push(self, elements: Mapping[str, Any], *, silent: bool = False) -> Judgement:
        """Send a push and return what is wrong with the answer; `silent` when the platform takes no message for it."""
        try:
            answer = self.wechat.post(self.openid, elements)
        except (BadReply, requests.RequestException) as error:
            return fault_of(error)
        if silent and answer.kind:
            return remark("回了消息，这种事件的回复微信不会给用户看", "对这种事件只回 success")
        return judge(answer, self.openid)


def judge(answer: PushAnswer, openid: str) -> Judgement:
    """Return what is wrong with an answer to a user's push."""
    if not answer.kind:
        return RIGHT
    if answer.to != openid or not answer.sender:
        cure = "回复的 ToUserName 写推送的 FromUserName（用户），FromUserName 写推送的 ToUserName（公众号）"
        return Judgement("ToUserName、FromUserName 没有对调", cure)
    if answer.kind not in _KINDS:
        return Judgement(f"MsgType 是 {answer.kind[:20]}，没有这种回复", f"只能是 {' '.join(sorted(_KINDS))}")
    if answer.kind == "text" and not answer.text.strip():
        return Judgement(
            "文字回复是空的，用户会看到“暂时无法提供服务”", "没有话说就回 success，不要回空的 Content"
        )
    if (n := len(answer.text.encode())) > MAX_TEXT_BYTES:
        cure = f"截到 {MAX_TEXT_BYTES} 字节以内（一个汉字 3 字节，标签也算），长的分页或者给链接"
        return Judgement(f"文字回复 {n} 字节，超过 {MAX_TEXT_BYTES}", cure)
    if answer.declared.lower() not in _UTF_8:
        return remark(f"回复声明自己是 {answer.declared}，内容却是 UTF-8", "声明写 UTF-8，或者不写")
    return RIGHT
