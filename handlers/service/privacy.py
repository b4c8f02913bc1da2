"""隐私, 我的数据, 删除我的数据: what is kept in plain words, all of it on demand, and all of it gone on demand.

Beside the session the store has a user's repeated replies, events under the session's random subject, and the
cards, which are the session's own.
"""

from __future__ import annotations

from msgspec.structs import replace

from handlers.answering.pages import paginate
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Need, Turn
from handlers.replies import reply_text, say
from handlers.service.held_data import listing
from knowledge.language.tidy import plain

_ABOUT = frozenset(["隐私", "隐私政策", "隐私说明", "隐私条款", "你们的隐私政策"])
_SHOW = frozenset(
    [
        "我的数据",
        "我的信息",
        "我的资料",
        "查看我的数据",
        "导出我的数据",
        "看我的数据",
        "你记了我什么",
        "你存了我什么",
        "你们记了我什么",
    ]
)
_ERASE = frozenset(
    [
        "删除我的数据",
        "删除数据",
        "清除我的数据",
        "删除我的信息",
        "删除我的资料",
        "清空我的数据",
        "删掉我的数据",
        "把我的数据删了",
    ]
)
_CONFIRMED = frozenset(["确认删除", "确认", "确定", "确定删除", "是", "是的", "删除", "删"])
_KEPT = frozenset(
    [
        "不",
        "不要",
        "不删",
        "不删了",
        "不删除",
        "别删",
        "不用",
        "不用了",
        "不是",
        "算了",
        "算了吧",
        "取消",
        "否",
        "先不删",
        "没有",
    ]
)
_ASKED = "erase"


def _said(message: Message) -> str:
    return plain(message.text) if message.kind == "text" else ""


def needs(message: Message) -> tuple[Need, ...]:
    """Ask for what the store holds beside the session."""
    return (Need("held"),) if _said(message) in _SHOW else ()


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Tell, list, ask once, or erase."""
    said = _said(message)
    is_reply = session.pending == _ASKED and said in _CONFIRMED | _KEPT
    if said not in _ABOUT | _SHOW | _ERASE and said != "确认删除" and not is_reply:
        return None
    if said in _ABOUT:
        return _about(session, context)
    if not context.can_save:
        return say(context, session, "away")
    if said in _SHOW:
        first, *rest = paginate(context, "\n".join(listing(session, context)), "")
        return Turn(Reply("text", first), replace(session, pages=tuple(rest)))
    if session.pending == _ASKED and said in _CONFIRMED:
        return Turn(
            Reply("text", reply_text(context, "privacy.erased")),
            session,
            (Effect("erased", {"event": "asked"}),),
            erase=True,
        )
    if session.pending == _ASKED and said in _KEPT:
        return say(context, session, "privacy.kept")
    return Turn(Reply("text", reply_text(context, "privacy.ask")), session, pending=_ASKED)


def _about(session: Session, context: Context) -> Turn:
    limits = context.limits
    return say(
        context,
        session,
        "privacy.about",
        session_days=limits.session_days,
        stream_days=limits.stream_days,
        reply_minutes=limits.reply_minutes,
    )
