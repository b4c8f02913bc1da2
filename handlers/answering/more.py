"""更多: the next page of a long reply."""

from __future__ import annotations

from handlers.answering.pages import turn_page
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from knowledge.language.tidy import plain

_WORDS = frozenset(
    {"更多", "继续", "下一页", "看更多", "更多内容", "查看更多", "还有更多", "翻页", "下页", "后一页"}
)


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Send the next page of the last long reply, or say that there is none."""
    if message.kind != "text" or plain(message.text) not in _WORDS:
        return None
    return turn_page(context, session)
