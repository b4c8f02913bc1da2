"""Feedback: 有用 and 没用 for the last answer, 意见 with a ticket number."""

from __future__ import annotations

import re
import unicodedata

from msgspec.structs import replace

from handlers.answering.answer import mask
from handlers.answering.choices import is_none
from handlers.answering.votes import vote
from handlers.china import day_of
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain

_USEFUL = frozenset(
    [
        "有用",
        "有用的",
        "很有用",
        "有帮助",
        "有帮助的",
        "答得好",
        "回答得好",
        "说得好",
        "解决了",
        "满意",
        "很好",
        "挺好",
        "不错",
        "点赞",
        "好评",
    ]
)
_USELESS = frozenset(
    [
        "没用",
        "没有用",
        "没得用",
        "没帮助",
        "没有帮助",
        "答非所问",
        "答错了",
        "不对",
        "说错了",
        "不准",
        "不准确",
        "没解决",
        "没有解决",
        "不满意",
        "差评",
        "牛头不对马嘴",
        "没答对",
        "答得不对",
        "不是我要的",
    ]
)
_OPINION = re.compile(
    r"^\s*(?:我?(?:有|要|想)?(?:提|说)?(?:个|点|条)?(?:意见|建议)|反馈)[\s:：,，。!！]+(?P<text>\S.*)$",
    re.DOTALL,
)
_ASKS_HOW = re.compile(
    r"(?:我?(?:有|要|想)?(?:提|说)?(?:个|点|条)?(?:意见|建议)(?:反馈)?|反馈|(?:怎么|如何|咋个?|在哪里?)(?:提|反馈)(?:意见|建议)?|意见箱)"
)
_MAX_CHARS = 500


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Record a vote once per answer, or an opinion with its ticket; while nothing can be kept, say so."""
    if message.kind != "text" or (session.asking and is_none(message.text)):
        return None
    opinion = _OPINION.match(message.text)
    said = plain(message.text)
    if not opinion and said not in _USEFUL | _USELESS:
        return say(context, session, "feedback.how") if _ASKS_HOW.fullmatch(said) else None
    if not context.can_save:
        return say(context, session, "feedback.away")
    return _take(context, session, opinion["text"]) if opinion else _vote(context, session, said in _USEFUL)


def _vote(context: Context, session: Session, is_useful: bool) -> Turn:
    last = session.last
    if last is None or last.is_of_item:
        return say(context, session, "feedback.nothing")
    value = "useful" if is_useful else "useless"
    if last.vote == value:
        return say(context, session, "feedback.again")
    after = replace(session, last=replace(last, vote=value))
    return Turn(Reply("text", reply_text(context, f"feedback.{value}")), after, (vote(context, last, value),))


def _take(context: Context, session: Session, text: str) -> Turn:
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C").strip()[:_MAX_CHARS]
    month_and_date = day_of(context.now)[5:].replace("-", "")
    ticket = f"YJ{month_and_date}-{context.seed[:6].upper()}"
    entry_id = session.last.entry_id if session.last else ""
    effect = Effect("opinion", {"ticket": ticket, "text": mask(kept), "entry": entry_id})
    return Turn(Reply("text", reply_text(context, "feedback.taken", ticket=ticket)), session, (effect,))
