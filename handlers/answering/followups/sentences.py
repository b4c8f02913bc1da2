"""The sentence after or before the words that were shown last: 下一句, 上一句."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.answering.answer import Answer, send
from handlers.answering.focus import Focus
from handlers.answering.followups.retell import tell_again
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text
from knowledge.model.sources import Passage, Quote
from knowledge.sources.structure import speaker_of

_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*[”’》]*")


def show_sentence(context: Context, session: Session, focus: Focus, way: int) -> Turn:
    """Send the sentence next to the words shown last, after them (1) or before them (-1); where none is, those words again.

    It is one of the same document, and where somebody speaks, of the same speaker.
    """
    quote = next(_beside(context, session, focus, way), None)
    if quote is None:
        return tell_again(context, session, focus, reply_text(context, "followup.no_more"))
    answer = Answer("", (quote,), quote.passage_id)
    return send(context, session, answer, focus.question, "follow-up")


def _beside(context: Context, session: Session, focus: Focus, way: int) -> Iterator[Quote]:
    """Yield the sentences beyond the words shown last, the nearest first."""
    first, last = focus.passages[0], focus.passages[-1]
    begins, ends = session.last.shown if session.last and not session.hinted else (0, 0)
    edge = first.start + begins if way < 0 else last.start + (ends or len(last.text))
    leaves = [p for p in context.snapshot.structure.leaves(focus.document) if _follows(context, p, last)]
    for leaf in leaves if way > 0 else reversed(leaves):
        found = [(leaf.start + m.start(), m.group()) for m in _SENTENCE.finditer(leaf.text)]
        for start, sentence in found if way > 0 else reversed(found):
            is_beyond = start >= edge if way > 0 else start + len(sentence) <= edge
            if is_beyond and sentence.strip():
                yield Quote(leaf.id, sentence.strip())


def _follows(context: Context, passage: Passage, shown: Passage) -> bool:
    content = context.snapshot.content
    return passage.answers and speaker_of(content, passage) == speaker_of(content, shown)
