"""What a question shares with a sentence of a source, and what the sentence lacks to answer it: named features."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.language.clozes import kinds_of_cloze
from knowledge.language.shapes import agreements, counts, is_of_other_time, restricts
from knowledge.language.words import common_words
from knowledge.matching.features import Sought, lacks_person
from knowledge.matching.index.meaning import Near
from knowledge.matching.index.profile import Profile
from knowledge.matching.query import Query
from knowledge.matching.snapshot import Snapshot, Word

Features = dict[str, float]
_COMMONEST = 14.0
"""About the logarithm of how often jieba's corpus has its commonest word."""
_LEAST_RARITY = 0.1
_LONGEST_CHARS = 4
_SPREAD = 3.0
_LEAST_SPREAD = 0.02
_UNASKED = 0.5
_UNASKED_ALL = 1.2
"""What stands for how near all sentences are where meaning is not asked: as sure as before, for as many near misses held back."""
_NO_SUCH_CLOZE = -1.0
_USUALLY, _USUALLY_BEST, _NARROW = 0.82, 0.85, 0.03
"""About the bare cosines of this encoder between a question and all sentences of a document, and the best of them."""
_RANGE = 0.2
"""What is much between two cosines from the middle."""
_CLEAR, _MOST_CLEAR = 0.1, 2.0
_USUAL_LENGTH = 2.3
"""The logarithm of a question's usual length in characters."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """How near the sentences are in meaning, from the middle, with what a difference is to be measured by.

    `nearest` is the best cosine of each passage, `best` are the two best of them, `top` is the best of all. `bare` are the cosines as they are, whose height says
    whether anything is near at all, and `bare_mean` their mean.
    """

    near: Mapping[str, float]
    bare: Mapping[str, float]
    bare_mean: float
    mean: float
    spread: float
    nearest: Mapping[str, float]
    best: Sequence[str]
    top: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question's content words with how much each counts, by its rarity in the language and its length."""

    query: Query
    sought: Sought
    weights: Mapping[str, float]
    total: float
    nowhere: float


def features_of_sentences(
    snapshot: Snapshot, query: Query, keys: Sequence[str], near: Mapping[str, float]
) -> dict[str, Features]:
    """Return the features of sentences as answers to `query`, by key.

    Shares are 0..1; "entity", "kind", "own_kind", "number", "unit", "place", "maker" and "list" are -1 where something is asked for
    and missing, 0 where it is not asked for. What is missing has a feature for each way to miss it, and a sentence far in meaning
    misses it worse. `near` is {} where meaning is not asked.
    """
    told = near if isinstance(near, Near) else Near()
    asked, measured = _asked(snapshot, query), _measured(snapshot, told)
    found = {key: _features(snapshot, asked, key) | _distance(snapshot, measured, key) for key in keys}
    fits = _clozes(query, told)
    for key, features in found.items():
        features.update(fits.of(key, told.sentences.get(key, 0.0)))
        features["lacking_far"] = features["lacking"] * max(0.0, 1 - features["apart"])
    return found


def _features(snapshot: Snapshot, asked: _Asked, key: str) -> Features:
    query, sought, profile = asked.query, asked.sought, snapshot.profile(key)
    pairs = sought.pairs
    own = snapshot.sentences[key].says
    lacked = sought.words.lacked_by(profile)
    return {
        **sought.features(profile, lacked),
        "characters": pairs.characters_in(profile.grams),
        "own": pairs.share_in(profile.own, frozenset()),
        "own_characters": pairs.characters_in(profile.own),
        "kind": _agreement(query.kinds, profile.given),
        "own_kind": _agreement(query.kinds, profile.own_given),
        "number": _number(query, profile),
        "no_person": float(lacks_person(query, profile)),
        "contrast": _contrast(query, profile),
        "other_time": float(is_of_other_time(query.text, own)),
        "lacking": _lacking(asked, lacked, profile),
        "nowhere": asked.nowhere,
        "quoted": float(snapshot.sentences[key].passage_id in snapshot.quoted),
        "long": math.log1p(len(query.terms.literal)) - _USUAL_LENGTH,
        **agreements(query.text, own),
    }


@dataclass(frozen=True, slots=True)
class _Clozes:
    """How near a question is to what can be asked of each sentence, and which kinds of fact it asks for."""

    near: Mapping[str, Mapping[str, float]]
    wanted: frozenset[str]
    mean: float
    spread: float

    def of(self, key: str, cosine: float) -> Features:
        """Return how near the nearest is, the nearest that asks for the same kind of fact, and by how much nearer than the sentence."""
        mine = self.near.get(key, {})
        if not self.near:
            return {"cloze": _UNASKED, "same_cloze": 0.0, "closer": 0.0, "no_cloze": 0.0}
        same = [near for kind, near in mine.items() if kind in self.wanted]
        best = max(mine.values(), default=self.mean)
        return {
            "cloze": (best - self.mean) / self.spread,
            "same_cloze": 0.0
            if not self.wanted
            else (max(same) - self.mean) / self.spread
            if same
            else _NO_SUCH_CLOZE,
            "closer": (best - cosine) / _RANGE if mine else 0.0,
            "no_cloze": float(not mine),
        }


