"""The quiz in the chat: start a paper, answer, skip, look back, leave, come back; nothing is lost or counted twice.

What an attempt is stands in `attempt`, what may be started in `papers`, what words mean in `quiz_answers`,
what an answer earns in `judging`, what is read in `quiz_cards`, how a paper ends in `closing`. Here is only which of them when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers.answering.choices import read_letters, read_number
from handlers.china import day_of
from handlers.model import Attempt, Context, Effect, Message, Reply, Session, Turn
from handlers.quiz.answers import Given, NoAnswer, read
from handlers.quiz.attempt import (
    back,
    forward,
    has_begun,
    is_late,
    is_over,
    open_id,
    open_item,
    option_order,
    place_of,
    record,
    response_to,
    resumed,
)
from handlers.quiz.finish import close, paper_of
from handlers.quiz.marking import answered, feedback, marked
from handlers.quiz.papers import Wish, begin, counted, read_wish, tries_left
from handlers.quiz.screens import how, item_card, key_text, rules
from handlers.replies import answer, words
from knowledge.language.analyze import strip_punctuation, tidy
from knowledge.model import Item
from knowledge.reading.quiz import LETTERS

RESUME = frozenset({"继续", "继续答题", "接着答", "题目", "再看一遍题"})
LEAVE = frozenset({"退出", "退出答题", "不答了", "结束答题"})
SKIP = frozenset({"跳过", "下一题", "跳过这题", "先跳过", "pass"})
BACK = frozenset({"上一题", "前一题", "返回上一题"})
_MAX_SHELF = 12


def _is_for_quiz(message: Message, session: Session, context: Context) -> bool:
    """Return whether the message is a quiz word, or words about the item on the screen."""
    said = strip_punctuation(tidy(message.text))
    if said in LEAVE or said in SKIP or said in BACK or read_wish(message.text):
        return True
    if said in RESUME:
        return bool(session.attempt or (session.shelf and not session.pages)) or not context.can_save
    attempt = session.attempt
    if attempt is None or attempt.paused or not context.can_save:
        # A bare letter has no other use: whoever sends one hears how to get to an item.
        return bool(read_letters(message.text)) and not session.offered
    return _read(message.text, session, context) is not None


def handle_questions(message: Message, session: Session, context: Context) -> Turn | None:
    """Say that questions wait while a 正式测评 runs: an answer must not help with the open item."""
    attempt = session.attempt
    if message.kind != "text" or attempt is None or attempt.paper_id != "exam" or not context.can_save:
        return None
    if is_late(attempt, paper_of(attempt, context), context.now_ms):
        return None
    return answer(context, session, "exam.no_answers")


def _read(text: str, session: Session, context: Context) -> Given | NoAnswer | None:
    attempt = session.attempt
    item = open_item(attempt, context.bank_of(attempt)) if attempt else None
    if attempt is None or item is None or (session.offered and read_number(text)):
        return None
    return read(text, item, option_order(attempt, item), place_of(attempt, item.id))


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Start, resume, leave, skip, look back or judge; while nothing can be saved, say so and change nothing."""
    if message.kind != "text" or not _is_for_quiz(message, session, context):
        return None
    return _decide(message, session, context)


def _decide(message: Message, session: Session, context: Context) -> Turn:
    if not context.can_save:
        return answer(context, session, "quiz.away")
    attempt, wish = session.attempt, read_wish(message.text)
    if attempt and is_late(attempt, paper_of(attempt, context), message.received_ms or context.now_ms):
        return _late(attempt, session, context, wish)
    if wish:
        return _start(wish, session, context)
    said = strip_punctuation(tidy(message.text))
    if said in RESUME:
        return _resume(session, context)
    if attempt is None or (attempt.paused and said not in LEAVE):
        return _nothing_open(session, context)
    if said in LEAVE:
        return _leave(attempt, session, context)
    if message.received_ms and message.received_ms < attempt.shown_ms:
        return _crossed(attempt, session, context)
    if said in SKIP:
        return _move(attempt, forward, "quiz.only_one", session, context)
    if said in BACK:
        return _move(attempt, back, "quiz.first_one", session, context)
    return _judge(message, attempt, session, context)


