"""What an editor could make of a topic: phrasings of an entry, or an entry of words that none sends yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.language.tables import empty_words
from knowledge.language.tidy import strip_punctuation
from knowledge.learning.misses import SAME, Topic, pairs_of
from knowledge.learning.verdicts import WordingVerdict
from knowledge.model.content import Content
from knowledge.model.sources import Passage
from knowledge.sources.coverage import coverage

_MAX_ENTRIES = 3
_MAX_PASSAGES = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a topic could become: phrasings of one of these entries, or an entry that quotes these passages.

    Neither means that nothing official says it.
    """

    entry_ids: tuple[str, ...]
    passages: tuple[Passage, ...]


def suggest(topic: Topic, verdict: WordingVerdict, unused: Sequence[Passage]) -> Suggestion:
    """Return what could answer a topic: entries near it that nobody said no to, and passages that no entry sends.

    Args:
        verdict: What the live release makes of the question that the topic is known by.
        unused: Its `unused_passages`.
    """
    down = {entry_id for miss in topic.misses for entry_id in miss.voted_down}
    near_by = dict.fromkeys(verdict.entry_ids)
    entry_ids = [entry_id for entry_id in near_by if entry_id and entry_id not in down][:_MAX_ENTRIES]
    asked = [pairs_of(strip_punctuation(question)) - empty_words() for question in topic.wordings]
    scored = [(max(_found(pairs, passage.text) for pairs in asked), passage) for passage in unused]
    near = sorted((s for s in scored if s[0] >= SAME), key=lambda s: (-s[0], len(s[1].text), s[1].id))
    return Suggestion(tuple(entry_ids), tuple(passage for _, passage in near[:_MAX_PASSAGES]))


def _found(pairs: Collection[str], text: str) -> float:
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def unused_passages(content: Content) -> tuple[Passage, ...]:
    """Return the innermost passages that hold a sentence no published entry sends."""
    unsent = coverage(content).unsent
    outer = {
        p.id for p in content.passages.values() for q in content.passages.values()
        if p.source_id == q.source_id and p.id != q.id and p.start <= q.start and q.end <= p.end and len(q.text) < len(p.text)
    }  # fmt: skip
    return tuple(
        passage
        for passage in content.passages.values()
        if passage.id not in outer
        and any(s.source_id == passage.source_id and s.text in passage.text for s in unsent)
    )
