"""Questions without an answer → topics.

Two questions are one topic when their content words mostly agree; words that no published text has (公积金) say more
about a miss than words that all of them have (好网民). A person's name or a clause that differs keeps them apart.
Topics grow in the order of asking, so a topic keeps its id whatever is asked later.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.language.tables import empty_words
from knowledge.language.tidy import strip_punctuation
from knowledge.matching.query import read_query
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content

SAME = 0.45
"""How much of their weight the words of a question and a topic must share to be one."""
_KNOWN_WEIGHT = 0.5
# A name says whom a question is about, however long it is, and not what is asked.
_NAME_WEIGHT = 1.0
_ALIKE = 0.5
_MEASURES = frozenset({"多久", "几天", "几年", "几点", "多长", "长时间", "多长时间", "多少钱", "钱", "多大"})
_MAX_COMPARED = 12


@dataclass(frozen=True, slots=True)
class Miss:
    """A question in one wording: its content words with blanks between them, and how often and when it was asked.

    `why` counts what it came to (missed, rejected, useless); a vote against an answer that said 没有收录 is no further
    asking, so they may add up to more than `n`. `down` counts the votes against answers by "entry|release".
    """

    question: str
    group: str
    n: int
    first_ms: int
    last_ms: int
    why: Mapping[str, int] = field(default_factory=dict)
    down: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What the wording is named by: six hex digits."""
        return topic_id(self.question)

    @property
    def voted_down(self) -> frozenset[str]:
        """The entries that somebody said no to."""
        return frozenset(answer.partition("|")[0] for answer, n in self.down.items() if n > 0)


@dataclass(frozen=True, slots=True)
class Settled:
    """A topic that an editor dealt with: the wording it is known by, its words, its state, when, and the entry.

    One that is `alone` is that wording and no other; `to` is the topic that a single wording was moved to.
    """

    question: str
    group: str
    state: str
    at_ms: int
    entry_id: str = ""
    alone: bool = False
    to: str = ""


@dataclass(slots=True)
class Topic:
    """Misses that ask the same, known by the first of them; `words` are theirs, each with how many of them have it."""

    id: str
    question: str
    words: dict[str, int]
    settled: Settled | None = None
    misses: list[Miss] = field(default_factory=list)

    @property
    def state(self) -> str:
        """What became of it: new, done or ignored."""
        return self.settled.state if self.settled else "new"

    @property
    def n(self) -> int:
        """How often it was asked."""
        return sum(miss.n for miss in self.misses)

    @property
    def first_ms(self) -> int:
        """When it was first asked."""
        return min(miss.first_ms for miss in self.misses)

    @property
    def last_ms(self) -> int:
        """When it was last asked."""
        return max(miss.last_ms for miss in self.misses)

    @property
    def wordings(self) -> tuple[str, ...]:
        """How it was asked, the commonest wording first."""
        return tuple(
            miss.question for miss in sorted(self.misses, key=lambda m: (-m.n, m.first_ms, m.question))
        )


def group_of(snapshot: Snapshot, question: str) -> str:
    """Return the names, clauses and content words of a question as this knowledge reads them, blanks between them."""
    query = read_query(snapshot, question)
    return " ".join(sorted({*query.terms.entities, *query.terms.clauses, *query.words}))


def topic_id(question: str) -> str:
    """Return the id of the topic that `question` begins: six hex digits."""
    return hashlib.sha256(question.encode()).hexdigest()[:6]


def group_misses(misses: Iterable[Miss], settled: Sequence[Settled], content: Content) -> tuple[Topic, ...]:
    """Return the topics of `misses`, the most asked first; a settled topic takes in what is asked like it.

    Every miss is in just one topic, so the counts add up. A settled topic that nobody asked about is left out.
    """
    topics = _Topics(_Weights(content))
    single = {old.question: old for old in settled if old.alone}
    for old in sorted(settled, key=lambda s: (s.at_ms, s.question)):
        if not old.alone:
            topics.begin(old.question, old.group, old)
    ordered = sorted(misses, key=lambda m: (m.first_ms, m.question))
    for miss in ordered:
        if miss.question not in single:
            topics.take(miss)
    for miss in ordered:
        if miss.question in single:
            topics.place(miss, single[miss.question])
    asked = [topic for topic in topics.all if topic.misses]
    return tuple(sorted(asked, key=lambda topic: (-topic.n, topic.first_ms, topic.id)))