def _say(text: str, attempt: Attempt, session: Session) -> Turn:
    return Turn(Reply("text", text), replace(session, attempt=attempt, offered=(), pages=()))


def _start(wish: Wish, session: Session, context: Context) -> Turn:
    attempt = session.attempt
    if attempt and wish.paper_id == attempt.paper_id and _is_for(attempt, wish, context):
        return _resume(session, context, "quiz.resumed")
    if attempt and attempt.paper_id == "exam" and has_begun(attempt):
        return _say(f"{words(context, 'exam.busy')}\n{item_card(attempt, context)}", attempt, session)
    for shelved in session.shelf:
        if shelved.paper_id == wish.paper_id and _is_for(shelved, wish, context):
            woken = _put_away(session, _woken(shelved, context))
            if is_late(shelved, paper_of(shelved, context), context.now_ms):
                return _late(shelved, woken, context, wish)
            return _resume(woken, context, "quiz.resumed")
    new = begin(wish, session, context)
    if isinstance(new, str):
        return Turn(Reply("text", new), session)
    paper = paper_of(new, context)
    if paper.id == "exam":
        text = f"{rules(new, paper, tries_left(session, paper, context.now), context)}\n{item_card(new, context)}"
    else:
        text = f"{item_card(new, context)}\n{how(new, paper, context)}"
    effect = Effect(
        "started", {"attempt": new.id, "paper": new.paper_id, "release": new.release, "scope": new.scope}
    )
    return replace(_say(text, new, _put_away(session, new)), effects=(effect,))


def _is_for(attempt: Attempt, wish: Wish, context: Context) -> bool:
    """Return whether an attempt at the wished paper is the one that is meant: of the same track, of today."""
    if wish.paper_id == "daily":
        return attempt.scope == day_of(context.now)
    return wish.paper_id != "probe" and (not wish.scope or wish.scope == attempt.scope)


def _put_away(session: Session, for_: Attempt) -> Session:
    """Return the session with `for_` open, and the attempt that was open on the shelf when it is worth keeping."""
    held = session.attempt
    kept = (held,) if held and held.paper_id not in ("probe", "daily") else ()
    taken = {(for_.paper_id, for_.scope), *((a.paper_id, a.scope) for a in kept)}
    others = tuple(a for a in session.shelf if (a.paper_id, a.scope) not in taken)
    put = tuple(
        replace(a, paused=False) for a in kept if (a.paper_id, a.scope) != (for_.paper_id, for_.scope)
    )
    return replace(session, attempt=for_, shelf=(*others, *put)[-_MAX_SHELF:])


def _woken(shelved: Attempt, context: Context) -> Attempt:
    """Return an attempt off the shelf: a message that was on its way can't be about it, but its clock went on."""
    timed = paper_of(shelved, context).item_time_s
    return shelved if timed else replace(shelved, shown_ms=context.now_ms)


def _resume(session: Session, context: Context, notice: str = "") -> Turn:
    if session.attempt is None and session.shelf:
        *rest, last = session.shelf
        session = replace(session, attempt=_woken(last, context), shelf=tuple(rest))
    if session.attempt is None:
        return answer(context, session, "quiz.nothing_open")
    if is_late(session.attempt, paper_of(session.attempt, context), context.now_ms):
        return _late(session.attempt, session, context)
    attempt = resumed(session.attempt, context.now_ms)
    text = item_card(attempt, context)
    if notice:
        done, n = len(attempt.responses), len(attempt.item_ids)
        text = f"{words(context, notice, done=done, n=n)}\n{text}"
    return _say(text, attempt, session)


def _nothing_open(session: Session, context: Context) -> Turn:
    if session.attempt or session.shelf:
        return answer(context, session, "quiz.asleep")
    return answer(context, session, "quiz.nothing_open")


