"""What a question shares with a sentence of a source, and what the sentence lacks to answer it: named features."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.language.shapes import counts, names_whom
from knowledge.language.tables import frequency_by_word
from knowledge.matching.features import (
    Pairs,
    content_share,
    entity_agreement,
    nearness,
    strange_words,
    strangeness,
)
from knowledge.matching.profile import Profile
from knowledge.matching.query import Query
from knowledge.matching.snapshot import Snapshot

Features = dict[str, float]
_COMMONEST = 14.0
"""About the logarithm of how often jieba's corpus has its commonest word."""
_LEAST_RARITY = 0.1
_LONGEST_CHARS = 4
_SPREAD = 3.0
_LEAST_SPREAD = 0.005
_UNASKED = 0.5
_USUAL_LENGTH = 2.3
"""The logarithm of a question's usual length in characters."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """How near everything is in meaning, with what a difference is to be measured by: cosines only tell by that."""

    near: Mapping[str, float]
    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question's content words with how much each counts, by its rarity in the language and its length."""

    query: Query
    pairs: Pairs
    weights: Mapping[str, float]
    nowhere: float


def features_of_sentences(
    snapshot: Snapshot, query: Query, keys: Sequence[str], near: Mapping[str, float]
) -> dict[str, Features]:
    """Return the features of sentences as answers to `query`, by key.

    Shares are 0..1; "entity", "kind", "own_kind" and "number" are -1 where something is asked for and missing, 0 where it is
    not asked for. What is missing has a feature for each way to miss it, and a sentence far in meaning misses it worse.
    """
    asked, measured = _asked(snapshot, query), _measured(near)
    return {key: _features(snapshot, asked, key, measured) for key in keys}


def _features(snapshot: Snapshot, asked: _Asked, key: str, measured: _Measured) -> Features:
    query, pairs, profile = asked.query, asked.pairs, snapshot.profile(key)
    strange = strangeness(snapshot, query.words, profile)
    lacking = _lacking(snapshot, asked, profile)
    found = {
        "material": pairs.share_in(profile.grams, profile.sounds),
        "characters": pairs.characters_in(profile.grams),
        "own": pairs.share_in(profile.own, frozenset()),
        "own_characters": pairs.characters_in(profile.own),
        "entity": entity_agreement(query, profile) * (1 - strange),
        "strange": strange * content_share(query),
        "focus": strangeness(snapshot, query.focus, profile),
        "kind": _agreement(query.kinds, profile.given),
        "own_kind": _agreement(query.kinds, profile.own_given),
        "number": _number(query, profile),
        "no_person": _no_person(query, profile),
        "contrast": _contrast(query, profile),
        "lacking": lacking,
        "nowhere": asked.nowhere,
        "long": math.log1p(len(query.terms.literal)) - _USUAL_LENGTH,
    }
    # Where meaning is not asked, a sentence is taken to be as near as those that share some words are.
    apart = _UNASKED
    if measured.near:
        apart = (measured.near.get(key, measured.mean) - measured.mean) / measured.spread
        found |= nearness(measured.near, key)
    found |= {"apart": apart, "lacking_far": lacking * max(0.0, 1 - apart)}
    return found


def _measured(near: Mapping[str, float]) -> _Measured:
    if not near:
        return _Measured(near, 0.0, 1.0)
    mean = sum(near.values()) / len(near)
    spread = math.sqrt(sum((cosine - mean) ** 2 for cosine in near.values()) / len(near))
    return _Measured(near, mean, _SPREAD * max(spread, _LEAST_SPREAD))


def _asked(snapshot: Snapshot, query: Query) -> _Asked:
    weights = {word: _rarity(word) * min(len(word), _LONGEST_CHARS) for word in query.words}
    total = sum(weights.values())
    unwritten = sum(weight for word, weight in weights.items() if not _is_written(snapshot, word))
    pairs = Pairs(snapshot.sentence_table, query)
    return _Asked(query, pairs, weights, unwritten / total if total else 0.0)


def _is_written(snapshot: Snapshot, word: str) -> bool:
    return word in snapshot.vocabulary or snapshot.word(word).folded in snapshot.vocabulary


def _rarity(word: str) -> float:
    """Return how rare a word is in the language: 1 for one that the dictionary has not, near 0 for the commonest."""
    frequency = frequency_by_word().get(word, 0)
    return max(_LEAST_RARITY, 1 - math.log(frequency) / _COMMONEST) if frequency else 1.0


def _agreement(asked: frozenset[str], given: frozenset[str]) -> float:
    """Return 1 when a question asks for a kind of fact that is given, -1 when it is not, 0 when it asks for none."""
    return 0.0 if not asked else 1.0 if asked <= given else -1.0


def _number(query: Query, profile: Profile) -> float:
    """Return 1 when what a question asks the number of is counted, -1 when it is not, 0 when it asks for no number."""
    if query.counted is None:
        return 0.0
    return 1.0 if counts(profile.said, *query.counted) else -1.0


def _no_person(query: Query, profile: Profile) -> float:
    """Return 1 when a person is asked for and nobody is named but whom the question names."""
    return float(
        query.asks_for_person
        and not names_whom(query.text, f"{profile.own_text} {profile.said}", profile.names)
    )


def _contrast(query: Query, profile: Profile) -> float:
    """Return 1 when the sentence has in place of a word of the question another that excludes it: 今年 for 去年."""
    said = profile.own_text
    return float(
        any(word not in said and any(other in said for other in others) for word, others in query.contrasts)
    )


def _lacking(snapshot: Snapshot, asked: _Asked, profile: Profile) -> float:
    """Return how much of the content words, by their weights, a sentence in its context lacks."""
    total = sum(asked.weights.values())
    lost = sum(weight * _lack(snapshot, word, profile) for word, weight in asked.weights.items())
    return lost / total if total else 0.0


def _lack(snapshot: Snapshot, word: str, profile: Profile) -> float:
    """Return 1 when a sentence lacks a word, half of that when it has its characters, 0 when it has it."""
    if not strange_words(snapshot, (word,), profile):
        return 0.0
    return 1 - sum(c in profile.grams for c in word) / len(word) / 2
