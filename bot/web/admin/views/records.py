"""Items and papers edited on their page: Problems at the field while typing, saved into the draft's file, nobody's edit lost."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from bot.editing.record.edit_entry import FieldFault, faults_of
from bot.editing.record.edit_record import (
    RecordEditedMeanwhile,
    Sort,
    Typed,
    lines_in,
    mark_of_typed,
    rewrite_record,
    says_typed,
    unfit_fields,
)
from bot.editing.record.item_fields import ITEMS
from bot.editing.record.paper_fields import PAPERS
from bot.editing.review import Refused
from bot.web.admin.desk import EXAMINERS, Ask
from bot.web.admin.draft import Read
from bot.web.admin.forms import Fault
from bot.web.admin.views.knowledge import FaultyFields, editor_of, note_editor
from bot.web.admin.words import worded, words
from knowledge.model import Content, Files
from knowledge.reading.papers import MODE_WORDS
from knowledge.reading.quiz import KINDS, LETTERS


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: how it is filled in, and from what, where there is a choice.

    `control` is line (short), text (long), lines, number, day, pick (one of), picks (any of) or options (a line each, with
    what is right).
    """

    name: str
    control: str
    choices: Sequence[tuple[str, str]] = ()


async def check_item(ask: Ask) -> Response:
    """Say what would be wrong with an item as it stands in the form; nothing is written."""
    return await _check(ask, ITEMS, ask.path("item"))


async def save_item(ask: Ask) -> Response:
    """Write the form into the item's file, where nothing is wrong with it and nobody was quicker."""
    return await _save(ask, ITEMS, ask.path("item"), f"/quiz/items/{ask.path('item')}")


