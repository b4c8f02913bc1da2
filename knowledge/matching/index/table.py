"""The inverted table: which rows share characters, character pairs or sounds with a text.

A row has two texts (canonical and literal, see `analyze`). Five channels are indexed: characters, character
pairs and pairs of sounds of the canonical text, characters and pairs of the literal one. Everything is a flat
array, so a table is saved and loaded without pickle, and a query works on whole arrays: no loop over rows or postings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from knowledge.language.pinyin import sound_by_character

Array = npt.NDArray[Any]

_CHARACTERS, _PAIRS, _SOUNDS, _LITERALS, _LITERAL_PAIRS = range(5)
N_CHANNELS = 5
_N_GATHERED = 3
_MEASURED = np.array([_CHARACTERS, _PAIRS, _LITERALS, _LITERAL_PAIRS])
# How much each of the first three channels counts when candidates are gathered (measured on public question sets).
_GATHER_WEIGHTS = np.array([0.6, 1.0, 0.5], np.float32)
_CHANNEL_SHIFT, _PAIR_SHIFT = np.uint64(52), np.uint64(24)
# A sign for the beginning and the end of a text; no text has control characters.
_EDGE = 2
_MAX_UNICODE = 0x110000
# Frequent tokens cost most of the time and decide nothing: they are skipped where the rare ones carry enough.
_FREQUENT_SHARE = 0.03
_FREQUENT_ROWS = 3000
_RARE_ENOUGH = 0.35
_HEARD = 0.75
"""Credit of a character that only sounds like the one it stands for, next to another that does too."""

FEATURES = (
    "query_canonical",
    "row_canonical",
    "query_pairs",
    "row_pairs",
    "query_literal",
    "row_literal",
    "query_literal_pairs",
    "row_literal_pairs",
)
"""What `Table.search` measures of a row, by column: how much of the one is found in the other, weighted by rarity, 0..1."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as a table knows it: the channel and the rarity of each token; then the different tokens, where each stands
    first, which of them each token is, and how often each stands there. Tokens that no row has are below 0."""

    channel: Array
    rarity: Array
    distinct: Array
    first: Array
    which: Array
    counts: Array


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by what they share; the id of a row is its position.

    `keys` are the known tokens, sorted, the channel in the top bits; `idf` is their rarity. Row `i` has, in
    channel `c`, the tokens `tokens[bounds[c, i]:bounds[c, i + 1]]`, in reading order. Token `t` of the first
    three channels stands in the rows `numbers[starts[t]:starts[t + 1]]` with these `weights`.
    """

    keys: Array
    idf: Array
    bounds: Array
    tokens: Array
    starts: Array
    numbers: Array
    weights: Array

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return int(self.bounds.shape[1]) - 1

    def search(self, canonical: str, literal: str, n: int) -> tuple[Array, Array]:
        """Return the ids of at most `n` rows nearest to a text, best first, and their `FEATURES`.

        Ties go to the lower id. A text without any known token gives no rows.
        """
        if not len(self.keys):
            return np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32)
        asked = self._read(canonical, literal)
        ids = self._gather(asked, n)
        return ids, self._features(asked, ids)

    def _read(self, canonical: str, literal: str) -> _Asked:
        keys, channel = _keys_of(canonical, literal)
        at, known, rarity = self._find(keys)
        # A token that no row has counts in its channel, as one, however many there are: they only make the question longer.
        tokens = np.where(known, at, -1 - channel).tolist()
        # Plain loops: a text has some dozens of tokens, and sorting arrays of so few costs more.
        counts: dict[int, int] = {}
        first: dict[int, int] = {}
        for place, token in enumerate(tokens):
            counts[token] = counts.get(token, 0) + 1
            first.setdefault(token, place)
        distinct = sorted(counts)
        number = {token: i for i, token in enumerate(distinct)}
        return _Asked(
            channel,
            rarity,
            np.array(distinct, np.int64),
            np.array([first[token] for token in distinct], np.int64),
            np.array([number[token] for token in tokens], np.int64),
            np.array([counts[token] for token in distinct], np.int64),
        )

    def _find(self, keys: Array) -> tuple[Array, Array, Array]:
        """Return for each key a token, whether it is the key's own, and how rare the key is."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), bool), np.zeros(len(keys), np.float32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[at] == keys
        return at, known, np.where(known, self.idf[at], np.float32(np.log1p(self.n_rows)))

    def _gather(self, asked: _Asked, n: int) -> Array:
        """Return the ids of the best `n` rows by the cosines of the first three channels, best first."""
        channel = asked.channel[asked.first]
        used = channel < _N_GATHERED
        channel, token = channel[used], asked.distinct[used]
        value = (1 + np.log(asked.counts[used])) * asked.rarity[asked.first[used]]
        begins = self.starts[np.maximum(token, 0)]
        n_posted = np.where(token >= 0, self.starts[np.maximum(token, 0) + 1] - begins, 0)
        # In each channel, rarest first, as long as the rare ones don't carry enough.
        order = np.lexsort((n_posted, channel))
        carried, in_channel = value[order] ** 2, channel[order]
        whole = np.bincount(channel, value**2, _N_GATHERED)
        before = np.cumsum(carried) - carried - (np.cumsum(whole) - whole)[in_channel]
        limit = max(_FREQUENT_SHARE * self.n_rows, _FREQUENT_ROWS)
        order = order[(n_posted[order] <= limit) | (before < _RARE_ENOUGH * whole[in_channel])]
        return self._best(begins[order], n_posted[order], value[order] / np.sqrt(whole)[channel[order]], n)

    def _best(self, begins: Array, lengths: Array, factors: Array, n: int) -> Array:
        posted = _spans(begins, lengths)
        scores = np.bincount(
            self.numbers.take(posted), np.repeat(factors, lengths) * self.weights.take(posted), self.n_rows
        )
        rows = np.flatnonzero(scores > 0)
        if len(rows) > n:
            weakest = np.partition(scores[rows], len(rows) - n)[len(rows) - n]
            above, level = rows[scores[rows] > weakest], rows[scores[rows] == weakest]
            rows = np.concatenate([above, level[: n - len(above)]])
        return rows[np.lexsort((rows, -scores[rows]))]

    def _features(self, asked: _Asked, ids: Array) -> Array:
        """Return the `FEATURES` of some rows: what each has of the text, and the text of it."""
        begins = self.bounds[:, ids].ravel()
        lengths = self.bounds[:, ids + 1].ravel() - begins
        tokens = self.tokens.take(_spans(begins, lengths))
        # A line is a row in a channel.
        line = np.repeat(np.arange(len(lengths)), lengths)
        # Small numbers: this is filled anew for each question, and is as long as all that is written has different tokens.
        place = np.full(len(self.keys), -1, np.int16)
        known = np.flatnonzero(asked.distinct >= 0)
        place[asked.distinct[known]] = known
        at = place.take(tokens)
        shared = np.zeros((len(ids), len(asked.distinct) + 1), bool)
        shared[np.repeat(np.tile(np.arange(len(ids)), N_CHANNELS), lengths), at] = True
        credit = _credit_of_rows(at >= 0, line, lengths)
        rarity = self.idf.take(tokens)
        theirs = _ratio(
            np.bincount(line, credit * rarity, len(lengths)), np.bincount(line, rarity, len(lengths))
        )
        credit = _credit_of_text(shared[:, asked.which], asked.channel)
        by_channel = np.where(asked.channel[:, None] == _MEASURED, asked.rarity[:, None], np.float64(0))
        mine = _ratio(credit @ by_channel, by_channel.sum(0))
        # A measured channel after the other, the text's share before the row's.
        features = np.empty((len(ids), len(FEATURES)), np.float32)
        features[:, ::2], features[:, 1::2] = mine, theirs.reshape(N_CHANNELS, -1)[_MEASURED].T
        return features

    def rarity(self, text: str) -> tuple[list[float], list[float]]:
        """Return the rarity of each character of a canonical text, and of each pair of neighbouring ones."""
        framed = _framed([text])
        characters, pairs = (self._rarity_of(_keys(framed, channel)) for channel in (_CHARACTERS, _PAIRS))
        return characters, pairs[1:-1]

    def _rarity_of(self, raw: Array) -> list[float]:
        return list(map(float, self._find(raw)[2]))

    def characters(self) -> list[str]:
        """Return every character of the literal texts, by code point."""
        first, last = (np.uint64(channel) << _CHANNEL_SHIFT for channel in (_LITERALS, _LITERAL_PAIRS))
        codes = self.keys[(self.keys >= first) & (self.keys < last)] & np.uint64(0xFFFFFF)
        return list(map(chr, map(int, codes)))

    def pair_counts(self, pairs: Sequence[str]) -> Array:
        """Return how many literal texts have each of some pairs of characters, about (0 for none)."""
        codes = _code_points(pairs).astype(np.uint64).reshape(-1, 2)
        keys = (np.uint64(_LITERAL_PAIRS) << _CHANNEL_SHIFT) | (codes[:, 0] << _PAIR_SHIFT) | codes[:, 1]
        _, known, rarity = self._find(keys)
        return np.divide(self.n_rows, np.expm1(rarity), out=np.zeros(len(keys)), where=known)

    def save(self, file: BinaryIO) -> None:
        """Write the table as .npz; arrays only."""
        np.savez(file, allow_pickle=False, **{name: getattr(self, name) for name in self.__slots__})


def load_table(file: BinaryIO) -> Table:
    """Return the table that `Table.save` wrote.

    Raises:
        ValueError: when the file is no such table.
    """
    with np.load(file, allow_pickle=False) as stored:
        if set(stored.files) != set(Table.__slots__):
            raise ValueError("not a table")
        return Table(**{name: stored[name] for name in Table.__slots__})


def build_table(canonical: Sequence[str], literal: Sequence[str]) -> Table:
    """Return the table of rows with these texts, in this order; both sequences are equally long."""
    framed = (_framed(canonical), _framed(literal))
    keys, idf, bounds, tokens = [], [], [], []
    starts, numbers, weights = [np.zeros(1, np.int64)], [], []
    n_keys = n_tokens = n_posted = 0
    for channel in range(N_CHANNELS):
        texts = literal if channel >= _LITERALS else canonical
        raw, edges = _keys(framed[channel >= _LITERALS], channel), _edges(texts, channel)
        known, token = np.unique(raw, return_inverse=True)
        token_of, row_of, counts = _count(token, edges)
        n_rows_with = np.bincount(token_of, minlength=len(known))
        rarity = np.log1p(len(canonical) / np.maximum(n_rows_with, 1)).astype(np.float32)
        keys.append(known)
        idf.append(rarity)
        bounds.append(edges + n_tokens)
        tokens.append((token + n_keys).astype(np.int32))
        n_keys, n_tokens = n_keys + len(known), n_tokens + len(token)
        if channel < _N_GATHERED:
            value = (1 + np.log(counts)) * rarity[token_of]
            norm = np.sqrt(np.bincount(row_of, value * value, len(canonical)))
            weights.append((_GATHER_WEIGHTS[channel] * value / norm[row_of]).astype(np.float32))
            numbers.append(row_of.astype(np.int32))
            starts.append(np.cumsum(n_rows_with) + n_posted)
            n_posted += len(row_of)
    return Table(np.concatenate(keys), np.concatenate(idf), np.array(bounds, np.int64), np.concatenate(tokens),
                 np.concatenate(starts), np.concatenate(numbers), np.concatenate(weights))  # fmt: skip


def _count(token: Array, edges: Array) -> tuple[Array, Array, Array]:
    """Return each token of each row once, by token and then by row, and how often it stands there."""
    n_rows = max(len(edges) - 1, 1)
    row = np.repeat(np.arange(len(edges) - 1, dtype=np.int64), np.diff(edges))
    posted, counts = np.unique(token * n_rows + row, return_counts=True)
    return posted // n_rows, posted % n_rows, counts


def _edges(texts: Sequence[str], channel: int) -> Array:
    """Return where each text's tokens begin in a channel, with the end of the last: an empty text has none."""
    more = 1 if channel in (_PAIRS, _LITERAL_PAIRS) else -1 if channel == _SOUNDS else 0
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.concatenate([[0], np.cumsum(np.where(lengths > 0, lengths + more, 0))])


