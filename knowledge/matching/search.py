"""Candidates and their scores: which entries may answer a question, and by how much.

Three steps, each a linear model over named features whose shares can be shown: the table gathers rows and
measures what they share with the question (`nearest`), their order and their likeness follow from that; then
the best entries are judged by what the question is about: names, content words, all that the entry says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from knowledge.matching.decision import Hit, Reason
from knowledge.matching.profile import EntryProfile, sound_bigrams
from knowledge.matching.query import NAME_SIGNS, Query, query_of
from knowledge.matching.snapshot import Row, Snapshot
from knowledge.matching.table import FEATURES, Array, Table

N_CANDIDATES = 40
N_JUDGED = 12
N_SUPPORT = 10
"""Among this many nearest rows an entry's share is its support."""
LONG_CHARS = 32
"""A longer question is also searched stretch by stretch."""
STRETCH_CHARS = 20
STRETCH_STEP = 8
STRETCH_COST = 0.3
"""Log odds that a win by one stretch of a long question costs."""
_HEARD = 0.75

ROW_FEATURES = (*FEATURES, "length")
# A handful of global weights (`python -m bench.weights` fits them again): the order of rows and how sure one can be
# of one from public question sets, the judgement of entries from labelled sample questions. "quoted" was fitted
# higher (.9); a lead sentence that names a speaker then beat the entry on the speaker, so it was lowered by hand.
ORDER = dict(zip(ROW_FEATURES, (2.95, 1.76, 1.36, 0.16, 3.45, 1.69, 1.92, -0.19, -1.09), strict=True))
LIKENESS = dict(zip(ROW_FEATURES, (1.27, 1.18, 0.52, 0.42, 1.42, 1.28, 0.77, 0.61, -0.41), strict=True))
LIKENESS_BIAS = -5.87
JUDGEMENT: Mapping[str, float] = {
    "likeness": 0.66,
    "material": 2.7,
    "entity": 0.7,
    "quoted": 0.2,
    "strange": -1.6,
    "focus": -1.0,
    "support": 2.3,
}
BIAS = 1.45
_ORDER = np.array(list(ORDER.values()), np.float32)
_LIKENESS = np.array(list(LIKENESS.values()), np.float32)


def nearest(
    table: Table, rows: Sequence[str], canonical: str, literal: str, n: int = N_CANDIDATES
) -> tuple[Array, Array, Array]:
    """Return ids, likenesses (log odds) and `ROW_FEATURES` of at most `n` rows, best first.

    `rows` are the canonical texts of the table's rows. Ties go to the lower id.
    """
    ids, shares = table.search(canonical, literal, n)
    features = np.empty((len(ids), len(ROW_FEATURES)), np.float32)
    features[:, :-1] = shares
    features[:, -1] = [abs(len(rows[i]) - len(canonical)) / 10 for i in ids.tolist()]
    order = np.lexsort((ids, -(features @ _ORDER)))
    return ids[order], (features @ _LIKENESS)[order] + LIKENESS_BIAS, features[order]


def search(snapshot: Snapshot, query: Query, n: int = 8) -> tuple[Hit, ...]:
    """Return at most `n` entries that may answer `query`, best first, each with its reasons.

    Long, unpunctuated speech tells a story around the question: its stretches are searched too, and an
    entry may win by the stretch that asks for it. Ties are broken by entry id, so equal questions get
    equal results on every worker. A question without any known character gives ().
    """
    best = _judge(snapshot, query)
    for stretch in _stretches(snapshot, query):
        for entry_id, (logit, row, features) in _judge(snapshot, stretch).items():
            if entry_id not in best or logit - STRETCH_COST > best[entry_id][0]:
                best[entry_id] = (logit - STRETCH_COST, row, {**features, "stretch": 1.0})
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:n]
    return tuple(_hit(entry_id, *found) for entry_id, found in ranked)


def _stretches(snapshot: Snapshot, query: Query) -> Iterator[Query]:
    if len(query.text) > LONG_CHARS:
        for start in range(0, len(query.text) - STRETCH_CHARS + STRETCH_STEP, STRETCH_STEP):
            yield query_of(snapshot, query.text[start : start + STRETCH_CHARS])


_Judged = dict[str, tuple[float, Row, dict[str, float]]]


