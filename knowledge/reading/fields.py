"""Records of YAML files as they are read: what every kind of record has in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from knowledge.model.bank import Item, Paper
from knowledge.model.entries import Case, Entry, Protected
from knowledge.model.problems import Mark
from knowledge.model.service import Button, Care, Intent, WordList
from knowledge.model.sources import Passage, Quote, Source, SourceKind
from knowledge.reading.yamltext import Node, ProblemLog

Marks = Mapping[tuple[str, ...], Mark]
"""Where a part of a record stands, by kind, id and field: entry, its id, quote, number."""

ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_Record = TypeVar("_Record", Entry, Intent, Item, Paper)


@dataclass(slots=True)
class Draft:
    """What has been read so far; `saved` says when each file was last saved, so that the newer one is blamed."""

    report: ProblemLog = field(default_factory=ProblemLog)
    saved: Mapping[str, int] = field(default_factory=dict)
    marks: dict[tuple[str, ...], Mark] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    passages: dict[str, Passage] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    tracks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    menu: dict[str, str] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    protected: list[Protected] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()
    scenes: dict[str, str] = field(default_factory=dict)
    care: Care = field(default_factory=Care)
    intents: dict[str, Intent] = field(default_factory=dict)
    sensitive: WordList = field(default_factory=WordList)
    pledge: tuple[Quote, ...] = ()
    source_kinds: dict[str, SourceKind] = field(default_factory=dict)


def identity(fields: Mapping[str, Node], what: str) -> tuple[str, Mark] | None:
    """Return the id of a record and where it stands; None, and a Problem, when it is missing or malformed."""
    value = fields["id"].scalar("id") if "id" in fields else None
    if value is None:
        return None
    if not ID.fullmatch(value.text):
        fields["id"].report.add(
            value.mark, "bad-id", f"{what} id“{value.text}”只能用小写字母、数字和连字符", "改成例如 article-4"
        )
        return None
    return value.text, value.mark


def add_record(draft: Draft, held: dict[str, _Record], record: _Record, mark: Mark) -> None:
    """Add `record` to `held`; an id that is used already is a Problem of the file saved last, and keeps the other."""
    other = held[record.id].mark if record.id in held else None
    if other is None or draft.saved.get(other.file, 0) > draft.saved.get(mark.file, 0):
        held[record.id] = record
    if other is not None:
        older = held[record.id].mark
        place, hint = f"{older.file}:{older.line}", "换一个 id"
        draft.report.add(
            other if older is mark else mark, "duplicate-id", f"id {record.id} 在 {place} 已经用了", hint
        )


def text_field(fields: Mapping[str, Node], name: str, default: str = "") -> str:
    """Return the text of a field, `default` without one; an empty one is a Problem."""
    value = fields[name].scalar(name) if name in fields else None
    if value is not None and name in fields and not value.text.strip():
        fields[name].report.add(value.mark, "empty-value", f"{name} 是空的", "写上内容，或者删掉这一行")
    return value.text if value is not None else default


def text_fields(fields: Mapping[str, Node], name: str) -> tuple[str, ...]:
    """Return the texts of a list (or one text) field; () without one."""
    return tuple(value.text for value in fields[name].texts(name)) if name in fields else ()


def marked_texts(
    draft: Draft, fields: Mapping[str, Node], name: str, path: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the texts of a list (or one text) field, and note where each stands, under `path` and its number."""
    values = fields[name].texts(name) if name in fields else ()
    for i, value in enumerate(values):
        draft.marks[(*path, str(i))] = value.mark
    return tuple(value.text for value in values)


def choice(fields: Mapping[str, Node], name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return the text of a field that is one of `allowed`, `default` without one; any other is a Problem."""
    value = text_field(fields, name, default)
    if value in allowed or name not in fields:
        return value
    hint = f"只能是 {'、'.join(allowed)}"
    fields[name].report.add(fields[name].mark, "wrong-value", f"{name}“{value}”不认识", hint)
    return default


def flag(fields: Mapping[str, Node], name: str) -> bool:
    """Return whether a field says true; a Problem for anything but true and false."""
    value = fields[name].scalar(name) if name in fields else None
    if value is not None and value.text not in ("true", "false"):
        fields[name].report.add(
            value.mark, "wrong-value", f"{name} 只能是 true 或 false", "改成 true 或 false"
        )
    return value is not None and value.text == "true"


def read_quote(draft: Draft, node: Node, path: tuple[str, ...]) -> Quote | None:
    """Return the quote that an address, or a passage with words of it, stands for; None when it is malformed."""
    if hasattr(node.raw, "value") and isinstance(node.raw.value, str):
        address, words = node.scalar("引文"), None
    else:
        fields = node.fields("引文", ("passage", "text"), ("passage", "text"))
        address = fields["passage"].scalar("passage") if "passage" in fields else None
        words = fields["text"].scalar("text") if "text" in fields else None
        if words is None:
            return None
    if address is None:
        return None
    draft.marks[(*path, "passage")] = address.mark
    if words:
        draft.marks[(*path, "text")] = words.mark
    passage = draft.passages.get(address.text)
    return Quote(address.text, words.text if words else passage.text if passage else "")
