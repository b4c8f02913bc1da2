"""A new item, beside the source whose words prove its key, or a new paper: Problems at the field, written at the end of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from bot.editing.record.edit_entry import FieldFault, suggested_record_id
from bot.editing.record.edit_record import Sort, Typed, new_record, says_typed, unfit_fields, unfit_new
from bot.editing.record.item_fields import ITEMS
from bot.editing.record.paper_fields import PAPERS
from bot.web.admin.desk import Ask
from bot.web.admin.draft import Read
from bot.web.admin.views.knowledge import FaultyFields, note_editor
from bot.web.admin.views.new_entry import source_beside
from bot.web.admin.views.record_fields import typed_fields
from bot.web.admin.views.records import at_fields, form_of, new_faults, sound_record
from knowledge.model.content import Content
from knowledge.model.problems import Files

_ITEM = dict.fromkeys(
    ("tags", "stem", "options", "key", "claim", "truth", "why", "hint", "text", "excludes"), ""
) | {"kind": "single", "difficulty": "1"}
_PAPER = dict.fromkeys(
    ("title", "words", "tracks", "tags", "kinds", "difficulties", "until_mistake", "hours", "opens_on", "closes_on",
     "item_time_s", "paper_time_s", "attempts_per_day", "cool_down_s"), ""
) | {"mode": "practice", "n_items": "10", "pass_line": "60", "partial": "none", "feedback": "each"}  # fmt: skip


async def show_new_item(ask: Ask) -> Response:
    """Show the form of a new item, its quote begun where somebody came from a passage."""
    asked = ask.request.query_params.get("passage", "")
    draft, _ = await ask.at_hand(lambda content: not asked or asked in content.passages)
    passage = asked if asked in draft.content.passages else ""
    return _page(
        ask,
        draft,
        ITEMS,
        _suggested(ITEMS, draft.content, passage),
        {**_blank(ITEMS, draft), "passage": passage},
    )


async def check_new_item(ask: Ask) -> Response:
    """Say what would be wrong with a new item as it stands in the form; nothing is written."""
    return await _check(ask, ITEMS)


async def save_new_item(ask: Ask) -> Response:
    """Write a new item into the draft, where nothing is wrong with it."""
    return await _save(ask, ITEMS)


async def show_new_paper(ask: Ask) -> Response:
    """Show the form of a new paper."""
    draft, _ = await ask.lately()
    return _page(ask, draft, PAPERS, _suggested(PAPERS, draft.content, ""), _blank(PAPERS, draft))


async def check_new_paper(ask: Ask) -> Response:
    """Say what would be wrong with a new paper as it stands in the form; nothing is written."""
    return await _check(ask, PAPERS)


async def save_new_paper(ask: Ask) -> Response:
    """Write a new paper into the draft, where nothing is wrong with it."""
    return await _save(ask, PAPERS)


def _blank(sort: Sort, draft: Read) -> Typed:
    if sort is PAPERS:
        return _PAPER
    return {**_ITEM, "passage": "", "track": next(iter(draft.content.tracks), "")}


def _suggested(sort: Sort, content: Content, passage_id: str) -> str:
    wanted, taken = f"q-{passage_id}" if passage_id else f"{sort.name}-1", sort.held(content)
    return suggested_record_id(taken, wanted)


def _sent(ask: Ask, sort: Sort, draft: Read) -> tuple[str, str, Typed]:
    """Return the id and the file that the form names, and its fields."""
    file = ask.text("file") or sort.usual_new_file(draft.content)
    return ask.text("id").strip(), file, typed_fields(ask, sort, draft.content, _blank(sort, draft))


def _unfit(sort: Sort, draft: Read, record_id: str, file: str, typed: Typed) -> tuple[FieldFault, ...]:
    return (*unfit_new(sort, draft.content, record_id, file), *unfit_fields(sort, typed))


async def _check(ask: Ask, sort: Sort) -> Response:
    draft = await ask.desk.draft.read()
    record_id, file, typed = _sent(ask, sort, draft)
    unfit = _unfit(sort, draft, record_id, file, typed)
    # Whoever has not come to a field yet knows that it is empty.
    faults = tuple(fault for fault in unfit if fault.problem.code != "empty-value")
    if not unfit:
        changed = new_record(sort, draft.files, record_id, typed, file)
        await ask.desk.draft.foresee(draft.files, changed)
        async with ask.desk.heavy:
            after = await asyncio.to_thread(ask.desk.draft.of, {**draft.files, **changed})
        faults = new_faults(sort, record_id, draft, after, after.problems)
    return at_fields(ask, draft, sort, typed, faults)


async def _save(ask: Ask, sort: Sort) -> Response:
    before = await ask.desk.draft.read()
    record_id, file, typed = _sent(ask, sort, before)
    if not _unfit(sort, before, record_id, file, typed):
        await ask.desk.draft.foresee(before.files, new_record(sort, before.files, record_id, typed, file))

    def edit(files: Files) -> Files:
        read = ask.desk.draft.of(files)
        if says_typed(sort, read.files, read.content, record_id, typed):
            # The same form, sent twice.
            return {}
        if unfit := _unfit(sort, read, record_id, file, typed):
            raise FaultyFields(unfit)
        return sound_record(
            ask, read, sort, record_id, typed, new_record(sort, read.files, record_id, typed, file)
        )

    try:
        await ask.desk.draft.change(edit)
    except FaultyFields as faulty:
        draft = await ask.desk.draft.read()
        if ask.is_part:
            return at_fields(ask, draft, sort, typed, faulty.faults)
        return _page(ask, draft, sort, record_id, typed, faults=faulty.faults, status=422)
    await note_editor(ask, f"{sort.name} {record_id}")
    return ask.go(f"/quiz/{sort.name}s/{record_id}?saved=1")


def _page(
    ask: Ask,
    draft: Read,
    sort: Sort,
    record_id: str,
    typed: Typed,
    *,
    faults: Sequence[FieldFault] = (),
    status: int = 200,
) -> Response:
    files = sort.files(draft.content)
    new = {"id": record_id, "files": files, "file": ask.text("file") or sort.usual_new_file(draft.content)}
    beside: dict[str, Any] = (
        source_beside(ask, draft.content, typed["passage"]) if sort is ITEMS else {"source": None}
    )
    form = form_of(
        ask, draft, sort, record_id, typed=typed, faults=faults, new=new, path=f"/quiz/new-{sort.name}"
    )
    return ask.page("quiz_new.html", status, **beside, **form)
