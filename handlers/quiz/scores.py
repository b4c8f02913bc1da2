"""我的成绩: the finished papers, newest first, and the one still open."""

from __future__ import annotations

from handlers.china import DAY_S, day_of
from handlers.model.attempts import Result
from handlers.model.messages import Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain

_WORDS = frozenset({"我的成绩", "成绩", "查成绩", "我的分数", "答题记录"})
_SHOWN = 10


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """List at most ten results, newest first; without the store, say that they can't be read now."""
    if message.kind != "text" or plain(message.text) not in _WORDS:
        return None
    if not context.can_save:
        return say(context, session, "quiz.away")
    return Turn(Reply("text", "\n".join(_lines(session, context))), session)


def _lines(session: Session, context: Context) -> list[str]:
    lines = []
    if session.results:
        recent = session.results[::-1][:_SHOWN]
        lines.append(reply_text(context, "scores.head", n=len(recent)))
        lines += [_line(result, context) for result in recent]
    else:
        lines.append(reply_text(context, "scores.none"))
    if session.streak_day >= day_of(context.now - DAY_S):
        lines.append(reply_text(context, "scores.streak", streak=session.streak))
    if session.wrong:
        lines.append(reply_text(context, "scores.wrong", n=len(session.wrong)))
    for attempt in (session.attempt, *session.shelf):
        if attempt:
            done, n = len(attempt.responses), len(attempt.item_ids)
            title = _title(attempt.paper_id, attempt.scope, context)
            lines.append(reply_text(context, "scores.open", title=title, done=done, n=n))
    return lines


def _line(result: Result, context: Context) -> str:
    line = reply_text(
        context,
        "scores.line",
        date=day_of(result.finished_at),
        title=_title(result.paper_id, result.scope, context),
        points=f"{round(result.points, 2):g}",
        n_items=result.n_items,
    )
    if result.passed:
        line += reply_text(context, "scores.passed")
    if result.corrected_from is not None:
        line += reply_text(context, "scores.corrected", before=f"{round(result.corrected_from, 2):g}")
    return line


def _title(paper_id: str, scope: str, context: Context) -> str:
    paper = context.snapshot.content.papers.get(paper_id)
    return (paper.title if paper else paper_id) + scope
