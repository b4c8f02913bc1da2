"""What a release makes of a wording that was asked in vain: whether it answers it now, and which entries are near."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.learning.misses import Miss
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry


@dataclass(frozen=True, slots=True)
class WordingVerdict:
    """Whether a wording is answered, and the entries of the answer, the choices or what is nearest, best first; "" for a passage."""

    is_answer: bool
    entry_ids: tuple[str, ...]


def verdict_on(snapshot: Snapshot, question: str) -> WordingVerdict | None:
    """Return what a release makes of a wording, equal for equal wordings and `verdict_basis`; None while its meaning can't be told."""
    # Thousands are asked at once: what users asked of late must stay remembered beside them.
    kept: dict[str, Decision] = {}
    decision = decide(replace(snapshot, decisions=kept), question)
    if question not in kept:
        return None
    return WordingVerdict(decision.band is Band.ANSWER, tuple(hit.entry_id for hit in decision.hits))


def verdict_basis(snapshot: Snapshot, maker: str) -> str:
    """Return what names all that verdicts follow from: the release as it is today, `maker` (the code) and whether meaning is asked."""
    meaning = "meaning" if snapshot.meaning else "characters"
    known = "\n".join((snapshot.version, maker, meaning, *sorted(snapshot.entry_ids)))
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def is_answered(verdict: WordingVerdict, miss: Miss, live: Content, before: Mapping[str, Content]) -> bool:
    """Return whether the live release answers a miss, and not by words that were voted down.

    `before` are the contents of older releases: an entry that says something else since the vote is not what
    was voted on. An entry that says 没有收录 is no answer.
    """
    if not verdict.is_answer:
        return False
    entry = live.entries.get(verdict.entry_ids[0])
    if entry is None:
        return True
    voted = [answer.partition("|")[::2] for answer, n in miss.down.items() if n > 0]
    return not entry.gap and not any(
        entry_id == entry.id and _says_the_same(entry, before.get(release)) for entry_id, release in voted
    )


def _says_the_same(entry: Entry, before: Content | None) -> bool:
    old = before.entries.get(entry.id) if before else entry
    return old is not None and (old.lead, old.quotes) == (entry.lead, entry.quotes)
