"""What people asked in vain: as topics, what became of each, and what an editor decides about them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.editing.learning.deciding import verdicts_on
from bot.editing.refused import Refused
from bot.process import Parts
from bot.store.asked import Asked, is_in_vain
from knowledge.language.tidy import plain
from knowledge.learning.misses import Miss, Settled, Topic, group_misses, group_of
from knowledge.learning.suggestions import Suggestion, suggest, unused_passages
from knowledge.learning.verdicts import WordingVerdict, is_answered
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.sources import Passage

PATIENCE_S = 3.0
"""How long a page waits for wordings that nobody decided yet; the service decides the rest in its own time."""


_UNKNOWN = WordingVerdict(is_answer=False, entry_ids=())


@dataclass(frozen=True, slots=True)
class ListedTopic:
    """A topic with what became of it, and which of its wordings the live release answers.

    `stage` is new, drafted (adopted, not live yet), again (adopted and live, and still asked in vain), gap (adopted and live where
    nothing is said but 没有收录), done or ignored.
    """

    topic: Topic
    stage: str
    answered: frozenset[str]

    @property
    def is_open(self) -> bool:
        """Whether there is something to do about it."""
        return self.stage in ("new", "drafted", "again", "gap")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """All topics, the most asked first, and the knowledge that was live when they were listed.

    Of `n_undecided` wordings nobody knows yet whether it answers them: they count as unanswered.
    """

    listed: tuple[ListedTopic, ...]
    live: Snapshot
    verdicts: Mapping[str, WordingVerdict]
    unused: tuple[Passage, ...]
    n_undecided: int

    def suggestion(self, topic: Topic) -> Suggestion:
        """Return what could answer a topic; no entries while nobody decided which are near, and none that has its wordings already."""
        found = suggest(topic, self.verdicts.get(topic.question, _UNKNOWN), self.unused)
        entries = self.live.content.entries
        return replace(
            found,
            entry_ids=tuple(
                i
                for i in found.entry_ids
                if not set(topic.wordings) <= {entries[i].question, *entries[i].phrasings}
            ),
        )

    def topic(self, topic_id: str) -> Topic:
        """Return the topic of an id.

        Raises:
            Refused: there is none.
        """
        for one in self.listed:
            if one.topic.id == topic_id:
                return one.topic
        raise Refused(f"没有话题 {topic_id}：编号见 kb misses --all")


async def unanswered(parts: Parts, patience_s: float = PATIENCE_S) -> Unanswered:
    """Count what was asked since the last time, and return every topic; `parts` have a live release.

    Args:
        patience_s: How long to decide wordings that were not decided yet.

    Raises:
        RedisError: Redis is away.
    """
    await parts.tally.fold()
    asked = await parts.tally.questions()
    decisions = await parts.tally.decisions()
    live = parts.releases.live
    before: dict[str, Content] = {}
    for version in {answer.partition("|")[2] for a in asked for answer in a.down} - {live.version, ""}:
        try:
            before[version] = await parts.releases.pinned(version)
        except LookupError:
            continue
    topics = await asyncio.to_thread(_grouped, live, asked, decisions.values())
    wordings = {miss.question for topic in topics for miss in topic.misses}
    # By which a topic is known says most of it, so those come first.
    ordered = list(dict.fromkeys([*(topic.question for topic in topics), *sorted(wordings)]))
    verdicts = await verdicts_on(parts, live, ordered, patience_s)
    listed = tuple(_listed(topic, live, verdicts, before) for topic in topics)
    n_undecided = len(wordings - verdicts.keys())
    return Unanswered(listed, live, verdicts, unused_passages(live.content), n_undecided)


def _grouped(
    live: Snapshot, asked: Sequence[Asked], decisions: Iterable[Mapping[str, Any]]
) -> tuple[Topic, ...]:
    settled = [Settled(**{**d, "group": group_of(live, d["question"])}) for d in decisions]
    return group_misses(_misses(live, asked), settled, live.content)


def _listed(
    topic: Topic, live: Snapshot, verdicts: Mapping[str, WordingVerdict], before: Mapping[str, Content]
) -> ListedTopic:
    answered = frozenset(
        miss.question
        for miss in topic.misses
        if is_answered(verdicts.get(miss.question, _UNKNOWN), miss, live.content, before)
    )
    return ListedTopic(topic, _stage(topic, answered, live), answered)


def _misses(live: Snapshot, asked: Sequence[Asked]) -> list[Miss]:
    """Return a miss for every wording; its vote after an honest 没有收录 is not counted a second time."""
    by_question: dict[str, list[Asked]] = {}
    for one in asked:
        if is_in_vain(one):
            by_question.setdefault(one.question, []).append(one)
    misses = []
    for question, found in by_question.items():
        n = sum(one.n - one.n_again for one in found)
        down: dict[str, int] = {}
        for one in found:
            for answer, votes in one.down.items():
                down[answer] = down.get(answer, 0) + votes
        why = {one.outcome: one.n for one in found if one.n > 0}
        if n > 0:
            first, last = min(one.first_ms for one in found), max(one.last_ms for one in found)
            misses.append(Miss(question, group_of(live, question), n, first, last, why, down))
    return misses


def _stage(topic: Topic, answered: frozenset[str], live: Snapshot) -> str:
    if topic.state == "ignored":
        return "ignored"
    if all(miss.question in answered for miss in topic.misses):
        return "done"
    if topic.settled is None:
        return "new"
    entry = live.content.entries.get(topic.settled.entry_id)
    is_live = entry is not None and entry.status == "published"
    said = (entry.question, *entry.phrasings) if entry and is_live else ()
    if entry is None or not any(wording in said for wording in (topic.question, *topic.wordings)):
        return "drafted"
    return "gap" if entry.gap else "again"


def chosen(topic: Topic, only: Sequence[str]) -> tuple[Miss, ...]:
    """Return the wordings of a topic that `only` names, by id or word for word, the commonest first; all without any.

    Raises:
        Refused: a wording is not in the topic.
    """
    named = [_named(name, topic.misses) for name in only]
    if None in named:
        raise Refused(f"话题 {topic.id} 里没有问法 {only[named.index(None)]}：见 kb misses，写编号或原话")
    ordered = sorted(topic.misses, key=lambda m: (-m.n, m.first_ms, m.question))
    return tuple(miss for miss in ordered if not only or miss in named)


def _named(name: str, misses: Iterable[Miss]) -> Miss | None:
    return next((m for m in misses if m.id == name or plain(m.question) == plain(name)), None)


async def settle_topic(
    parts: Parts, topic: Topic, state: str, entry_id: str = "", only: Sequence[str] = ()
) -> None:
    """Keep what was decided about a topic, or about some of its wordings alone.

    Raises:
        Refused: a wording is not in the topic.
    """
    if not only:
        await _keep(parts, topic.id, topic.question, state, entry_id=entry_id)
    for miss in chosen(topic, only) if only else ():
        await _keep(parts, f"{miss.id}-alone", miss.question, state, entry_id=entry_id, alone=True)


async def move(parts: Parts, found: Unanswered, wording: str, to: str) -> None:
    """Put a wording into another topic; with "" as its target it becomes a topic of its own.

    Raises:
        Refused: there is no such wording, or no such topic.
    """
    miss = _named(wording, (miss for one in found.listed for miss in one.topic.misses))
    if miss is None:
        raise Refused(f"没有问法 {wording}：见 kb misses --all，写编号或原话")
    target = found.topic(to).id if to else ""
    await _keep(parts, f"{miss.id}-alone", miss.question, "new", alone=True, to=target)


async def reopen(parts: Parts, topic: Topic) -> None:
    """Make a topic, and every wording in it that was dealt with alone, new again."""
    await parts.tally.forget_decision(topic.id)
    for miss in topic.misses:
        await parts.tally.forget_decision(f"{miss.id}-alone")


async def _keep(parts: Parts, name: str, question: str, state: str, **more: Any) -> None:
    at_ms = int(time.time() * 1000)
    kept = {"question": question, "group": "", "state": state, "at_ms": at_ms, **more}
    await parts.tally.decide(name, kept)
