"""Documents: what there is, a new one taken in after somebody looked at what was found in it, and what may answer from it."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from bot.editing.refused import Refused
from bot.editing.take_in import (
    Misfit,
    misfits,
    same_title,
    suggested_id,
    with_answering,
)
from bot.web.admin.background.documents import FoundUpload, taken_over
from bot.web.admin.desk import EXAMINERS, WRITERS, Ask
from bot.web.admin.draft import Read
from bot.web.admin.forms import Fault, Upload
from bot.web.admin.words import worded
from knowledge.learning.document import MAX_WORD_BYTES
from knowledge.learning.facts.fact import SURE
from knowledge.learning.ingest import FACTS, About
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.model.sources import Passage

MAX_UPLOAD_BYTES = MAX_WORD_BYTES
_N_TRIED = 8
_N_SWITCHES = 2000
_N_ENTRIES = 50
_N_PASSAGES = 200


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
    upload = ask.desk.tray.put(chosen_file(ask), ask.account.name)
    try:
        await _find(ask, upload, {})
    except Refused:
        ask.desk.tray.drop(upload)
        raise
    return ask.go(f"/documents/new/{upload}")


async def show_upload(ask: Ask) -> Response:
    """Show what was found in an uploaded document, for somebody to confirm or put right."""
    held = ask.desk.tray.get(ask.path("upload"), ask.account.name)
    if held.became:
        return ask.go(held.became)
    found = await _find(ask, ask.path("upload"), {})
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
    people = _people_of(ask)
    found = await _find(ask, ask.path("upload"), people)
    draft = await ask.desk.draft.read()
    title = same_title(about, draft.content)
    wrong = [*misfits(about, draft.files, draft.content), *((title,) if title else ())]
    if wrong or (found.read.faults and not ask.text("as_it_is")):
        return _confirm(ask, held.upload, found, values, wrong, status=422)
    ticked = set(ask.texts("answers"))
    silent = {part.anchor for part in found.read.parts} & (set(ask.text("shown").split()) - ticked)
    done = await ask.desk.do_soon(
        "take_in",
        by=ask.account.name,
        upload=ask.path("upload"),
        people=people,
        about=values,
        silent=sorted(silent),
    )
    return ask.go(done["became"])


async def show_document(ask: Ask) -> Response:
    """Show a source: its passages with what may answer, the entries that quote it, and questions to try."""
    draft, is_now = await ask.at_hand(lambda content: ask.path("source") in content.sources)
    return _page(ask, draft, is_now=is_now)


async def switch_answers(ask: Ask) -> Response:
    """Write which passages of a source may answer by themselves into its file."""
    source_id, base, ticked = ask.path("source"), ask.text("base"), set(ask.texts("answers"))
    draft = await ask.desk.draft.read()
    file = _known(draft.content, source_id).mark.file
    shown = set(ask.text("shown").split())

    def edit(files: Files) -> Files:
        if _mark_of(files, draft.content, source_id) != base:
            raise Refused(worded("documents.changed_meanwhile"))
        return with_answering(files, file, whole=bool(ask.text("whole")), silent=shown - ticked)

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


async def _find(ask: Ask, upload: str, people: Mapping[str, str | None]) -> FoundUpload:
    by = ask.account.name
    done = await ask.desk.do_soon("find_document", by=by, upload=upload, people=people)
    found: FoundUpload = await asyncio.to_thread(taken_over, done["found"])
    return found


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


def _page(ask: Ask, draft: Read, *, is_now: bool) -> Response:
    content, source_id = draft.content, ask.path("source")
    source = _known(content, source_id)
    passages = [passage for passage in content.passages.values() if passage.source_id == source_id]
    mine = {passage.id for passage in passages}
    entries = [e for e in content.entries.values() if any(quote.passage_id in mine for quote in e.quotes)]
    has_switches = len(passages) <= _N_SWITCHES
    # Switches are saved together; what is merely read is read a page at a time.
    page, n_pages = ask.request.query_params.get("page", "1"), max(1, -(-len(passages) // _N_PASSAGES))
    at = min(int(page), n_pages) if page.isdecimal() and page.isascii() and int(page) else 1
    seen = passages if has_switches else passages[(at - 1) * _N_PASSAGES : at * _N_PASSAGES]
    return ask.page(
        "document.html",
        source=source,
        shown=[_own_words(content, passage) for passage in seen],
        entries=entries[:_N_ENTRIES],
        n_entries=len(entries),
        at=at,
        n_pages=1 if has_switches else n_pages,
        questions=[entry.question for entry in entries[:_N_TRIED]],
        base=_mark_of(draft.files, content, source_id),
        may_edit=ask.account.role in WRITERS,
        may_ask=ask.account.role in EXAMINERS,
        has_switches=has_switches,
        is_saved="saved" in ask.request.query_params,
        is_now=is_now,
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
