"""Which skill handles a turn. The order of the table is the priority; the first Turn wins."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from handlers.answering import ask, browse, feedback, more, proof
from handlers.answering.answer import mask
from handlers.answering.choices import read_choice, read_number
from handlers.answering.followups import followup
from handlers.cards import certificate, pledge, verify
from handlers.model.messages import Effect, Message
from handlers.model.session import Session
from handlers.model.turn import Context, Need, Skill, Turn, no_needs
from handlers.quiz import board, quiz, roster, scores
from handlers.quiz.attempt import waiting_place
from handlers.quiz.reading.steps import is_for_the_item
from handlers.quiz.wrongbook import due
from handlers.replies import reply_text
from handlers.service import (
    care,
    echo,
    events,
    foreign,
    guidance,
    human_service,
    privacy,
    repair,
    report,
    sensitive,
    talk,
)
from knowledge.language.tidy import tidy
from knowledge.matching.snapshot import Snapshot

SKILLS: tuple[Skill, ...] = (
    Skill("care", care.handle),
    Skill("report", report.handle),
    Skill("sensitive", sensitive.handle),
    Skill("privacy", privacy.handle, privacy.needs),
    Skill("pledge", pledge.handle, pledge.needs),
    Skill("service", human_service.handle),
    Skill("menu", guidance.handle),
    Skill("scores", scores.handle),
    Skill("certificate", certificate.handle),
    Skill("verify", verify.handle, verify.needs),
    Skill("board", board.handle),
    Skill("roster", roster.handle, roster.needs),
    Skill("quiz", quiz.handle),
    # While a 正式测评 runs, whatever is asked below here waits.
    Skill("quiz", quiz.handle_questions),
    Skill("care", care.handle_rest),
    Skill("repair", repair.handle),
    Skill("paging", more.handle),
    Skill("events", events.handle),
    Skill("stickers", guidance.handle_stickers),
    Skill("feedback", feedback.handle),
    Skill("nods", guidance.handle_nods),
    Skill("proof", proof.handle),
    Skill("browse", browse.handle),
    Skill("followup", followup.handle),
    # In another language a question is all the likelier taken for talk, so what surely answers it is looked for first.
    Skill("foreign", foreign.handle),
    Skill("repair", repair.handle_nearly),
    Skill("talk", talk.handle),
    Skill("ask", ask.handle),
)
_NEEDING = tuple(skill for skill in SKILLS if skill.needs is not no_needs)
# Its own words say how to go on; who needs help needs no quiz.
_NO_REMINDER = frozenset({"quiz", "report", "care"})
_NO_DUE = frozenset({"report", "care"})
# What is noted of a question that nothing answers.
_TALK = frozenset({"talk", "repair", "nods", "report"})
_NOTES = frozenset({"missed", "clarified", "declined"})
_TOLD = frozenset({"told"})


def route(message: Message, session: Session, context: Context) -> Turn:
    """Return the turn of the first skill that has one for the message, with its name in `Turn.skill`.

    A menu tap or a scanned code is the words its key stands for, and so is a pick from a list that leads to
    words; who follows by a code is welcomed too. While an item is open, every answer of another skill ends
    with how to get back to it.
    """
    followed = message.event == "subscribe"
    session = _without_stale_context(session, context)
    message = _as_picked(_as_typed(message, context.snapshot), session)
    message, session, noted = repair.corrected(message, session, context)
    meant = talk.as_meant(message, context.snapshot)
    if meant is not message and is_for_the_item(message, session, context):
        meant = message
    turn = _discreet(_first_turn(meant, session, context), message, context)
    turn = echo.varied(turn, session.echo, context)
    text = turn.reply.text if turn.skill in _NO_REMINDER else _with_reminder(turn, session, context)
    text = text if turn.skill in _NO_DUE else _with_due(text, turn, session, context)
    if followed and message.kind == "text":
        text = _if_it_fits(f"{reply_text(context, 'welcome_scene')}\n\n{text}", text, context)
    return replace(
        turn,
        reply=replace(turn.reply, text=sensitive.screen(context, text)),
        session=replace(turn.session, updated_at=context.now, pending=turn.pending),
        effects=(*noted, *_as_said(turn.effects, message), *_parting(turn)),
    )


def _first_turn(message: Message, session: Session, context: Context) -> Turn:
    """Ask each skill once; every message is taken by one, the last takes every text."""
    for skill in SKILLS:
        if skill.handle is talk.handle:
            nearly = talk.as_nearly_meant(message, context.snapshot)
            if nearly is not message:
                return _first_turn(nearly, session, context)
        turn = skill.handle(message, session, context)
        if turn is not None:
            return replace(turn, skill=skill.name)
    raise LookupError(f"no skill takes a message of kind {message.kind}")


def _discreet(turn: Turn, message: Message, context: Context) -> Turn:
    """Note nothing of a question that may be danger, nor of one near to it that got no answer, and say first whom to call.

    A beginning of such words is kept for the next turn alone.

    Who goes on with a quiz is out of the help that was given, and so is who asks a question when danger was only supposed, or none
    of life and limb.
    """
    if turn.skill == "care":
        return turn
    changed: dict[str, Any] = {}
    if turn.skill == "quiz" or care.is_left_by_asking(turn.session):
        changed |= {"care": "", "n_care": 0}
    alarms = context.snapshot.alarms
    begun = message.kind == "text" and alarms.is_begun(message.text)
    effects, reply = turn.effects, turn.reply
    notes = _NOTES
    if message.kind == "text" and turn.skill == "ask" and alarms.sense(message.text):
        notes |= _TOLD
    if any(effect.name in notes for effect in effects) and (begun or alarms.is_unnoted(message.text)):
        effects = tuple(effect for effect in effects if effect.name not in notes)
        changed["hinted"] = None
        meaning = context.snapshot.meaning
        if alarms.is_near(message.text, meaning.encode if meaning else None):
            longer = f"{reply_text(context, 'care.near')}\n\n{reply.text}"
            reply = replace(reply, text=_if_it_fits(longer, reply.text, context))
    changed["said"] = tidy(message.text) if begun else ""
    if turn.skill not in _TALK:
        changed |= {"talk": "", "n_talk": 0}
    return replace(turn, reply=reply, session=replace(turn.session, **changed), effects=effects)


def _as_said(effects: tuple[Effect, ...], message: Message) -> tuple[Effect, ...]:
    """Keep beside the question that was put in full how it was typed: 那第五条呢."""
    typed = mask(tidy(message.text))
    return tuple(
        replace(effect, fields={**effect.fields, "typed": typed})
        if effect.name == "told" and typed and effect.fields.get("question") != typed
        else effect
        for effect in effects
    )


def _parting(turn: Turn) -> tuple[Effect, ...]:
    """Take who is erased off the public board, which is made from the events and knows no sessions."""
    name = turn.session.code_name
    return (Effect("unranked", {"code_name": name}),) if turn.erase and name else ()


def needs(message: Message, snapshot: Snapshot) -> tuple[Need, ...]:
    """Return what the skills want looked up before a message is routed."""
    message = talk.as_meant(_as_typed(message, snapshot), snapshot)
    return tuple(dict.fromkeys(need for skill in _NEEDING for need in skill.needs(message)))


def _without_stale_context(session: Session, context: Context) -> Session:
    """Forget choices, pages and the last answer when the talk was broken off for too long: a number then picks nothing."""
    # Nobody has said anything in a session that was never updated.
    if not session.updated_at or context.now - session.updated_at <= context.limits.context_s:
        return session
    return replace(
        session,
        offered=(),
        asking=False,
        pages=(),
        last=None,
        hinted=None,
        n_failed=0,
        pending="",
        care="",
        n_care=0,
        said="",
        echo="",
    )


def _as_typed(message: Message, snapshot: Snapshot) -> Message:
    match message.event:
        case "click" | "scancode_waitmsg":
            typed = snapshot.content.menu.get(message.event_key)
        case "scan" | "subscribe":
            typed = snapshot.content.scenes.get(message.event_key.removeprefix("qrscene_"))
        case _:
            typed = None
    return replace(message, kind="text", text=typed, event="", event_key="") if typed else message


def _as_picked(message: Message, session: Session) -> Message:
    """Return the words that a pick from a list stands for; picks of entries and answers to a quiz stay as they are."""
    waits = session.attempt is not None and not session.attempt.paused and not read_number(message.text)
    picked = None if waits else read_choice(message.text, session.offered, asking=session.asking)
    return replace(message, text=picked.say) if picked and picked.say and message.kind == "text" else message


def _with_reminder(turn: Turn, before: Session, context: Context) -> str:
    attempt = turn.session.attempt
    if turn.reply.kind != "text" or turn.erase or attempt is None or attempt.paused or before.attempt is None:
        return turn.reply.text
    k, n = waiting_place(attempt), len(attempt.item_ids)
    text = f"{turn.reply.text}\n{reply_text(context, 'quiz.reminder', k=k, n=n)}"
    return _if_it_fits(text, turn.reply.text, context)


def _with_due(text: str, turn: Turn, before: Session, context: Context) -> str:
    """Add to the first reply of a visit how many missed items are due: nobody is called, who comes is told."""
    back_again = before.updated_at and context.now - before.updated_at > context.limits.context_s
    n = due(turn.session.wrong, context.snapshot.content.items, context.now)
    if not (back_again and n and context.can_save) or turn.reply.kind != "text" or turn.session.attempt:
        return text
    return _if_it_fits(f"{text}\n{reply_text(context, 'quiz.due', n=n)}", text, context)


def _if_it_fits(longer: str, shorter: str, context: Context) -> str:
    return longer if len(longer.encode()) <= context.limits.reply_bytes else shorter
