"""Content → its snapshot: what takes long to work out, and whatever one that is like it has already read.

The draft is like the live release, and nothing is read twice that both have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.language.analyze import Analyzer, Terms
from knowledge.language.pinyin import count_characters, reader_of
from knowledge.language.segment import Segmenter
from knowledge.language.shapes import names_in
from knowledge.language.speech.danger import Alarms
from knowledge.language.speech.talk import Talk
from knowledge.language.speech.wordlist import PhraseSet
from knowledge.language.tables import places, surnames
from knowledge.language.tidy import plain, tidy
from knowledge.matching.index.examples import Examples
from knowledge.matching.index.full_names import names_of, short_names
from knowledge.matching.index.meaning import digest_of, texts_of
from knowledge.matching.index.profile import chunks
from knowledge.matching.index.quoted import published_entries, quoted_passages, quoting_entries
from knowledge.matching.index.repair import build_repairer
from knowledge.matching.index.sentences import Sentence, sentences_of
from knowledge.matching.index.table import Table
from knowledge.matching.index.table_building import build_table
from knowledge.matching.snapshot import Row, Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.sources.structure import leaves_of, structure_of

_SENTENCE = re.compile(r"[^。！？；\n]+")
_MIN_SENTENCE_CHARS = 4


@dataclass(frozen=True, slots=True)
class IndexData:
    """What of a snapshot takes long to work out and can be stored; see `prepare_index`.

    `vocabulary`, `leaves`, `targets` and `digests` are those of the snapshot, `unigrams` and `bigrams` those of its reader of pinyin.
    """

    rows: Sequence[Row]
    table: Table
    vocabulary: str
    leaves: tuple[str, ...]
    sentence_table: Table
    unigrams: Mapping[str, int]
    bigrams: Mapping[str, int]
    targets: str
    digests: bytes


def prepare_index(content: Content, like: Snapshot | None = None) -> IndexData:
    """Return the index data of every published entry of `content`, in the order of their ids; see `known_rows` for `like`."""
    analyzer, known = analyzer_of(content, like), known_rows(content, like)
    rows = [row for e in published_entries(content) for row in known.get(e.id) or _rows(e, analyzer)]
    texts = [plain(p.text) for p in content.passages.values()]
    written = [row.literal for row in rows if not row.quoted]
    names = [plain(a) for n, al in content.lexicon.aliases.items() for a in (n, *al)]
    # What is asked for and not there must be readable too: youxiang is 邮箱, not the nearest word that is known.
    asked = list(content.lexicon.facts + content.lexicon.unknown)
    unigrams, bigrams = count_characters(texts + written + names * 3 + asked * 2)
    sentences = sentences_of(content, structure_of(content))
    meant = texts_of(published_entries(content), sentences)
    return IndexData(
        rows,
        build_table([row.canonical for row in rows], [row.literal for row in rows]),
        "\n".join(texts + written + names),
        tuple(plain(p.text) for p in leaves_of(content.passages.values())),
        _table_of(sentences, analyzer),
        unigrams,
        bigrams,
        "\n".join(target for target, _ in meant),
        b"".join(digest_of(text) for _, text in meant),
    )


def _table_of(sentences: Sequence[Sentence], analyzer: Analyzer) -> Table:
    read = [
        [analyzer.analyze(part) for text in (s.context, s.says) for part in chunks(text)] for s in sentences
    ]
    return build_table(
        ["".join(terms.canonical for terms in parts) for parts in read],
        ["".join(terms.literal for terms in parts) for parts in read],
    )


def make_snapshot(
    content: Content, segmenter: Segmenter, data: IndexData, like: Snapshot | None = None
) -> Snapshot:
    """Return the snapshot of every published entry of `content`, whose index data is `data`; see `analyzer_of` for `like`."""
    structure = structure_of(content)
    sentences = {sentence.key: sentence for sentence in sentences_of(content, structure)}
    by_canonical: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(data.rows):
        if not row.quoted:
            by_canonical[row.canonical].append(number)
    analyzer = analyzer_of(content, like)
    talks_alike = like and like.analyzer is analyzer and like.content.intents == content.intents
    return Snapshot(
        content=content,
        structure=structure,
        rows=data.rows,
        canonical=[row.canonical for row in data.rows],
        table=data.table,
        entry_ids=frozenset(entry.id for entry in published_entries(content)),
        rows_by_canonical={text: tuple(numbers) for text, numbers in by_canonical.items()},
        first_of={row.entry_id: n for n, row in reversed(list(enumerate(data.rows)))},
        vocabulary=data.vocabulary,
        leaves=data.leaves,
        targets=data.targets,
        digests=data.digests,
        analyzer=analyzer,
        reader=reader_of(data.unigrams, data.bigrams),
        repairer=build_repairer(data.table, segmenter.knows),
        segmenter=segmenter,
        sentences=sentences,
        sentence_keys=tuple(sentences),
        sentence_table=data.sentence_table,
        quoted=quoted_passages(content, structure),
        quoting=quoting_entries(content),
        source_names={source.id: names_of(source, content) for source in content.sources.values()},
        unknown=PhraseSet(content.lexicon.unknown),
        people=PhraseSet(_people_in(content)),
        places=PhraseSet(places()),
        facts=PhraseSet(content.lexicon.facts),
        alarms=Alarms(content.care),
        talk=Talk(content.intents.values()),
        examples=like.examples if like and talks_alike else Examples(content.intents.values(), analyzer),
        newest=max((source.day for source in content.sources.values() if source.answers), default=""),
        short_names=tuple(short_names(content)),
    )


def _people_in(content: Content) -> Iterator[str]:
    """Yield the people whom sources name and the lexicon does not know: of those it knows, who is meant is asked by `entities`."""
    known = content.lexicon.kinds
    for source in content.sources.values():
        for part in chunks(source.text):
            yield from (name for name in names_in(tidy(part)) if name[0] in surnames() and name not in known)


def _rows(entry: Entry, analyzer: Analyzer) -> Iterator[Row]:
    for text in (entry.question, *entry.phrasings):
        yield _row(entry.id, text, analyzer.analyze(text), quoted=False)
    for text in (entry.lead, *(quote.text for quote in entry.quotes)):
        for sentence in _SENTENCE.findall(text):
            if len(sentence) >= _MIN_SENTENCE_CHARS:
                yield _row(entry.id, sentence, analyzer.analyze(sentence), quoted=True)


def _row(entry_id: str, text: str, terms: Terms, *, quoted: bool) -> Row:
    return Row(entry_id, text, terms.canonical, terms.literal, quoted, terms.entities, terms.clauses)


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
