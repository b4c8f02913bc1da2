"""Sentences of the sources as answers: which of them may answer a question, and by how much.

They are judged like entries, by named features; nobody wrote how people ask for them, so what they share with the
question, in their context and alone, and how near they are in meaning, is all there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from knowledge.matching.decision import Hit
from knowledge.matching.features import Pairs, content_share, entity_agreement, nearness, strangeness
from knowledge.matching.query import Query
from knowledge.matching.snapshot import Snapshot

_N_GATHERED = 30
_N_NEAREST = 15
JUDGEMENT: Mapping[str, float] = {
    "material": 4.67,
    "characters": 2.25,
    "own": 1.5,
    "own_characters": 2.07,
    "entity": 0.64,
    "strange": -1.2,
    "focus": -1.17,
    "kind": 1.0,
    "meaning": 1.56,
}
BIAS = -2.7
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
Features = dict[str, float]


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
        pointed = sum(POINTING[name] * value for name, value in features.items())
        if passage_id not in point or pointed > point[passage_id][0]:
            point[passage_id] = (pointed, key, features)
    return tuple(_hit(snapshot, logit, *point[passage_id][1:]) for passage_id, logit in [*best.items()][:n])


def features_of_sentence(
    snapshot: Snapshot, query: Query, pairs: Pairs, key: str, near: Mapping[str, float]
) -> Features:
    """Return the features of a sentence as an answer to `query`, one for each of `POINTING`."""
    profile = snapshot.profile(key)
    strange = strangeness(snapshot, query.words, profile)
    return {
        "material": pairs.share_in(profile.grams, profile.sounds),
        "characters": pairs.characters_in(profile.grams),
        "own": pairs.share_in(profile.own, frozenset()),
        "own_characters": pairs.characters_in(profile.own),
        "entity": entity_agreement(query, profile) * (1 - strange),
        "strange": strange * content_share(query),
        "focus": strangeness(snapshot, query.focus, profile),
        "kind": _kind_agreement(query, profile.given),
        "own_kind": _kind_agreement(query, profile.own_given),
        **nearness(near, key),
    }


def _judged(snapshot: Snapshot, query: Query, near: Mapping[str, float]) -> list[tuple[float, str, Features]]:
    pairs = Pairs(snapshot.sentence_table, query)
    found = []
    for key in _candidates(snapshot, query, near):
        features = features_of_sentence(snapshot, query, pairs, key, near)
        found.append((BIAS + sum(JUDGEMENT.get(n, 0.0) * v for n, v in features.items()), key, features))
    return found


def _candidates(snapshot: Snapshot, query: Query, near: Mapping[str, float]) -> list[str]:
    ids, _ = snapshot.sentence_table.search(query.terms.canonical, query.terms.literal, _N_GATHERED)
    keys = [snapshot.sentence_keys[i] for i in ids.tolist()]
    nearest = sorted((k for k in near if k in snapshot.sentences), key=lambda k: (-near[k], k))[:_N_NEAREST]
    return list(dict.fromkeys((*keys, *nearest)))


def _kind_agreement(query: Query, given: frozenset[str]) -> float:
    """Return 1 when a question asks for a kind of fact that is given, -1 when it is not, 0 when it asks for none."""
    return 0.0 if not query.kinds else 1.0 if query.kinds <= given else -1.0


def _hit(snapshot: Snapshot, logit: float, key: str, features: Mapping[str, float]) -> Hit:
    score = 1 / (1 + math.exp(-logit))
    return Hit(key, score, snapshot.sentences[key].text, 0.0, snapshot.quotes(key), features, JUDGEMENT)
