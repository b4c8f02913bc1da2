"""Whole speeches and whole documents, as they stand."""

from __future__ import annotations

from handlers.answering.answer import Answer, of_passages
from handlers.model.turn import Context
from handlers.replies import reply_text
from knowledge.model.sources import Speaker


def of_speech(context: Context, speaker: Speaker) -> Answer:
    """Return all that a speaker said."""
    passages = context.snapshot.structure.said_by(speaker.id)
    return of_passages(passages, reply_text(context, "context.speech", name=speaker.name))


def of_document(context: Context, source_id: str) -> Answer:
    """Return a document from its first passage to its last."""
    title = context.snapshot.content.sources[source_id].title
    passages = context.snapshot.structure.leaves(source_id)
    return of_passages(passages, reply_text(context, "context.document", title=title))
