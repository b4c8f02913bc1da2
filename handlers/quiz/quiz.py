"""The quiz in the chat: start a paper, answer, skip, look back, leave, come back; nothing is lost or counted twice.

What an attempt is stands in `attempt`, with all it goes by in `open_attempt`; what may be started in `papers`, how
modes differ in `modes`, what words mean in `reading`, what an answer earns in `marking`, what is read in `screens`,
how a paper ends in `finish`. Here is only which of them when.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from handlers.model.attempts import Attempt
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.quiz.attempt import back, forward, open_id, place_of, record, response_to, resumed
from handlers.quiz.finish import close
from handlers.quiz.marking import answered, feedback, marked
from handlers.quiz.modes import MODES
from handlers.quiz.open_attempt import OpenAttempt, open_attempt
from handlers.quiz.papers import PaperWish, begin, counted_as_try, tries_left
from handlers.quiz.reading.answers import Given, NoAnswer
from handlers.quiz.reading.steps import QuizStep, read_step
from handlers.quiz.screens import how, item_card, key_text, rules
from handlers.replies import reply_text, say
from knowledge.model.bank import Item
from knowledge.quiz.hints import hint_of
from knowledge.reading.quiz import LETTERS

_MAX_SHELF = 12


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Start, resume, leave, skip, look back or mark; while nothing can be saved, say so and change nothing."""
    if message.kind != "text":
        return None
    run = open_attempt(session.attempt, context) if session.attempt else None
    step = read_step(message.text, run, session, context)
    if step is None:
        return None
    if not context.can_save:
        return say(context, session, "quiz.away")
    if run and run.is_late(message.received_ms or context.now_ms):
        return _late(run, session, context, step.wish)
    if step.wish:
        return _asked(_start(step.wish, run, session, context), message, context)
    if step.what == "resume":
        return _asked(_resume(run, session, context), message, context)
    if run is None or (run.attempt.paused and step.what != "leave"):
        return _nothing_open(session, context)
    return _go_on(step, run, message, session, context)


def _asked(turn: Turn, message: Message, context: Context) -> Turn:
    """Note when somebody asked which item is open; a message that was overtaken by another moves nothing back."""
    attempt = turn.session.attempt
    if attempt is None:
        return turn
    before_ms = attempt.asked_ms if attempt.asked_ms <= context.now_ms else 0
    noted = replace(attempt, asked_ms=max(before_ms, message.received_ms or context.now_ms))
    return replace(turn, session=replace(turn.session, attempt=noted))


def handle_questions(message: Message, session: Session, context: Context) -> Turn | None:
    """Say that questions wait while an exam runs: an answer must not help with the open item."""
    if message.kind != "text" or session.attempt is None or not context.can_save:
        return None
    run = open_attempt(session.attempt, context)
    if not run.mode.is_exam or run.is_late(context.now_ms):
        return None
    return say(context, session, "exam.no_answers", title=run.paper.title)


def _go_on(step: QuizStep, run: OpenAttempt, message: Message, session: Session, context: Context) -> Turn:
    """Leave the attempt that is open, or take a step with the item on its screen."""
    if step.what == "leave":
        return _leave(run, session, context)
    if _is_unread(message, run.attempt, context):
        return _crossed(run, session, context)
    if step.what == "skip":
        return _move(run, forward, "quiz.only_one", session, context)
    if step.what == "back":
        return _move(run, back, "quiz.first_one", session, context)
    if run.item is None or step.given is None:
        return say(context, session, "quiz.gone")
    if response_to(run.attempt, run.item.id):
        after = run.at(forward(run.attempt, context.now_ms))
        return _turn(f"{reply_text(context, 'quiz.already')}\n{item_card(after, context)}", after, session)
    if isinstance(step.given, NoAnswer):
        return _ask_again(step.given, run, run.item, session, context)
    return _mark(step.given, run, run.item, session, context)


