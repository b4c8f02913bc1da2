"""A quiz item as the fields of a form, and these as the keys of its file."""

from __future__ import annotations

from bot.editing.record.edit_entry import FieldFault
from bot.editing.record.edit_record import Sort, Typed, bare_number, fault_at, lines_in
from knowledge.editing.entries import Bare, Fields, Part
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.quiz import KEYS_OF_KIND, KINDS, LETTERS

_KEYS = ("id", "kind", "track", "difficulty", "tags", "stem", "options", "key", "claim", "truth", "why", "hint", "source", "excludes")  # fmt: skip
_FIELD_OF = {
    **{key: key for key in _KEYS if key != "source"},
    "option": "options",
    "source": "text",
    "exclude": "excludes",
}


def fields_of_item(item: Item) -> Typed:
    """Return the fields of an item; its key as letters, a truth value or, of a blank, the answers that count."""
    is_chosen = item.kind in ("single", "multiple")
    key = "".join(LETTERS[i] for i in item.key) if is_chosen else "\n".join(item.accepted)
    if item.kind == "truefalse":
        key = "".join("true" if i == 0 else "false" for i in item.key)
    shown = {
        "kind": item.kind,
        "track": item.track,
        "difficulty": str(item.difficulty),
        "tags": "\n".join(item.tags),
        "stem": item.stem,
        "options": "\n".join(item.options) if is_chosen else "",
        "key": key,
        "claim": item.claim,
        "truth": "" if item.truth == item.claim else item.truth,
        "why": item.why,
        "hint": item.hint,
        "passage": item.source.passage_id,
        "text": item.source.text,
        "excludes": "\n".join(item.excludes),
    }
    return {name: "\n".join(lines_in(text)) for name, text in shown.items()}


def _shown(files: Files, content: Content, item_id: str) -> Typed:
    return fields_of_item(content.items[item_id])


def _required(typed: Typed) -> tuple[str, ...]:
    of_kind = {"truefalse": ("claim",), "fill": ()}.get(typed["kind"], ("options",))
    return ("track", "stem", *of_kind, "key", "why", "passage", "text")


def _unfit(typed: Typed) -> tuple[FieldFault, ...]:
    if typed["kind"] in KINDS:
        return ()
    return (fault_at("kind", "wrong-value", f"没有“{typed['kind']}”这种题", f"只能是 {'、'.join(KINDS)}"),)


def _written(typed: Typed, changed: frozenset[str]) -> Fields:
    fields: dict[str, Part | dict[str, Part]] = {}
    for name in changed & {"kind", "track", "stem", "claim", "truth", "why", "hint"}:
        fields[name] = typed[name]
    for name in changed & {"tags", "options", "excludes"}:
        fields[name] = lines_in(typed[name])
    if "difficulty" in changed:
        fields["difficulty"] = bare_number(typed["difficulty"])
    if changed & {"key", "kind"}:
        fields["key"] = _key(typed)
    if changed & {"passage", "text"}:
        fields["source"] = {"passage": typed["passage"], "text": typed["text"]}
    return fields


def _key(typed: Typed) -> Part:
    match typed["kind"]:
        case "truefalse":
            return Bare(typed["key"]) if typed["key"] in ("true", "false") else typed["key"]
        case "fill":
            return lines_in(typed["key"])
    return typed["key"] if len(typed["key"]) == 1 else tuple(typed["key"])


ITEMS = Sort(
    "item",
    "题目",
    _KEYS,
    _required,
    _FIELD_OF,
    lambda content: content.items,
    _shown,
    _written,
    _unfit,
    "quiz/new.yaml",
)
"""How an item is edited, and a new one written."""


def of_its_kind(typed: Typed) -> Typed:
    """Return the fields of an item without those that its kind has not."""
    mine = KEYS_OF_KIND.get(typed["kind"], ("options",))
    others = {name for keys in KEYS_OF_KIND.values() for name in keys} - set(mine)
    found = {name: "" if name in others else text for name, text in typed.items()}
    return {**found, "truth": "" if found["truth"] == found["claim"] else found["truth"]}
