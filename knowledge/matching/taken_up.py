"""What a snapshot takes up from one that is like it, a draft from the live release: nothing is read twice that both have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from knowledge.language.analyze import Analyzer
from knowledge.model import Content, Entry

if TYPE_CHECKING:
    from knowledge.matching.snapshot import Row, Snapshot


def analyzer_of(content: Content, like: Snapshot | None) -> Analyzer:
    """Return what reads the names of a content: that of the other snapshot where both have the same."""
    is_same = like is not None and like.content.lexicon == content.lexicon
    return like.analyzer if like and is_same else Analyzer(content.lexicon)


def known_rows(content: Content, like: Snapshot | None) -> Mapping[str, list[Row]]:
    """Return the rows of entries that ask and say the same in the other snapshot; none where names are read otherwise."""
    if like is None or like.content.lexicon != content.lexicon:
        return {}
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in like.rows:
        rows[row.entry_id].append(row)
    then = like.content.entries
    return {i: rows[i] for i, entry in content.entries.items() if i in then and _asks_alike(entry, then[i])}


def _asks_alike(a: Entry, b: Entry) -> bool:
    return (a.question, a.phrasings, a.lead, a.quotes) == (b.question, b.phrasings, b.lead, b.quotes)
