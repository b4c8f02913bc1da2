"""A topic of unanswered questions → the draft's files with it in: as phrasings of an entry, or as an entry of its own.

Nothing is lost of where words came from: a comment beside them says when and how often they were asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.editing.entries import Fields, append_entries, edit_entries
from knowledge.language.tidy import plain
from knowledge.model.content import Content
from knowledge.model.problems import Files

DRAFTS = "faq/adopted.yaml"
CASES = "tests/adopted.yaml"
_HIDDEN = "▢"


class NothingToAdopt(Exception):
    """Every wording is a phrasing already, or hides a number that was a person's."""


def new_wordings(content: Content, wordings: Sequence[str]) -> tuple[str, ...]:
    """Return the wordings that no entry has yet, none of them twice, those with hidden numbers left out."""
    seen = {plain(text) for entry in content.entries.values() for text in (entry.question, *entry.phrasings)}
    found = []
    for wording in wordings:
        folded = plain(wording)
        if folded and folded not in seen and _HIDDEN not in wording:
            seen.add(folded)
            found.append(wording)
    return tuple(found)


def adopt_as_phrasings(
    files: Files, content: Content, entry_id: str, wordings: Sequence[str], note: str
) -> dict[str, str]:
    """Return the changed files: the wordings as phrasings of an entry, and as questions that must lead to it.

    Raises:
        KeyError: there is no such entry.
        NothingToAdopt: no wording is new.
        CannotRewrite: the entry is written in a way that can't be edited in place.
    """
    entry = content.entries[entry_id]
    new = new_wordings(content, wordings)
    if not new:
        raise NothingToAdopt
    file = entry.mark.file
    edited = edit_entries(files[file], {entry_id: {"phrasings": (*entry.phrasings, *new)}}, note)
    return {file: edited, CASES: _with_cases(files, new, entry_id, note)}


def adopt_as_entry(
    files: Files,
    content: Content,
    entry_id: str,
    wordings: Sequence[str],
    quotes: Sequence[str | Mapping[str, str]],
    note: str,
    *,
    owner: str,
    review_by: str,
    is_ready: bool,
) -> dict[str, str]:
    """Return the changed files: a new entry that quotes passages, a draft unless it `is_ready`.

    The questions of a ready entry must lead to it from now on; those of a draft can't yet.

    Raises:
        NothingToAdopt: no wording is new.
    """
    new = new_wordings(content, wordings)
    if not new:
        raise NothingToAdopt
    entry: Fields = {
        "id": entry_id,
        "question": new[0],
        "phrasings": new[1:],
        "quote": tuple(quotes),
        "status": "published" if is_ready else "draft",
        "owner": owner,
        "review_by": review_by,
    }
    changed = {DRAFTS: append_entries(files.get(DRAFTS, ""), [entry], note)}
    if is_ready:
        changed[CASES] = _with_cases(files, new, entry_id, note)
    return changed


def _with_cases(files: Files, questions: Sequence[str], entry_id: str, note: str) -> str:
    cases = [{"question": question, "entry": entry_id} for question in questions]
    first, *rest = cases
    text = append_entries(files.get(CASES, ""), [first], note)
    return append_entries(text, rest) if rest else text
