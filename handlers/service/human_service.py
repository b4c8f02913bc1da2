"""人工: to the account's human service where it has one, else how to reach the people behind it."""

from __future__ import annotations

from handlers.model.messages import Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import say
from knowledge.language.tidy import plain

_WORDS = frozenset(
    [
        "人工",
        "人工客服",
        "转人工",
        "人工服务",
        "找人工",
        "客服",
        "联系客服",
        "联系人工",
        "转人工客服",
        "真人客服",
        "我要人工",
        "我要找人工",
        "有人工吗",
        "有客服吗",
    ]
)


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Hand over when the settings say that somebody is there."""
    if message.kind != "text" or plain(message.text) not in _WORDS:
        return None
    if context.limits.human_service:
        return Turn(Reply("transfer"), session)
    return say(context, session, "human")
