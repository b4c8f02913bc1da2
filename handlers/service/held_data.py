"""Everything that is held of a user, line by line, for 我的数据.

It goes through the session field by field. A field that nobody described here is shown as it is stored, so the
listing stays complete when the session grows.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from msgspec import to_builtins
from msgspec.structs import fields

from handlers.cards.cards import card_facts, day
from handlers.model.attempts import Attempt
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.replies import inert, reply_text

_Line = Callable[[Session, Context], list[str]]


def listing(session: Session, context: Context) -> list[str]:
    """Return a line for everything that is held of the user, none left out; what is empty is not held."""
    lines = [reply_text(context, "data.head")]
    for field in fields(Session):
        if getattr(session, field.name):
            describe = _LINES.get(field.name)
            lines += describe(session, context) if describe else [_as_stored(field.name, session, context)]
    if context.held:
        minutes = context.limits.reply_minutes
        lines.append(reply_text(context, "data.replies", n=context.held.n_replies, minutes=minutes))
        lines.append(reply_text(context, "data.events", n=sum(n for _, n in context.held.events)))
    return [*lines, reply_text(context, "data.foot")]


def _as_stored(name: str, session: Session, context: Context) -> str:
    value = json.dumps(to_builtins(getattr(session, name)), ensure_ascii=False)
    return reply_text(context, "data.other", name=name, value=inert(value))


def _subject(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.subject", subject=session.subject)]


def _updated_at(session: Session, context: Context) -> list[str]:
    date = day(session.updated_at)
    return [reply_text(context, "data.updated_at", date=date, days=context.limits.session_days)]


def _attempt(session: Session, context: Context) -> list[str]:
    return [_run(session.attempt, context)] if session.attempt else []


def _shelf(session: Session, context: Context) -> list[str]:
    return [_run(attempt, context) for attempt in session.shelf]


def _run(attempt: Attempt, context: Context) -> str:
    return reply_text(
        context,
        "data.attempt",
        title=_title(attempt.paper_id, context),
        done=len(attempt.responses),
        n=len(attempt.item_ids),
        date=day(attempt.started_at),
    )


def _title(paper_id: str, context: Context) -> str:
    paper = context.snapshot.content.papers.get(paper_id)
    return paper.title if paper else paper_id


def _results(session: Session, context: Context) -> list[str]:
    return [
        reply_text(
            context,
            "data.result",
            title=_title(result.paper_id, context),
            points=f"{result.points:g}",
            n=result.n_items,
            date=day(result.finished_at),
        )
        for result in session.results
    ]


def _wrong(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.wrong", n=len(session.wrong))]


def _tries(session: Session, context: Context) -> list[str]:
    return [
        reply_text(context, "data.exam_starts", dates="、".join(day(tried.at) for tried in session.tries))
    ]


def _streak(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.streak", n=session.streak, date=session.streak_day)]


def _code_name(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.code_name", name=inert(session.code_name))]


def _last(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.last", question=inert(session.last.question))] if session.last else []


def _hinted(session: Session, context: Context) -> list[str]:
    return (
        [reply_text(context, "data.last", question=inert(session.hinted.question))] if session.hinted else []
    )


def _offered(session: Session, context: Context) -> list[str]:
    choices = "；".join(choice.text for choice in session.offered)
    return [reply_text(context, "data.offered", choices=inert(choices))]


def _pages(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.pages", n=len(session.pages))]


def _cards(session: Session, context: Context) -> list[str]:
    return [reply_text(context, f"data.{card.kind}", **card_facts(context, card)) for card in session.cards]


def _care(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.care")]


def _said(session: Session, context: Context) -> list[str]:
    return [reply_text(context, "data.said", said=inert(session.said))]


def _roster(session: Session, context: Context) -> list[str]:
    place = session.roster
    return [reply_text(context, "data.roster", unit=inert(place.unit), number=place.number)] if place else []


def _told_elsewhere(session: Session, context: Context) -> list[str]:
    return []


_LINES: dict[str, _Line] = {
    "subject": _subject,
    "updated_at": _updated_at,
    "attempt": _attempt,
    "shelf": _shelf,
    "results": _results,
    "wrong": _wrong,
    "tries": _tries,
    "streak": _streak,
    "streak_day": _told_elsewhere,
    "code_name": _code_name,
    "last": _last,
    "hinted": _hinted,
    "offered": _offered,
    "asking": _told_elsewhere,
    "n_failed": _told_elsewhere,
    "pages": _pages,
    "cards": _cards,
    "care": _care,
    "n_care": _told_elsewhere,
    "said": _said,
    "talk": _told_elsewhere,
    "n_talk": _told_elsewhere,
    "roster": _roster,
    "echo": _told_elsewhere,
}
