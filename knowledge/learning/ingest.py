"""A new document → the files of a source with addressable passages, and draft entries for an editor to finish.

The words of the document stay as they are, all of them and in their order. The source needs nothing more to be published
and answered from; what the document does not tell about itself stays empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from knowledge.editing.entries import append_entries
from knowledge.learning.document import Document
from knowledge.learning.drafts import drafts
from knowledge.learning.facts.fact import SURE, Fact, Facts
from knowledge.learning.facts.facts import find_facts
from knowledge.learning.facts.title import KINDS
from knowledge.learning.outline.outline import Outline
from knowledge.learning.outline.passages import Part
from knowledge.learning.sections import sections_of
from knowledge.learning.web_page import PAGE
from knowledge.model.content import Content

_EVENT = re.compile(r"(?:推进会|座谈会|发布会|动员会|研讨会|交流会|大会|会议|论坛|仪式)$")
_OTHER_KIND = "文件"
_ESCAPE = "\\"
_LIKE_A_HEADING = re.compile(r"\\*#")
FACTS = ("title", "number", "date", "effective", "publisher", "rights")
"""What is told about a document, in the order of the table that an editor sees."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document besides its text; "" where nobody knows."""

    id: str
    title: str = ""
    number: str = ""
    date: str = ""
    effective: str = ""
    publisher: str = ""
    rights: str = ""


def find_about(document: Document) -> Facts:
    """Return what the main document of a text says about itself; what is appended to it speaks for itself."""
    main = sections_of(document.lines)[0]
    return find_facts(document.lines[: main.end])


def settled(told: About, found: Facts) -> dict[str, Fact]:
    """Return each fact by name: as an editor told it, and so sure, else as the text has it."""
    return {
        name: Fact(value, SURE) if (value := getattr(told, name)) else getattr(found, name, Fact())
        for name in FACTS
    }


def ingest(about: About, read: Outline, content: Content, review_by: str) -> dict[str, str]:
    """Return the new files: `sources/ID.md`, and `faq/ID.yaml` with drafts whose phrasings `content` has not yet.

    `about` has a title; the drafts are to be looked at again by the day `review_by`.
    """
    entries = drafts(about.id, about.title, read, content, review_by)
    files = {f"sources/{about.id}.md": _source(about, _kind_of(about.title, content), read)}
    if entries:
        note = f"由《{about.title}》自动起草：逐条改好问法，把 status 改成 published，不要的删掉"
        files[f"faq/{about.id}.yaml"] = append_entries(f"# {note}\n", entries)
    return files


def _kind_of(title: str, content: Content) -> str:
    """Return the kind of document that a title tells; of an event it is the first such kind of the base."""
    found = re.findall(KINDS, title)
    events = (kind for kind in content.source_kinds if content.source_kinds[kind].event)
    return next(events, _OTHER_KIND) if _EVENT.search(title) else found[-1] if found else _OTHER_KIND


def _source(about: About, kind: str, read: Outline) -> str:
    names = ("id", "title", "kind", "number", "date", "effective", "publisher", "rights")
    values = {name: kind if name == "kind" else getattr(about, name) for name in names}
    matter: dict[str, object] = {
        name: value for name, value in values.items() if value or name not in ("number", "effective")
    }
    if read.people:
        people = read.people.values()
        told = {p.id: {"name": p.name, "post": p.post, "organisation": p.organisation} for p in people}
        matter["speakers"] = {key: {k: v for k, v in person.items() if v} for key, person in told.items()}
    front = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=10**9)
    return f"---\n{front}---\n" + "".join(map(_section, read.parts))


def _section(part: Part) -> str:
    attributes = [f"#{part.anchor}"]
    attributes += [f"speaker={part.speaker}"] if part.speaker else []
    attributes += [f"article={part.article}"] if part.article else []
    attributes += ["answers=no"] if part.heading == PAGE else []
    heading = re.sub(r"[{}]", "", part.heading)
    # A line that begins with # would be a heading of ours.
    lines = "".join(f"\n{_ESCAPE if _LIKE_A_HEADING.match(line) else ''}{line}\n" for line in part.lines)
    return f"\n{'#' * part.level} {heading} {{{' '.join(attributes)}}}\n{lines}"
