"""Documents: what there is, a new one taken in after somebody looked at what was found in it, and what may answer from it."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from bot.editing.review import Refused
from bot.editing.take_in import (
    FaultyDocument,
    Misfit,
    misfits,
    read_document,
    same_title,
    suggested_id,
    take_in,
    with_answering,
)
from bot.web.admin.desk import EXAMINERS, WRITERS, Ask
from bot.web.admin.draft import Read
from bot.web.admin.forms import Fault, Upload
from bot.web.admin.words import worded
from knowledge.learning.document import MAX_WORD_BYTES, Document, DocumentUnreadable
from knowledge.learning.facts import SURE, Fact
from knowledge.learning.ingest import FACTS, About, find_about, settled
from knowledge.learning.outline import Outline, outline
from knowledge.learning.people import Person, find_people, organisation_of
from knowledge.model import Content, Files, Passage

MAX_UPLOAD_BYTES = MAX_WORD_BYTES
_N_TRIED = 8
_N_SWITCHES = 2000


@dataclass(frozen=True, slots=True)
class FoundUpload:
    """An uploaded document as it was read: what it says of itself, who may speak in it and who does, and its passages."""

    document: Document
    facts: Mapping[str, Fact]
    everybody: Mapping[str, Person]
    people: Mapping[str, Person]
    read: Outline


async def show_documents(ask: Ask) -> Response:
    """Show every source of the draft, and the place for a new one."""
    draft, is_now = await ask.lately()
    content = draft.content
    passages = Counter(passage.source_id for passage in content.passages.values())
    entries: Counter[str] = Counter()
    for entry in content.entries.values():
        entries.update({quote.passage_id.partition("#")[0] for quote in entry.quotes})
    return ask.page(
        "documents.html",
        sources=list(content.sources.values()),
        n_passages=passages,
        n_entries=entries,
        may_edit=ask.account.role in WRITERS,
        max_bytes=MAX_UPLOAD_BYTES,
        is_now=is_now,
    )


async def upload_document(ask: Ask) -> Response:
    """Keep an uploaded document that can be read, and lead to what was found in it."""
    upload = chosen_file(ask)
    await _find(ask, upload, {})
    return ask.go(f"/documents/new/{ask.desk.tray.put(upload, ask.account.name)}")


async def show_upload(ask: Ask) -> Response:
    """Show what was found in an uploaded document, for somebody to confirm or put right."""
    held = ask.desk.tray.get(ask.path("upload"), ask.account.name)
    if held.became:
        return ask.go(held.became)
    found = await _find(ask, held.upload, {})
    content = (await ask.desk.draft.read()).content
    values = {name: fact.value for name, fact in found.facts.items()}
    values["id"] = suggested_id(held.upload.name, values["date"] or values["effective"], content.sources)
    return _confirm(ask, held.upload, found, values, ())


async def take_document(ask: Ask) -> Response:
    """Write a document into the draft as it was confirmed, all of it or nothing."""
    held = ask.desk.tray.get(ask.path("upload"), ask.account.name)
    if held.became:
        return ask.go(held.became)
    values = {name: ask.text(name).strip() for name in ("id", *FACTS)}
    about = About(**values)
    found = await _find(ask, held.upload, _people_of(ask))
    draft = await ask.desk.draft.read()
    title = same_title(about, draft.content)
    wrong = [*misfits(about, draft.files, draft.content), *((title,) if title else ())]
    if wrong or (found.read.faults and not ask.text("as_it_is")):
        return _confirm(ask, held.upload, found, values, wrong, status=422)
    ticked = set(ask.texts("answers"))
    silent = {part.anchor for part in found.read.parts} & (set(ask.text("shown").split()) - ticked)

    def edit(files: Files) -> Files:
        if {f"sources/{about.id}.md", f"faq/{about.id}.yaml"} & files.keys():
            raise Refused(worded("documents.meanwhile", id=about.id))
        try:
            return take_in(files, about, found.read, silent).files
        except FaultyDocument as faulty:
            told = "；".join(f"{p.message} → {p.hint}" for p in faulty.problems)
            raise Refused(worded("documents.faulty", told=told)) from faulty

    await ask.desk.draft.change(edit)
    became = f"/documents/{about.id}?saved=1"
    ask.desk.tray.settle(ask.path("upload"), ask.account.name, became)
    return ask.go(became)


async def show_document(ask: Ask) -> Response:
    """Show a source: its passages with what may answer, the entries that quote it, and questions to try."""
    draft = await ask.desk.draft.read()
    return _page(ask, draft, ask.path("source"), is_saved="saved" in ask.request.query_params)


async def switch_answers(ask: Ask) -> Response:
    """Write which passages of a source may answer by themselves into its file."""
    source_id, base, ticked = ask.path("source"), ask.text("base"), set(ask.texts("answers"))
    draft = await ask.desk.draft.read()
    _known(draft.content, source_id)
    shown = set(ask.text("shown").split())

    def edit(files: Files) -> Files:
        if _mark_of(files, draft.content, source_id) != base:
            raise Refused(worded("documents.changed_meanwhile"))
        return with_answering(files, source_id, whole=bool(ask.text("whole")), silent=shown - ticked)

    await ask.desk.draft.change(edit)
    return ask.go(f"/documents/{source_id}?saved=1")


def chosen_file(ask: Ask) -> Upload:
    """Return the file that came with a form.

    Raises:
        Refused: none was chosen, or it is empty.
    """
    if ask.upload is None:
        raise Refused(worded("upload.none"))
    if not ask.upload.data:
        raise Refused(worded("upload.empty", name=ask.upload.name))
    return ask.upload


async def _find(ask: Ask, upload: Upload, people: Mapping[str, str | None]) -> FoundUpload:
    async with ask.desk.heavy:
        try:
            return await asyncio.to_thread(_found, upload, people)
        except DocumentUnreadable as problem:
            raise Refused(worded("documents.unreadable", name=upload.name, why=problem)) from problem


def _found(upload: Upload, told: Mapping[str, str | None]) -> FoundUpload:
    document = read_document(upload.name, upload.data)
    everybody = find_people([line.text for line in document.lines])
    people = {}
    for name, person in everybody.items():
        post = told.get(name, person.post)
        if post is not None:
            same = post == person.post
            people[name] = person if same else replace(person, post=post, organisation=organisation_of(post))
    facts = settled(About(""), find_about(document))
    return FoundUpload(document, facts, everybody, people, outline(document, people))


def _people_of(ask: Ask) -> Mapping[str, str | None]:
    """Return what the form says of people by their ids: their post, None for who is no speaker."""
    speaking = set(ask.texts("speaks"))
    names = ask.text("people").split()
    return {name: ask.text(f"post-{name}").strip() if name in speaking else None for name in names}


def _confirm(
    ask: Ask,
    upload: Upload,
    found: FoundUpload,
    values: Mapping[str, str],
    wrong: Sequence[Misfit],
    status: int = 200,
) -> Response:
    where = {
        name: found.document.lines[fact.lines[0]].number for name, fact in found.facts.items() if fact.lines
    }
    return ask.page(
        "document_new.html",
        status,
        upload=ask.path("upload"),
        name=upload.name,
        found=found,
        where=where,
        values=values,
        names=FACTS,
        sure=SURE,
        silent=set(ask.text("shown").split()) - set(ask.texts("answers")),
        wrong={one.field: one for one in wrong},
        has_switches=len(found.read.parts) <= _N_SWITCHES,
    )


def _page(ask: Ask, draft: Read, source_id: str, *, is_saved: bool) -> Response:
    content = draft.content
    source = _known(content, source_id)
    passages = [passage for passage in content.passages.values() if passage.source_id == source_id]
    mine = {passage.id for passage in passages}
    entries = [e for e in content.entries.values() if any(quote.passage_id in mine for quote in e.quotes)]
    return ask.page(
        "document.html",
        source=source,
        passages=passages,
        shown=[_own_words(content, passage) for passage in passages],
        entries=entries,
        questions=[entry.question for entry in entries[:_N_TRIED]],
        base=_mark_of(draft.files, content, source_id),
        may_edit=ask.account.role in WRITERS,
        may_ask=ask.account.role in EXAMINERS,
        has_switches=len(passages) <= _N_SWITCHES,
        is_saved=is_saved,
    )


def _own_words(content: Content, passage: Passage) -> dict[str, Any]:
    return {"one": passage, "anchor": passage.id.partition("#")[2], "depth": min(len(passage.outer), 4)}


def _known(content: Content, source_id: str) -> Any:
    if source_id not in content.sources:
        raise Fault(404, "not_found")
    return content.sources[source_id]


def _mark_of(files: Files, content: Content, source_id: str) -> str:
    text = files.get(content.sources[source_id].mark.file, "")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