def _is_unread(message: Message, attempt: Attempt, context: Context) -> bool:
    """Return whether a message came before anybody can have read the item on the screen: a double tap is one answer.

    Nor does one count that came before its user asked which item is open, and was told so meanwhile: they go by that.
    A time later than now tells nothing: the clock was set back since.
    """
    if not message.received_ms:
        return False
    times = ((attempt.shown_ms, context.limits.reading_ms), (attempt.asked_ms, 0))
    return any(at <= context.now_ms and message.received_ms < at + wait for at, wait in times)


def _turn(text: str, run: OpenAttempt, session: Session) -> Turn:
    return Turn(Reply("text", text), replace(session, attempt=run.attempt, offered=(), pages=()))


def _start(wish: PaperWish, run: OpenAttempt | None, session: Session, context: Context) -> Turn:
    if run and _is_for(run.attempt, wish, context):
        return _resume(run, session, context, "quiz.resumed")
    if run and run.mode.is_exam and not run.is_unused_exam:
        busy = reply_text(context, "exam.busy", title=run.paper.title)
        return _turn(f"{busy}\n{item_card(run, context)}", run, session)
    for shelved in session.shelf:
        if _is_for(shelved, wish, context):
            woken = _woken(shelved, context)
            after = _put_away(session, run, woken.attempt)
            if woken.is_late(context.now_ms):
                return _late(woken, after, context, wish)
            return _resume(woken, after, context, "quiz.resumed")
    new = begin(wish, session, context)
    if isinstance(new, str):
        return Turn(Reply("text", new), session)
    return _begun(open_attempt(new, context), _put_away(session, run, new), context)


def _begun(run: OpenAttempt, session: Session, context: Context) -> Turn:
    card = item_card(run, context)
    if run.mode.is_exam:
        text = f"{rules(run, tries_left(session, run.paper, context.now), context)}\n{card}"
    else:
        text = f"{card}\n{how(run, context)}"
    new = run.attempt
    fields = {"attempt": new.id, "paper": new.paper_id, "release": new.release, "scope": new.scope}
    return replace(_turn(text, run, session), effects=(Effect("started", fields),))


def _is_for(attempt: Attempt, wish: PaperWish, context: Context) -> bool:
    """Return whether an attempt is the one that is meant by the wish: of that paper and track, of today."""
    paper = context.snapshot.content.papers.get(wish.paper_id)
    if paper is None or attempt.paper_id != paper.id:
        return False
    mode = MODES[paper.mode]
    scope = mode.scope_of(wish.track, context.now)
    return mode.resumes and (not scope or scope == attempt.scope)


def _put_away(session: Session, held: OpenAttempt | None, for_: Attempt) -> Session:
    """Return the session with `for_` open, and the attempt that was open on the shelf when it is worth keeping."""
    kept = (held.attempt,) if held and held.mode.waits else ()
    taken = {(for_.paper_id, for_.scope), *((a.paper_id, a.scope) for a in kept)}
    others = tuple(a for a in session.shelf if (a.paper_id, a.scope) not in taken)
    put = tuple(
        replace(a, paused=False) for a in kept if (a.paper_id, a.scope) != (for_.paper_id, for_.scope)
    )
    return replace(session, attempt=for_, shelf=(*others, *put)[-_MAX_SHELF:])


def _woken(shelved: Attempt, context: Context) -> OpenAttempt:
    """Return an attempt off the shelf: a message that was on its way can't be about it, but its clock went on."""
    run = open_attempt(shelved, context)
    return run if run.paper.item_time_s else run.at(replace(shelved, shown_ms=context.now_ms))


def _resume(run: OpenAttempt | None, session: Session, context: Context, notice: str = "") -> Turn:
    if run is None and session.shelf:
        *rest, last = session.shelf
        run = _woken(last, context)
        session = replace(session, attempt=run.attempt, shelf=tuple(rest))
    if run is None:
        return say(context, session, "quiz.nothing_open")
    if run.is_late(context.now_ms):
        return _late(run, session, context)
    after = run.at(resumed(run.attempt, context.now_ms))
    text = item_card(after, context)
    if notice:
        done, n = len(after.attempt.responses), len(after.attempt.item_ids)
        text = f"{reply_text(context, notice, done=done, n=n)}\n{text}"
    return _turn(text, after, session)


