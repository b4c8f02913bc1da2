"""Ways to tell more of what the last answer was about: its words again, a passage whole, who speaks, a question put in full."""

from __future__ import annotations

from msgspec.structs import replace

from handlers.answering.answer import Answer, of_entry, of_hit, of_passages, send
from handlers.answering.brief import caption_of
from handlers.answering.focus import Focus
from handlers.answering.followups.ellipsis import complete
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.model.sources import Passage, Quote, Speaker
from knowledge.sources.structure import speaker_of


def introduce(context: Context, session: Session, focus: Focus, lead: str) -> Turn:
    """Say by what stands above a speech who speaks; the words themselves were just read, and the talk stays with them.

    A speech without such words is said again.
    """
    outer = (p for passage in focus.passages for p in context.snapshot.structure.above(passage))
    captions = (caption_of(context, Quote(p.id, p.text)) for p in outer)
    caption = next(
        (
            quote
            for quote in captions
            if quote.text != context.snapshot.content.passages[quote.passage_id].text
        ),
        None,
    )
    if caption is None or session.last is None:
        return tell_again(context, session, focus, lead)
    turn = send(context, session, Answer(lead, (caption,), caption.passage_id), focus.question, "follow-up")
    return replace(
        turn, session=replace(turn.session, last=replace(session.last, at=context.now), hinted=session.hinted)
    )


def show_passage(context: Context, session: Session, passage: Passage) -> Turn:
    """Send one passage whole: by the entry that quotes just this, else under its document and heading."""
    content = context.snapshot.content
    for _, entry in sorted(content.entries.items()):
        quoted = [(quote.passage_id, quote.text) for quote in entry.quotes]
        if quoted == [(passage.id, passage.text)] and entry.status == "published" and not entry.gap:
            return send(context, session, of_entry(entry), entry.question, "follow-up")
    title = content.sources[passage.source_id].title
    lead = reply_text(context, "followup.passage", title=title, heading=passage.heading)
    return send(context, session, of_passages((passage,), lead), f"{title}{passage.heading}", "follow-up")


def tell_again(context: Context, session: Session, focus: Focus, lead: str) -> Turn:
    """Say the last words again under another lead; the talk stays about the same."""
    same = of_entry(focus.entry, lead) if focus.entry else of_passages(focus.passages, lead)
    # 为什么 asks why these words were chosen, and they were chosen before.
    rule = session.last.rule if session.last and not session.hinted else "follow-up"
    return send(context, session, same, focus.question, rule)


def ask_in_full(context: Context, session: Session, question: str) -> Turn | None:
    """Answer the question put in full; None when the knowledge has no answer to it."""
    decision = decide(context.snapshot, question)
    if decision.band is not Band.ANSWER:
        question, decision = complete(context, session, question)
    if decision.band is not Band.ANSWER:
        return None
    hit = decision.hits[0]
    return send(context, session, of_hit(context, hit), question, "follow-up", hit.score)


def speaker_in(context: Context, focus: Focus) -> Speaker | None:
    """Return who says the last words; None for those of a document."""
    said = (speaker_of(context.snapshot.content, p) for p in focus.passages)
    return next((speaker for speaker in said if speaker), None)


def title_of(context: Context, focus: Focus) -> str:
    """Return the title of the document that the last words are of."""
    return context.snapshot.content.sources[focus.document].title
