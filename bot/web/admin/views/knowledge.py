"""Knowledge: finding entries, one beside the words it quotes, its own words edited, and questions tried."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError
from starlette.responses import Response

from bot.editing.explain import describe
from bot.editing.find import Found, find_first
from bot.editing.record.edit_entry import (
    STATUSES,
    EditedMeanwhile,
    FieldFault,
    OwnWords,
    WrongField,
    faults_of,
    mark_of,
    rewrite,
    says,
    words_of_entry,
)
from bot.editing.refused import Refused
from bot.web.admin.desk import WRITERS, Ask
from bot.web.admin.draft import Read
from bot.web.admin.forms import Fault
from bot.web.admin.words import worded
from handlers.answering.choices import untap
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.problems import Files

_N_LISTED = 50
_N_FOUND = 100
_AROUND_CHARS = 600
_EDITED = "{console}:edited"
_MAX_QUESTION_CHARS = 600
FIELDS = ("id", "question", "phrasings", "lead", "quotes", "status", "file", "")


class FaultyFields(Exception):
    """The draft would have Problems that it has not now, each at its field."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__(len(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Shown:
    """Words of a source around what an entry quotes, in pieces that are quoted or not."""

    title: str
    addresses: tuple[str, ...]
    pieces: tuple[tuple[str, bool], ...]


