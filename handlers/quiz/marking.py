"""One answer to one item: what it earns, what is recorded of it, and the words about it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from handlers.answering.answer import mask
from handlers.model.attempts import Attempt, Response
from handlers.model.messages import Effect
from handlers.model.session import OF_AN_ITEM, LastAnswer, Session
from handlers.model.turn import Context
from handlers.quiz.open_attempt import OpenAttempt
from handlers.quiz.reading.answers import Given
from handlers.quiz.screens import progress, verdict
from handlers.quiz.wrongbook import noted
from handlers.replies import reply_text
from knowledge.model.bank import Item, Paper
from knowledge.quiz.grading import grade, grade_written


def marked(given: Given, item: Item, paper: Paper, now: int) -> Response:
    """Return an answer with its mark, as the paper declares it; what looks like a phone number is not kept."""
    if item.kind == "fill":
        return Response(item.id, (), grade_written(item, given.text), now, mask(given.text))
    return Response(item.id, given.chosen, grade(item, set(given.chosen), paper.partial), now)


def answered(attempt: Attempt, response: Response, now_ms: int) -> Effect:
    """Return what is recorded of an answer to the item on the screen of `attempt`; from these every score follows."""
    return Effect(
        "answered",
        {
            "attempt": attempt.id,
            "paper": attempt.paper_id,
            "release": attempt.release,
            "item": response.item_id,
            "k": len(attempt.responses) + 1,
            "given": response.text or ",".join(map(str, response.given)),
            "fraction": response.fraction,
            "seconds": max(0, (now_ms - attempt.shown_ms) // 1000),
        },
    )


def feedback(
    run: OpenAttempt, after: Attempt, item: Item, response: Response, session: Session, context: Context
) -> tuple[Session, Callable[[str], str]]:
    """Return the session that learnt from the response, and what puts the words about it in front of the rest."""
    if run.paper.feedback == "end":
        said = f"{reply_text(context, 'exam.noted')}{progress(after, context)}"
        return session, lambda rest: f"{said}\n\n{rest}"
    learnt = replace(session, wrong=noted(session.wrong, response))
    if not run.mode.draws_from_talk:
        # 出处 and 为什么 are asked of the words that the mark is proved by.
        proof = (item.source.passage_id,)
        last = LastAnswer("", mask(item.stem), context.now, passages=proof, rule=OF_AN_ITEM)
        learnt = replace(learnt, last=last)
    extras = [*_about_the_book(session, learnt, response, context), *_to_read(item, response, context)]
    head = progress(after, context) if len(after.responses) < len(after.item_ids) else ""
    return learnt, lambda rest: verdict(run, item, response, extras, f"{head}\n{rest}".strip(), context)


def _about_the_book(before: Session, after: Session, response: Response, context: Context) -> list[str]:
    was, still = (any(w.item_id == response.item_id for w in s.wrong) for s in (before, after))
    if not was or response.fraction < 1:
        return []
    return [reply_text(context, "missed.once_more" if still else "missed.gone")]


def _to_read(item: Item, response: Response, context: Context) -> list[str]:
    """Return the question of the entry that quotes the proof with the least around it, after a wrong answer."""
    if response.fraction == 1:
        return []
    proof = item.source
    about = [
        (len(quote.text), entry.id, entry.question)
        for entry in context.snapshot.quoting.get(proof.passage_id, ())
        for quote in entry.quotes
        if quote.passage_id == proof.passage_id and proof.text in quote.text
    ]
    return [reply_text(context, "quiz.read_more", question=min(about)[2])] if about else []
