"""Talk by likeness: which intent a message is nearest to, and whether it is talk at all.

The weights are fitted over features that any content has, never over intents (`python -m bench.talk`): an intent that editors add
is known by its own sayings and examples, as those that are shipped are.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from knowledge.language.analyze import Terms
from knowledge.language.grammar import A_NOT_A, DENYING
from knowledge.language.speech.addressed import talk_odds_in_meaning
from knowledge.matching.decide import decide
from knowledge.matching.index.examples import Examples, signs_of
from knowledge.matching.search import ROW_FEATURES, nearest
from knowledge.matching.snapshot import Snapshot
from knowledge.model.service import Intent

OF_INTENT = ("likeness", "query_canonical", "query_pairs", "denied", "support", "words", "parts")
"""What is measured of an intent: of its nearest example, of its share among the nearest, and of all that is said for it."""
ORDER: Mapping[str, float] = dict(zip(OF_INTENT, (0.74, -2.84, -1.28, -0.44, 6.33, 6.58, -1.58), strict=True))
OF_TALK = (*OF_INTENT, "odds", "length", "named", "known")
"""What is measured of whether a message is talk: of its likeliest intent, of itself, and of what the knowledge has."""
TALKING: Mapping[str, float] = dict(
    zip(OF_TALK, (0.22, 0.19, -0.38, 0.24, 1.69, 2.04, 1.91, 0.95, -1.56, -1.49, -0.55), strict=True)
)
TALKING_BIAS = -1.15
TALK_AT = 1.0
"""From these log odds on a message is talk."""
COMMAND_AT = 2.0
"""From these log odds on a message is a command: a quiz that nobody asked for costs more than a kind word."""
SURE_AT = 2.5
"""From these log odds on a message is talk even where nobody knows what it means, or where a word of it stands in the knowledge."""
FLOOR = -1.0
"""Below these log odds, by what it looks like alone, a message is a question, and nothing more is asked of it."""
AHEAD = 0.5
"""By so much one intent must be likelier than the next, or it isn't known which of them is meant."""
AHEAD_OF_WORDS = 0.2
"""The same where both would be answered by kind words alone: a sentence that is near costs less than none."""
_MIN_CHARS, _MAX_CHARS = 3, 30
_N_NEAREST = 24
_N_SUPPORT = 10
_FAR = (-6.0, 0.0, 0.0, 0.0)
_STRANGE = 3.0
"""How much a sign counts that no intent has."""
_SPREAD = 0.3
_LEAST_SCORE = 0.02
"""Nothing is surer than this, either way."""
_DENIALS = re.compile(f"[{DENYING}莫无别]")
_DENIED = OF_INTENT.index("denied")
_SHARES = tuple(ROW_FEATURES.index(name) for name in OF_INTENT[1:3])


class Likely(NamedTuple):
    """An intent that a message may be, how much speaks for it, and each of `OF_INTENT`."""

    intent: Intent
    worth: float
    features: tuple[float, ...]


class Talking(NamedTuple):
    """The likeliest intent of a message, by how much it is likelier than the next, and each of `OF_TALK`."""

    intent: Intent
    ahead: float
    features: tuple[float, ...]

    @property
    def odds(self) -> float:
        """The log odds that the message is talk."""
        return TALKING_BIAS + _weighed(TALKING, self.features)

    @property
    def is_placed(self) -> bool:
        """Whether it is clear which intent is meant: 别让我答题 is no command to begin, near as it is to one."""
        is_denied = bool(self.intent.say) and bool(self.features[_DENIED])
        return self.ahead >= (AHEAD if self.intent.say else AHEAD_OF_WORDS) and not is_denied


