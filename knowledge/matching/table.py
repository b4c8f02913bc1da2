"""The inverted table: which rows share characters, character pairs or sounds with a text, in compiled loops.

A row has two texts (canonical and literal, see `analyze`). Five channels are indexed: characters, character
pairs and pairs of sounds of the canonical text, characters and pairs of the literal one. Everything is a flat
array, so a table is saved and loaded without pickle, and a query over a hundred thousand rows takes a fraction
of a millisecond on one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from numba import njit

from knowledge.language.pinyin import sound_by_character

Array = npt.NDArray[Any]

_CHARACTERS, _PAIRS, _SOUNDS, _LITERALS, _LITERAL_PAIRS = range(5)
N_CHANNELS = 5
_N_GATHERED = 3
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
        ids, features = _search(*_codes([canonical]), *_codes([literal]), _sounds(), self.keys, self.idf, self.bounds,
                                self.tokens, self.starts, self.numbers, self.weights, n)  # fmt: skip
        return ids, features

    def rarity(self, text: str) -> tuple[list[float], list[float]]:
        """Return the rarity of each character of a canonical text, and of each pair of neighbouring ones."""
        characters, _ = _encode(*_codes([text]), _CHARACTERS, _sounds())
        pairs, _ = _encode(*_codes([text]), _PAIRS, _sounds())
        return self._rarity_of(characters), self._rarity_of(pairs)[1:-1]

    def _rarity_of(self, raw: Array) -> list[float]:
        if not len(self.keys):
            return [0.0] * len(raw)
        at = np.minimum(np.searchsorted(self.keys, raw), len(self.keys) - 1)
        found = np.where(self.keys[at] == raw, self.idf[at], np.log1p(max(self.n_rows, 1)))
        return list(map(float, found))

    def characters(self) -> list[str]:
        """Return every character of the literal texts, by code point."""
        first, last = (np.uint64(channel) << _CHANNEL_SHIFT for channel in (_LITERALS, _LITERAL_PAIRS))
        codes = self.keys[(self.keys >= first) & (self.keys < last)] & np.uint64(0xFFFFFF)
        return list(map(chr, map(int, codes)))

    def pair_counts(self, pairs: Sequence[str]) -> Array:
        """Return how many literal texts have each of some pairs of characters, about (0 for none)."""
        codes = _code_points(pairs).astype(np.uint64).reshape(-1, 2)
        keys = (np.uint64(_LITERAL_PAIRS) << _CHANNEL_SHIFT) | (codes[:, 0] << _PAIR_SHIFT) | codes[:, 1]
        if not len(self.keys):
            return np.zeros(len(keys))
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.n_rows / np.expm1(self.idf[at]), 0)

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
    read = (_codes(canonical), _codes(literal))
    keys, idf, bounds, tokens = [], [], [], []
    starts, numbers, weights = [np.zeros(1, np.int64)], [], []
    n_keys = n_tokens = n_posted = 0
    for channel in range(N_CHANNELS):
        raw, edges = _encode(*read[channel >= _LITERALS], channel, _sounds())
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


def _codes(texts: Sequence[str]) -> tuple[Array, Array]:
    """Return the code points of all texts in a row, and where each text begins, with the end of the last."""
    ends = (0, len(texts[0])) if len(texts) == 1 else np.cumsum([0, *map(len, texts)])
    return _code_points(texts), np.array(ends, np.int64)


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


@njit(cache=True, nogil=True)
def _encode(codes, begins, channel, sounds):
    """Return the token keys of every text in one channel, and where each text's tokens begin."""
    n_texts = len(begins) - 1
    more = 1 if channel in (_PAIRS, _LITERAL_PAIRS) else -1 if channel == _SOUNDS else 0
    edges = np.zeros(n_texts + 1, np.int64)
    for i in range(n_texts):
        length = begins[i + 1] - begins[i]
        edges[i + 1] = edges[i] + (max(length + more, 0) if length else 0)
    keys = np.empty(edges[-1], np.uint64)
    base = np.uint64(channel) << np.uint64(52)
    for i in range(n_texts):
        start, end = begins[i], begins[i + 1]
        for j in range(edges[i + 1] - edges[i]):
            if more == 0:
                first, second = np.uint64(0), np.uint64(codes[start + j])
            elif more == 1:
                first = np.uint64(codes[start + j - 1]) if j else np.uint64(_EDGE)
                second = np.uint64(codes[start + j]) if start + j < end else np.uint64(_EDGE)
            else:
                first = np.uint64(sounds[codes[start + j]])
                second = np.uint64(sounds[codes[start + j + 1]])
            keys[edges[i] + j] = base | (first << np.uint64(24)) | second
    return keys, edges