async def show_knowledge(ask: Ask) -> Response:
    """Show the entries, or every place that holds the words looked for."""
    query = ask.request.query_params
    wanted, page = query.get("q", "").strip(), query.get("page", "1")
    draft, is_now = await ask.lately()
    found, n_found = await asyncio.to_thread(_found, ask, draft, wanted.split()) if wanted else ((), 0)
    entries = list(draft.content.entries.values())
    n_pages = max(1, -(-len(entries) // _N_LISTED))
    at = min(int(page), n_pages) if page.isdecimal() and page.isascii() and int(page) else 1
    return ask.page(
        "knowledge.html",
        wanted=wanted,
        found=found,
        n_found=n_found,
        entries=entries[(at - 1) * _N_LISTED : at * _N_LISTED],
        content=draft.content,
        n_entries=len(entries),
        at=at,
        n_pages=n_pages,
        may_edit=ask.account.role in WRITERS,
        is_now=is_now,
    )


def _found(ask: Ask, draft: Read, words: Sequence[str]) -> tuple[tuple[Found, ...], int]:
    return find_first(draft.files, ask.desk.draft.texts(draft), words, _N_FOUND)


async def show_entry(ask: Ask) -> Response:
    """Show an entry beside the words that it quotes."""
    draft, is_now = await ask.at_hand(lambda content: ask.path("entry") in content.entries)
    entry = _entry(ask, draft.content)
    is_saved = "saved" in ask.request.query_params
    words = words_of_entry(draft.content, entry)
    return await _page(ask, draft, entry, words, mark_of(words), is_saved=is_saved, is_now=is_now)


async def check_entry(ask: Ask) -> Response:
    """Say what would be wrong with the words as they stand in the form; nothing is written."""
    draft = await ask.desk.draft.read()
    entry, words = _entry(ask, draft.content), typed_words(ask)
    await _foreseen(ask, draft, entry, words, mark_of(words_of_entry(draft.content, entry)))
    async with ask.desk.heavy:
        faults = await asyncio.to_thread(_tried, ask, draft, entry, words)
    return ask.at_fields("faults.html", faults=by_field(faults))


async def save_entry(ask: Ask) -> Response:
    """Write the words of the form into the draft's file, where nothing is wrong with them and nobody was quicker."""
    words, base, entry_id = typed_words(ask), ask.text("base"), ask.path("entry")
    draft = await ask.desk.draft.read()
    await _foreseen(ask, draft, _entry(ask, draft.content), words, base)

    def edit(files: Files) -> Files:
        read = ask.desk.draft.of(files)
        entry = _entry(ask, read.content)
        return sound_change(
            ask, read, entry_id, words, lambda: rewrite(files, read.content, entry, words, base)
        )

    try:
        await ask.desk.draft.change(edit)
    except EditedMeanwhile as meanwhile:
        draft = await ask.desk.draft.read()
        theirs, by = meanwhile.now, await editor_of(ask, entry_id)
        entry = _entry(ask, draft.content)
        return await _page(ask, draft, entry, words, mark_of(theirs), theirs=theirs, by=by)
    except FaultyFields as faulty:
        if ask.is_part:
            return ask.at_fields("faults.html", faults=by_field(faulty.faults))
        draft = await ask.desk.draft.read()
        return await _page(ask, draft, _entry(ask, draft.content), words, base, faults=faulty.faults)
    await note_editor(ask, entry_id)
    return ask.go(f"/knowledge/{entry_id}?saved=1")


async def _foreseen(ask: Ask, draft: Read, entry: Entry, words: OwnWords, base: str) -> None:
    """Have the draft read elsewhere as it would be with these words; what is wrong with them is told by who tries them."""
    with suppress(WrongField, EditedMeanwhile):
        changed = await asyncio.to_thread(rewrite, draft.files, draft.content, entry, words, base)
        if changed:
            await ask.desk.draft.foresee(draft.files, changed)


def sound_change(ask: Ask, read: Read, entry_id: str, words: OwnWords, write: Callable[[], Files]) -> Files:
    """Return the files that `write` changes to put an entry's words into a draft, where they come to stand there and bring no new error.

    Raises:
        FaultyFields: a field holds what can't be written, or the draft would have errors that it has not now.
        Refused: what was written says something else.
    """
    try:
        changed = write()
    except WrongField as wrong:
        raise FaultyFields((wrong.fault,)) from wrong
    after = ask.desk.draft.of({**read.files, **changed})
    faults = faults_of(entry_id, after.marks, after.errors, read.problems)
    if faults:
        raise FaultyFields(faults)
    if not says(after.content, entry_id, words):
        raise Refused(worded("entry.not_written"))
    return changed


async def try_question(ask: Ask) -> Response:
    """Show what the draft and the live release say to a question, side by side."""
    question = ask.request.query_params.get("text", "").strip()[:_MAX_QUESTION_CHARS]
    if not question:
        raise Refused(worded("try.empty"))
    async with ask.desk.heavy:
        draft = await ask.desk.draft.snapshot()
        live = ask.parts.releases.live
        sides = await asyncio.to_thread(_both, draft, live, question)
    return ask.page("tried_sides.html" if ask.is_part else "tried.html", question=question, sides=sides)


def _both(draft: Snapshot, live: Snapshot, question: str) -> list[dict[str, Any]]:
    sides = []
    for name, snapshot in (("draft", draft), ("live", live)):
        found, _ = describe(snapshot, question)
        where = found["entry"] or found.get("passage") or ""
        sides.append(
            {"name": name, "outcome": found["outcome"], "where": where, "text": untap(found["text"])}
        )
    return sides


def typed_words(ask: Ask) -> OwnWords:
    """Return what the form holds; a phrasing a line."""
    lines = (line.strip() for line in ask.text("phrasings").split("\n"))
    return OwnWords(
        ask.text("question").strip(),
        tuple(filter(None, lines)),
        ask.text("lead").strip(),
        ask.text("quotes").strip(),
        ask.text("status"),
    )


def _entry(ask: Ask, content: Content) -> Entry:
    entry = content.entries.get(ask.path("entry"))
    if entry is None:
        raise Fault(404, "not_found")
    return entry


def _tried(ask: Ask, draft: Read, entry: Entry, words: OwnWords) -> tuple[FieldFault, ...]:
    base = mark_of(words_of_entry(draft.content, entry))
    try:
        changed = rewrite(draft.files, draft.content, entry, words, base)
    except WrongField as wrong:
        return (wrong.fault,)
    if not changed:
        return ()
    after = ask.desk.draft.of({**draft.files, **changed})
    return faults_of(entry.id, after.marks, after.problems, draft.problems)


def by_field(faults: Sequence[FieldFault]) -> dict[str, list[Any]]:
    """Return the Problems of each field of the form, those of none of them at ""."""
    found: dict[str, list[Any]] = {name: [] for name in FIELDS}
    for fault in faults:
        found[fault.field if fault.field in found else ""].append(fault.problem)
    return found


async def note_editor(ask: Ask, entry_id: str) -> None:
    """Remember who saved an entry last, for whoever is too late; what was saved is, though nobody could note by whom."""
    with suppress(RedisError):
        await ask.parts.store.redis.hset(_EDITED, entry_id, f"{int(time.time())} {ask.account.name}")


async def editor_of(ask: Ask, entry_id: str) -> str:
    """Return who saved an entry last, "" when nobody did here."""
    held = b""
    with suppress(RedisError):
        held = await ask.parts.store.redis.hget(_EDITED, entry_id) or b""
    return held.decode().partition(" ")[2]


async def _page(ask: Ask, draft: Read, entry: Entry, words: OwnWords, base: str, **more: Any) -> Response:
    context = {"faults": (), "theirs": None, "by": "", "is_saved": False, "is_now": True, **more}
    context["faults"] = by_field(context["faults"])
    return ask.page(
        "entry_form.html" if ask.is_part else "entry.html",
        entry=entry,
        words=words,
        base=base,
        shown=_beside(draft.content, entry),
        may_edit=ask.account.role in WRITERS,
        live=ask.parts.releases.live.content.entries.get(entry.id) == entry,
        content=draft.content,
        statuses=STATUSES,
        **context,
    )


def _beside(content: Content, entry: Entry) -> list[Shown]:
    """Return what each quoted source says around the quoted words, in the order of the quotes."""
    by_source: dict[str, list[tuple[int, int, str]]] = {}
    for quote in entry.quotes:
        passage = content.passages.get(quote.passage_id)
        at = passage.text.find(quote.text) if passage else -1
        if passage and at >= 0:
            start = passage.start + at
            place = (start, start + len(quote.text), passage.id)
            by_source.setdefault(passage.source_id, []).append(place)
    return [_around(content, source_id, sorted(places)) for source_id, places in by_source.items()]


def _around(content: Content, source_id: str, places: list[tuple[int, int, str]]) -> Shown:
    source = content.sources[source_id]
    text, pieces, end = source.text, [], 0
    for start, stop, _ in places:
        before = text[max(end, start - _AROUND_CHARS) : max(end, start)]
        cut = end < start - _AROUND_CHARS
        pieces.append((f"{'……' if cut else ''}{before}", False))
        pieces.append((text[max(end, start) : stop], True))
        end = max(end, stop)
    rest = text[end : end + _AROUND_CHARS]
    pieces.append((f"{rest}{'……' if end + _AROUND_CHARS < len(text) else ''}", False))
    return Shown(source.title, tuple(dict.fromkeys(p[2] for p in places)), tuple(p for p in pieces if p[0]))