def _framed(texts: Sequence[str]) -> Array:
    """Return the code points of all texts in a row, an edge before each and after the last."""
    return _code_points([chr(_EDGE), *(piece for text in texts for piece in (text, chr(_EDGE)))])


def _code_points(texts: Sequence[str]) -> Array:
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def _sounds() -> Array:
    """Return the sound of each code point: a small number for a fuzzy syllable, a large one for a sign without a reading."""
    numbers = np.arange(_MAX_UNICODE, dtype=np.uint32) + 4096
    known: dict[str, int] = {}
    for character, sound in sound_by_character().items():
        numbers[ord(character)] = known.setdefault(sound, len(known) + 1)
    return numbers


def _keys(framed: Array, channel: int) -> Array:
    """Return the token keys of framed texts in one channel."""
    edge = framed == _EDGE
    first: Any
    if channel in (_CHARACTERS, _LITERALS):
        first, second = np.uint64(0), framed[~edge].astype(np.uint64)
    elif channel == _SOUNDS:
        inside = ~(edge[:-1] | edge[1:])
        sounds = _sounds()[framed].astype(np.uint64)
        first, second = sounds[:-1][inside], sounds[1:][inside]
    else:
        inside = ~(edge[:-1] & edge[1:])
        codes = framed.astype(np.uint64)
        first, second = codes[:-1][inside], codes[1:][inside]
    keys: Array = (np.uint64(channel) << _CHANNEL_SHIFT) | (first << _PAIR_SHIFT) | second
    return keys