@njit(cache=True, nogil=True)
def _gather(tokens, edges, idf, n_rows, starts, numbers, weights, n):
    """Return the ids of the best `n` rows by the cosines of the first three channels, best first."""
    scores = np.zeros(n_rows, np.float32)
    touched = np.empty(n_rows, np.int32)
    n_touched = 0
    limit = max(_FREQUENT_SHARE * n_rows, _FREQUENT_ROWS)
    for channel in range(3):
        begin, end = edges[channel], edges[channel + 1]
        distinct = np.unique(tokens[begin:end])
        value = np.empty(len(distinct), np.float32)
        length = np.zeros(len(distinct), np.int64)
        total = np.float32(0)
        for i, token in enumerate(distinct):
            count = 0
            rarity = np.float32(0)
            for j in range(begin, end):
                if tokens[j] == token:
                    count += 1
                    rarity = idf[j]
            # Unknown tokens count as one: they only make the question longer.
            value[i] = (1 + np.log(count)) * rarity
            total += value[i] * value[i]
            if token >= 0:
                length[i] = starts[token + 1] - starts[token]
        norm = np.sqrt(total)
        carried = np.float32(0)
        for i in np.argsort(length):
            if length[i] > limit and carried >= _RARE_ENOUGH * total:
                break
            carried += value[i] * value[i]
            token = distinct[i]
            if token < 0:
                continue
            factor = value[i] / norm
            for k in range(starts[token], starts[token + 1]):
                row = numbers[k]
                if scores[row] == 0:
                    touched[n_touched] = row
                    n_touched += 1
                scores[row] += factor * weights[k]
    best = np.empty(min(n, n_touched), np.int32)
    # A heap with the weakest of the best on top; of equal scores the higher id is the weaker.
    size = 0
    for t in range(n_touched):
        row = touched[t]
        if size < len(best):
            at = size
            size += 1
            while at and _weaker(scores, row, best[(at - 1) // 2]):
                best[at] = best[(at - 1) // 2]
                at = (at - 1) // 2
            best[at] = row
        elif _weaker(scores, best[0], row):
            _sink(scores, best, row, size)
    for last in range(size - 1, 0, -1):
        row = best[last]
        best[last] = best[0]
        _sink(scores, best, row, last)
    return best[:size]


@njit(cache=True, nogil=True)
def _weaker(scores, a, b):
    return scores[a] < scores[b] or (scores[a] == scores[b] and a > b)


@njit(cache=True, nogil=True)
def _sink(scores, heap, row, size):
    """Put `row` on top of a heap of `size` and let it sink to its place."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _weaker(scores, heap[child + 1], heap[child]):
            child += 1
        if not _weaker(scores, heap[child], row):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = row


@njit(cache=True, nogil=True)
def _share(part, part_idf, part_sounds, whole, whole_sounds):
    """Return how much of `part`, weighted by rarity, `whole` has; what only sounds alike counts a little less.

    `part_sounds` are the sound pairs of the same text, one fewer than its characters; empty switches sounds off.
    """
    total = matched = np.float32(0)
    for i, token in enumerate(part):
        total += part_idf[i]
        if token >= 0 and _has(whole, token):
            matched += part_idf[i]
        elif (
            0 < i <= len(part_sounds) and part_sounds[i - 1] >= 0 and _has(whole_sounds, part_sounds[i - 1])
        ) or (i < len(part_sounds) and part_sounds[i] >= 0 and _has(whole_sounds, part_sounds[i])):
            matched += np.float32(_HEARD) * part_idf[i]
    return matched / total if total else np.float32(0)


@njit(cache=True, nogil=True)
def _has(tokens, token):
    for other in tokens:
        if other == token:
            return True
    return False


@njit(cache=True, nogil=True)
def _search(canonical, canonical_begins, literal, literal_begins, sounds, keys, idf, bounds, tokens,
            starts, numbers, weights, n):  # fmt: skip
    n_rows = bounds.shape[1] - 1
    edges = np.zeros(6, np.int64)
    asked = np.empty(3 * len(canonical) + 2 * len(literal) + 3, np.int32)
    rarity = np.empty(len(asked), np.float32)
    unknown = np.float32(np.log1p(max(n_rows, 1)))
    for channel in range(5):
        if channel < 3:
            raw, _ = _encode(canonical, canonical_begins, channel, sounds)
        else:
            raw, _ = _encode(literal, literal_begins, channel, sounds)
        edges[channel + 1] = edges[channel] + len(raw)
        for i in range(len(raw)):
            at = np.searchsorted(keys, raw[i])
            known = at < len(keys) and keys[at] == raw[i]
            asked[edges[channel] + i] = at if known else -1
            rarity[edges[channel] + i] = idf[at] if known else unknown
    best = _gather(asked, edges, rarity, n_rows, starts, numbers, weights, n)
    features = np.zeros((len(best), 8), np.float32)
    nothing = asked[:0]
    for i in range(len(best)):
        row = best[i]
        for column in range(4):
            channel = (0, 1, 3, 4)[column]
            mine = asked[edges[channel] : edges[channel + 1]]
            my_idf = rarity[edges[channel] : edges[channel + 1]]
            theirs = tokens[bounds[channel, row] : bounds[channel, row + 1]]
            my_sounds, their_sounds = nothing, nothing
            if channel == 0:
                my_sounds = asked[edges[2] : edges[3]]
                their_sounds = tokens[bounds[2, row] : bounds[2, row + 1]]
            features[i, 2 * column] = _share(mine, my_idf, my_sounds, theirs, their_sounds)
            features[i, 2 * column + 1] = _share(theirs, idf[theirs], their_sounds, mine, my_sounds)
    return best, features
