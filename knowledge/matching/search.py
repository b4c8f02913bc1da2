"""Candidates and their scores: which entries may answer a question, and by how much.

Three steps, each a linear model over named features whose shares can be shown: the table gathers rows and
measures what they share with the question (`nearest`), their order and their likeness follow from that; then
the best entries are judged by what the question is about: names, content words, all that the entry says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from knowledge.matching.decision import Hit
from knowledge.matching.features import (
    NO_MEANING,
    Sought,
    nearness,
)
from knowledge.matching.index.table import FEATURES, Nearest, Table
from knowledge.matching.index.tokens import Array
from knowledge.matching.query import ASKING_WORD, LONG_CHARS, Heard, hear_text
from knowledge.matching.snapshot import Row, Snapshot

N_CANDIDATES = 40
N_JUDGED = 12
N_NEAR = 6
N_SUPPORT = 10
"""Among this many nearest rows an entry's share is its support."""
STRETCH_CHARS = 20
STRETCH_STEP = 8
N_STRETCHES = 12
"""So many stretches of a question are searched: of a longer story those that ask, the last before the others."""
STRETCH_COST = 0.3
"""Log odds that a win by one stretch of a long question costs."""

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
    "alien": -1.1,
    "meaning": 1.45,
    "ways": -0.3,
}
BIAS = 1.45
_SHARES = {**JUDGEMENT, "stretch": -STRETCH_COST}
_Judged = dict[str, tuple[float, Row, dict[str, float]]]
_ORDER = np.array(list(ORDER.values()), np.float32)
_LIKENESS = np.array(list(LIKENESS.values()), np.float32)


def nearest(
    table: Table, rows: Sequence[str], canonical: str, literal: str, n: int = N_CANDIDATES
) -> tuple[Array, Array, Array]:
    """Return ids, likenesses (log odds) and `ROW_FEATURES` of at most `n` rows, best first.

    `rows` are the canonical texts of the table's rows. Ties go to the lower id.
    """
    return _in_order(table.search([(canonical, literal)], n)[0], rows, canonical)


