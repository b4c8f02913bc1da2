"""An entry's own words, changed in its file: checked whole before anything is written, and never over another's edit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.china import in_a_year
from bot.editing.refused import Refused
from knowledge.editing.entries import CannotRewrite, Fields, Part, append_entries, edit_entries
from knowledge.exchange.workbook.cells import BadCell
from knowledge.exchange.workbook.quotes import addressed, read_quotes, shorten_quotes, show_quotes
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.problems import Files, Problem
from knowledge.reading.fields import ID, Marks

_FIELD_OF = {
    "question": "question",
    "phrasing": "phrasings",
    "answer": "lead",
    "quote": "quotes",
    "quotes": "quotes",
    "status": "status",
}


STATUSES = ("draft", "published", "archived")
NEW_ENTRIES_FILE = "faq/new.yaml"
"""Where new entries go when nobody says."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What an editor may write of an entry.

    `quotes` is written as in a cell of the workbook: an address a line, an address, ｜ and the words, or the words alone.
    """

    question: str
    phrasings: tuple[str, ...]
    lead: str
    quotes: str
    status: str


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A Problem of an entry, and the field that it is about, "" for the entry as a whole."""

    field: str
    problem: Problem


class EditedMeanwhile(Exception):
    """Somebody wrote other words into the entry since it was read; `now` are these."""

    def __init__(self, now: OwnWords) -> None:
        super().__init__(now.question)
        self.now = now


class WrongField(Exception):
    """A field that can't be read at all."""

    def __init__(self, fault: FieldFault) -> None:
        super().__init__(fault.problem.message)
        self.fault = fault


def words_of_entry(content: Content, entry: Entry) -> OwnWords:
    """Return the words of an entry that an editor may write."""
    quotes = show_quotes(content, entry)
    return OwnWords(entry.question, entry.phrasings, entry.lead.strip(), quotes, entry.status)


def mark_of(words: OwnWords) -> str:
    """Return what tells later whether an entry still says these words."""
    said = json.dumps([words.question, words.phrasings, words.lead, words.quotes, words.status])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def rewrite(files: Files, content: Content, entry: Entry, words: OwnWords, base: str) -> Files:
    """Return the file of an entry with these words in it; {} when it says them already.

    Args:
        base: The mark of the words that the editor began from.

    Raises:
        EditedMeanwhile: the entry says neither those nor these words any more.
        WrongField: the quotes can't be read, or the status is none.
        Refused: the entry is written in a way that can't be edited in place.
    """
    now = words_of_entry(content, entry)
    if words == now:
        return {}
    if base != mark_of(now):
        raise EditedMeanwhile(now)
    fields: dict[str, Part] = {}
    if words.question != now.question:
        fields["question"] = words.question
    if words.phrasings != now.phrasings:
        fields["phrasings"] = words.phrasings
    if words.lead != now.lead:
        fields["answer"] = words.lead
    if words.quotes != now.quotes:
        fields["quote"] = _quotes(content, words.quotes)
    if words.status != now.status:
        fields["status"] = _status(words.status)
    file = entry.mark.file
    edits: dict[str, Fields] = {entry.id: fields}
    try:
        return {file: edit_entries(files[file], edits)}
    except CannotRewrite as unable:
        raise Refused(f"条目 {entry.id} 在 {file} 里的写法没法自动改，没有保存：请直接改文件") from unable


def add_entry(
    files: Files,
    content: Content,
    entry_id: str,
    words: OwnWords,
    *,
    owner: str,
    file: str = NEW_ENTRIES_FILE,
) -> Files:
    """Return the file of entries with a new one at its end.

    Raises:
        WrongField: the id is taken or none, or a field can't be read.
    """
    if entry_id in content.entries:
        raise _wrong("id", "duplicate-id", f"条目 {entry_id} 已经有了", "换一个编号")
    if not ID.fullmatch(entry_id):
        raise _wrong(
            "id", "bad-id", f"编号“{entry_id}”只能用小写字母、数字和连字符", "写成 opening-hours 这样"
        )
    if PurePosixPath(file).parent != PurePosixPath("faq") or not file.endswith(".yaml"):
        raise _wrong("file", "wrong-value", f"“{file}”不是条目文件", "写成 faq/名字.yaml")
    entry: Fields = {
        "id": entry_id,
        "question": words.question,
        "phrasings": words.phrasings,
        "answer": words.lead,
        "quote": _quotes(content, words.quotes),
        "status": _status(words.status),
        "owner": owner,
        "review_by": in_a_year(),
    }
    return {file: append_entries(files.get(file, ""), [entry])}


def suggested_record_id(taken: Collection[str], about: str) -> str:
    """Return an id for a new record about something, a passage say, that is not taken."""
    wanted = re.sub(r"[^a-z0-9]+", "-", about.lower()).strip("-")
    number, found = 2, wanted
    while found in taken:
        number, found = number + 1, f"{wanted}-{number}"
    return found


def says(content: Content, entry_id: str, words: OwnWords) -> bool:
    """Return whether a content has the entry with exactly these words, its quotes read as they are meant."""
    entry = content.entries.get(entry_id)
    if entry is None:
        return False
    now = words_of_entry(content, entry)
    return replace(now, quotes="") == replace(words, quotes="") and _quotes(content, now.quotes) == _quotes(
        content, words.quotes
    )


def _quotes(content: Content, text: str) -> tuple[str | Mapping[str, str], ...]:
    """Return quotes as a file holds them; one that is its whole passage is an address alone."""
    try:
        return read_quotes(shorten_quotes(content, addressed(content, text)))
    except BadCell as bad:
        raise _wrong("quotes", bad.code, bad.message, bad.hint) from bad


def _status(status: str) -> str:
    if status not in STATUSES:
        raise _wrong("status", "wrong-value", f"状态“{status}”不认识", f"只能是 {'、'.join(STATUSES)}")
    return status


def _wrong(field: str, code: str, message: str, hint: str) -> WrongField:
    return WrongField(FieldFault(field, Problem("", 0, 0, code, message, hint)))


def faults_of(
    record_id: str,
    marks: Marks,
    problems: Iterable[Problem],
    known: Collection[Problem],
    *,
    sort: str = "entry",
    field_of: Mapping[str, str] = _FIELD_OF,
) -> tuple[FieldFault, ...]:
    """Return the Problems that were not `known` before, each with the field of the entry, or other record, where it stands."""
    told = {(problem.code, problem.message) for problem in known}
    fields = sorted(
        (mark.file, mark.line, mark.column, field_of.get(path[2], ""))
        for path, mark in marks.items()
        if path[:2] == (sort, record_id)
    )
    return tuple(FieldFault(_field_at(fields, p), p) for p in problems if (p.code, p.message) not in told)


def _field_at(fields: Sequence[tuple[str, int, int, str]], problem: Problem) -> str:
    """Return the field that begins where a Problem stands, or before it in its line, as a list of one line does."""
    place = (problem.file, problem.line, problem.column)
    before = [field for field in fields if field[:2] == place[:2] and field[:3] <= place]
    return before[-1][3] if before else ""
