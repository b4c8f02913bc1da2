"""Items and papers edited on their page: Problems at the field while typing, saved into the draft's file, nobody's edit lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from starlette.responses import Response

from bot.editing.record.edit_entry import FieldFault, faults_of
from bot.editing.record.edit_record import (
    RecordEditedMeanwhile,
    Sort,
    Typed,
    mark_of_typed,
    rewrite_record,
    says_typed,
    unfit_fields,
)
from bot.editing.record.item_fields import ITEMS
from bot.editing.record.paper_fields import PAPERS
from bot.editing.refused import Refused
from bot.web.admin.desk import EXAMINERS, Ask
from bot.web.admin.draft import Read
from bot.web.admin.forms import Fault
from bot.web.admin.views.knowledge import FaultyFields, editor_of, note_editor
from bot.web.admin.views.record_fields import faults_by_field, fields_of, shown_in_form, typed_fields
from bot.web.admin.words import worded
from knowledge.model.problems import Files


async def check_item(ask: Ask) -> Response:
    """Say what would be wrong with an item as it stands in the form; nothing is written."""
    return await _check(ask, ITEMS, ask.path("item"))


async def save_item(ask: Ask) -> Response:
    """Write the form into the item's file, where nothing is wrong with it and nobody was quicker."""
    return await _save(ask, ITEMS, ask.path("item"), f"/quiz/items/{ask.path('item')}")


async def show_paper(ask: Ask) -> Response:
    """Show a paper of the draft, to be edited."""
    paper_id = ask.path("paper")
    draft, is_now = await ask.at_hand(lambda content: paper_id in content.papers)
    if paper_id not in draft.content.papers:
        raise Fault(404, "not_found")
    return ask.page(
        "quiz_paper.html",
        paper=draft.content.papers[paper_id],
        n_fit=sum(map(draft.content.papers[paper_id].admits, draft.content.items.values())),
        is_now=is_now,
        **form_of(ask, draft, PAPERS, paper_id),
    )


async def check_paper(ask: Ask) -> Response:
    """Say what would be wrong with a paper as it stands in the form; nothing is written."""
    return await _check(ask, PAPERS, ask.path("paper"))


async def save_paper(ask: Ask) -> Response:
    """Write the form into the file of papers, where nothing is wrong with it and nobody was quicker."""
    return await _save(ask, PAPERS, ask.path("paper"), f"/quiz/papers/{ask.path('paper')}")


def form_of(ask: Ask, draft: Read, sort: Sort, record_id: str, **more: Any) -> dict[str, Any]:
    """Return what the form of a record is made of: as the draft has it, or as it was `typed`."""
    typed = more.get("typed") or sort.shown(draft.files, draft.content, record_id)
    return {
        "base": mark_of_typed(typed),
        "theirs": None,
        "by": "",
        "new": None,
        "path": f"/quiz/{sort.name}s/{record_id}",
        **more,
        "typed": shown_in_form(typed),
        "faults": faults_by_field(sort, draft.content, typed, more.get("faults", ())),
        "fields": fields_of(sort, draft.content),
        "sort": sort.name,
        "may_edit": ask.account.role in EXAMINERS,
        "is_saved": "saved" in ask.request.query_params,
    }


def at_fields(ask: Ask, draft: Read, sort: Sort, typed: Typed, faults: Sequence[FieldFault]) -> Response:
    """Return what is wrong at the fields of the form that is on the page."""
    return ask.at_fields(
        "record_faults.html",
        fields=fields_of(sort, draft.content),
        faults=faults_by_field(sort, draft.content, typed, faults),
    )


def sound_record(ask: Ask, read: Read, sort: Sort, record_id: str, typed: Typed, changed: Files) -> Files:
    """Return the files that change, where the record comes to say what was typed and the draft gets no new error.

    Raises:
        FaultyFields: the draft would have errors that it has not now.
        Refused: what was written says something else.
    """
    after = ask.desk.draft.of({**read.files, **changed})
    faults = new_faults(sort, record_id, read, after, after.errors)
    if faults:
        raise FaultyFields(faults)
    if not says_typed(sort, after.files, after.content, record_id, typed):
        raise Refused(worded("entry.not_written"))
    return changed


