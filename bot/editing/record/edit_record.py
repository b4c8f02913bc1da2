"""A record of the bank edited field by field, as its page shows it: checked whole before anything is written, and never over another's edit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.editing.record.edit_entry import FieldFault
from bot.editing.refused import Refused
from knowledge.editing.entries import (
    Bare,
    CannotRewrite,
    Fields,
    append_below,
    append_entries,
    edit_entries,
)
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content
from knowledge.model.problems import Files, Problem
from knowledge.reading.fields import ID

Typed = Mapping[str, str]
"""The fields of a form as they are typed; a list has an item a line."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of record: how it stands in the fields of a form, and these in its file.

    `name` is what marks call it and `word` what people do, `keys` are those of its file in the house order,
    `required` the fields that none is without, `field_of` the field that a place in the file is about. `shown`
    gives the fields of a record, `written` the keys of the file for those that changed, `unfit` what no file can say.
    A new one goes to `usual_file` where nobody says, below the key `listed_below` where its file is more than a list.
    """

    name: str
    word: str
    keys: Sequence[str]
    required: Callable[[Typed], Sequence[str]]
    field_of: Mapping[str, str]
    held: Callable[[Content], Mapping[str, Item] | Mapping[str, Paper]]
    shown: Callable[[Files, Content, str], Typed]
    written: Callable[[Typed, frozenset[str]], Fields]
    unfit: Callable[[Typed], Sequence[FieldFault]]
    usual_file: str
    listed_below: str = ""

    def files(self, content: Content) -> tuple[str, ...]:
        """Return the files that a new record may go to."""
        held = {record.mark.file for record in self.held(content).values()}
        return tuple(sorted(held if self.listed_below and held else held | {self.usual_file}))

    def usual_new_file(self, content: Content) -> str:
        """Return the file that a new record goes to when nobody says."""
        return self.usual_file if self.usual_file in self.files(content) else self.files(content)[0]


class RecordEditedMeanwhile(Exception):
    """Somebody wrote something else into the record since it was read; `now` is that."""

    def __init__(self, now: Typed) -> None:
        super().__init__(len(now))
        self.now = now


def mark_of_typed(typed: Typed) -> str:
    """Return what tells later whether a record still says this."""
    said = json.dumps(sorted(typed.items()))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def unfit_fields(sort: Sort, typed: Typed) -> tuple[FieldFault, ...]:
    """Return everything that keeps fields from being written at all, before the file is looked at."""
    empty = [
        fault_at(name, "empty-value", "这里是空的", "写上内容")
        for name in sort.required(typed)
        if not typed[name]
    ]
    return (*empty, *sort.unfit(typed))


def rewrite_record(
    sort: Sort, files: Files, content: Content, record_id: str, typed: Typed, base: str
) -> Files:
    """Return the file of a record with these fields in it; {} when it says them already.

    Args:
        base: The mark of the fields that the editor began from.

    Raises:
        RecordEditedMeanwhile: the record says neither those nor these any more.
        Refused: the record is written in a way that can't be edited in place.
    """
    now = sort.shown(files, content, record_id)
    if typed == now:
        return {}
    if base != mark_of_typed(now):
        raise RecordEditedMeanwhile(now)
    file = sort.held(content)[record_id].mark.file
    fields = sort.written(typed, frozenset(name for name in typed if typed[name] != now[name]))
    try:
        return {file: edit_entries(files[file], {record_id: fields}, order=sort.keys)}
    except CannotRewrite as unable:
        raise Refused(
            f"{sort.word} {record_id} 在 {file} 里的写法没法自动改，没有保存：请直接改文件"
        ) from unable


def unfit_new(sort: Sort, content: Content, record_id: str, file: str) -> tuple[FieldFault, ...]:
    """Return what keeps a new record from being written under an id, and into a file."""
    found = []
    if record_id in sort.held(content):
        found.append(fault_at("id", "duplicate-id", f"{sort.word} {record_id} 已经有了", "换一个编号"))
    elif not ID.fullmatch(record_id):
        message = f"编号“{record_id}”只能用小写字母、数字和连字符"
        found.append(fault_at("id", "bad-id", message, "写成 opening-1 这样"))
    if file not in sort.files(content):
        hint = f"只能是 {'、'.join(sort.files(content))}"
        found.append(fault_at("file", "wrong-value", f"不能写进“{file}”", hint))
    return tuple(found)


def new_record(sort: Sort, files: Files, record_id: str, typed: Typed, file: str) -> Files:
    """Return the file of records with a new one at its end.

    Raises:
        Refused: the file is written in a way that nothing can be added to.
    """
    fields = {"id": record_id, **sort.written(typed, frozenset(name for name in typed if typed[name]))}
    text = files.get(file, "")
    try:
        if sort.listed_below:
            return {file: append_below(text, sort.listed_below, fields, order=sort.keys)}
        return {file: append_entries(text, [fields], order=sort.keys)}
    except CannotRewrite as unable:
        raise Refused(f"{file} 的写法没法自动加，没有保存：请直接改文件") from unable


def says_typed(sort: Sort, files: Files, content: Content, record_id: str, typed: Typed) -> bool:
    """Return whether a content has the record with exactly these fields."""
    return record_id in sort.held(content) and sort.shown(files, content, record_id) == typed


def fault_at(field: str, code: str, message: str, hint: str) -> FieldFault:
    """Return a Problem of a field that stands in no file yet."""
    return FieldFault(field, Problem("", 0, 0, code, message, hint))


def lines_in(text: str) -> tuple[str, ...]:
    """Return the lines of a field that say something."""
    return tuple(filter(None, (line.strip() for line in text.split("\n"))))


def bare_number(text: str) -> str:
    """Return a number as a file holds it; other words as they are, for the reader of the file to refuse."""
    return Bare(text) if _NUMBER.fullmatch(text) else text
