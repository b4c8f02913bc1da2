"""What is remembered of the words that an answer shows, for what is asked after it."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.model.session import Session
from handlers.model.turn import Context
from knowledge.model.sources import Quote


def told_so_far(context: Context, session: Session, quotes: Iterable[Quote]) -> tuple[str, ...]:
    """Return the innermost passages shown whole so far; those of another speaker or document are forgotten."""
    content = context.snapshot.content
    quoted = [(content.passages[quote.passage_id], quote.text) for quote in quotes]
    whole = [
        leaf for p, text in quoted if text == p.text for leaf in context.snapshot.structure.leaves_within(p)
    ]
    subjects = {(p.source_id, p.speaker) for p, _ in quoted}
    before = [content.passages[i] for i in session.last.told if i in content.passages] if session.last else []
    kept = [p for p in before if (p.source_id, p.speaker) in subjects]
    return tuple(dict.fromkeys(p.id for p in (*kept, *whole)))


def shown_part(context: Context, quotes: tuple[Quote, ...]) -> tuple[int, int]:
    """Return where quotes begin in the first passage and end in the last one; 0 for the end of it."""
    if not quotes:
        return 0, 0
    passages = context.snapshot.content.passages
    first, last = quotes[0], quotes[-1]
    whole = passages[last.passage_id].text
    ends = whole.find(last.text) + len(last.text)
    return max(0, passages[first.passage_id].text.find(first.text)), 0 if ends == len(whole) else ends


def listed_last(context: Context, session: Session, quotes: Iterable[Quote]) -> tuple[str, ...]:
    """Return the titles that quotes name side by side, in their order; those named before while they name fewer than two."""
    text = "".join(quote.text for quote in quotes)
    named = (source.title for source in context.snapshot.content.sources.values() if source.title in text)
    titles = tuple(sorted(named, key=text.index))
    return titles if len(titles) > 1 else session.last.listed if session.last else ()
