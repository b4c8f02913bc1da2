"""Candidates and their scores: which entries may answer a question, and by how much.

Two stages: the inverted index gathers rows that share something rare with the question; a small linear
model over named features scores the best of them. Every score can be explained by its features.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from knowledge.analyze import Terms, tidy
from knowledge.index import Index, Material, Row, Text, sound_bigrams, text_of, tokens
from knowledge.model import Hit, Reason
from knowledge.tables import empty_words

_NAMES = re.compile(r"[\ue000-\uf8ff]")
N_CANDIDATES = 60
LONG_CHARS = 32
"""A longer question is also searched stretch by stretch."""
STRETCH_CHARS = 20
STRETCH_STEP = 8
STRETCH_COST = 1.2
"""Log odds that a win by one stretch of a long question costs."""
_HEARD = 0.75
"""Credit of a character that only sounds like the one it stands for, next to another that does too."""

# Global weights of one logistic model, for the order of the hits and for their confidence alike. They were
# chosen on held-out phrasings (`python -m bench.weights`), where a second vector for the order gained nothing.
WEIGHTS: Mapping[str, float] = {
    "query_canonical": 1.35,
    "row_canonical": 1.55,
    "query_literal": 1.42,
    "row_literal": 0.8,
    "ratio": 0.6,
    "bigrams": 1.0,
    "length": -0.37,
    "material": 2.0,
    "entity": 1.2,
    "quoted": -0.4,
    "strange": -3.6,
    "named": 1.5,
}
BIAS = -2.1


@dataclass(frozen=True, slots=True)
class Query:
    """An analysed question with the words in it that carry content."""

    text: str
    terms: Terms
    canonical: Text
    literal: Text
    words: tuple[str, ...]


def read_query(index: Index, text: str) -> Query:
    """Return the question as the index sees it: tidied, pinyin read, analysed, its content words found."""
    return _query_of(index, index.reader.read(tidy(text)))


def _query_of(index: Index, read: str) -> Query:
    terms = index.analyzer.analyze(read)
    cut = index.segmenter.cut(_NAMES.sub(" ", terms.canonical))
    words = tuple(word for word in dict.fromkeys(cut) if word.strip() and word not in empty_words())
    return Query(read, terms, text_of(terms.canonical), text_of(terms.literal), words)


def search(index: Index, query: Query, n: int = 8) -> tuple[Hit, ...]:
    """Return at most `n` entries that may answer `query`, best first, each with its reasons.

    Long, unpunctuated speech tells a story around the question: its stretches are searched too, and an
    entry may win by the stretch that asks for it. Ties are broken by entry id, so equal questions get
    equal results on every worker. A question without any known character gives ().
    """
    best = _best_rows(index, query)
    for stretch in _stretches(index, query):
        for entry_id, (logit, row, features) in _best_rows(index, stretch).items():
            if entry_id not in best or logit - STRETCH_COST > best[entry_id][0]:
                best[entry_id] = (logit - STRETCH_COST, row, {**features, "stretch": 1.0})
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:n]
    return tuple(_hit(entry_id, *found) for entry_id, found in ranked)


def _best_rows(index: Index, query: Query) -> dict[str, tuple[float, Row, dict[str, float]]]:
    best: dict[str, tuple[float, Row, dict[str, float]]] = {}
    for row in gather(index, query):
        features = features_of(index, query, row)
        logit = BIAS + sum(WEIGHTS[name] * value for name, value in features.items())
        held = best.get(row.entry_id)
        if held is None or logit > held[0]:
            best[row.entry_id] = (logit, row, features)
    return best


def _stretches(index: Index, query: Query) -> Iterator[Query]:
    if len(query.text) > LONG_CHARS:
        for start in range(0, len(query.text) - STRETCH_CHARS + STRETCH_STEP, STRETCH_STEP):
            yield _query_of(index, query.text[start : start + STRETCH_CHARS])


def gather(index: Index, query: Query) -> list[Row]:
    """Return at most `N_CANDIDATES` rows that share the most with `query`, best first."""
    scores = np.zeros(len(index.rows), dtype=np.float32)
    counted = Counter(tokens(query.terms))
    norms: defaultdict[str, float] = defaultdict(float)
    values = {}
    for (token, _), count in counted.items():
        value = (1 + math.log(count)) * index.idf.get(token[1:], index.unknown_idf)
        values[token] = value
        norms[token[0]] += value * value
    for token, value in values.items():
        if token in index.postings:
            numbers, weights = index.postings[token]
            scores[numbers] += weights * np.float32(value / math.sqrt(norms[token[0]]))
    if not scores.size:
        return []
    top = np.argsort(-scores, kind="stable")[:N_CANDIDATES]
    return [index.rows[number] for number in top if scores[number] > 0]


def features_of(index: Index, query: Query, row: Row) -> dict[str, float]:
    """Return the features of a row as an answer to `query`, one for each of `WEIGHTS`.

    Shares are 0..1; "entity" is -1..1; "length" is the difference in tens of characters.
    """
    material = index.materials[row.entry_id]
    strange = _strangeness(index, query, material)
    return {
        "query_canonical": _coverage(index, query.canonical, row.canonical),
        "row_canonical": _coverage(index, row.canonical, query.canonical),
        "query_literal": _coverage(index, query.literal, row.literal),
        "row_literal": _coverage(index, row.literal, query.literal),
        "ratio": fuzz.ratio(query.canonical.string, row.canonical.string) / 100,
        "bigrams": _bigram_cosine(index, query.literal, row.literal),
        "length": abs(len(query.canonical.string) - len(row.canonical.string)) / 10,
        "material": _material_coverage(index, query.canonical, material),
        # A name is evidence as far as the rest is understood: 周键的邮箱 names him and asks what nobody said.
        "entity": _entity_agreement(query, material) * (1 - strange),
        "named": -strange * bool(query.terms.entities),
        "quoted": float(row.quoted),
        "strange": strange * _content_share(query),
    }


def _coverage(index: Index, part: Text, whole: Text) -> float:
    """Return the idf share of the characters of `part` that `whole` has, or that sound as in it."""
    if not part.string:
        return 0.0
    pairs, heard = part.sounds, whole.sound_set
    total = matched = 0.0
    for i, character in enumerate(part.string):
        weight = index.idf.get(character, index.unknown_idf)
        total += weight
        if character in whole.characters:
            matched += weight
        elif (i and pairs[i - 1] in heard) or (i < len(pairs) and pairs[i] in heard):
            matched += _HEARD * weight
    return matched / total


def _bigram_cosine(index: Index, a: Text, b: Text) -> float:
    if not a.grams or not b.grams:
        return 0.0
    u, v = _weigh(index, a.grams), _weigh(index, b.grams)
    dot = sum(value * v[gram] for gram, value in u.items() if gram in v)
    return dot / math.sqrt(sum(x * x for x in u.values()) * sum(x * x for x in v.values()))


def _weigh(index: Index, grams: Mapping[str, int]) -> dict[str, float]:
    return {gram: (1 + math.log(n)) * index.idf.get(gram, index.unknown_idf) for gram, n in grams.items()}


def _material_coverage(index: Index, asked: Text, material: Material) -> float:
    total = matched = 0.0
    for i, heard in enumerate(asked.sounds):
        gram = asked.string[i : i + 2]
        weight = index.idf.get(gram, index.unknown_idf)
        total += weight
        if gram in material.grams:
            matched += weight
        elif heard in material.sounds:
            matched += _HEARD * weight
    return matched / total if total else float(asked.string in material.grams)


def _entity_agreement(query: Query, material: Material) -> float:
    """Return 1 when every name of the question is the entry's, -1 when none is, 0 without names."""
    if not query.terms.entities:
        return 0.0
    agreed = sum(name in material.entities for name in query.terms.entities)
    return 2 * agreed / len(query.terms.entities) - 1


