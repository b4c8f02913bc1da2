"""Which skill handles a turn. The order of the table is the priority; the first match wins."""

from __future__ import annotations

from dataclasses import replace

from handlers import ask, board, certificate, events, followup, menu, paging, quiz, scores
from handlers.attempt import waiting_place
from handlers.model import Context, Message, Reply, Session, Skill, Turn
from handlers.words import words
from handlers.wrongbook import due

SKILLS: tuple[Skill, ...] = (
    Skill("menu", menu.matches, menu.handle),
    Skill("scores", scores.matches, scores.handle),
    Skill("certificate", certificate.matches, certificate.handle),
    Skill("board", board.matches, board.handle),
    Skill("quiz", quiz.matches, quiz.handle),
    # While a 正式测评 runs, whatever is asked below here waits.
    Skill("quiz", quiz.matches_question, quiz.refuse_question),
    Skill("paging", paging.matches, paging.handle),
    Skill("events", events.matches, events.handle),
    Skill("followup", followup.matches, followup.handle),
    Skill("ask", ask.matches, ask.handle),
)


def route(message: Message, session: Session, context: Context) -> Turn:
    """Return the turn of the first skill that takes the message, with its name in `Turn.skill`.

    A menu tap is the words its key stands for. While an item is open, every answer of another skill
    ends with how to get back to it.
    """
    message = _as_typed(message, context)
    session = _without_stale_context(session, context)
    skill = next(skill for skill in SKILLS if skill.matches(message, session, context))
    turn = skill.handle(message, session, context)
    text = _with_reminder(turn, session, context) if skill.name != "quiz" else turn.reply.text
    text = _with_due(text, turn, session, context)
    return replace(
        turn,
        reply=Reply(turn.reply.kind, text),
        session=replace(turn.session, updated_at=context.now),
        skill=skill.name,
    )


def _without_stale_context(session: Session, context: Context) -> Session:
    """Forget choices, pages and the last answer when the talk was broken off for too long: a number then picks nothing."""
    if context.now - session.updated_at <= context.limits.context_s:
        return session
    return replace(session, offered=(), asking=False, pages=(), last=None, hinted=None, n_failed=0)


def _as_typed(message: Message, context: Context) -> Message:
    typed = context.snapshot.content.menu.get(message.event_key) if message.event == "click" else None
    return replace(message, kind="text", text=typed, event="", event_key="") if typed else message


def _with_reminder(turn: Turn, before: Session, context: Context) -> str:
    attempt = turn.session.attempt
    if turn.reply.kind != "text" or attempt is None or attempt.paused or before.attempt is None:
        return turn.reply.text
    k, n = waiting_place(attempt), len(attempt.item_ids)
    text = f"{turn.reply.text}\n{words(context, 'quiz.reminder', k=k, n=n)}"
    return text if len(text.encode()) <= context.limits.reply_bytes else turn.reply.text


def _with_due(text: str, turn: Turn, before: Session, context: Context) -> str:
    """Add to the first reply of a visit how many missed items are due: nobody is called, who comes is told."""
    back_again = before.updated_at and context.now - before.updated_at > context.limits.context_s
    n = due(turn.session.wrong, context.snapshot.content.items, context.now)
    if not (back_again and n and context.can_save) or turn.reply.kind != "text" or turn.session.attempt:
        return text
    longer = f"{text}\n{words(context, 'quiz.due', n=n)}"
    return longer if len(longer.encode()) <= context.limits.reply_bytes else text
