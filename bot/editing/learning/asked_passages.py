"""Passages that answered without an entry: how often each was asked for, with which questions, and as an entry of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.china import today
from bot.editing.learning.adopt import Adopted, Adoption, adopt
from bot.editing.refused import Refused
from bot.store.asked import Asked, Count
from handlers.china import day_of
from knowledge.learning.misses import Miss, Topic, topic_id
from knowledge.matching.decide import decide
from knowledge.matching.decision import Hit
from knowledge.matching.snapshot import Snapshot
from knowledge.model.problems import Files
from knowledge.model.sources import Quote


@dataclass(slots=True)
class AskedPassage:
    """A passage that was sent without an entry: how often, and the questions that it answered at once.

    It is sent more often than its questions were asked where it was picked from a list.
    """

    id: str
    n: int = 0
    questions: Counter[str] = field(default_factory=Counter)


def asked_passages(
    counts: Iterable[Count], questions: Iterable[Asked], first_day: str = ""
) -> dict[str, AskedPassage]:
    """Return the passages sent since `first_day` by address, the most asked for first."""
    found: dict[str, AskedPassage] = {}
    for count in counts:
        if count.outcome == "told" and "#" in count.entry and count.day >= first_day:
            found.setdefault(count.entry, AskedPassage(count.entry)).n += count.n
    for asked in questions:
        if asked.outcome == "told" and asked.entry in found:
            n = sum(n for day, n in asked.n_by_day.items() if day >= first_day)
            found[asked.entry].questions[asked.question] += n
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].n, pair[0])))


def entries_quoting(live: Snapshot, address: str) -> tuple[str, ...]:
    """Return the published entries that quote a passage."""
    entries = live.content.entries
    return tuple(
        entry_id
        for entry_id in sorted(live.entry_ids)
        if any(quote.passage_id == address for quote in entries[entry_id].quotes)
    )


def adopt_passage(
    files: Files, live: Snapshot, questions: Sequence[Asked], address: str, choice: Adoption
) -> Adopted:
    """Return the draft's files with the words that answered as an entry, or with the questions as phrasings of one.

    Only questions that lead to the passage by themselves are taken, so none that was complete only in its talk, and none
    that somebody found useless.

    Raises:
        Refused: nobody asked for it, or there is nothing to write.
        Faulty: the draft would have new errors.
    """
    topic, quotes = _topic(live, questions, address)
    adopted_by = choice if choice.entry_id else _quoting(choice, quotes)
    span = f"{day_of(topic.first_ms // 1000)} 至 {day_of(topic.last_ms // 1000)}"
    note = f"{today()} 采自由原文直接回答的问题（{address}）：{topic.n} 次，{span}"
    return adopt(files, topic, adopted_by, note)


def _topic(live: Snapshot, questions: Sequence[Asked], address: str) -> tuple[Topic, tuple[Quote, ...]]:
    useless = {asked.question for asked in questions if asked.outcome == "useless" and asked.n > 0}
    topic = Topic(topic_id(address), "", {})
    sent: Mapping[str, tuple[Quote, ...]] = {}
    for asked in questions:
        if asked.outcome == "told" and asked.entry == address and asked.question not in useless:
            hit = _leading_to(live, asked.question, address)
            if hit:
                topic.misses.append(Miss(asked.question, "", asked.n, asked.first_ms, asked.last_ms))
                sent = {**sent, asked.question: hit.quotes}
    if not topic.misses:
        raise Refused(
            f"没有能采的问法：没有人直接问到 {address}，或者问的话线上不再由它回答、被说了没用。见 kb hits"
        )
    topic.question = topic.wordings[0]
    return topic, sent[topic.question]


def _leading_to(live: Snapshot, question: str, address: str) -> Hit | None:
    return next((hit for hit in decide(live, question).hits if hit.passage_id == address), None)


def _quoting(choice: Adoption, quotes: Sequence[Quote]) -> Adoption:
    return Adoption(
        new_id=choice.new_id,
        owner=choice.owner,
        is_ready=choice.is_ready,
        only=choice.only,
        max_wordings=choice.max_wordings,
        addresses=tuple(quote.passage_id for quote in quotes),
        words=tuple(quote.text for quote in quotes),
    )