def new_faults(
    sort: Sort, record_id: str, before: Read, after: Read, problems: Sequence[Any]
) -> tuple[FieldFault, ...]:
    """Return the Problems that were not there before, each with the field of the record where it stands."""
    return faults_of(
        record_id, after.marks, problems, before.problems, sort=sort.name, field_of=sort.field_of
    )


async def _check(ask: Ask, sort: Sort, record_id: str) -> Response:
    draft = await ask.desk.draft.read()
    typed = _typed(ask, draft, sort, record_id)
    changed: Files = {}
    faults = unfit_fields(sort, typed)
    if not faults:
        base = mark_of_typed(sort.shown(draft.files, draft.content, record_id))
        changed = rewrite_record(sort, draft.files, draft.content, record_id, typed, base)
    if changed:
        await ask.desk.draft.foresee(draft.files, changed)
        async with ask.desk.heavy:
            after = await asyncio.to_thread(ask.desk.draft.of, {**draft.files, **changed})
        faults = new_faults(sort, record_id, draft, after, after.problems)
    return at_fields(ask, draft, sort, typed, faults)


async def _save(ask: Ask, sort: Sort, record_id: str, onward: str) -> Response:
    before = await ask.desk.draft.read()
    typed, base = _typed(ask, before, sort, record_id), ask.text("base")
    await _foreseen(ask, before, sort, record_id, typed, base)

    def edit(files: Files) -> Files:
        read = ask.desk.draft.of(files)
        typed_now = _typed(ask, read, sort, record_id)
        if unfit := unfit_fields(sort, typed_now):
            raise FaultyFields(unfit)
        changed = rewrite_record(sort, read.files, read.content, record_id, typed_now, base)
        return sound_record(ask, read, sort, record_id, typed_now, changed) if changed else {}

    try:
        await ask.desk.draft.change(edit)
    except RecordEditedMeanwhile as meanwhile:
        draft, by = await ask.desk.draft.read(), await editor_of(ask, _noted(sort, record_id))
        theirs = [(name, text) for name, text in meanwhile.now.items() if text != typed[name]]
        return _form(
            ask, draft, sort, record_id, typed=typed, base=mark_of_typed(meanwhile.now), theirs=theirs, by=by
        )
    except FaultyFields as faulty:
        draft = await ask.desk.draft.read()
        if ask.is_part:
            return at_fields(ask, draft, sort, typed, faulty.faults)
        return _form(ask, draft, sort, record_id, typed=typed, base=base, faults=faulty.faults)
    await note_editor(ask, _noted(sort, record_id))
    return ask.go(f"{onward}?saved=1")


async def _foreseen(ask: Ask, draft: Read, sort: Sort, record_id: str, typed: Typed, base: str) -> None:
    """Have the draft read elsewhere as it would be with this; what keeps it from being written is told by who writes it."""
    if unfit_fields(sort, typed):
        return
    with suppress(RecordEditedMeanwhile):
        changed = await asyncio.to_thread(
            rewrite_record, sort, draft.files, draft.content, record_id, typed, base
        )
        if changed:
            await ask.desk.draft.foresee(draft.files, changed)


def _form(ask: Ask, draft: Read, sort: Sort, record_id: str, **typed: Any) -> Response:
    template = "record_form.html" if ask.is_part else "quiz_record.html"
    return ask.page(template, **form_of(ask, draft, sort, record_id, **typed))


def _noted(sort: Sort, record_id: str) -> str:
    return f"{sort.name} {record_id}"


def _typed(ask: Ask, draft: Read, sort: Sort, record_id: str) -> Typed:
    if record_id not in sort.held(draft.content):
        raise Fault(404, "not_found")
    now = sort.shown(draft.files, draft.content, record_id)
    return typed_fields(ask, sort, draft.content, now)
