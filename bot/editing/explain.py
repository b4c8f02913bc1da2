"""What the engine does with a question, as data: for `qinglang ask` and whoever tests the knowledge."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.router import route
from knowledge.matching.decide import BY_CHARACTERS, decide
from knowledge.matching.decision import Band
from knowledge.matching.guards import GUARDS
from knowledge.matching.query import NAME_SIGNS

if TYPE_CHECKING:
    from knowledge.matching.decision import Decision, Hit
    from knowledge.matching.query import Query
    from knowledge.matching.snapshot import Snapshot


_OUTCOMES = {"premise": "answer", "several": "answer", "clause": "answer", "wrong-premise": "decline"}
"""What came of a question that was not answered as one question, by the rule that answered it."""


def describe(snapshot: Snapshot, question: str) -> tuple[dict[str, Any], Decision]:
    """Return the outcome of a question for a user without a history, and the decision behind it.

    The text is that of the reply to a push with the same words, because it comes from the same router.
    Outcome "command" means that another skill than questions took it.
    """
    context = Context(snapshot, int(time.time() * 1000), seed="0" * 32)
    turn = route(Message("", "", "text", question), Session(subject=""), context)
    decision = decide(snapshot, question)
    last = turn.session.last
    entry = last.entry_id if last else ""
    passage = last.passages[-1] if last and last.passages and not entry else ""
    outcome = decision.band.value if turn.skill == "ask" else "command"
    if last and turn.skill == "ask":
        outcome = _OUTCOMES.get(last.rule, outcome)
    if entry and snapshot.content.entries[entry].gap:
        outcome = "decline"
    return {
        "question": question,
        "outcome": outcome,
        "entry": _told(turn, entry, passage),
        **({"passage": passage} if passage and turn.skill == "ask" else {}),
        "score": round(decision.hits[0].score, 4) if decision.hits else 0.0,
        "choices": [
            {"passage": choice.target.rpartition("@")[0], "text": choice.text}
            if choice.target
            else {"entry": choice.entry_id, "text": choice.text}
            for choice in turn.session.offered
        ],
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
                **({"entry": hit.entry_id} if hit.entry_id else {"entry": None, "passage": hit.passage_id}),
                "score": round(hit.score, 4),
                "phrasing": hit.phrasing,
                "reasons": {reason.name: [reason.value, reason.share] for reason in hit.reasons},
            }
            for hit in decision.hits
        ],
    }


_SHOWN = 3


def explain_in_words(snapshot: Snapshot, decision: Decision) -> list[str]:
    """Return why, in words for editors: how sure, what it is like, what is lacking."""
    bands = {Band.ANSWER: "直接回答", Band.CLARIFY: "反问", Band.DECLINE: "不回答"}
    read = "、".join(decision.query.words) or "（没有实词）"
    lines = [f"结果：{bands[decision.band]}（规则 {decision.rule}）；读出的词：{read}"]
    for hit in decision.hits[:_SHOWN]:
        lines.append(
            f"{hit.entry_id or '原文'}  把握 {hit.score:.0%}（{BY_CHARACTERS.answer_at:.0%} 起直接回答）"
        )
        lines.append(f"    像在哪里：问法“{hit.phrasing}”")
        lines.append(f"    缺什么：{_lacking(snapshot, decision, hit)}")
    return lines if decision.hits else [*lines, "没有相近的条目"]


def _lacking(snapshot: Snapshot, decision: Decision, hit: Hit) -> str:
    entry = snapshot.content.entries.get(hit.entry_id)
    if entry is None:
        return "没有条目，是原文的一句"
    said = "\n".join((entry.question, *entry.phrasings, entry.lead, *(q.text for q in entry.quotes)))
    names = {name for name, *_ in GUARDS}
    lacking = [word for word in decision.query.words if word not in said]
    held = [f"被 {reason.name} 拦下" for reason in hit.reasons if reason.name in names]
    return "；".join(filter(None, ("、".join(lacking), *held))) or "问的词这一条里都有"


def _texts(query: Query) -> dict[str, str]:
    return {
        "read": query.text,
        "literal": query.terms.literal,
        "canonical": NAME_SIGNS.sub("▢", query.terms.canonical),
        "names": " ".join(query.terms.entities),
        "clauses": " ".join(query.terms.clauses),
        "words": " ".join(query.words),
    }


def _told(turn: Turn, entry: str, passage: str) -> str | None:
    """Return the entry that a question led to: "" for none, None when words of a source answered without one."""
    if turn.skill != "ask":
        return ""
    return None if passage else entry