class _Topics:
    """The topics so far, and which of them hold a character."""

    def __init__(self, weigh: _Weights) -> None:
        self._weigh = weigh
        self.all: list[Topic] = []
        self._by_character: defaultdict[str, set[int]] = defaultdict(set)

    def begin(self, question: str, group: str, settled: Settled | None = None) -> int:
        """Add a topic; return its number."""
        self.all.append(Topic(topic_id(question), question, {}, settled))
        self._learn(len(self.all) - 1, content_words(question, group))
        return len(self.all) - 1

    def take(self, miss: Miss) -> None:
        """Put a miss into the topic it is most like, or into a new one."""
        words = content_words(miss.question, miss.group)
        near = ((self._weigh.likeness(words, self.all[i].words), -i) for i in self._candidates(words))
        likeness, number = max(near, default=(0.0, 0))
        if likeness >= SAME:
            self._learn(-number, words)
        else:
            number = -self.begin(miss.question, miss.group)
        self.all[-number].misses.append(miss)

    def place(self, miss: Miss, settled: Settled) -> None:
        """Put a miss where an editor put it: into another topic, or alone."""
        target = next((topic for topic in self.all if topic.id == settled.to), None)
        if target is None:
            target = Topic(miss.id, miss.question, {}, None if settled.state == "new" else settled)
            self.all.append(target)
        target.misses.append(miss)

    def _learn(self, number: int, words: Iterable[str]) -> None:
        topic = self.all[number]
        for word in words:
            topic.words[word] = topic.words.get(word, 0) + 1
            for character in word:
                self._by_character[character].add(number)

    def _candidates(self, words: Iterable[str]) -> list[int]:
        """Return the topics that share most characters: comparing with all of them would take minutes for thousands."""
        shared = Counter(number for c in set("".join(words)) for number in self._by_character.get(c, ()))
        return [
            number
            for number, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:_MAX_COMPARED]
        ]


def content_words(question: str, group: str) -> frozenset[str]:
    """Return the content words of a miss; a question without any is known by its pairs of characters."""
    words = frozenset(group.split()) - empty_words()
    # How long or how much is asked of many things: it says what is asked only where nothing else does.
    return words - _MEASURES or words or pairs_of(strip_punctuation(question) or question)


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text; of a single one, itself."""
    return frozenset(text[i : i + 2] for i in range(max(1, len(text) - 1)))


class _Weights:
    """How much a word says about what is missing, and how alike two sets of words are."""

    def __init__(self, content: Content) -> None:
        published = [entry for entry in content.entries.values() if entry.status == "published"]
        asked = (text for entry in published for text in (entry.question, *entry.phrasings))
        self._known = "\n".join([*asked, *(source.text for source in content.sources.values())])
        self._entries = ["\n".join((entry.question, *entry.phrasings)) for entry in published]
        self._people = {name for name, kind in content.lexicon.kinds.items() if kind == "person"}
        self._names = content.lexicon.kinds.keys()
        self._weights: dict[str, float] = {}

    def likeness(self, words: frozenset[str], topic: Mapping[str, int]) -> float:
        """Return 0..1: the mean of how much of the question is in the topic and of its leading words in the question."""
        most = max(topic.values())
        leading = frozenset(word for word, n in topic.items() if n * 2 >= most)
        if self._clash(words, leading):
            return 0.0
        return (self._share(words, topic) + self._share(leading, words)) / 2

    def _clash(self, words: frozenset[str], leading: frozenset[str]) -> bool:
        """Whether the two name different persons, or not the same numbers."""
        people = words & self._people, leading & self._people
        return (all(people) and people[0] != people[1]) or _numbers(words) != _numbers(leading)

    def _share(self, words: Iterable[str], others: Iterable[str]) -> float:
        weights = {word: self._weight(word) for word in words}
        found = sum(weight * max(_alike(word, other) for other in others) for word, weight in weights.items())
        return found / sum(weights.values())

    def _weight(self, word: str) -> float:
        if word not in self._weights:
            weight = len(word) * (_KNOWN_WEIGHT * self._rarity(word) if word in self._known else 1)
            self._weights[word] = _NAME_WEIGHT if word in self._names else weight
        return self._weights[word]

    def _rarity(self, word: str) -> float:
        """Return 1 for a word that no entry is asked by, less the more entries are: 网站 tells few questions apart."""
        n = sum(word in text for text in self._entries)
        return 1 - math.log(1 + n) / math.log(2 + len(self._entries))


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.replace(".", "").isdecimal()}


def _alike(word: str, other: str) -> float:
    if word == other:
        return 1.0
    common = len(set(word) & set(other)) / max(len(word), len(other))
    return common if common >= _ALIKE else 0.0