def _strangeness(index: Index, query: Query, material: Material) -> float:
    """Return how many of the question's content words (0..1) the entry, or the whole knowledge, lacks."""
    strange = strange_words(query, material)
    return sum(1.0 if word not in index.vocabulary else 0.6 for word in strange) / (len(query.words) or 1)


def strange_words(query: Query, material: Material) -> tuple[str, ...]:
    """Return the content words of the question that an entry neither has nor has anything that sounds like."""
    return tuple(word for word in query.words if not _is_familiar(word, material))


def _is_familiar(word: str, material: Material) -> bool:
    if word in material.text or word in material.canonical:
        return True
    heard = sound_bigrams(word)
    return bool(heard) and all(pair in material.sounds for pair in heard)


def _content_share(query: Query) -> float:
    """Return how much of the question, names aside, is content words."""
    return sum(map(len, query.words)) / (len(_NAMES.sub("", query.terms.canonical)) or 1)


def _hit(entry_id: str, logit: float, row: Row, features: Mapping[str, float]) -> Hit:
    reasons = tuple(
        Reason(name, round(v, 4), round(WEIGHTS.get(name, -STRETCH_COST) * v, 4))
        for name, v in features.items()
    )
    return Hit(entry_id, 1 / (1 + math.exp(-logit)), row.text, reasons)
