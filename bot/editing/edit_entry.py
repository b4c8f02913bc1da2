"""An entry's own words, changed in its file: checked whole before anything is written, and never over another's edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.editing.review import Refused
from knowledge.editing.entries import CannotRewrite, Fields, Part, edit_entries
from knowledge.model import Content, Entry, Files, Mark, Problem
from knowledge.reading.fields import Marks

_FIELD_OF = {"question": "question", "phrasing": "phrasings", "answer": "lead", "quote": "quotes"}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What an editor may write of an entry: the question, other ways to ask it, and the words before the quote."""

    question: str
    phrasings: tuple[str, ...]
    lead: str


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


def words_of_entry(entry: Entry) -> OwnWords:
    """Return the words of an entry that an editor may write."""
    return OwnWords(entry.question, entry.phrasings, entry.lead.strip())


def mark_of(words: OwnWords) -> str:
    """Return what tells later whether an entry still says these words."""
    said = json.dumps([words.question, words.phrasings, words.lead])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def rewrite(files: Files, entry: Entry, words: OwnWords, base: str) -> Files:
    """Return the file of an entry with these words in it; {} when it says them already.

    Args:
        base: The mark of the words that the editor began from.

    Raises:
        EditedMeanwhile: the entry says neither those nor these words any more.
        Refused: the entry is written in a way that can't be edited in place.
    """
    now = words_of_entry(entry)
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
    file = entry.mark.file
    edits: dict[str, Fields] = {entry.id: fields}
    try:
        return {file: edit_entries(files[file], edits)}
    except CannotRewrite as unable:
        raise Refused(f"条目 {entry.id} 在 {file} 里的写法没法自动改，没有保存：请直接改文件") from unable


def says(content: Content, entry_id: str, words: OwnWords) -> bool:
    """Return whether a content has the entry with exactly these words."""
    entry = content.entries.get(entry_id)
    return entry is not None and words_of_entry(entry) == words


def faults_of(
    entry: Entry, marks: Marks, problems: Iterable[Problem], known: Collection[Problem]
) -> tuple[FieldFault, ...]:
    """Return the Problems that were not `known` before, each with the field of the entry where it stands."""
    told = {(problem.code, problem.message) for problem in known}
    fields = {
        _place(mark): _FIELD_OF.get(path[2], "")
        for path, mark in marks.items()
        if path[:2] == ("entry", entry.id)
    }
    return tuple(
        FieldFault(fields.get((p.file, p.line, p.column), ""), p)
        for p in problems
        if (p.code, p.message) not in told
    )


def _place(mark: Mark) -> tuple[str, int, int]:
    return mark.file, mark.line, mark.column