def _clozes(query: Query, near: Near) -> _Clozes:
    cosines = [cosine for kinds in near.clozes.values() for cosine in kinds.values()]
    mean = sum(cosines) / max(1, len(cosines))
    spread = math.sqrt(sum((cosine - mean) ** 2 for cosine in cosines) / max(1, len(cosines)))
    wanted = kinds_of_cloze(query.text, query.kinds)
    return _Clozes(near.clozes, wanted, mean, _SPREAD * max(spread, _LEAST_SPREAD))


def _distance(snapshot: Snapshot, measured: _Measured, key: str) -> Features:
    """Return how near a sentence is in meaning: among all, beside the best other passage, and by itself.

    Where meaning is not asked, it is taken to be as near as those are that share some words.
    """
    if not measured.near:
        return {"apart": _UNASKED, "clear": 0.0, "near": 0.0, "all_near": _UNASKED_ALL}
    cosine = measured.near.get(key, measured.mean)
    passage_id = snapshot.sentences[key].passage_id
    other = next((measured.nearest[p] for p in measured.best if p != passage_id), measured.mean)
    clear = (measured.nearest.get(passage_id, cosine) - other) / _CLEAR
    return {
        "apart": (cosine - measured.mean) / measured.spread,
        "clear": max(-_MOST_CLEAR, min(_MOST_CLEAR, clear)),
        "near": (measured.bare.get(key, measured.bare_mean) - _USUALLY_BEST) / _NARROW,
        "all_near": (measured.bare_mean - _USUALLY) / _NARROW,
        "meaning": (cosine - measured.top) / _RANGE,
    }


def _measured(snapshot: Snapshot, told: Near) -> _Measured:
    mine = {key: cosine for key, cosine in told.sentences.items() if key in snapshot.sentences}
    if not mine:
        return _Measured({}, {}, 0.0, 0.0, 1.0, {}, (), 0.0)
    bare = sum(told.get(key, 0.0) for key in mine) / len(mine)
    mean = sum(mine.values()) / len(mine)
    spread = math.sqrt(sum((cosine - mean) ** 2 for cosine in mine.values()) / len(mine))
    nearest: dict[str, float] = {}
    for key, cosine in mine.items():
        passage_id = snapshot.sentences[key].passage_id
        nearest[passage_id] = max(cosine, nearest.get(passage_id, -1.0))
    best = sorted(nearest, key=lambda passage_id: (-nearest[passage_id], passage_id))[:2]
    return _Measured(
        mine, told, bare, mean, _SPREAD * max(spread, _LEAST_SPREAD), nearest, best, max(mine.values())
    )


def _asked(snapshot: Snapshot, query: Query) -> _Asked:
    weights = {word: _rarity(word) * min(len(word), _LONGEST_CHARS) for word in query.words}
    total = sum(weights.values())
    unwritten = sum(weight for word, weight in weights.items() if not _is_written(snapshot, word))
    sought = Sought(snapshot, query, snapshot.sentence_table.rarity(query.terms.canonical))
    return _Asked(query, sought, weights, total, unwritten / total if total else 0.0)


def _is_written(snapshot: Snapshot, word: str) -> bool:
    read = snapshot.word(word)
    return read.is_written or snapshot.word(read.folded).is_written


def _rarity(word: str) -> float:
    """Return how rare a word is in the language: 1 for one that the dictionary has not, near 0 for the commonest."""
    frequency = common_words().frequency(word)
    return max(_LEAST_RARITY, 1 - math.log(frequency) / _COMMONEST) if frequency else 1.0


def _agreement(asked: frozenset[str], given: frozenset[str]) -> float:
    """Return 1 when a question asks for a kind of fact that is given, -1 when it is not, 0 when it asks for none."""
    return 0.0 if not asked else 1.0 if asked <= given else -1.0


def _number(query: Query, profile: Profile) -> float:
    """Return 1 when what a question asks the number of is counted, -1 when it is not, 0 when it asks for no number."""
    if query.counted is None:
        return 0.0
    return 1.0 if counts(profile.said, *query.counted) else -1.0


def _contrast(query: Query, profile: Profile) -> float:
    """Return 1 when the sentence has in place of a word of the question another that excludes it: 今年 for 去年.

    限女学员 answers whether men may come.
    """
    said = profile.own_text
    if query.contrasts and restricts(said):
        return 0.0
    return float(
        any(word not in said and any(other in said for other in others) for word, others in query.contrasts)
    )


def _lacking(asked: _Asked, lacked: list[Word], profile: Profile) -> float:
    """Return how much of the content words, by their weights, a sentence in its context lacks: of `lacked` ones all, or half
    of one whose characters it has."""
    lost = sum([
        asked.weights[word.text] * (1 - sum([c in profile.grams for c in word.text]) / len(word.text) / 2)
        for word in lacked
    ])  # fmt: skip
    return lost / asked.total if asked.total else 0.0
