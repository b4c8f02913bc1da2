"""Features: what a question shares with what could answer it, each a number whose share in a judgement can be shown."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.language.shapes import names_whom
from knowledge.matching.index.profile import Profile, sound_bigrams
from knowledge.matching.index.table import Rarity
from knowledge.matching.query import NAME_SIGNS, Heard, Query
from knowledge.matching.snapshot import Snapshot, Word

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
        heard = [_HEARD * rare for rare in rarity.pairs]
        self.each = list(zip(pairs, rarity.pairs, sound_bigrams(canonical), heard, strict=True))
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
            rarity if pair in grams else as_heard
            for pair, rarity, sound, as_heard in self.each
            if pair in grams or sound in sounds
        ]
        return sum(found) / total


def nearness(near: Mapping[str, float], nearest: float, target: str) -> dict[str, float]:
    """Return the feature of a target's meaning: above 0 when it is about as near as the `nearest` of all."""
    return {"meaning": (near.get(target, nearest - _FAR) - nearest) / _SCALE + _CLOSE}


class ContentWords:
    """Some content words of a text, looked up once for all that may answer it."""

    def __init__(self, snapshot: Snapshot, words: tuple[str, ...]) -> None:
        self.each = tuple(map(snapshot.word, words))
        self._weight = sum([word.weight for word in self.each])

    def lacked_by(self, profile: Profile) -> list[Word]:
        """Return the words that an entry neither has, nor has in another word for it, nor anything that sounds like."""
        text = profile.text
        return [word for word in self.each if word.text not in text and not _is_familiar(word, profile)]

    def lost_with(self, lacked: list[Word]) -> float:
        """Return how much of the words (0..1), by length, is lost where some of them are missing."""
        return sum([word.lack for word in lacked]) / self._weight if lacked else 0.0


class Sought:
    """What a text, or a stretch of one, asks for: all that is worked out once for whatever may answer it.

    `words` are its content words and `focus` those of the part that asks; `content_share` is how much of it, names aside, they
    are, and `longest` the longest of them.
    """

    def __init__(self, snapshot: Snapshot, query: Heard, rarity: Rarity) -> None:
        self.query = query
        self.pairs = Pairs(query.terms.canonical, rarity)
        self.words = ContentWords(snapshot, query.words)
        self.focus = self.words if query.focus == query.words else ContentWords(snapshot, query.focus)
        n_signs = len(NAME_SIGNS.sub("", query.terms.canonical)) or 1
        self.content_share = sum(map(len, query.words)) / n_signs
        self.longest = max(query.words, key=len, default="")

    def features(self, profile: Profile, lacked: list[Word]) -> dict[str, float]:
        """Return what entries and sentences are judged by alike; `lacked` are the `words` that `profile` has not."""
        strange = self.words.lost_with(lacked)
        unasked = lacked if self.focus is self.words else self.focus.lacked_by(profile)
        return {
            "material": self.pairs.share_in(profile.grams, profile.sounds),
            # A name is evidence as far as the rest is understood: 周键的邮箱 names him and asks what nobody said.
            "entity": entity_agreement(self.query, profile) * (1 - strange),
            "strange": strange * self.content_share,
            "focus": self.focus.lost_with(unasked),
        }

    def is_alien(self, likeness: float, lacked: list[Word]) -> bool:
        """Return whether only the turn of phrase, or one word of few, is the same: 养猫要注意啥, 上网要注意啥; 身份证丢了.

        `likeness` is in log odds, see `Hit`; `lacked` are the words that the entry has not.
        """
        words, entities = self.query.words, self.query.terms.entities
        # A name alone makes a row alike: 李志刚的微信 is no question about who he is.
        if likeness >= _LIKE and not entities:
            return False
        if lacked and len(lacked) == len(words):
            return True
        if entities or len(words) > _FEW_WORDS:
            return False
        return likeness < _UNLIKE or any(word.text == self.longest for word in lacked)


def entity_agreement(query: Heard, profile: Profile) -> float:
    """Return 1 when every name of the question is the entry's, -1 when none is, 0 without names."""
    if not query.terms.entities:
        return 0.0
    agreed = sum(name in profile.entities for name in query.terms.entities)
    return 2 * agreed / len(query.terms.entities) - 1


def lacks_person(query: Query, profile: Profile) -> bool:
    """Return whether a question asks for a person and a sentence, in its context, names nobody whom it can mean."""
    told = f"{profile.own_text} {profile.said}"
    return query.asks_for_person and not names_whom(query.text, told, profile.names)


def _is_familiar(word: Word, profile: Profile) -> bool:
    return word.folded in profile.canonical or (bool(word.heard) and profile.sounds.issuperset(word.heard))
