"""The inverted index: which phrasings share characters, character pairs or sounds with a question.

A row is one way to ask (a question, a phrasing) or one sentence that an entry quotes. All weights are
computed when the index is built; a query only adds up.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.analyze import Analyzer, Terms, strip_punctuation, tidy
from knowledge.model import Content, Entry
from knowledge.pinyin import PinyinReader, build_reader, fuzzy_syllable
from knowledge.segment import Segmenter
from knowledge.tables import syllable_by_character

_SENTENCE = re.compile(r"[^。！？；\n]+")
_MIN_SENTENCE_CHARS = 4
# How much each channel counts when candidates are gathered (measured on public question sets).
_CHANNEL_WEIGHTS = {"c": 0.6, "b": 1.0, "p": 0.5}


@dataclass(frozen=True, slots=True)
class Text:
    """One analysed text in the forms that scoring compares, each computed once."""

    string: str
    characters: frozenset[str]
    sounds: tuple[str, ...]
    sound_set: frozenset[str]
    grams: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One way to reach an entry: a question or phrasing, or a quoted sentence (`quoted`)."""

    entry_id: str
    text: str
    terms: Terms
    canonical: Text
    literal: Text
    quoted: bool


@dataclass(frozen=True, slots=True)
class Material:
    """Everything one entry says or is asked by, for judging what of a question it leaves untouched."""

    text: str
    canonical: str
    grams: frozenset[str]
    sounds: frozenset[str]
    entities: frozenset[str]
    clauses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Index:
    """Rows with their postings; `idf` is per entry, so a name repeated in ten phrasings stays rare."""

    rows: tuple[Row, ...]
    postings: Mapping[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]]
    idf: Mapping[str, float]
    unknown_idf: float
    materials: Mapping[str, Material]
    rows_by_canonical: Mapping[str, tuple[int, ...]]
    vocabulary: str
    analyzer: Analyzer
    reader: PinyinReader
    segmenter: Segmenter


def bigrams(text: str) -> list[str]:
    """Return the character pairs of `text` with a sign for its beginning and end; "" gives [].

    >>> bigrams("上网")
    ['^上', '上网', '网$']
    """
    framed = f"^{text}$"
    return [framed[i : i + 2] for i in range(len(framed) - 1)] if text else []


def sounds(text: str) -> list[str]:
    """Return the fuzzy syllable of each character of `text`, the character itself where it has none."""
    syllables = syllable_by_character()
    return [fuzzy_syllable(syllables[c]) if c in syllables else c for c in text]


