"""The yardstick: a plain seven-feature matcher over characters, pairs and sounds, as its study describes it.

Written to be read, not to be fast: dictionaries and numpy, no compiled loops, none of the project's own
analysis but its tables of simplified characters and of syllables. The weights are the study's.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz

from bench.measures import N_RANKED, Found
from knowledge.language.tables import simplified_by_traditional, syllable_by_character

N_CANDIDATES = 30
FREQUENT_SHARE = 0.03
RARE_ENOUGH = 0.35
GATHERING = {"characters": 0.6, "pairs": 1.0, "sounds": 0.5}
RANK_WEIGHTS = np.array([2.35, 1.57, 4.22, 0.73, 2.26, 1.18, -0.81])
SURE_WEIGHTS = np.array([1.35, 1.55, 1.42, 1.21, 0.26, 1.47, -0.37])
SURE_BIAS = -5.76
PINYIN_SHARE = 0.7
PINYIN_LENGTH_COST = 0.015

_FILLER = re.compile(
    "(?:请问一下|请问下|请问|请教一下|请教|我想问一下|我想问下|我想问|想问一下|想问|问一下|我想知道|想知道|麻烦问一下|麻烦|"
    "咨询一下|咨询|求助|求解|告诉我|谁知道|有谁知道|有人知道|帮我|帮忙|大家好|您好|你好|各位|谢谢大家|谢谢|感谢|急急急|在线等)"
)
_PARTICLES = re.compile("[吗呢啊呀吧了的嘛哦哈啦么]+$")
_CLASSES = {
    "为什么": "为啥 为何 什么原因 怎么回事 为什么",
    "怎么": "该怎么办 怎么办 该怎么 怎么样 怎样 如何 咋办 咋样 咋 怎么",
    "多少钱": "多少钱 什么价 什么价格 价格多少 价钱",
    "时候": "何时 什么时候 啥时候 几时 什么时间",
    "多久": "多久 多长时间 多少时间",
    "哪里": "哪里 哪儿 什么地方 啥地方 何处",
    "什么": "是什么 什么 啥 是啥",
    "不能": "不能 无法 没法 没办法 不了 不可以",
    "能": "能不能 可不可以 可否 能否 可以",
    "是": "是不是 是否",
    "有": "有没有 有无",
    "我": "我们 咱们 咱",
    "你": "您",
}
_CLASS_BY_FORM = {form: name for name, forms in _CLASSES.items() for form in forms.split()}
_QUESTION_WORDS = re.compile("|".join(sorted(_CLASS_BY_FORM, key=lambda form: (-len(form), form))))
_LATIN = re.compile(r"[a-z\s']+")


def literal_of(text: str) -> str:
    """Return the text in one width, case and script, without punctuation."""
    text = unicodedata.normalize("NFKC", text).lower().translate(simplified_by_traditional())
    return re.sub(r"[\W_]+", "", text)


def canonical_of(literal: str) -> str:
    """Return a literal text without filler and final particles, its question words by class."""
    for pattern in (_FILLER, _PARTICLES):
        shorter = pattern.sub("", literal)
        literal = shorter if len(shorter) >= 2 else literal
    return _QUESTION_WORDS.sub(lambda m: _CLASS_BY_FORM[m.group()], literal)


def syllables_of(text: str) -> list[str]:
    """Return the syllable of each character; what has none stays."""
    return [syllable_by_character().get(c, c) for c in text]


def _edged_pairs(text: str) -> Counter[str]:
    return Counter(a + b for a, b in pairwise(f"^{text}$")) if text else Counter()


@dataclass(frozen=True, slots=True)
class _Grams:
    canonical: str
    channels: Mapping[str, Counter[str]]


def _grams(literal: str, canonical: str, syllables: Sequence[str]) -> _Grams:
    return _Grams(
        canonical,
        {
            "characters": Counter(canonical),
            "pairs": _edged_pairs(canonical),
            "sounds": Counter(f"{a} {b}" for a, b in pairwise(syllables)),
            "literals": Counter(literal),
            "literal pairs": _edged_pairs(literal),
        },
    )


def _analyse(text: str) -> _Grams:
    literal = literal_of(text)
    canonical = canonical_of(literal)
    return _grams(literal, canonical, syllables_of(canonical))


class Recipe:
    """Rows by the seven-feature recipe."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = [_analyse(row) for row in rows]
        self.unknown = math.log1p(len(rows))
        self.rarity: dict[str, dict[str, float]] = {}
        for channel in self.rows[0].channels:
            n_rows_with = Counter(token for row in self.rows for token in row.channels[channel])
            self.rarity[channel] = {
                token: math.log1p(len(rows) / n) for token, n in sorted(n_rows_with.items())
            }
        self.postings = {channel: self._post(channel) for channel in GATHERING}
        self.syllables = frozenset(syllable_by_character().values())

    def _vector(self, channel: str, counts: Counter[str]) -> dict[str, float]:
        """Return the tf-idf of a text's tokens, of length 1."""
        rarity = self.rarity[channel]
        values = {t: (1 + math.log(n)) * rarity.get(t, self.unknown) for t, n in counts.items()}
        norm = math.sqrt(sum(v * v for v in values.values())) or 1.0
        return {token: value / norm for token, value in values.items()}

    def _post(self, channel: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for i, row in enumerate(self.rows):
            for token, value in self._vector(channel, row.channels[channel]).items():
                found[token].append((i, value))
        return {
            token: (np.array([i for i, _ in posted]), np.array([v for _, v in posted]))
            for token, posted in found.items()
        }

    def _gather(self, query: _Grams, weights: Mapping[str, float]) -> np.ndarray:
        scores = np.zeros(len(self.rows))
        for channel, weight in weights.items():
            postings = self.postings[channel]
            vector = self._vector(channel, query.channels[channel])
            carried = 0.0
            for token in sorted(vector, key=lambda t: (len(postings[t][0]) if t in postings else 0, t)):
                if token in postings:
                    ids, values = postings[token]
                    if len(ids) > FREQUENT_SHARE * len(self.rows) and carried >= RARE_ENOUGH:
                        break
                    scores[ids] += weight * vector[token] * values
                carried += vector[token] ** 2
        return scores

    def _features(self, query: _Grams, row: _Grams) -> list[float]:
        mine, theirs = (self._vector("literal pairs", x.channels["literal pairs"]) for x in (query, row))
        return [
            self._coverage("characters", query, row),
            self._coverage("characters", row, query),
            self._coverage("literals", query, row),
            self._coverage("literals", row, query),
            fuzz.ratio(query.canonical, row.canonical) / 100,
            sum(value * theirs.get(token, 0.0) for token, value in mine.items()),
            abs(len(query.canonical) - len(row.canonical)) / 10,
        ]

    def _coverage(self, channel: str, part: _Grams, whole: _Grams) -> float:
        rarity, there = self.rarity[channel], whole.channels[channel]
        weights = {token: rarity.get(token, self.unknown) for token in part.channels[channel]}
        return sum(w for t, w in weights.items() if t in there) / (sum(weights.values()) or 1.0)

    def search(self, text: str) -> Found:
        """Return the rows found for `text`; how sure one can be is on the log odds scale."""
        typed = unicodedata.normalize("NFKC", text).lower().strip()
        syllables = divide(re.sub(r"[\s']", "", typed), self.syllables) if _LATIN.fullmatch(typed) else []
        if syllables:
            return self._search_by_sound(syllables)
        query = _analyse(text)
        scores = self._gather(query, GATHERING)
        best = _highest(scores, N_CANDIDATES)
        if not len(best):
            return Found([])
        features = np.array([self._features(query, self.rows[i]) for i in best])
        order = np.argsort(-(features @ RANK_WEIGHTS), kind="stable")
        return Found(
            [int(i) for i in best[order][:N_RANKED]], float(features[order[0]] @ SURE_WEIGHTS) + SURE_BIAS
        )

    def _search_by_sound(self, syllables: Sequence[str]) -> Found:
        query = _grams("", "", syllables)
        scores = self._gather(query, {"sounds": 1.0})
        lengths = np.array([len(row.canonical) for row in self.rows])
        scores = np.where(scores > 0, scores - PINYIN_LENGTH_COST * abs(lengths - len(syllables)), 0.0)
        best = _highest(scores, N_RANKED)
        return Found([int(i) for i in best], float(scores[best[0]])) if len(best) else Found([])


def _highest(scores: np.ndarray, n: int) -> np.ndarray:
    """Return the ids of the highest scores above 0, best first, the lower id first of equals."""
    some = np.nonzero(scores > 0)[0]
    return some[np.lexsort((some, -scores[some]))][:n]


def divide(letters: str, syllables: frozenset[str]) -> list[str]:
    """Return the fewest syllables that cover at least 70 % of `letters`; [] when they don't.

    >>> divide("zenmeban", frozenset({"zen", "me", "ban", "an"}))
    ['zen', 'me', 'ban']
    """
    # (letters left over, number of parts, parts): the best way to divide what comes before each place.
    ways: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
    for end in range(1, len(letters) + 1):
        left, n, parts = ways[end - 1]
        options = [(left + 1, n, parts)]
        for start in range(max(0, end - 6), end):
            if letters[start:end] in syllables:
                left, n, parts = ways[start]
                options.append((left, n + 1, (*parts, letters[start:end])))
        ways.append(min(options))
    left, _, parts = ways[-1]
    return list(parts) if len(letters) - left >= PINYIN_SHARE * len(letters) and len(parts) > 1 else []