def _judge(snapshot: Snapshot, query: Query) -> _Judged:
    """Return the nearest entries by id, each with its log odds, the row that led to it, and its features."""
    judged: _Judged = {}
    pairs = Pairs(snapshot, query)
    ids, likeness, _ = nearest(snapshot.table, snapshot.canonical, query.terms.canonical, query.terms.literal)
    leading = Counter(snapshot.rows[i].entry_id for i in ids[:N_SUPPORT])
    for i, like in zip(ids, likeness, strict=True):
        row = snapshot.rows[i]
        if row.entry_id in judged:
            continue
        support = leading[row.entry_id] / N_SUPPORT
        features = features_of(snapshot, query, pairs, row, float(like), support)
        logit = BIAS + sum(JUDGEMENT[name] * value for name, value in features.items())
        judged[row.entry_id] = (logit, row, features)
        if len(judged) == N_JUDGED:
            break
    return judged


class Pairs:
    """The character pairs of a question with their rarity and sound, worked out once for all entries."""

    def __init__(self, snapshot: Snapshot, query: Query) -> None:
        text = query.terms.canonical
        self.alone = text
        self.each = list(
            zip(
                (text[i : i + 2] for i in range(len(text) - 1)),
                snapshot.table.pair_rarity(text),
                sound_bigrams(text),
                strict=True,
            )
        )

    def share_in(self, profile: EntryProfile) -> float:
        """Return how much of the question, by rarity, an entry has; a pair that sounds alike counts less."""
        total = sum(rarity for _, rarity, _ in self.each)
        if not total:
            return float(self.alone in profile.grams)
        found = sum(
            rarity if pair in profile.grams else _HEARD * rarity if heard in profile.sounds else 0.0
            for pair, rarity, heard in self.each
        )
        return found / total


def features_of(
    snapshot: Snapshot, query: Query, pairs: Pairs, row: Row, likeness: float, support: float
) -> dict[str, float]:
    """Return the features of an entry as an answer to `query`, one for each of `JUDGEMENT`.

    "likeness" is in log odds, shares are 0..1, "entity" is -1..1.
    """
    profile = snapshot.profile(row.entry_id)
    strange = _strangeness(snapshot, query.words, profile)
    return {
        "likeness": likeness,
        "material": pairs.share_in(profile),
        # A name is evidence as far as the rest is understood: 周键的邮箱 names him and asks what nobody said.
        "entity": _entity_agreement(query, profile) * (1 - strange),
        "quoted": float(row.quoted),
        "strange": strange * _content_share(query),
        "focus": _strangeness(snapshot, query.focus, profile),
        "support": support,
    }


def _entity_agreement(query: Query, profile: EntryProfile) -> float:
    """Return 1 when every name of the question is the entry's, -1 when none is, 0 without names."""
    if not query.terms.entities:
        return 0.0
    agreed = sum(name in profile.entities for name in query.terms.entities)
    return 2 * agreed / len(query.terms.entities) - 1


def _strangeness(snapshot: Snapshot, words: tuple[str, ...], profile: EntryProfile) -> float:
    """Return how much of some content words (0..1), by length, the entry, or the whole knowledge, lacks."""
    strange = strange_words(snapshot, words, profile)
    lacked = sum(_weight(word) * (1.0 if word not in snapshot.vocabulary else 0.6) for word in strange)
    return lacked / (sum(map(_weight, words)) or 1)


def _weight(word: str) -> int:
    """Return how much a word counts: by its length, a single character (丢, 街) as much as two."""
    return max(2, len(word))


def strange_words(snapshot: Snapshot, words: tuple[str, ...], profile: EntryProfile) -> tuple[str, ...]:
    """Return the words that an entry neither has, nor has in another word for it, nor anything that sounds like."""
    return tuple(word for word in words if not _is_familiar(snapshot, word, profile))


def _is_familiar(snapshot: Snapshot, word: str, profile: EntryProfile) -> bool:
    if word in profile.text or snapshot.analyzer.fold(word) in profile.canonical:
        return True
    # A word of the language is what it says: 电话 is no 店话, though 网明 may be 网民.
    heard = () if snapshot.segmenter.knows(word) else sound_bigrams(word)
    return bool(heard) and all(pair in profile.sounds for pair in heard)


def _content_share(query: Query) -> float:
    """Return how much of the question, names aside, is content words."""
    return sum(map(len, query.words)) / (len(NAME_SIGNS.sub("", query.terms.canonical)) or 1)


def _hit(entry_id: str, logit: float, row: Row, features: Mapping[str, float]) -> Hit:
    reasons = tuple(
        Reason(name, round(v, 4), round(JUDGEMENT.get(name, -STRETCH_COST) * v, 4))
        for name, v in features.items()
    )
    return Hit(entry_id, 1 / (1 + math.exp(-logit)), row.text, features["likeness"], reasons)