def sound_bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring sounds of `text`; fewer than two characters give []."""
    heard = sounds(text)
    return [f"{a} {b}" for a, b in itertools.pairwise(heard)]


def text_of(string: str) -> Text:
    """Return `string` in all its forms; "" gives empty ones."""
    heard = sound_bigrams(string)
    return Text(string, frozenset(string), tuple(heard), frozenset(heard), Counter(bigrams(string)))


def tokens(terms: Terms) -> Iterator[tuple[str, float]]:
    """Yield the index tokens of a text with their channel weights; repeated tokens come repeatedly."""
    for channel, grams in (
        ("c", list(terms.canonical)),
        ("b", bigrams(terms.canonical)),
        ("p", sound_bigrams(terms.canonical)),
    ):
        for gram in grams:
            yield channel + gram, _CHANNEL_WEIGHTS[channel]


def build_index(content: Content, segmenter: Segmenter) -> Index:
    """Return the index of every published entry of `content`, in the order of their ids."""
    analyzer = Analyzer(content.lexicon)
    published = [entry for _, entry in sorted(content.entries.items()) if entry.status == "published"]
    rows = tuple(row for entry in published for row in _rows(entry, analyzer))
    idf, unknown_idf = _inverse_document_frequencies(rows)
    by_canonical: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if not row.quoted:
            by_canonical[row.terms.canonical].append(number)
    texts = [strip_punctuation(tidy(p.text)) for p in content.passages.values()]
    written = [row.terms.literal for row in rows if not row.quoted]
    names = [strip_punctuation(tidy(a)) for n, al in content.lexicon.aliases.items() for a in (n, *al)]
    return Index(
        rows=rows,
        postings=_postings(rows, idf),
        idf=idf,
        unknown_idf=unknown_idf,
        materials={entry.id: _material(entry, content, analyzer) for entry in published},
        rows_by_canonical={text: tuple(numbers) for text, numbers in by_canonical.items()},
        vocabulary="\n".join(texts + written + names),
        analyzer=analyzer,
        reader=build_reader(texts + written + names * 3),
        segmenter=segmenter,
    )


def _rows(entry: Entry, analyzer: Analyzer) -> Iterator[Row]:
    for text in (entry.question, *entry.phrasings):
        yield _row(entry.id, text, analyzer.analyze(text), quoted=False)
    for text in (entry.lead, *(quote.text for quote in entry.quotes)):
        for sentence in _SENTENCE.findall(text):
            if len(sentence) >= _MIN_SENTENCE_CHARS:
                yield _row(entry.id, sentence, analyzer.analyze(sentence), quoted=True)


def _row(entry_id: str, text: str, terms: Terms, *, quoted: bool) -> Row:
    return Row(entry_id, text, terms, text_of(terms.canonical), text_of(terms.literal), quoted)


def _material(entry: Entry, content: Content, analyzer: Analyzer) -> Material:
    texts = [entry.question, *entry.phrasings, entry.lead, *(quote.text for quote in entry.quotes)]
    analysed = [analyzer.analyze(text) for text in texts if text]
    literal = "\n".join(strip_punctuation(tidy(text)) for text in texts)
    entities = {name for terms in analysed for name in terms.entities}
    entities |= {name for values in entry.about.values() for value in values for name in (value,)}
    for quote in entry.quotes:
        passage = content.passages[quote.passage_id]
        speaker = content.sources[passage.source_id].speakers.get(passage.speaker)
        if speaker:
            entities |= set(analyzer.analyze(speaker.name + "，" + speaker.organisation).entities)
        entities |= set(analyzer.analyze(content.sources[passage.source_id].title).entities)
    clauses = {clause for terms in analysed for clause in terms.clauses} | set(entry.about.get("article", ()))
    grams = {g for terms in analysed for g in (*terms.canonical, *bigrams(terms.canonical))}
    grams |= {g for g in (*literal, *bigrams(literal)) if "\n" not in g}
    heard = {g for terms in analysed for g in sound_bigrams(terms.canonical)}
    canonical = "\n".join(terms.canonical for terms in analysed)
    return Material(
        literal, canonical, frozenset(grams), frozenset(heard), frozenset(entities), frozenset(clauses)
    )


def _inverse_document_frequencies(rows: Iterable[Row]) -> tuple[dict[str, float], float]:
    entries_by_gram: defaultdict[str, set[str]] = defaultdict(set)
    entries: set[str] = set()
    for row in rows:
        entries.add(row.entry_id)
        for text in (row.terms.canonical, row.terms.literal):
            for gram in (*text, *bigrams(text), *sound_bigrams(text)):
                entries_by_gram[gram].add(row.entry_id)
    n = max(1, len(entries))
    return {gram: math.log(1 + n / len(found)) for gram, found in entries_by_gram.items()}, math.log(1 + n)


def _postings(
    rows: tuple[Row, ...], idf: Mapping[str, float]
) -> dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    weights: defaultdict[str, list[float]] = defaultdict(list)
    for number, row in enumerate(rows):
        counted = Counter(tokens(row.terms))
        norms: defaultdict[str, float] = defaultdict(float)
        vector = {}
        for (token, share), count in counted.items():
            value = (1 + math.log(count)) * idf.get(token[1:], 0.0)
            vector[token] = (value, share)
            norms[token[0]] += value * value
        for token, (value, share) in vector.items():
            numbers[token].append(number)
            weights[token].append(share * value / math.sqrt(norms[token[0]] or 1.0))
    return {
        token: (np.array(found, dtype=np.int32), np.array(weights[token], dtype=np.float32))
        for token, found in numbers.items()
    }
