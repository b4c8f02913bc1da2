"""The snapshot: an immutable knowledge base, ready to answer, and everything that it is searched by.

A row is one way to reach an entry: a question, a phrasing, or one sentence that it says (`quoted`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from knowledge.language.analyze import Analyzer, Terms
from knowledge.language.pinyin import PinyinReader
from knowledge.language.segment import Segmenter
from knowledge.language.speech.danger import Alarms
from knowledge.language.speech.talk import Talk
from knowledge.language.speech.wordlist import PhraseSet
from knowledge.matching.index.examples import Examples
from knowledge.matching.index.meaning import Meaning, Vectors, texts_of
from knowledge.matching.index.profile import Profile, profile_of, profile_of_sentence, sound_bigrams
from knowledge.matching.index.repair import Repairer
from knowledge.matching.index.sentences import Sentence, quotes_of
from knowledge.matching.index.table import Table
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.service import Intent
from knowledge.model.sources import Quote
from knowledge.sources.structure import Structure

_T = TypeVar("_T")
_WORDS_KEPT = 4096
_TARGETS_KEPT = 4096
WHOLE = "@"
"""What stands behind the id of a passage that is sent whole, in place of a sentence's number."""


class Row(NamedTuple):
    """One way to reach an entry, as written and as read, with the names and the clauses in it."""

    entry_id: str
    text: str
    canonical: str
    literal: str
    quoted: bool
    entities: tuple[str, ...]
    clauses: tuple[str, ...]


