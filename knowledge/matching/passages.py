"""Sentences of the sources as answers: which of them may answer a question, and by how much.

They are judged like entries, by named features; nobody wrote how people ask for them, so what they share with the
question, in their context and alone, and how near they are in meaning, is all there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.matching.decision import Hit
from knowledge.matching.guards import held_by
from knowledge.matching.index.meaning import Near
from knowledge.matching.query import Query
from knowledge.matching.sentence_features import Features, features_of_sentences
from knowledge.matching.snapshot import Snapshot

_N_GATHERED = 30
_N_NEAREST = 15
ORDER: Mapping[str, float] = {
    "material": 1.02,
    "characters": 3.64,
    "entity": 0.53,
    "kind": 0.14,
    "number": 0.46,
    "no_person": -1.72,
    "contrast": -0.72,
    "lacking": -0.44,
    "apart": 1.02,
    "lacking_far": -4.05,
    "place": 0.61,
    "unit": 0.26,
    "cloze": 0.64,
    "same_cloze": 0.25,
}
"""Which passage is likeliest to answer, by its best sentence."""
ORDER_BIAS = -1.71
JUDGEMENT: Mapping[str, float] = {
    "material": -0.37,
    "characters": 0.44,
    "own": -1.12,
    "own_characters": 1.66,
    "entity": 1.31,
    "strange": -2.0,
    "kind": -0.73,
    "own_kind": 0.46,
    "number": -0.03,
    "no_person": -2.78,
    "contrast": -1.57,
    "other_time": -1.2,
    "lacking": -0.15,
    "nowhere": 1.96,
    "long": 0.41,
    "place": 0.38,
    "maker": 5.0,
    "list": 0.12,
    "unit": 0.5,
    "apart": -0.64,
    "lacking_far": -3.89,
    "clear": 0.53,
    "near": -0.05,
    "all_near": 0.93,
    "cloze": -0.07,
    "same_cloze": 0.52,
    "closer": 0.58,
    "no_cloze": 0.1,
    "quoted": -0.8,
    "order": 0.16,
    "lead": 0.2,
    "ahead": 0.07,
}
"""How sure one can be of it: also by how far it leads the next, and the few after that, in log odds of their order.

"quoted" is not fitted: what an entry quotes is asked for in the ways that its editor wrote, so the rest asks for something else.
"""
BIAS = -1.27
_FEW, _FARTHEST_LEAD, _FARTHEST_AHEAD = 4, 4.0, 6.0
_LESS = 0.999
_ALONE = 2.0
"""How far a passage is taken to lead that has no other beside it."""
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
    A text that names nothing and asks for no kind of fact (上面, 看) gives ().
    """
    if not (query.words or query.terms.entities or query.kinds or query.asks_for_person):
        return ()
    found = features_of_sentences(snapshot, query, candidates(snapshot, query, near), near)
    ranked = rank(snapshot, query, found)[:n]
    hits: list[Hit] = []
    for candidate in ranked:
        logit = BIAS + sum([weight * candidate.features[name] for name, weight in JUDGEMENT.items()])
        score = 1 / (1 + math.exp(-logit))
        # How sure one can be never turns the order round: what guards take out has no say in who leads.
        allowed = [hit.score for hit in hits if not hit.held]
        if allowed and not candidate.held:
            score = min(score, allowed[-1] * _LESS)
        quotes = snapshot.quotes(candidate.pointed)
        text = snapshot.sentences[candidate.pointed].text
        hits.append(
            Hit(candidate.pointed, score, text, 0.0, quotes, candidate.features, JUDGEMENT, candidate.held)
        )
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.target)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, with the features of its best sentence, the sentence to point at, and the guard that holds it."""

    passage_id: str
    features: Features
    pointed: str
    held: str


def rank(snapshot: Snapshot, query: Query, found: Mapping[str, Features]) -> list[Candidate]:
    """Return the passages of some sentences, the likeliest first, with the features of `JUDGEMENT`."""
    order = {
        key: ORDER_BIAS + sum([weight * features[name] for name, weight in ORDER.items()])
        for key, features in found.items()
    }
    held = {key: _held(snapshot, query, key) for key in found}
    # A passage is held back when all its sentences are.
    best: dict[str, str] = {}
    point: dict[str, tuple[float, str]] = {}
    for key in sorted(found, key=lambda key: (bool(held[key]), -order[key], key)):
        passage_id = snapshot.sentences[key].passage_id
        if held[key] and not held[best.setdefault(passage_id, key)]:
            continue
        pointed = sum([weight * found[key].get(name, 0.0) for name, weight in POINTING.items()])
        if passage_id not in point or pointed > point[passage_id][0]:
            point[passage_id] = (pointed, key)
        best.setdefault(passage_id, key)
    allowed = [order[key] for key in best.values() if not held[key]]
    ranked = sorted(best.items(), key=lambda item: (-order[item[1]], item[1]))
    return [
        Candidate(p, found[key] | lead(order[key], allowed, held=bool(held[key])), point[p][1], held[key])
        for p, key in ranked
    ]


def _held(snapshot: Snapshot, query: Query, key: str) -> str:
    return held_by(snapshot, query, Hit(key, 0.5, snapshot.sentences[key].text, 0.0, snapshot.quotes(key)))


def lead(own: float, allowed: list[float], *, held: bool) -> Features:
    """Return how far a passage leads the others that may answer, in log odds of their order; `allowed` has them all, best first."""
    others = allowed.copy()
    if not held:
        others.remove(own)
    few = others[:_FEW]
    of_next = own - few[0] if few else _ALONE
    of_few = own - sum(few) / len(few) if few else _ALONE
    return {"order": own, "lead": min(_FARTHEST_LEAD, of_next), "ahead": min(_FARTHEST_AHEAD, of_few)}


def candidates(snapshot: Snapshot, query: Query, near: Mapping[str, float]) -> list[str]:
    """Return the keys of the sentences that are judged: those that share most with the question, and the nearest in meaning."""
    (found,) = snapshot.sentence_table.search([(query.terms.canonical, query.terms.literal)], _N_GATHERED)
    keys = [snapshot.sentence_keys[i] for i in found.ids.tolist()]
    told = near.sentences if isinstance(near, Near) else {}
    nearest = sorted(told, key=lambda key: (-told[key], key))[:_N_NEAREST]
    return list(dict.fromkeys((*keys, *nearest)))
