"""The end of an attempt: its result, what 错题 and the streak learn from it, and the card."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from handlers.cards.signed_codes import certify
from handlers.china import day_after, day_of
from handlers.model.attempts import Result
from handlers.model.messages import Effect, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.quiz.attempt import points, response_to
from handlers.quiz.open_attempt import OpenAttempt
from handlers.quiz.ranking import ranked, ranked_paper
from handlers.quiz.screens import has_passed, result_card
from handlers.quiz.wrongbook import noted
from handlers.replies import reply_text

MAX_RESULTS = 20


def close(
    run: OpenAttempt, session: Session, reason: str, before: Callable[[str], str], context: Context
) -> Turn:
    """Return the turn that ends an attempt.

    Args:
        reason: done, mistake or late.
        before: Puts the words about the last answer in front of the card.
    """
    attempt, paper = run.attempt, run.paper
    result = _result(run, context)
    after = replace(session, attempt=None, offered=(), pages=())
    if paper.feedback == "end":
        for response in attempt.responses:
            after = replace(after, wrong=noted(after.wrong, response))
    if run.mode.scope == "day" and attempt.scope == day_of(context.now):
        after = _with_streak(after, attempt.scope)
    if run.mode.is_kept:
        after = replace(after, results=(*session.results, result)[-MAX_RESULTS:])
    effects = [_finished(run, result, reason)]
    if after.code_name and paper.id == ranked_paper(context.snapshot.content):
        effects.append(ranked(after.code_name, result))
    return Turn(Reply("text", before(_card(run, result, reason, after, context))), after, tuple(effects))


def _finished(run: OpenAttempt, result: Result, reason: str) -> Effect:
    attempt = run.attempt
    fields: dict[str, str | int | float] = {
        "attempt": attempt.id,
        "paper": result.paper_id,
        "points": result.points,
        "n": result.n_items,
        "passed": int(result.passed),
        "reason": reason,
        "seconds": max(0, result.finished_at - result.started_at),
    }
    unreached = [item_id for item_id in attempt.item_ids if not response_to(attempt, item_id)]
    # A paper that ends at the first mistake takes nothing off for the items behind it.
    if unreached and not run.paper.until_mistake:
        fields["unreached"] = ",".join(unreached)
    return Effect("finished", fields)


def _result(run: OpenAttempt, context: Context) -> Result:
    attempt = run.attempt
    passed = has_passed(attempt, run.paper)
    share = points(attempt) / len(attempt.item_ids)
    certified = passed and run.mode.is_exam
    return Result(
        paper_id=run.paper.id,
        n_items=len(attempt.item_ids),
        points=points(attempt),
        started_at=attempt.started_at,
        finished_at=context.now,
        attempt_id=attempt.id,
        scope=attempt.scope,
        passed=passed,
        code=certify(attempt.id, share, context.now, run.paper.id, context.secret) if certified else "",
    )


def _with_streak(session: Session, day: str) -> Session:
    from_yesterday = session.streak_day and day_after(session.streak_day) == day
    return replace(session, streak=session.streak + 1 if from_yesterday else 1, streak_day=day)


def _card(run: OpenAttempt, result: Result, reason: str, after: Session, context: Context) -> str:
    responses = run.attempt.responses
    if run.mode.done:
        right = sum(response.fraction == 1 for response in responses)
        figures = {"streak": after.streak, "right": right, "n": result.n_items, "left": len(after.wrong)}
        card = reply_text(context, run.mode.done, **figures)
    else:
        card = result_card(run, reason, context)
        if result.code:
            card += "\n" + reply_text(context, "exam.certified")
    return f"{card}\n{reply_text(context, 'quiz.shelved')}" if after.shelf else card