def _nothing_open(session: Session, context: Context) -> Turn:
    if session.attempt or session.shelf:
        return say(context, session, "quiz.asleep")
    return say(context, session, "quiz.nothing_open")


def _leave(run: OpenAttempt, session: Session, context: Context) -> Turn:
    if run.is_unused_exam:
        return say(context, replace(session, attempt=None), "exam.not_begun")
    attempt = run.attempt
    done, n = len(attempt.responses), len(attempt.item_ids)
    key = "quiz.left_timed" if run.has_clock else "quiz.left"
    return say(
        context, replace(session, attempt=replace(attempt, paused=True), offered=()), key, done=done, n=n
    )


def _crossed(run: OpenAttempt, session: Session, context: Context) -> Turn:
    """Say that a message which was sent before the item on the screen was shown did not count."""
    attempt = run.attempt
    was_answered = (attempt.before_id and response_to(attempt, attempt.before_id)) or (
        not attempt.before_id and attempt.responses
    )
    notice = reply_text(context, "quiz.already" if was_answered else "quiz.crossed")
    return Turn(Reply("text", f"{notice}\n{item_card(run, context)}"), session)


def _move(
    run: OpenAttempt,
    move: Callable[[Attempt, int], Attempt],
    stays: str,
    session: Session,
    context: Context,
) -> Turn:
    if run.paper.item_time_s or run.paper.until_mistake:
        return _turn(f"{reply_text(context, 'quiz.no_skipping')}\n{item_card(run, context)}", run, session)
    moved = move(run.attempt, context.now_ms)
    if moved == run.attempt:
        return _turn(f"{reply_text(context, stays)}\n{item_card(run, context)}", run, session)
    after = run.at(moved)
    return _turn(item_card(after, context), after, counted_as_try(session, moved, run.paper))


def _late(run: OpenAttempt, session: Session, context: Context, wish: PaperWish | None = None) -> Turn:
    """End an attempt whose time is up, and start the paper that the late message wished for, if it did."""
    if run.is_unused_exam:
        told = reply_text(context, "exam.lapsed", title=run.paper.title)
        turn = Turn(Reply("text", told), replace(session, attempt=None))
    else:
        told = _too_late(run, context)
        turn = close(run, session, "late", lambda card: f"{told}\n\n{card}", context)
    if wish is None:
        return turn
    started = _start(wish, None, turn.session, context)
    text = f"{told}\n\n{started.reply.text}"
    return replace(started, reply=Reply("text", text), effects=(*turn.effects, *started.effects))


def _too_late(run: OpenAttempt, context: Context) -> str:
    told = reply_text(context, "quiz.late", k=place_of(run.attempt, open_id(run.attempt)))
    if run.item is None or run.paper.feedback == "end":
        return told
    return f"{told}\n{reply_text(context, 'quiz.late_key', answer=key_text(run.item, run.order))}"


def _mark(given: Given, run: OpenAttempt, item: Item, session: Session, context: Context) -> Turn:
    response = marked(given, item, run.paper, context.now)
    after = run.at(record(run.attempt, response, context.now_ms))
    effect = answered(run.attempt, response, context.now_ms)
    session = counted_as_try(session, run.attempt, run.paper)
    session, said = feedback(run, after.attempt, item, response, session, context)
    if after.is_over:
        mistaken = len(after.attempt.responses) < len(after.attempt.item_ids)
        turn = close(after, session, "mistake" if mistaken else "done", said, context)
        return replace(turn, effects=(effect, *turn.effects))
    return replace(_turn(said(item_card(after, context)), after, session), effects=(effect,))


def _ask_again(no: NoAnswer, run: OpenAttempt, item: Item, session: Session, context: Context) -> Turn:
    # Who is marked at the end is examined: the same for everybody, without help.
    hint = hint_of(run.bank, item) if no.reason == "hint" and run.paper.feedback == "each" else ""
    said = reply_text(
        context,
        "quiz.hint" if hint else f"quiz.invalid_{no.reason}",
        hint=hint.rstrip("。"),
        letters="、".join(LETTERS[: len(item.options)]),
        k=place_of(run.attempt, item.id),
    )
    return Turn(Reply("text", f"{said}\n{item_card(run, context)}"), session)
