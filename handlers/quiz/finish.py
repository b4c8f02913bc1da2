"""The end of an attempt: its result, what 错题 and the streak learn from it, and the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from handlers.cards.signed_codes import certify
from handlers.china import day_after, day_of
from handlers.model import Attempt, Context, Effect, Reply, Result, Session, Turn
from handlers.quiz.attempt import points, response_to
from handlers.quiz.ranking import ranked
from handlers.quiz.screens import has_passed, result_card
from handlers.quiz.wrongbook import noted
from handlers.replies import words
from knowledge.model import Paper

MAX_RESULTS = 20
_KEPT = frozenset({"default", "topic", "challenge", "exam"})


def paper_of(attempt: Attempt, context: Context) -> Paper:
    """Return the rules of an attempt: its own release's; the live ones when that release is gone."""
    papers = context.bank_of(attempt).papers
    live = context.snapshot.content.papers
    return papers.get(attempt.paper_id) or live.get(attempt.paper_id) or live["default"]


def close(
    attempt: Attempt, session: Session, reason: str, before: Callable[[str], str], context: Context
) -> Turn:
    """Return the turn that ends an attempt.

    Args:
        reason: done, mistake or late.
        before: Puts the words about the last answer in front of the card.
    """
    paper = paper_of(attempt, context)
    passed = has_passed(attempt, paper)
    after = replace(session, attempt=None, offered=(), pages=())
    if paper.feedback == "end":
        for response in attempt.responses:
            after = replace(after, wrong=noted(after.wrong, response))
    if paper.id == "daily" and attempt.scope == day_of(context.now):
        after = _with_streak(after, attempt.scope)
    if paper.id in _KEPT:
        result = _result(attempt, paper, passed, context)
        after = replace(after, results=(*session.results, result)[-MAX_RESULTS:])
    fields: dict[str, str | int | float] = {
        "attempt": attempt.id,
        "paper": paper.id,
        "points": points(attempt),
        "n": len(attempt.item_ids),
        "passed": int(passed),
        "reason": reason,
        "seconds": max(0, context.now - attempt.started_at),
    }
    unreached = [item_id for item_id in attempt.item_ids if not response_to(attempt, item_id)]
    # A paper that ends at the first mistake takes nothing off for the items behind it.
    if unreached and not paper.until_mistake:
        fields["unreached"] = ",".join(unreached)
    effects = [Effect("finished", fields)]
    if paper.id == "exam" and after.code_name:
        effects.append(ranked(after.code_name, after.results[-1]))
    card = _card(attempt, paper, reason, after, context)
    return Turn(Reply("text", before(card)), after, tuple(effects))


def _result(attempt: Attempt, paper: Paper, passed: bool, context: Context) -> Result:
    share = points(attempt) / len(attempt.item_ids)
    return Result(
        paper_id=paper.id,
        n_items=len(attempt.item_ids),
        points=points(attempt),
        started_at=attempt.started_at,
        finished_at=context.now,
        attempt_id=attempt.id,
        scope=attempt.scope,
        passed=passed,
        code=certify(attempt.id, share, context.now, context.secret) if passed and paper.id == "exam" else "",
    )


def _with_streak(session: Session, day: str) -> Session:
    from_yesterday = session.streak_day and day_after(session.streak_day) == day
    return replace(session, streak=session.streak + 1 if from_yesterday else 1, streak_day=day)


def _card(attempt: Attempt, paper: Paper, reason: str, after: Session, context: Context) -> str:
    if paper.id == "daily":
        card = words(context, "daily.done", streak=after.streak)
    elif paper.id == "missed":
        right = sum(response.fraction == 1 for response in attempt.responses)
        card = words(context, "missed.done", right=right, n=len(attempt.item_ids), left=len(after.wrong))
    elif paper.id == "probe":
        card = words(context, "probe.done")
    else:
        card = result_card(attempt, paper, reason, context)
        if after.results[-1].code:
            card += "\n" + words(context, "exam.certified")
    return f"{card}\n{words(context, 'quiz.shelved')}" if after.shelf else card