async def show_paper(ask: Ask) -> Response:
    """Show a paper of the draft, to be edited."""
    draft, paper_id = await ask.desk.draft.read(), ask.path("paper")
    if paper_id not in draft.content.papers:
        raise Fault(404, "not_found")
    return ask.page(
        "quiz_paper.html",
        paper=draft.content.papers[paper_id],
        n_fit=sum(map(draft.content.papers[paper_id].admits, draft.content.items.values())),
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
    now = sort.shown(draft.files, draft.content, record_id)
    context = {"typed": now, "base": mark_of_typed(now), "faults": (), "theirs": None, "by": "", **more}
    fields = _fields_of_item(draft.content, now["kind"]) if sort is ITEMS else _fields_of_paper(draft.content)
    context["faults"] = _by_name(fields, [_as_labelled(sort, fault) for fault in context["faults"]])
    path = f"/quiz/{sort.name}s/{record_id}"
    may_edit = ask.account.role in EXAMINERS
    is_saved = "saved" in ask.request.query_params
    return {
        **context,
        "fields": fields,
        "path": path,
        "sort": sort.name,
        "may_edit": may_edit,
        "is_saved": is_saved,
    }


def _as_labelled(sort: Sort, fault: FieldFault) -> FieldFault:
    """Return a Problem that calls fields as the form does, not as the file."""
    labels = words()["record"][sort.name]
    keys = re.compile(rf" ?\b({'|'.join(labels)})\b ?", re.ASCII)
    problem = fault.problem
    message, hint = (
        keys.sub(lambda key: worded("record.quoted", label=labels[key[1]]), text)
        for text in (problem.message, problem.hint)
    )
    return replace(fault, problem=replace(problem, message=message, hint=hint))


def _by_name(fields: Sequence[Field], faults: Sequence[FieldFault]) -> dict[str, list[Any]]:
    """Return the Problems of each field of the form, those of none of them at ""."""
    found: dict[str, list[Any]] = {**{field.name: [] for field in fields}, "": []}
    for fault in faults:
        # What is right is marked beside the options.
        field = "options" if fault.field == "key" and "key" not in found else fault.field
        found[field if field in found else ""].append(fault.problem)
    return found


async def _check(ask: Ask, sort: Sort, record_id: str) -> Response:
    draft = await ask.desk.draft.read()
    typed = _typed(ask, draft, sort, record_id)
    async with ask.desk.heavy:
        faults = await asyncio.to_thread(_tried, ask, draft, sort, record_id, typed)
    return _at_fields(ask, draft, sort, record_id, faults)


def _at_fields(ask: Ask, draft: Read, sort: Sort, record_id: str, faults: Sequence[FieldFault]) -> Response:
    return ask.at_fields("record_faults.html", **form_of(ask, draft, sort, record_id, faults=faults))


async def _save(ask: Ask, sort: Sort, record_id: str, onward: str) -> Response:
    before = await ask.desk.draft.read()
    typed, base = _typed(ask, before, sort, record_id), ask.text("base")

    def edit(files: Files) -> Files:
        read = ask.desk.draft.of(files)
        return _sound(ask, read, sort, record_id, _typed(ask, read, sort, record_id), base)

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
            return _at_fields(ask, draft, sort, record_id, faulty.faults)
        return _form(ask, draft, sort, record_id, typed=typed, base=base, faults=faulty.faults)
    await note_editor(ask, _noted(sort, record_id))
    return ask.go(f"{onward}?saved=1")


def _form(ask: Ask, draft: Read, sort: Sort, record_id: str, **typed: Any) -> Response:
    template = "record_form.html" if ask.is_part else "quiz_record.html"
    return ask.page(template, **form_of(ask, draft, sort, record_id, **typed))


def _noted(sort: Sort, record_id: str) -> str:
    return f"{sort.name} {record_id}"


def _sound(ask: Ask, read: Read, sort: Sort, record_id: str, typed: Typed, base: str) -> Files:
    """Return the files that change, where the record comes to say what was typed and the draft gets no new error."""
    if unfit := unfit_fields(sort, typed):
        raise FaultyFields(unfit)
    changed = rewrite_record(sort, read.files, read.content, record_id, typed, base)
    if not changed:
        return {}
    after = ask.desk.draft.of({**read.files, **changed})
    faults = _new_faults(sort, record_id, read, after, after.errors)
    if faults:
        raise FaultyFields(faults)
    if not says_typed(sort, after.files, after.content, record_id, typed):
        raise Refused(worded("entry.not_written"))
    return changed


def _tried(ask: Ask, draft: Read, sort: Sort, record_id: str, typed: Typed) -> tuple[FieldFault, ...]:
    if unfit := unfit_fields(sort, typed):
        return unfit
    base = mark_of_typed(sort.shown(draft.files, draft.content, record_id))
    changed = rewrite_record(sort, draft.files, draft.content, record_id, typed, base)
    if not changed:
        return ()
    after = ask.desk.draft.of({**draft.files, **changed})
    return _new_faults(sort, record_id, draft, after, after.problems)


def _new_faults(
    sort: Sort, record_id: str, before: Read, after: Read, problems: Sequence[Any]
) -> tuple[FieldFault, ...]:
    return faults_of(
        record_id, after.marks, problems, before.problems, sort=sort.name, field_of=sort.field_of
    )


def _typed(ask: Ask, draft: Read, sort: Sort, record_id: str) -> Typed:
    """Return what the form holds, every field in the way that `Sort.shown` has it; what it has no field for is as it was."""
    if record_id not in sort.held(draft.content):
        raise Fault(404, "not_found")
    now = sort.shown(draft.files, draft.content, record_id)
    fields = _fields_of_item(draft.content, now["kind"]) if sort is ITEMS else _fields_of_paper(draft.content)
    typed = dict(now)
    for field in fields:
        match field.control:
            case "options":
                typed["options"], typed["key"] = _options(ask)
            case "picks":
                typed[field.name] = "\n".join(lines_in("\n".join(ask.texts(field.name))))
            case "number":
                typed[field.name] = _whole(ask.text(field.name).strip())
            case _:
                typed[field.name] = "\n".join(lines_in(ask.text(field.name)))
    return typed


def _whole(text: str) -> str:
    is_whole = text.isascii() and text.isdecimal() and len(text) < 10
    return str(int(text) or "") if is_whole else text


def _options(ask: Ask) -> tuple[str, str]:
    """Return the options that say something, a line each, and the letters of those that are marked right."""
    kept: list[str] = []
    right, key = ask.texts("right"), ""
    for place, option in enumerate(ask.texts("option")[: len(LETTERS)]):
        if option.strip():
            key += LETTERS[len(kept)] if str(place) in right else ""
            kept.append(" ".join(option.split()))
    return "\n".join(kept), key


def _fields_of_item(content: Content, kind: str) -> list[Field]:
    tracks = [(track, track) for track in content.tracks]
    levels = _levels()
    answers = {
        "truefalse": [Field("key", "pick", [(sign, worded(f"record.truth.{sign}")) for sign in ("true", "false")]), Field("claim", "text"), Field("truth", "text")],
        "fill": [Field("key", "lines")],
    }.get(kind, [Field("options", "options", [(str(i), letter) for i, letter in enumerate(LETTERS)])])  # fmt: skip
    return [
        Field("stem", "lines"),
        *answers,
        Field("why", "lines"),
        Field("hint", "text"),
        Field("text", "lines"),
        Field("passage", "text"),
        Field("track", "pick", tracks),
        Field("difficulty", "pick", levels),
        Field("tags", "lines"),
        Field("excludes", "lines"),
    ]


def _levels() -> list[tuple[str, str]]:
    return [(str(level), word) for level, word in words()["quiz"]["levels"].items()]


def _fields_of_paper(content: Content) -> list[Field]:
    def named(names: Sequence[str], words: str) -> list[tuple[str, str]]:
        return [(name, worded(f"{words}.{name}")) for name in names]

    return [
        Field("title", "text"),
        Field("words", "lines"),
        Field("mode", "pick", named(tuple(MODE_WORDS), "quiz.modes")),
        Field("n_items", "number"),
        Field("pass_line", "line"),
        Field("tracks", "picks", [(track, track) for track in content.tracks]),
        Field("kinds", "picks", named(KINDS, "quiz.kinds")),
        Field("difficulties", "picks", _levels()),
        Field("tags", "lines"),
        Field("partial", "pick", named(("none", "share"), "record.partial")),
        Field("feedback", "pick", named(("each", "end"), "quiz.rule.feedback")),
        Field("until_mistake", "picks", [("true", worded("record.until_mistake"))]),
        Field("hours", "line"),
        Field("opens_on", "day"),
        Field("closes_on", "day"),
        Field("attempts_per_day", "number"),
        Field("cool_down_s", "number"),
        Field("item_time_s", "number"),
        Field("paper_time_s", "number"),
    ]
