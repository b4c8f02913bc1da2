"""Features: what a question shares with what could answer it, each a number whose share in a judgement can be shown."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.matching.index.profile import Profile, sound_bigrams
from knowledge.matching.index.table import Rarity
from knowledge.matching.query import NAME_SIGNS, Heard
from knowledge.matching.snapshot import Snapshot

_HEARD = 0.75
"""What a pair that only sounds alike counts beside one that is alike."""
NO_MEANING: Mapping[str, float] = {}
"""How near everything is in meaning when that was not asked."""
# Cosines of this encoder lie between .78 and 1, and what says the opposite is as near: only differences say something.
# Log odds from which a row is nearly the question, and below which it is unlike one of few words.
_LIKE, _UNLIKE = -1.5, -2.8
_FEW_WORDS = 2
_SCALE, _CLOSE, _FAR = 0.02, 1.4, 0.15


class Pairs:
    """The character pairs of a canonical text with their sound and rarity, worked out once for all that may answer."""

    def __init__(self, canonical: str, rarity: Rarity) -> None:
        self.alone = canonical
        self.characters = list(zip(canonical, rarity.characters, strict=True))
        pairs = [canonical[i : i + 2] for i in range(len(canonical) - 1)]
        self.each = list(zip(pairs, rarity.pairs, sound_bigrams(canonical), strict=True))
        self._of_characters = sum(rarity.characters)
        self._of_pairs = sum(rarity.pairs)

    def characters_in(self, grams: frozenset[str]) -> float:
        """Return how much of the question's characters, by rarity, some text has."""
        total = self._of_characters
        return sum([rarity for c, rarity in self.characters if c in grams]) / total if total else 0.0

    def share_in(self, grams: frozenset[str], sounds: frozenset[str]) -> float:
        """Return how much of the question, by rarity, some text has; a pair that sounds alike counts less."""
        total = self._of_pairs
        if not total:
            return float(self.alone in grams)
        found = [
            rarity if pair in grams else _HEARD * rarity
            for pair, rarity, heard in self.each
            if pair in grams or heard in sounds
        ]
        return sum(found) / total


def nearness(near: Mapping[str, float], nearest: float, target: str) -> dict[str, float]:
    """Return the feature of a target's meaning: above 0 when it is about as near as the `nearest` of all."""
    return {"meaning": (near.get(target, nearest - _FAR) - nearest) / _SCALE + _CLOSE}


def entity_agreement(query: Heard, profile: Profile) -> float:
    """Return 1 when every name of the question is the entry's, -1 when none is, 0 without names."""
    if not query.terms.entities:
        return 0.0
    agreed = sum(name in profile.entities for name in query.terms.entities)
    return 2 * agreed / len(query.terms.entities) - 1


def strangeness(snapshot: Snapshot, words: tuple[str, ...], strange: tuple[str, ...]) -> float:
    """Return how much of some content words (0..1), by length, is lost where those that are `strange` are missing."""
    if not strange:
        return 0.0
    lacked = sum([snapshot.word(word).lack for word in strange])
    return lacked / sum([snapshot.word(word).weight for word in words])


def strange_words(snapshot: Snapshot, words: tuple[str, ...], profile: Profile) -> tuple[str, ...]:
    """Return the words that an entry neither has, nor has in another word for it, nor anything that sounds like."""
    text = profile.text
    missing = [word for word in words if word not in text]
    return tuple([word for word in missing if not _is_familiar(snapshot, word, profile)]) if missing else ()


def _is_familiar(snapshot: Snapshot, word: str, profile: Profile) -> bool:
    known = snapshot.word(word)
    return known.folded in profile.canonical or (bool(known.heard) and profile.sounds.issuperset(known.heard))


def is_alien(query: Heard, likeness: float, strange: tuple[str, ...]) -> bool:
    """Return whether only the turn of phrase, or one word of few, is the same: 养猫要注意啥, 上网要注意啥; 身份证丢了.

    `likeness` is in log odds, see `Hit`; `strange` are the question's words that the entry has not.
    """
    # A name alone makes a row alike: 李志刚的微信 is no question about who he is.
    if likeness >= _LIKE and not query.terms.entities:
        return False
    if strange and len(strange) == len(query.words):
        return True
    if query.terms.entities or len(query.words) > _FEW_WORDS:
        return False
    return likeness < _UNLIKE or (bool(strange) and max(query.words, key=len) in strange)


def content_share(query: Heard) -> float:
    """Return how much of the question, names aside, is content words."""
    return sum(map(len, query.words)) / (len(NAME_SIGNS.sub("", query.terms.canonical)) or 1)