def _keys_of(canonical: str, literal: str) -> tuple[Array, Array]:
    """Return the token keys of one text, channel by channel, and the channel of each; as `_keys` of it framed alone."""
    parts: list[Array] = []
    for text, is_heard in ((canonical, True), (literal, False)):
        codes = _framed([text])
        wide = codes.astype(np.uint64)
        pairs = (wide[:-1] << _PAIR_SHIFT) | wide[1:] if text else wide[:0]
        parts += [wide[1:-1], pairs]
        if is_heard:
            sounds = _sounds()[codes[1:-1]].astype(np.uint64)
            parts.append((sounds[:-1] << _PAIR_SHIFT) | sounds[1:])
    channel = np.repeat(np.arange(N_CHANNELS), [len(part) for part in parts])
    keys: Array = np.concatenate(parts) | (channel.astype(np.uint64) << _CHANNEL_SHIFT)
    return keys, channel


def _spans(begins: Array, lengths: Array) -> Array:
    """Return the numbers of all spans one after the other: from each begin on as many as its length."""
    ends = np.cumsum(lengths)
    numbers: Array = np.arange(lengths.sum()) + np.repeat(begins - ends + lengths, lengths)
    return numbers


def _credit_of_text(found: Array, channel: Array) -> Array:
    """Return what each token of a text earns in each row that has it, or for a character one that sounds like it."""
    credit = found.astype(np.float64)
    # The tokens of one channel lie together, the characters first.
    end, first, last = np.searchsorted(channel, (_PAIRS, _SOUNDS, _LITERALS)).tolist()
    sounds = found[:, first:last]
    heard = np.zeros((len(found), end), bool)
    heard[:, :-1] = sounds
    heard[:, 1:] |= sounds
    credit[:, :end] = np.maximum(credit[:, :end], _HEARD * heard)
    return credit


def _credit_of_rows(found: Array, line: Array, lengths: Array) -> Array:
    """Return what each token of the rows earns, by whether the text has it; lines are rows by channel."""
    credit = found.astype(np.float64)
    begins = np.cumsum(lengths) - lengths
    n_rows = len(lengths) // N_CHANNELS
    # The tokens of one channel lie together.
    start, end = (np.append(begins, len(found))[[_SOUNDS * n_rows, (_SOUNDS + 1) * n_rows]]).tolist()
    heard = np.flatnonzero(found[start:end]) + start
    row = line[heard] - _SOUNDS * n_rows
    # The n-th pair of sounds is that of the n-th character of the row and the next.
    first = begins[row] + heard - begins[line[heard]]
    for character in (first, first + 1):
        credit[character] = np.maximum(credit[character], _HEARD)
    return credit


def _ratio(part: Array, whole: Array) -> Array:
    """Return what share one is of the other, 0 of nothing."""
    share: Array = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return share
