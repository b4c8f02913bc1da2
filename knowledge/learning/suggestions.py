"""What an editor could make of a topic: phrasings of an entry, or an entry of words that none sends yet."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.language.tables import empty_words
from knowledge.language.tidy import strip_punctuation
from knowledge.learning.misses import SAME, Topic, pairs_of
from knowledge.learning.verdicts import WordingVerdict
from knowledge.model.content import Content
from knowledge.model.sources import Passage
from knowledge.sources.coverage import Stretch, coverage

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
    by_source: dict[str, list[Passage]] = {}
    for passage in content.passages.values():
        by_source.setdefault(passage.source_id, []).append(passage)
    innermost = {one.id for passages in by_source.values() for one in _innermost(passages)}
    unsent: dict[str, list[Stretch]] = {}
    for stretch in coverage(content).unsent:
        unsent.setdefault(stretch.source_id, []).append(stretch)
    return tuple(
        passage
        for passage in content.passages.values()
        if passage.id in innermost and _holds_one(passage, unsent.get(passage.source_id, ()))
    )


def _innermost(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield the passages of one source that hold no smaller one, from the last on."""
    # Where the first to end of those that begin further on ends.
    nearest = math.inf
    for _, alike in groupby(sorted(passages, key=_start_of, reverse=True), _start_of):
        begun = list(alike)
        end = min(passage.end for passage in begun)
        yield from (passage for passage in begun if passage.end == end < nearest)
        nearest = min(nearest, end)


def _start_of(passage: Passage) -> int:
    return passage.start


def _holds_one(passage: Passage, stretches: Sequence[Stretch]) -> bool:
    """Return whether one of these sentences, which are in their order, lies in a passage."""
    first = bisect_left(stretches, passage.start, key=lambda one: one.start)
    return first < len(stretches) and stretches[first].end <= passage.end
