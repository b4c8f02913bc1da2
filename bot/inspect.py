"""What the engine does with a question, as data: for `qinglang ask` and whoever tests the knowledge."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from handlers.model import Context, Message, Session
from handlers.router import route
from knowledge.matching.decide import decide
from knowledge.matching.query import NAME_SIGNS

if TYPE_CHECKING:
    from knowledge.matching.decision import Decision
    from knowledge.matching.query import Query
    from knowledge.matching.snapshot import Snapshot


def describe(snapshot: Snapshot, question: str) -> tuple[dict[str, Any], Decision]:
    """Return the outcome of a question for a user without a history, and the decision behind it.

    The text is that of the reply to a push with the same words, because it comes from the same router.
    Outcome "command" means that another skill than questions took it.
    """
    context = Context(snapshot, int(time.time() * 1000), seed="0" * 32)
    turn = route(Message("", "", "text", question), Session(subject=""), context)
    decision = decide(snapshot, question)
    entry = turn.session.last.entry_id if turn.session.last else ""
    outcome = decision.band.value if turn.skill == "ask" else "command"
    if entry and snapshot.content.entries[entry].gap:
        outcome = "decline"
    return {
        "question": question,
        "outcome": outcome,
        "entry": entry if turn.skill == "ask" else "",
        "score": round(decision.hits[0].score, 4) if decision.hits else 0.0,
        "choices": [{"entry": choice.entry_id, "text": choice.text} for choice in turn.session.offered],
        "text": turn.reply.text,
    }, decision


def explain_decision(decision: Decision) -> dict[str, Any]:
    """Return why: the texts as read, the rule that decided, each candidate with its features and shares."""
    return {
        "band": decision.band.value,
        "rule": decision.rule,
        "texts": _texts(decision.query),
        "hits": [
            {
                "entry": hit.entry_id,
                "score": round(hit.score, 4),
                "phrasing": hit.phrasing,
                "reasons": {reason.name: [reason.value, reason.share] for reason in hit.reasons},
            }
            for hit in decision.hits
        ],
    }


def _texts(query: Query) -> dict[str, str]:
    return {
        "read": query.text,
        "literal": query.terms.literal,
        "canonical": NAME_SIGNS.sub("▢", query.terms.canonical),
        "names": " ".join(query.terms.entities),
        "clauses": " ".join(query.terms.clauses),
        "words": " ".join(query.words),
    }
