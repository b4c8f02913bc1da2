"""隐私, 我的数据, 删除我的数据: what is kept in plain words, all of it on demand, and all of it gone on demand.

Beside the session the store has a user's repeated replies, events under the session's random subject, and the
cards, which are the session's own. The listing goes field by field, and a field that nobody described is
shown as it is stored, so that it stays complete.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace

from handlers.cards import day, told
from handlers.model import Context, Effect, Message, Need, Reply, Session, Turn
from handlers.paging import paginate
from handlers.words import answer, inert, words
from knowledge.analyze import strip_punctuation, tidy

_ABOUT = frozenset(["隐私", "隐私政策", "隐私说明", "隐私条款", "隐私保护", "个人信息", "个人信息保护"])
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
_ASKED = "erase"


def _said(message: Message) -> str:
    return strip_punctuation(tidy(message.text)) if message.kind == "text" else ""


def needs(message: Message) -> tuple[Need, ...]:
    """Ask for what the store holds beside the session."""
    return (Need("held"),) if _said(message) in _SHOW else ()


def matches(message: Message, session: Session, context: Context) -> bool:
    """Return whether the message is about the user's data, or the answer to whether they shall go."""
    said = _said(message)
    return (
        said in _ABOUT | _SHOW | _ERASE
        or said == "确认删除"
        or (session.pending == _ASKED and said in _CONFIRMED)
    )


def handle(message: Message, session: Session, context: Context) -> Turn:
    """Tell, list, ask once, or erase."""
    said = _said(message)
    if said in _ABOUT:
        return _about(session, context)
    if not context.can_save:
        return answer(context, session, "away")
    if said in _SHOW:
        first, *rest = paginate(context, "\n".join(listing(session, context)), "")
        return Turn(Reply("text", first), replace(session, pages=tuple(rest)))
    if session.pending == _ASKED and said in _CONFIRMED:
        return Turn(
            Reply("text", words(context, "privacy.erased")),
            session,
            (Effect("erased", {"event": "asked"}),),
            erase=True,
        )
    return Turn(Reply("text", words(context, "privacy.ask")), session, pending=_ASKED)


def _about(session: Session, context: Context) -> Turn:
    limits = context.limits
    return answer(
        context,
        session,
        "privacy.about",
        session_days=limits.session_days,
        stream_days=limits.stream_days,
        reply_minutes=limits.reply_minutes,
    )


def listing(session: Session, context: Context) -> list[str]:
    """Return a line for everything that is held of the user, none left out; what is empty is not held."""
    lines = [words(context, "data.head")]
    for field in fields(Session):
        value = getattr(session, field.name)
        if not value:
            continue
        describe = _LINES.get(field.name, _as_stored)
        lines += describe(field.name, session, context)
    if context.held:
        lines.append(
            words(context, "data.replies", n=context.held.n_replies, minutes=context.limits.reply_minutes)
        )
        lines.append(words(context, "data.events", n=sum(n for _, n in context.held.events)))
    return [*lines, words(context, "data.foot")]


def _as_stored(name: str, session: Session, context: Context) -> list[str]:
    value = json.dumps(asdict(session)[name], ensure_ascii=False)
    return [words(context, "data.other", name=name, value=inert(value))]


def _subject(name: str, session: Session, context: Context) -> list[str]:
    return [words(context, "data.subject", subject=session.subject)]


def _updated_at(name: str, session: Session, context: Context) -> list[str]:
    return [words(context, "data.updated_at", date=day(session.updated_at), days=context.limits.session_days)]


def _last(name: str, session: Session, context: Context) -> list[str]:
    return [words(context, "data.last", question=inert(session.last.question))] if session.last else []


def _cards(name: str, session: Session, context: Context) -> list[str]:
    return [words(context, f"data.{card.kind}", **told(card)) for card in session.cards]


def _offered(name: str, session: Session, context: Context) -> list[str]:
    return [words(context, "data.offered", choices="；".join(choice.text for choice in session.offered))]


def _pages(name: str, session: Session, context: Context) -> list[str]:
    return [words(context, "data.pages", n=len(session.pages))]


_LINES: dict[str, Callable[[str, Session, Context], list[str]]] = {
    "subject": _subject,
    "updated_at": _updated_at,
    "last": _last,
    "cards": _cards,
    "offered": _offered,
    "pages": _pages,
}