def talking(
    snapshot: Snapshot, text: str, odds: float | None = None, *, without: int | None = None
) -> Talking | None:
    """Return what is measured of a message that may be talk, None for what is surely none.

    Args:
        odds: What to take for its log odds by what it looks like; None to ask the fitted models.
        without: An example that is passed over, by its number: a fit may not know what it judges by.
    """
    terms = snapshot.analyzer.analyze(text)
    if not _MIN_CHARS <= len(terms.literal) <= _MAX_CHARS or not snapshot.examples.texts:
        return None
    odds = asked_odds(snapshot, text) if odds is None else odds
    if odds < FLOOR:
        return None
    likely = likely_intents(snapshot.examples, terms, without)
    return Talking(
        likely[0].intent,
        likely[0].worth - likely[1].worth if len(likely) > 1 else AHEAD,
        (
            *likely[0].features,
            odds,
            len(terms.canonical) / 10,
            float(bool(terms.entities or terms.clauses)),
            _known(snapshot, text),
        ),
    )


def _known(snapshot: Snapshot, text: str) -> float:
    """Return the log odds that what fits a text best answers it, of entries and of bare sentences: what the base knows is no talk."""
    score = max((hit.score for hit in decide(snapshot, text).hits[:1]), default=0.0)
    return math.log(max(score, _LEAST_SCORE) / max(1 - score, _LEAST_SCORE))


def asked_odds(snapshot: Snapshot, text: str) -> float:
    """Return the log odds that a text is talk by what it looks like, and by its meaning where that can be asked."""
    return talk_odds_in_meaning(text, snapshot.meaning.encode if snapshot.meaning else None)


def likely_intents(examples: Examples, terms: Terms, without: int | None = None) -> list[Likely]:
    """Return the intents, the likeliest for a message first; ties go to the first of the content."""
    n = _N_NEAREST + (without is not None)
    ids, likeness, shares = nearest(examples.table, examples.texts, terms.canonical, terms.literal, n)
    best: dict[int, tuple[float, ...]] = {}
    support: Counter[int] = Counter()
    for place, row in enumerate(row for row, i in enumerate(ids.tolist()) if i != without):
        owner, text = examples.owners[int(ids[row])], examples.texts[int(ids[row])]
        support[owner] += place < _N_SUPPORT
        # 看得懂 and 看不懂 are as alike as two sayings of one intent.
        denied = float(_n_denials(terms.canonical) != _n_denials(text))
        best.setdefault(owner, (float(likeness[row]), *(float(shares[row, i]) for i in _SHARES), denied))
    words, parts = _covered(examples, terms.canonical, without)
    found = []
    for number, intent in enumerate(examples.intents):
        features = (*best.get(number, _FAR), support[number] / _N_SUPPORT, words[number], parts[number])
        found.append(Likely(intent, _weighed(ORDER, features), features))
    return sorted(found, key=lambda likely: -likely.worth)


def _covered(
    examples: Examples, text: str, without: int | None
) -> tuple[Mapping[int, float], Mapping[int, float]]:
    """Return how much of a text's signs each intent has: weighed by how few others have them, and plainly."""
    own, has = (
        (examples.owners[without], signs_of(examples.texts[without])) if without is not None else (-1, ())
    )
    signs = sorted(signs_of(text))
    words: defaultdict[int, float] = defaultdict(float)
    parts: defaultdict[int, float] = defaultdict(float)
    total = 0.0
    for sign in signs:
        counts: Mapping[int, int] = examples.counts.get(sign, {})
        having = [n for n, count in counts.items() if count > (n == own and sign in has)]
        rarity = math.log(len(examples.intents) / len(having)) + _SPREAD if having else _STRANGE
        total += rarity
        for number in having:
            words[number] += rarity
            parts[number] += 1 / len(signs)
    for number in words:
        words[number] /= total
    return words, parts


def _weighed(weights: Mapping[str, float], values: tuple[float, ...]) -> float:
    return sum(weight * value for weight, value in zip(weights.values(), values, strict=True))


def _n_denials(text: str) -> int:
    # 有没有题做 and 有题做不 ask, and deny nothing.
    return len(_DENIALS.findall(A_NOT_A.sub(r"\1", text).rstrip("不没")))
