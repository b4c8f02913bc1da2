"""Which entries answer with which passages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.sources.structure import Structure


def published_entries(content: Content) -> list[Entry]:
    """Return the entries that may answer, by id."""
    return [entry for _, entry in sorted(content.entries.items()) if entry.status == "published"]


def quoted_passages(content: Content, structure: Structure) -> frozenset[str]:
    """Return the passages of whose words an entry quotes some, with those around and inside them."""
    found: set[str] = set()
    for entry in published_entries(content):
        for passage in (content.passages[quote.passage_id] for quote in entry.quotes):
            around = (passage, *structure.above(passage), *structure.leaves_within(passage))
            found |= {other.id for other in around}
    return frozenset(found)


def quoting_entries(content: Content) -> Mapping[str, tuple[Entry, ...]]:
    """Return the entries that quote each passage itself, but for those that only say that something is missing."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in published_entries(content):
        for passage_id in {} if entry.gap else dict.fromkeys(quote.passage_id for quote in entry.quotes):
            found[passage_id].append(entry)
    return {passage_id: tuple(entries) for passage_id, entries in found.items()}
