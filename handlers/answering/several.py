"""Several things in one message: each asked by itself, and the words of all sent below each other, in the order asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handlers.answering.answer import Answer, body_of, effects_of, in_brief, mask, of_hit
from handlers.answering.ellipsis import complete
from handlers.answering.pages import pack_pages
from handlers.answering.switch import switched_to
from handlers.model import Context, LastAnswer, Reply, Session, Turn
from handlers.replies import reply_text
from knowledge.language.compound import items_in, read_parts, wants_each
from knowledge.language.tidy import tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.sources.cite import cite_all
from knowledge.sources.codes import code_of

_MOST = 3
_SURE_AT = 0.6


def answer_each(context: Context, session: Session, text: str, alone: Decision) -> Turn | None:
    """Return the turn that answers each part of a compound question; None when it is one question, or a part has no answer."""
    said = tidy(text)
    names = _names(context)
    if alone.band is Band.ANSWER and (alone.rule == "exact" or _is_whole(context, said, alone, names)):
        return None
    for parts in read_parts(said, names):
        hits = list(_in_turn(context, session, parts[:_MOST]))
        if len(hits) == len(parts[:_MOST]) and len({hit.target for hit in hits}) > 1:
            answers = [
                in_brief(context, of_hit(context, h), part) for h, part in zip(hits, parts, strict=False)
            ]
            return _tell(context, session, text, hits, answers, cut=len(parts) > _MOST)
    return None


def _in_turn(context: Context, session: Session, parts: tuple[str, ...]) -> Iterator[Hit]:
    """Yield what answers each part, as it would be answered after the one before: 理性上网呢; ends at one without an answer."""
    for number, part in enumerate(parts):
        question, decision = part, decide(context.snapshot, part)
        if number and (switched_to(part) or not _is_sure(decision)):
            question, decision = complete(context, session, part)
        if not _is_sure(decision):
            return
        hit = decision.hits[0]
        yield hit
        session = replace(session, last=_last(context, [of_hit(context, hit)], question), hinted=None)


def _is_sure(decision: Decision) -> bool:
    return decision.band is Band.ANSWER and decision.hits[0].score >= _SURE_AT


def _names(context: Context) -> dict[str, str]:
    return {written: kind for written, (kind, _) in context.snapshot.analyzer.names_as_written.items()}


def _is_whole(context: Context, said: str, alone: Decision, names: dict[str, str]) -> bool:
    return not wants_each(said) and _has_all(context, alone.hits[0], items_in(said, names))


def _has_all(context: Context, hit: Hit, items: tuple[str, ...]) -> bool:
    """Return whether one answer is about all that is set side by side: 韩晗和曾薇 are told of together."""
    answer = of_hit(context, hit)
    said = tidy(answer.lead or "".join(quote.text for quote in hit.quotes))
    return bool(items) and all(item in said for item in items)


def _tell(
    context: Context, session: Session, text: str, hits: list[Hit], told: list[Answer], *, cut: bool
) -> Turn:
    content = context.snapshot.content
    answers = _same_words_once(told)
    blocks = []
    for answer in answers:
        cited = cite_all(content, (content.passages[quote.passage_id] for quote in answer.quotes))
        code = reply_text(context, "answer.code", code=code_of(content, answer.address))
        blocks.append((body_of(context, answer, cited), "\n".join((*cited, code))))
    head = reply_text(context, "several.first" if cut else "several.head", n=len(hits))
    first, *rest = pack_pages(context, head, blocks)
    last = _last(context, answers, text)
    effects = tuple(
        effect
        for hit in hits
        for effect in effects_of(context, of_hit(context, hit), text, "several", hit.score)
    )
    after = replace(session, last=last, pages=tuple(rest), offered=(), asking=False, n_failed=0, hinted=None)
    return Turn(Reply("text", first), after, effects)


def _last(context: Context, answers: list[Answer], question: str) -> LastAnswer:
    """Return what the talk is about after some tellings: the last of them, and the words of all."""
    entry = answers[-1].entry
    return LastAnswer(
        entry_id=entry.id if entry else "",
        question=mask(tidy(question)),
        at=context.now,
        passages=tuple(dict.fromkeys(quote.passage_id for t in answers for quote in t.quotes)),
        rule="several",
        code=code_of(context.snapshot.content, answers[-1].address),
    )


def _same_words_once(answers: list[Answer]) -> list[Answer]:
    """Return the tellings with those that quote the same words as one, under both leads."""
    kept: list[Answer] = []
    for answer in answers:
        if kept and kept[-1].quotes == answer.quotes:
            kept[-1] = replace(kept[-1], lead=f"{kept[-1].lead}\n{answer.lead}".strip())
        else:
            kept.append(answer)
    return kept