def _leave(attempt: Attempt, session: Session, context: Context) -> Turn:
    done, n = len(attempt.responses), len(attempt.item_ids)
    if attempt.paper_id == "exam" and not has_begun(attempt):
        return replace(answer(context, session, "exam.not_begun"), session=replace(session, attempt=None))
    paper = paper_of(attempt, context)
    key = "quiz.left_timed" if paper.item_time_s or paper.paper_time_s else "quiz.left"
    turn = answer(context, session, key, done=done, n=n)
    return replace(turn, session=replace(session, attempt=replace(attempt, paused=True), offered=()))


def _crossed(attempt: Attempt, session: Session, context: Context) -> Turn:
    """Say that a message which was sent before the item on the screen was shown did not count."""
    answered = (attempt.before_id and response_to(attempt, attempt.before_id)) or (
        not attempt.before_id and attempt.responses
    )
    notice = words(context, "quiz.already" if answered else "quiz.crossed")
    return Turn(Reply("text", f"{notice}\n{item_card(attempt, context)}"), session)


def _move(
    attempt: Attempt,
    move: Callable[[Attempt, int], Attempt],
    stays: str,
    session: Session,
    context: Context,
) -> Turn:
    paper = paper_of(attempt, context)
    if paper.item_time_s or paper.until_mistake:
        return _say(f"{words(context, 'quiz.no_skipping')}\n{item_card(attempt, context)}", attempt, session)
    after = move(attempt, context.now_ms)
    if after == attempt:
        return _say(f"{words(context, stays)}\n{item_card(attempt, context)}", attempt, session)
    return _say(item_card(after, context), after, counted(session, after))


def _late(attempt: Attempt, session: Session, context: Context, wish: Wish | None = None) -> Turn:
    """End an attempt whose time is up, and start the paper that the late message wished for, if it did."""
    if attempt.paper_id == "exam" and not has_begun(attempt):
        told = words(context, "exam.lapsed")
        turn = replace(answer(context, session, "exam.lapsed"), session=replace(session, attempt=None))
    else:
        told = _too_late(attempt, context)
        turn = close(attempt, session, "late", lambda card: f"{told}\n\n{card}", context)
    if wish is None:
        return turn
    started = _start(wish, turn.session, context)
    text = f"{told}\n\n{started.reply.text}"
    return replace(started, reply=Reply("text", text), effects=(*turn.effects, *started.effects))


def _too_late(attempt: Attempt, context: Context) -> str:
    item_id = open_id(attempt)
    told = words(context, "quiz.late", k=place_of(attempt, item_id))
    item = context.bank_of(attempt).items.get(item_id)
    if item is None or paper_of(attempt, context).feedback == "end":
        return told
    return f"{told}\n{words(context, 'quiz.late_key', answer=key_text(attempt, item))}"


def _judge(message: Message, attempt: Attempt, session: Session, context: Context) -> Turn:
    item = open_item(attempt, context.bank_of(attempt))
    given = _read(message.text, session, context)
    if item is None or given is None:
        return answer(context, session, "quiz.gone")
    if response_to(attempt, item.id):
        after = forward(attempt, context.now_ms)
        return _say(f"{words(context, 'quiz.already')}\n{item_card(after, context)}", after, session)
    if isinstance(given, NoAnswer):
        return _ask_again(given, attempt, item, session, context)
    paper = paper_of(attempt, context)
    response = marked(given, item, paper, context.now)
    after = record(attempt, response, context.now_ms)
    effect = answered(attempt, response, context.now_ms)
    session, said = feedback(attempt, after, item, response, counted(session, attempt), context)
    if is_over(after, paper):
        mistaken = len(after.responses) < len(after.item_ids)
        turn = close(after, session, "mistake" if mistaken else "done", said, context)
        return replace(turn, effects=(effect, *turn.effects))
    return replace(_say(said(item_card(after, context)), after, session), effects=(effect,))


def _ask_again(no: NoAnswer, attempt: Attempt, item: Item, session: Session, context: Context) -> Turn:
    said = words(
        context,
        f"quiz.invalid_{no.reason}",
        letters="、".join(LETTERS[: len(item.options)]),
        k=place_of(attempt, item.id),
    )
    return Turn(Reply("text", f"{said}\n{item_card(attempt, context)}"), session)
