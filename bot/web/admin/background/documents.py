"""What documents and adopted questions become, apart from the worker: read, judged, and written into the draft."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.config import Settings
from bot.editing.draft.spared import known_spared
from bot.editing.learning.adopt import Adopted, Adoption, Faulty, adopt
from bot.editing.refused import Refused
from bot.editing.take_in import FaultyDocument, read_document, take_in
from bot.process import Parts
from bot.web.admin.background.jobs import Result, Told
from bot.web.admin.draft import DraftFolder
from bot.web.admin.tray import Tray
from bot.web.admin.words import worded
from knowledge.learning.document import Document, DocumentUnreadable
from knowledge.learning.facts.fact import Fact
from knowledge.learning.ingest import About, find_about, settled
from knowledge.learning.outline.outline import Outline, outline
from knowledge.learning.people import Person, find_people, organisation_of
from knowledge.model.problems import Files, Problem


@dataclass(frozen=True, slots=True)
class FoundUpload:
    """An uploaded document as it was read: what it says of itself, who may speak in it and who does, and its passages."""

    document: Document
    facts: Mapping[str, Fact]
    everybody: Mapping[str, Person]
    people: Mapping[str, Person]
    read: Outline


def handed_over(value: object) -> str:
    """Return a value as one process of ours hands it to another."""
    return base64.b64encode(pickle.dumps(value)).decode()


def taken_over(said: str) -> Any:
    """Return what another process of ours handed over a moment ago."""
    return pickle.loads(base64.b64decode(said))  # noqa: S301


async def finding(
    settings: Settings, parts: Parts, told: Told, *, by: str, upload: str, people: Mapping[str, str | None]
) -> Result:
    """Return what is in an uploaded document, its `people` as somebody told."""
    return {"found": handed_over(_found(settings, by, upload, people))}


async def taking_in(
    settings: Settings,
    parts: Parts,
    told: Told,
    *,
    by: str,
    upload: str,
    people: Mapping[str, str | None],
    about: Mapping[str, str],
    silent: Sequence[str],
) -> Result:
    """Write an uploaded document into the draft, all of it or nothing."""
    found, spared, name = _found(settings, by, upload, people), known_spared(settings), about["id"]

    def edit(files: Files) -> Files:
        if {f"sources/{name}.md", f"faq/{name}.yaml"} & files.keys():
            raise Refused(worded("documents.meanwhile", id=name))
        try:
            return take_in(files, About(**about), found.read, silent, spared).files
        except FaultyDocument as faulty:
            raise Refused(worded("documents.faulty", told=_in_a_line(faulty.problems))) from faulty

    await DraftFolder(settings).change(edit)
    _tray(settings).settle(upload, by, f"/documents/{name}?saved=1")
    return {"became": f"/documents/{name}?saved=1"}


async def adopting(
    settings: Settings,
    parts: Parts,
    told: Told,
    *,
    by: str,
    topic: str,
    entry: str,
    address: str,
    only: Sequence[str],
    max_wordings: int,
) -> Result:
    """Write the wordings of a topic, handed over, into the draft: as phrasings of an entry, or as a new one that quotes a passage."""
    asked, spared = taken_over(topic), known_spared(settings)
    choice = Adoption(
        entry_id=entry,
        addresses=(address,) if address else (),
        owner=by,
        only=tuple(only),
        max_wordings=max_wordings,
    )
    adopted: list[Adopted] = []

    def edit(files: Files) -> Files:
        try:
            adopted.append(adopt(files, asked, choice, spared=spared))
        except Faulty as faulty:
            raise Refused(worded("misses.faulty", told=_in_a_line(faulty.problems))) from faulty
        return adopted[-1].files

    await DraftFolder(settings).change(edit)
    return {"entry": adopted[-1].entry_id}


def _found(settings: Settings, by: str, upload: str, told: Mapping[str, str | None]) -> FoundUpload:
    held = _tray(settings).get(upload, by).upload
    try:
        document = read_document(held.name, held.data)
    except DocumentUnreadable as problem:
        raise Refused(worded("documents.unreadable", name=held.name, why=problem)) from problem
    everybody = find_people([line.text for line in document.lines])
    people = {}
    for name, person in everybody.items():
        post = told.get(name, person.post)
        if post is not None:
            same = post == person.post
            people[name] = person if same else replace(person, post=post, organisation=organisation_of(post))
    facts = settled(About(""), find_about(document))
    return FoundUpload(document, facts, everybody, people, outline(document, people))


def _in_a_line(problems: Sequence[Problem]) -> str:
    return "；".join(f"{p.message} → {p.hint}" for p in problems)


def _tray(settings: Settings) -> Tray:
    return Tray(settings.data_dir / "uploads")