def _in_order(found: Nearest, rows: Sequence[str], canonical: str) -> tuple[Array, Array, Array]:
    ids = found.ids
    features = np.empty((len(ids), len(ROW_FEATURES)), np.float32)
    features[:, :-1] = found.features
    features[:, -1] = [abs(len(rows[i]) - len(canonical)) / 10 for i in ids.tolist()]
    order = np.lexsort((ids, -(features @ _ORDER)))
    return ids[order], (features @ _LIKENESS)[order] + LIKENESS_BIAS, features[order]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What characters tell of a question, whatever meaning adds.

    `rows` come with their likenesses, nearest first; `leading` is how many of the very nearest are of each entry,
    `stretches` what its stretches lead to; the features of entries are worked out as they are asked for.
    """

    sought: Sought
    rows: Sequence[tuple[Row, float]]
    leading: Mapping[str, int]
    stretches: Sequence[_Judged]
    measured: dict[str, dict[str, float]]


def gather(snapshot: Snapshot, query: Heard) -> Gathered:
    """Return what can be judged of a question.

    Long, unpunctuated speech tells a story around the question: its stretches are searched too, and an entry may win by
    the stretch that asks for it.
    """
    heard = (query, *_stretches(snapshot, query))
    searched = snapshot.table.search([(h.terms.canonical, h.terms.literal) for h in heard], N_CANDIDATES)
    whole, *parts = map(partial(_gathered, snapshot), heard, searched)
    return (
        replace(whole, stretches=[_judge(snapshot, part, NO_MEANING) for part in parts]) if parts else whole
    )


def _gathered(snapshot: Snapshot, query: Heard, found: Nearest) -> Gathered:
    ids, likeness, _ = _in_order(found, snapshot.canonical, query.terms.canonical)
    numbers = ids.tolist()
    leading = Counter(snapshot.rows[i].entry_id for i in numbers[:N_SUPPORT])
    rows = list(zip((snapshot.rows[i] for i in numbers), likeness.tolist(), strict=True))
    return Gathered(Sought(snapshot, query, found.rarity), rows, leading, (), {})


def search(
    snapshot: Snapshot, found: Gathered, near: Mapping[str, float] = NO_MEANING, n: int = 8
) -> tuple[Hit, ...]:
    """Return at most `n` entries that may answer a question, best first, each with its reasons.

    Ties are broken by entry id, so equal questions get equal results on every worker. `near` is how near each target is
    in meaning, when that was asked. A question without any known character gives ().
    """
    best = _judge(snapshot, found, near)
    for judged in found.stretches:
        for entry_id, (logit, row, features) in judged.items():
            if entry_id not in best or logit - STRETCH_COST > best[entry_id][0]:
                best[entry_id] = (logit - STRETCH_COST, row, {**features, "stretch": 1.0})
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:n]
    return tuple(_hit(snapshot, entry_id, *judgement) for entry_id, judgement in ranked)


def _stretches(snapshot: Snapshot, query: Heard) -> Iterator[Heard]:
    if len(query.text) > LONG_CHARS:
        starts = range(0, len(query.text) - STRETCH_CHARS + STRETCH_STEP, STRETCH_STEP)
        texts = [query.text[start : start + STRETCH_CHARS] for start in starts]
        asking_last = sorted(range(len(texts)), key=lambda n: (bool(ASKING_WORD.search(texts[n])), n))
        for n in sorted(asking_last[-N_STRETCHES:]):
            yield hear_text(snapshot, texts[n])


def _judge(snapshot: Snapshot, found: Gathered, near: Mapping[str, float]) -> _Judged:
    """Return the nearest entries by id, each with its log odds, the row that led to it, and its features."""
    judged: _Judged = {}
    nearest_of_all = max(near.values(), default=0.0)
    for row, like in (*found.rows, *_near_rows(snapshot, near)):
        entry_id = row.entry_id
        if entry_id in judged or (len(judged) >= N_JUDGED and entry_id not in near):
            continue
        features = found.measured.get(entry_id)
        if features is None:
            support = found.leading.get(entry_id, 0) / N_SUPPORT
            features = features_of(snapshot, found.sought, row, like, support)
            found.measured[entry_id] = features
        if near:
            features = features | nearness(near, nearest_of_all, entry_id)
            features["ways"] = math.log1p(len(snapshot.content.entries[entry_id].phrasings))
        logit = BIAS + sum([JUDGEMENT[name] * value for name, value in features.items()])
        judged[entry_id] = (logit, row, features)
    return judged


def _near_rows(snapshot: Snapshot, near: Mapping[str, float]) -> Iterator[tuple[Row, float]]:
    """Yield the entries nearest in meaning, each by its question, as unlike the text as a row can be."""
    entries = sorted((t for t in near if t in snapshot.entry_ids), key=lambda t: (-near[t], t))
    for entry_id in entries[:N_NEAR]:
        yield snapshot.rows[snapshot.first_of[entry_id]], LIKENESS_BIAS


def features_of(
    snapshot: Snapshot, sought: Sought, row: Row, likeness: float, support: float
) -> dict[str, float]:
    """Return the features of an entry as an answer to what is sought, one for each of `JUDGEMENT`.

    "likeness" is in log odds, shares are 0..1, "entity" is -1..1.
    """
    profile = snapshot.profile(row.entry_id)
    lacked = sought.words.lacked_by(profile)
    return {
        "likeness": likeness,
        **sought.features(profile, lacked),
        "quoted": float(row.quoted),
        "support": support,
        "alien": float(sought.is_alien(likeness, lacked)),
    }


def _hit(snapshot: Snapshot, entry_id: str, logit: float, row: Row, features: Mapping[str, float]) -> Hit:
    return Hit(
        entry_id,
        1 / (1 + math.exp(-logit)),
        row.text,
        features["likeness"],
        snapshot.quotes(entry_id),
        features,
        _SHARES,
    )