class Word(NamedTuple):
    """A content word of a question as it is written, with what judging asks of it whatever may answer.

    `folded` is the word that stands for all that mean the same. `heard` are its sounds in pairs, () for a word of the language:
    电话 is no 店话, though 网明 may be 网民. `weight` is how much it counts, by its length, a single character (丢, 街) as much as two;
    `lack` how much of that is lost where it is missing; `is_written` says whether it stands in anything that is written.
    """

    text: str
    folded: str
    heard: tuple[str, ...]
    weight: int
    lack: float
    is_written: bool


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """An immutable knowledge base, ready to answer; a release replaces it whole. See `making`.

    `intents` is what the last few messages were read as, for each skill asks; `decisions` the `Decision` on each of the last questions. `source_names` are the names of each document, longest first, without punctuation; `unknown`, `people`, `places` and `facts` what guards look for
    in a question, `newest` is the day of the newest document that answers, `short_names` are full names with what is read for
    them. `first_of` is the number of the first row of an entry, its question; its phrasings follow. Targets are what may answer: entries by id, sentences of sources by key; `sentence_keys` are the rows of
    `sentence_table`. `leaves` are the texts of the innermost passages, `vocabulary` is all that is written, a line each, both without
    punctuation. `targets` are those of its `texts`, a line each, and `digests` what their vectors are kept by. `quoted` are the passages of whose words an entry quotes some, `quoting` the entries that do and say something, by the very passage.
    """

    content: Content
    structure: Structure
    rows: Sequence[Row]
    canonical: Sequence[str]
    table: Table
    entry_ids: frozenset[str]
    rows_by_canonical: Mapping[str, tuple[int, ...]]
    first_of: Mapping[str, int]
    vocabulary: str
    leaves: tuple[str, ...]
    targets: str
    digests: bytes
    analyzer: Analyzer
    reader: PinyinReader
    repairer: Repairer
    segmenter: Segmenter
    sentences: Mapping[str, Sentence]
    sentence_keys: Sequence[str]
    sentence_table: Table
    quoted: frozenset[str]
    quoting: Mapping[str, tuple[Entry, ...]]
    source_names: Mapping[str, tuple[str, ...]]
    unknown: PhraseSet
    people: PhraseSet
    places: PhraseSet
    facts: PhraseSet
    alarms: Alarms
    talk: Talk
    examples: Examples
    newest: str
    short_names: tuple[tuple[str, str], ...]
    meaning: Meaning | None = None
    intents: dict[tuple[str, bool], Intent | None] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)
    _words: dict[str, Word] = field(default_factory=dict)
    _terms: dict[str, Terms] = field(default_factory=dict)
    _profiles: dict[str, Profile] = field(default_factory=dict)
    _quotes: dict[str, tuple[Quote, ...]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The release this snapshot is."""
        return self.content.version

    def __repr__(self) -> str:
        # asyncio.run puts what its coroutine returned into words when it ends, and drops them: all of it took .1 s.
        return f"Snapshot({self.version!r})"

    def texts(self) -> list[tuple[str, str]]:
        """Return the targets whose meaning can be asked, with the texts that stand for them."""
        entries = (self.content.entries[entry_id] for entry_id in sorted(self.entry_ids))
        return texts_of(entries, self.sentences.values())

    def with_meaning(self, encode: Callable[[str], Vectors | None], vectors: Vectors) -> Snapshot:
        """Return the snapshot with a vector for each of its `texts`, in their order."""
        meaning = Meaning(encode, tuple(self.targets.splitlines()), vectors)
        return replace(self, meaning=meaning, decisions={}, intents={})

    def for_texts(self, *texts: str) -> Snapshot:
        """Return the snapshot for whoever asks it these texts and no others: of most sayings nothing is made ready."""
        # A text that is talk may be read on as the command that it stands for.
        read = (*texts, *(intent.say for intent in self.content.intents.values()))
        return replace(
            self,
            alarms=Alarms(self.content.care, read),
            talk=Talk(self.content.intents.values(), read),
            intents={},
        )

    def is_written(self, words: str) -> bool:
        """Return whether words, without punctuation, stand in anything that is written.

        That a pair of their characters stands nowhere tells it without a look at all of it.
        """
        pairs = self.reader.bigrams
        return all(a + b in pairs for a, b in pairwise(words)) and words in self.vocabulary

    def word(self, text: str) -> Word:
        """Return what judging asks of a content word; kept for some thousands of words."""
        word = self._words.get(text)
        if word is None:
            if len(self._words) >= _WORDS_KEPT:
                self._words.clear()
            word = self._words[text] = self._read_word(text)
        return word

    def _read_word(self, text: str) -> Word:
        heard = () if self.segmenter.knows(text) else tuple(sound_bigrams(text))
        weight = max(2, len(text))
        is_written = self.is_written(text)
        lack = weight * (0.6 if is_written else 1.0)
        return Word(text, self.analyzer.fold(text), heard, weight, lack, is_written)

    def terms(self, written: str) -> Terms:
        """Return the terms of a row, a sentence or a quote of this release; kept for some thousands."""
        terms = self._terms.get(written)
        return terms or _kept(self._terms, written, self.analyzer.analyze(written))

    def profile(self, target: str) -> Profile:
        """Return the profile of an entry or a sentence; put together when it is needed, and kept for some thousands."""
        profile = self._profiles.get(target)
        return profile or _kept(self._profiles, target, self._profile_of(target))

    def quotes(self, target: str) -> tuple[Quote, ...]:
        """Return the words that are sent for a target; () when this release has it not, or not any more."""
        quotes = self._quotes.get(target)
        return _kept(self._quotes, target, self._quotes_of(target)) if quotes is None else quotes

    def _quotes_of(self, target: str) -> tuple[Quote, ...]:
        entry, sentence = self.content.entries.get(target), self.sentences.get(target)
        if entry:
            return entry.quotes
        if sentence:
            return quotes_of(self.content, self.structure, sentence)
        passage = self.content.passages.get(target.removesuffix(WHOLE)) if target.endswith(WHOLE) else None
        return (Quote(passage.id, passage.text),) if passage else ()

    def _ways_of(self, entry: Entry) -> list[Terms]:
        """Return the terms of the question and the phrasings of an entry, which were read for its rows."""
        first = self.first_of[entry.id]
        rows = self.rows[first : first + 1 + len(entry.phrasings)]
        return [Terms(row.literal, row.canonical, row.entities, row.clauses, ()) for row in rows]

    def _profile_of(self, target: str) -> Profile:
        entry, sentence = self.content.entries.get(target), self.sentences.get(target)
        if entry:
            return profile_of(entry, self.content, self.analyzer, self._ways_of(entry))
        if sentence is None:
            passage = self.content.passages[target.removesuffix(WHOLE)]
            whole = (passage.start, passage.end, passage.text)
            sentence = Sentence(passage.id, 0, *whole, "", passage.heading, passage.id)
            return profile_of_sentence(sentence, self.quotes(target), self.content, self.analyzer)
        answering = quotes_of(self.content, self.structure, sentence, inner=True)
        return profile_of_sentence(sentence, answering, self.content, self.analyzer)


def _kept(kept: dict[str, _T], name: str, value: _T) -> _T:
    """Keep a value for whoever asks next; of a large base only so many, for all of them take more room than the base."""
    if len(kept) >= _TARGETS_KEPT:
        kept.clear()
    kept[name] = value
    return value
