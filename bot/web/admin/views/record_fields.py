"""The fields in which a record of the bank is shown and typed: how each is filled in, and what is wrong at which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from bot.editing.record.edit_entry import FieldFault
from bot.editing.record.edit_record import Sort, Typed, lines_in
from bot.editing.record.item_fields import ITEMS, of_its_kind
from bot.web.admin.desk import Ask
from bot.web.admin.words import worded, words
from knowledge.exchange.workbook.cells import BadCell
from knowledge.exchange.workbook.quotes import addressed
from knowledge.learning.facts.days import day_in, is_day_only
from knowledge.model.content import Content
from knowledge.reading.papers import MODE_WORDS
from knowledge.reading.quiz import KINDS, LETTERS

_CHOSEN = ("single", "multiple")
# What is right is typed in another way for each kind.
_KEY_FIELDS = {"truefalse": "verdict", "fill": "accepted"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: how it is filled in, and from what, where there is a choice.

    `control` is line (short), text (long), lines, number, day (2026-12-31, whatever the language of the browser), pick (one of), picks (any of), kind (one of, and the form
    changes with it) or options (a line each, with what is right). Items of other than its `kinds` have no such field.
    """

    name: str
    control: str
    choices: Sequence[tuple[str, str]] = ()
    kinds: tuple[str, ...] = ()


def fields_of(sort: Sort, content: Content) -> list[Field]:
    """Return the fields of the form of an item or a paper, in their order."""
    return _fields_of_item(content) if sort is ITEMS else _fields_of_paper(content)


def shown_in_form(typed: Typed) -> Typed:
    """Return what stands in each field of the form."""
    kind = typed.get("kind", "")
    keys = {field: typed["key"] if kind == of else "" for of, field in _KEY_FIELDS.items()} if kind else {}
    return {**typed, **keys}


def typed_fields(ask: Ask, sort: Sort, content: Content, now: Typed) -> Typed:
    """Return what the form holds, every field in the way that `Sort.shown` has it; what it has no field for is as it is `now`."""
    typed = dict(now)
    for field in fields_of(sort, content):
        match field.control:
            case "options":
                typed["options"], letters = _options(ask)
            case "picks":
                typed[field.name] = "\n".join(lines_in("\n".join(ask.texts(field.name))))
            case "number":
                typed[field.name] = _whole(ask.text(field.name).strip())
            case "day":
                typed[field.name] = _day(ask.text(field.name).strip())
            case "kind":
                typed[field.name] = ask.text(field.name).strip() or now[field.name]
            case _ if field.name not in _KEY_FIELDS.values():
                typed[field.name] = "\n".join(lines_in(ask.text(field.name)))
    if sort is not ITEMS:
        return typed
    key_field = _KEY_FIELDS.get(typed["kind"])
    typed["key"] = "\n".join(lines_in(ask.text(key_field))) if key_field else letters
    typed["passage"] = typed["passage"] or _address_of(content, typed["text"])
    return of_its_kind(typed)


def faults_by_field(
    sort: Sort, content: Content, typed: Typed, faults: Sequence[FieldFault]
) -> dict[str, list[Any]]:
    """Return the Problems of each field of the form, as it calls fields, and those of none of them at ""."""
    key_field = _KEY_FIELDS.get(typed.get("kind", ""), "options")
    found: dict[str, list[Any]] = {field.name: [] for field in fields_of(sort, content)}
    found |= {"id": [], "file": [], "": []}
    for fault in faults:
        field = key_field if fault.field == "key" else fault.field
        found[field if field in found else ""].append(_as_labelled(sort, fault).problem)
    return found


def _as_labelled(sort: Sort, fault: FieldFault) -> FieldFault:
    """Return a Problem that calls fields as the form does, not as the file."""
    labels: Mapping[str, str] = words()["record"][sort.name]
    keys = re.compile(rf" ?\b({'|'.join(labels)})\b ?", re.ASCII)
    problem = fault.problem
    message, hint = (
        keys.sub(lambda key: worded("record.quoted", label=labels[key[1]]), text)
        for text in (problem.message, problem.hint)
    )
    return replace(fault, problem=replace(problem, message=message, hint=hint))


def _address_of(content: Content, said: str) -> str:
    """Return the address of the one passage that says this, "" when there is none, or several."""
    with suppress(BadCell):
        address, sign, _ = addressed(content, said).partition("｜")
        return address if sign else ""
    return ""


def _whole(text: str) -> str:
    is_whole = text.isascii() and text.isdecimal() and len(text) < 10
    return str(int(text) or "") if is_whole else text


def _day(text: str) -> str:
    """Return a day as files have it, in whatever way it was written; what is no day stays as it is."""
    return (day_in(text) if is_day_only(text) else "") or text


def _options(ask: Ask) -> tuple[str, str]:
    """Return the options that say something, a line each, and the letters of those that are marked right."""
    kept: list[str] = []
    right, key = ask.texts("right"), ""
    for place, option in enumerate(ask.texts("option")[: len(LETTERS)]):
        if option.strip():
            key += LETTERS[len(kept)] if str(place) in right else ""
            kept.append(" ".join(option.split()))
    return "\n".join(kept), key


def _fields_of_item(content: Content) -> list[Field]:
    truths = [(sign, worded(f"record.truth.{sign}")) for sign in ("true", "false")]
    return [
        Field("kind", "kind", _named(KINDS, "quiz.kinds")),
        Field("stem", "lines"),
        Field("options", "options", [(str(i), letter) for i, letter in enumerate(LETTERS)], _CHOSEN),
        Field("verdict", "pick", truths, ("truefalse",)),
        Field("claim", "text", kinds=("truefalse",)),
        Field("truth", "text", kinds=("truefalse",)),
        Field("accepted", "lines", kinds=("fill",)),
        Field("why", "lines"),
        Field("hint", "text"),
        Field("text", "lines"),
        Field("passage", "text"),
        Field("track", "pick", [(track, track) for track in content.tracks]),
        Field("difficulty", "pick", _levels()),
        Field("tags", "lines"),
        Field("excludes", "lines"),
    ]


def _named(names: Sequence[str], said: str) -> list[tuple[str, str]]:
    return [(name, worded(f"{said}.{name}")) for name in names]


def _levels() -> list[tuple[str, str]]:
    return [(str(level), word) for level, word in words()["quiz"]["levels"].items()]


def _fields_of_paper(content: Content) -> list[Field]:
    return [
        Field("title", "text"),
        Field("words", "lines"),
        Field("mode", "pick", _named(tuple(MODE_WORDS), "quiz.modes")),
        Field("n_items", "number"),
        Field("pass_line", "line"),
        Field("tracks", "picks", [(track, track) for track in content.tracks]),
        Field("kinds", "picks", _named(KINDS, "quiz.kinds")),
        Field("difficulties", "picks", _levels()),
        Field("tags", "lines"),
        Field("partial", "pick", _named(("none", "share"), "record.partial")),
        Field("feedback", "pick", _named(("each", "end"), "quiz.rule.feedback")),
        Field("until_mistake", "picks", [("true", worded("record.until_mistake"))]),
        Field("hours", "line"),
        Field("opens_on", "day"),
        Field("closes_on", "day"),
        Field("attempts_per_day", "number"),
        Field("cool_down_s", "number"),
        Field("item_time_s", "number"),
        Field("paper_time_s", "number"),
    ]
