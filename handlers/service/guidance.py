"""Guidance: welcome, help, greetings, thanks, 重新开始, and messages that are not text."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.choices import is_none
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain, tidy

_HELP = frozenset({"帮助", "菜单", "help", "0", "怎么用", "使用说明", "你会什么", "你能做什么", "功能"})
_GREETINGS = frozenset(
    [
        "你好",
        "您好",
        "你好呀",
        "您好呀",
        "你好啊",
        "您好啊",
        "嗨",
        "hi",
        "hello",
        "哈喽",
        "哈罗",
        "在吗",
        "在么",
        "有人吗",
        "有人在吗",
        "早",
        "早上好",
        "早安",
        "上午好",
        "中午好",
        "下午好",
        "晚上好",
        "小编好",
        "小编你好",
        "小助手你好",
        "大家好",
        "亲",
        "亲在吗",
        "喂",
        "hey",
        "哈喽哈喽",
        "你好你好",
        "在不在",
        "嘿",
    ]
)
_THANKS = frozenset(
    [
        "谢谢",
        "谢谢你",
        "谢谢您",
        "谢了",
        "多谢",
        "感谢",
        "辛苦了",
        "谢谢啦",
        "好的谢谢",
        "thanks",
        "3q",
        "谢谢哈",
        "好的",
        "好",
        "ok",
        "知道了",
        "晓得了",
    ]
)
# What people say between two questions: it asks nothing, so neither the last answer nor the knowledge is searched for it.
_NODS = frozenset(
    [
        *(
            "是",
            "是的",
            "是啊",
            "对",
            "对的",
            "对头",
            "嗯",
            "嗯嗯",
            "哦",
            "哦哦",
            "噢",
            "啊",
            "行",
            "行吧",
            "可以",
            "可以的",
        ),
        *(
            "好吧",
            "好嘛",
            "要得",
            "没事",
            "没事了",
            "没有了",
            "没得",
            "没有",
            "没啥",
            "没啥事",
            "不",
            "不要",
        ),
        *(
            "不要了",
            "不用",
            "不用了",
            "不需要",
            "算了",
            "算了吧",
            "取消",
            "返回",
            "停",
            "停止",
            "走了",
            "我走了",
            "先这样",
        ),
        *(
            "就这样",
            "明白",
            "明白了",
            "懂了",
            "清楚了",
            "知道",
            "收到",
            "了解",
            "了解了",
            "哈哈",
            "哈哈哈",
            "呵呵",
            "嘿嘿",
        ),
        *("厉害", "不错", "真棒", "牛", "666", "6", "赞", "哎", "唉", "真的吗", "真的假的", "是吗", "开始"),
        *(
            "没了",
            "不会",
            "就这些",
            "没别的了",
            "哦这样",
            "这样啊",
            "是这样",
            "这样子",
            "原来如此",
            "原来这样",
            "哦哦这样",
        ),
    ]
)
_PARTICLES = "啊呀哦嘛哈咯哟噻"
# What somebody begins with who sends the rest in the next message.
_BEGINNINGS = frozenset(
    {"就是说", "就是", "然后呢就是", "那什么", "怎么说呢", "比如说", "比如", "还有就是", "我是说", "话说"}
)
_RESTART = frozenset({"重新开始", "重来", "清空"})
_LONG_NUMBER = 3
_SAME_AT_MOST = 2
_KINDS = {
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "file": "file",
}
# What the platform puts in place of a sticker or card that it can't forward.
_UNSUPPORTED = frozenset({"收到不支持的消息类型暂无法显示", "unsupportedmessage"})
_BLANK = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*")


def _said(message: Message) -> str:
    return plain(message.text)


def _key(said: str) -> str:
    if said in _RESTART:
        return "restarted"
    if said in _UNSUPPORTED:
        return "kinds.other"
    either = {said, said.rstrip(_PARTICLES)}
    for key, forms in (("help", _HELP), ("greeting", _GREETINGS), ("thanks", _THANKS)):
        if either & forms:
            return key
    return ""


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Say the sentence that fits a word of guidance or what is no text; 重新开始 also drops the open attempt."""
    if message.kind == "event":
        return None
    if message.kind != "text":
        return say(context, session, f"kinds.{_KINDS.get(message.kind, 'other')}")
    key = _key(_said(message))
    if key == "restarted":
        fresh = replace(
            session, attempt=None, shelf=(), offered=(), pages=(), last=None, n_failed=0, care="", n_care=0
        )
        dropped = Effect("restarted", {"attempt": session.attempt.id if session.attempt else ""})
        return Turn(Reply("text", reply_text(context, key)), fresh, (dropped,))
    return say(context, session, key) if key else None


def handle_nods(message: Message, session: Session, context: Context) -> Turn | None:
    """Nod back, or say how to go on from a list that is gone; the talk's subject stays.

    Its place is after the quiz, where 对 is an answer; a list that waits for 都不是 gets it.
    """
    key = _nod(message, session)
    if not key or (session.asking and is_none(message.text)):
        return None
    # Who nods again and again is not told the same thing each time.
    n = session.n_talk if session.talk == key else 0
    said = "nod_again" if key == "nod" and n // _SAME_AT_MOST % 2 else key
    return say(context, replace(session, talk=key, n_talk=n + 1), said)


def _nod(message: Message, session: Session) -> str:
    said = _said(message) if message.kind == "text" else ""
    either = {said, said.rstrip(_PARTICLES)}
    if either & _NODS:
        return "nod"
    if said in _BEGINNINGS:
        return "unfinished"
    if is_none(said):
        return "clarify.again"
    return "clarify.gone" if said.isdecimal() and len(said) < _LONG_NUMBER and not session.offered else ""


def handle_stickers(message: Message, session: Session, context: Context) -> Turn | None:
    """Thank for a text of nothing but emoji and stickers ([微笑], /::)); after the quiz, where √ is an answer."""
    if message.kind != "text" or tidy(message.text) or _BLANK.fullmatch(message.text):
        return None
    return say(context, session, "kinds.emoji")
