"""Sentences of the sources as answers: which of them may answer a question, and by how much.

They are judged like entries, by named features; nobody wrote how people ask for them, so what they share with the
question, in their context and alone, and how near they are in meaning, is all there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from knowledge.matching.decision import Hit
from knowledge.matching.query import Query
from knowledge.matching.sentence_features import Features, features_of_sentences
from knowledge.matching.snapshot import Snapshot

_N_GATHERED = 30
_N_NEAREST = 15
JUDGEMENT: Mapping[str, float] = {
    "material": 2.75,
    "characters": 2.5,
    "own_characters": 1.86,
    "entity": 0.73,
    "kind": 0.4,
    "number": 0.96,
    "no_person": -2.2,
    "contrast": -1.1,
    "lacking": -2.79,
    "nowhere": 1.55,
    "long": 1.17,
    "apart": 0.8,
    "lacking_far": -2.94,
}
BIAS = -2.35
POINTING: Mapping[str, float] = {
    "material": 2.2,
    "characters": 1.1,
    "own": 1.6,
    "own_characters": 3.0,
    "entity": 0.6,
    "strange": -1.4,
    "focus": -1.9,
    "kind": 1.1,
    "own_kind": 1.7,
    "meaning": 0.4,
}
"""Which sentence of a passage it is: the judgement says how likely the passage answers, these where in it."""


def search_sentences(
    snapshot: Snapshot, query: Query, near: Mapping[str, float], n: int = 8
) -> tuple[Hit, ...]:
    """Return at most `n` sentences that may answer `query`, best first, no passage twice, each with its reasons.

    `near` is how near each target is in meaning; empty, characters alone decide. Ties are broken by key.
    """
    judged = _judged(snapshot, query, near)
    best: dict[str, float] = {}
    point: dict[str, tuple[float, str, Features]] = {}
    for logit, key, features in sorted(judged, key=lambda found: (-found[0], found[1])):
        passage_id = snapshot.sentences[key].passage_id
        best.setdefault(passage_id, logit)
        pointed = sum(POINTING.get(name, 0.0) * value for name, value in features.items())
        if passage_id not in point or pointed > point[passage_id][0]:
            point[passage_id] = (pointed, key, features)
    return tuple(_hit(snapshot, logit, *point[passage_id][1:]) for passage_id, logit in [*best.items()][:n])


def _judged(snapshot: Snapshot, query: Query, near: Mapping[str, float]) -> list[tuple[float, str, Features]]:
    found = features_of_sentences(snapshot, query, candidates(snapshot, query, near), near)
    return [
        (BIAS + sum(JUDGEMENT.get(n, 0.0) * v for n, v in features.items()), key, features)
        for key, features in found.items()
    ]


def candidates(snapshot: Snapshot, query: Query, near: Mapping[str, float]) -> list[str]:
    """Return the keys of the sentences that are judged: those that share most with the question, and the nearest in meaning."""
    ids, _ = snapshot.sentence_table.search(query.terms.canonical, query.terms.literal, _N_GATHERED)
    keys = [snapshot.sentence_keys[i] for i in ids.tolist()]
    nearest = sorted((k for k in near if k in snapshot.sentences), key=lambda k: (-near[k], k))[:_N_NEAREST]
    return list(dict.fromkeys((*keys, *nearest)))


def _hit(snapshot: Snapshot, logit: float, key: str, features: Mapping[str, float]) -> Hit:
    score = 1 / (1 + math.exp(-logit))
    return Hit(key, score, snapshot.sentences[key].text, 0.0, snapshot.quotes(key), features, JUDGEMENT)
