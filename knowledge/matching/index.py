"""Everything an index holds: the rows that lead to entries, their table, and what each entry is made of.

A row is one way to reach an entry: a question, a phrasing, or one sentence that it says (`quoted`).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from knowledge.language.analyze import Analyzer, Terms, strip_punctuation, tidy
from knowledge.language.pinyin import PinyinReader, count_characters, reader_of
from knowledge.language.segment import Segmenter
from knowledge.matching.profile import Material, material_of
from knowledge.matching.repair import Repairer, build_repairer
from knowledge.matching.table import Table, build_table
from knowledge.model import Content, Entry, Passage

_SENTENCE = re.compile(r"[^。！？；\n]+")
_MIN_SENTENCE_CHARS = 4


class Row(NamedTuple):
    """One way to reach an entry, as written and as read."""

    entry_id: str
    text: str
    canonical: str
    literal: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Index:
    """What a release is searched by; see `build_index`."""

    content: Content
    rows: Sequence[Row]
    canonical: Sequence[str]
    table: Table
    entry_ids: frozenset[str]
    rows_by_canonical: Mapping[str, tuple[int, ...]]
    vocabulary: str
    leaves: tuple[str, ...]
    analyzer: Analyzer
    reader: PinyinReader
    repairer: Repairer
    segmenter: Segmenter
    _materials: dict[str, Material] = field(default_factory=dict)

    def material(self, entry_id: str) -> Material:
        """Return the material of an entry; put together when it is first needed."""
        if entry_id not in self._materials:
            self._materials[entry_id] = material_of(
                self.content.entries[entry_id], self.content, self.analyzer
            )
        return self._materials[entry_id]


@dataclass(frozen=True, slots=True)
class Groundwork:
    """What of an index takes long to work out and can be stored; see `lay_groundwork`.

    `vocabulary` and `leaves` are those of the index, `unigrams` and `bigrams` those of its reader of pinyin.
    """

    rows: Sequence[Row]
    table: Table
    vocabulary: str
    leaves: tuple[str, ...]
    unigrams: Mapping[str, int]
    bigrams: Mapping[str, int]


def lay_groundwork(content: Content) -> Groundwork:
    """Return the groundwork of every published entry of `content`, in the order of their ids."""
    analyzer = Analyzer(content.lexicon)
    rows = [row for entry in _published(content) for row in _rows(entry, analyzer)]
    texts = [strip_punctuation(tidy(p.text)) for p in content.passages.values()]
    written = [row.literal for row in rows if not row.quoted]
    names = [strip_punctuation(tidy(a)) for n, al in content.lexicon.aliases.items() for a in (n, *al)]
    # What is asked for and not there must be readable too: youxiang is 邮箱, not the nearest word that is known.
    asked = list(content.lexicon.facts + content.lexicon.unknown)
    unigrams, bigrams = count_characters(texts + written + names * 3 + asked * 2)
    return Groundwork(
        rows,
        build_table([row.canonical for row in rows], [row.literal for row in rows]),
        "\n".join(texts + written + names),
        tuple(strip_punctuation(tidy(p.text)) for p in leaves_of(content.passages.values())),
        unigrams,
        bigrams,
    )


def build_index(content: Content, segmenter: Segmenter, ground: Groundwork) -> Index:
    """Return the index of every published entry of `content`, whose groundwork is `ground`."""
    by_canonical: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(ground.rows):
        if not row.quoted:
            by_canonical[row.canonical].append(number)
    return Index(
        content=content,
        rows=ground.rows,
        canonical=[row.canonical for row in ground.rows],
        table=ground.table,
        entry_ids=frozenset(entry.id for entry in _published(content)),
        rows_by_canonical={text: tuple(numbers) for text, numbers in by_canonical.items()},
        vocabulary=ground.vocabulary,
        leaves=ground.leaves,
        analyzer=Analyzer(content.lexicon),
        reader=reader_of(ground.unigrams, ground.bigrams),
        repairer=build_repairer(ground.table, segmenter.knows),
        segmenter=segmenter,
    )


def _published(content: Content) -> list[Entry]:
    return [entry for _, entry in sorted(content.entries.items()) if entry.status == "published"]


def leaves_of(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages that no other one lies inside, by place; of two with the same bounds neither is one."""
    ordered = sorted(passages, key=lambda p: (p.source_id, p.start, -p.end))
    n_alike = Counter((p.source_id, p.start, p.end) for p in ordered)
    leaves: list[Passage] = []
    first_end: dict[str, float] = {}
    # From the back: what lies inside a passage begins no earlier, and so was seen before it.
    for passage in reversed(ordered):
        nearest = first_end.get(passage.source_id, math.inf)
        if nearest > passage.end and n_alike[passage.source_id, passage.start, passage.end] == 1:
            leaves.append(passage)
        first_end[passage.source_id] = min(nearest, passage.end)
    return leaves[::-1]


def _rows(entry: Entry, analyzer: Analyzer) -> Iterator[Row]:
    for text in (entry.question, *entry.phrasings):
        yield _row(entry.id, text, analyzer.analyze(text), quoted=False)
    for text in (entry.lead, *(quote.text for quote in entry.quotes)):
        for sentence in _SENTENCE.findall(text):
            if len(sentence) >= _MIN_SENTENCE_CHARS:
                yield _row(entry.id, sentence, analyzer.analyze(sentence), quoted=True)


def _row(entry_id: str, text: str, terms: Terms, *, quoted: bool) -> Row:
    return Row(entry_id, text, terms.canonical, terms.literal, quoted)
