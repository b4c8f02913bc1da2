"""我的成绩: the finished papers, newest first, and the one still open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handlers.model import Context, Message, Reply, Session, Turn
from handlers.words import answer, words
from knowledge.analyze import strip_punctuation, tidy

_WORDS = frozenset({"我的成绩", "成绩", "查成绩", "我的分数", "答题记录"})
_SHOWN = 10
# The accounts and their users are in China; a date without a zone would be yesterday's until eight.
_CHINA = timedelta(hours=8)


def matches(message: Message, session: Session, context: Context) -> bool:
    """Return whether the user asks for their results."""
    return message.kind == "text" and strip_punctuation(tidy(message.text)) in _WORDS


def handle(message: Message, session: Session, context: Context) -> Turn:
    """List at most ten results, newest first; without the store, say that they can't be read now."""
    if not context.can_save:
        return answer(context, session, "quiz.away")
    lines = []
    if session.results:
        recent = session.results[::-1][:_SHOWN]
        lines.append(words(context, "scores.head", n=len(recent)))
        for result in recent:
            paper = context.snapshot.content.papers.get(result.paper_id)
            lines.append(
                words(
                    context,
                    "scores.line",
                    date=(datetime.fromtimestamp(result.finished_at, UTC) + _CHINA).strftime("%Y-%m-%d"),
                    title=paper.title if paper else result.paper_id,
                    points=f"{result.points:g}",
                    n_items=result.n_items,
                )
            )
    else:
        lines.append(words(context, "scores.none"))
    if session.attempt:
        done, n = len(session.attempt.responses), len(session.attempt.item_ids)
        lines.append(words(context, "scores.open", done=done, n=n))
    return Turn(Reply("text", "\n".join(lines)), session)
