"""A new entry, from scratch or from a passage of a source: written beside the source whose words it quotes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from starlette.responses import Response

from bot.editing.record.edit_entry import (
    NEW_ENTRIES_FILE,
    STATUSES,
    OwnWords,
    WrongField,
    add_entry,
    says,
    suggested_record_id,
)
from bot.web.admin.desk import Ask
from bot.web.admin.draft import Read
from bot.web.admin.views.knowledge import FaultyFields, by_field, note_editor, sound_change, typed_words
from knowledge.model.content import Content
from knowledge.model.problems import Files

_MAX_SOURCE_CHARS = 60_000


async def show_new_entry(ask: Ask) -> Response:
    """Show the form of a new entry, its quotes begun where somebody came from a passage."""
    passage = ask.request.query_params.get("passage", "")
    draft, _ = await ask.at_hand(lambda content: not passage or passage in content.passages)
    known = passage in draft.content.passages
    words = OwnWords("", (), "", passage if known else "", "draft")
    entry_id = suggested_record_id(draft.content.entries, passage if known else "entry")
    return _page(ask, draft, entry_id, words, passage if known else "")


async def save_new_entry(ask: Ask) -> Response:
    """Write a new entry into the draft, where nothing is wrong with it."""
    words, entry_id, passage = typed_words(ask), ask.text("id").strip(), ask.text("passage")
    file = ask.text("file") or NEW_ENTRIES_FILE
    before = await ask.desk.draft.read()

    def written(read: Read) -> Files:
        return add_entry(read.files, read.content, entry_id, words, owner=ask.account.name, file=file)

    with suppress(WrongField):
        await ask.desk.draft.foresee(before.files, await asyncio.to_thread(written, before))

    def edit(files: Files) -> Files:
        read = ask.desk.draft.of(files)
        if says(read.content, entry_id, words):
            # The same form, sent twice.
            return {}
        return sound_change(ask, read, entry_id, words, lambda: written(read))

    try:
        await ask.desk.draft.change(edit)
    except FaultyFields as faulty:
        draft = await ask.desk.draft.read()
        return _page(ask, draft, entry_id, words, passage, faults=faulty.faults, status=422)
    await note_editor(ask, entry_id)
    return ask.go(f"/knowledge/{entry_id}?saved=1")


def _page(
    ask: Ask, draft: Read, entry_id: str, words: OwnWords, passage: str, status: int = 200, faults: Any = ()
) -> Response:
    content = draft.content
    files = {entry.mark.file for entry in content.entries.values()} | {NEW_ENTRIES_FILE}
    return ask.page(
        "new_entry.html",
        status,
        entry_id=entry_id,
        words=words,
        passage=passage,
        files=sorted(files),
        file=ask.text("file") or NEW_ENTRIES_FILE,
        statuses=STATUSES,
        faults=by_field(faults),
        path="/new-entry",
        **source_beside(ask, content, passage),
    )


def source_beside(ask: Ask, content: Content, passage_id: str) -> dict[str, Any]:
    """Return what the panel of a source is made of: that of a passage, or the one that was chosen."""
    source_id = passage_id.partition("#")[0] or ask.request.query_params.get("source", "")
    return {
        "sources": list(content.sources.values()),
        "source": content.sources.get(source_id),
        "pieces": _pieces(content, source_id, passage_id),
    }


def _pieces(content: Content, source_id: str, passage_id: str) -> list[tuple[str, bool]]:
    """Return a source's text in pieces that are of the passage or not."""
    source = content.sources.get(source_id)
    if source is None:
        return []
    text, passage = source.text[:_MAX_SOURCE_CHARS], content.passages.get(passage_id)
    if passage is None:
        return [(text, False)]
    pieces = [
        (text[: passage.start], False),
        (text[passage.start : passage.end], True),
        (text[passage.end :], False),
    ]
    return [piece for piece in pieces if piece[0]]
