"""The inverted table: which rows share characters, character pairs or sounds with a text.

What a row's two texts are made of is indexed in the channels of `tokens`. Everything is a flat array, so a table is saved without
pickle and lies in a file as it lies in memory, and a query works on whole arrays: no loop over rows or postings, and several
texts together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

import numpy as np

from knowledge.matching.index.shares import MEASURED, AskedTexts, credit_of_rows, ratio, shares_of_text
from knowledge.matching.index.stored_arrays import read_arrays, write_arrays
from knowledge.matching.index.tokens import (
    LITERAL_PAIRS,
    LITERALS,
    N_CHANNELS,
    PAIRS,
    SOUNDS,
    Array,
    characters_of,
    keys_of_pairs,
    keys_of_text,
)

N_GATHERED = 3
"""By how many of the channels, the first ones, candidates are gathered."""
# Frequent tokens cost most of the time and decide nothing: they are skipped where the rare ones carry enough.
_FREQUENT_SHARE = 0.03
_FREQUENT_ROWS = 3000
_RARE_ENOUGH = 0.35
# Texts are searched for together as long as what is noted of each, for every token or row there is, stays small.
_MOST_NOTED = 1_000_000

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


class Rarity(NamedTuple):
    """How rare each character of a canonical text is, and each pair of neighbouring ones."""

    characters: list[float]
    pairs: list[float]


class Nearest(NamedTuple):
    """The rows nearest to a text, best first, with their `FEATURES`, and the rarity of what the text is made of."""

    ids: Array
    features: Array
    rarity: Rarity


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by what they share; the id of a row is its position.

    `keys` are the known tokens, sorted; `idf` is their rarity. Row `i` has, in channel `c`, the tokens
    `tokens[bounds[c, i]:bounds[c, i + 1]]`, in reading order. Token `t` of the first three channels stands in the rows
    `numbers[starts[t]:starts[t + 1]]` with these `weights`. `totals[c, i]` is how rare all of a row is in a channel.
    """

    keys: Array
    idf: Array
    bounds: Array
    tokens: Array
    totals: Array
    starts: Array
    numbers: Array
    weights: Array

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return int(self.bounds.shape[1]) - 1

    def search(self, texts: Sequence[tuple[str, str]], n: int) -> list[Nearest]:
        """Return the at most `n` rows nearest to each text, canonical and literal, that is searched for.

        Ties go to the lower id. A text without any known token gets no rows.
        """
        together = max(1, _MOST_NOTED // max(1, len(self.keys), self.n_rows))
        groups = (texts[start : start + together] for start in range(0, len(texts), together))
        return [nearest for group in groups for nearest in self._search(group, n)]

    def _search(self, texts: Sequence[tuple[str, str]], n: int) -> Iterator[Nearest]:
        asked = self._read(texts)
        found = self._gather(asked, n)
        for text, features in enumerate(self._features(asked, found)):
            own = asked.own(text)
            yield Nearest(found[text], features, _rarity(asked.rarity[own], asked.channel[own]))

    def _read(self, texts: Sequence[tuple[str, str]]) -> AskedTexts:
        read = [keys_of_text(*text) for text in texts]
        keys, channel = (np.concatenate(parts) for parts in zip(*read, strict=True))
        lengths = [len(own) for own, _ in read]
        text = np.arange(len(read)).repeat(lengths)
        at, known, rarity = self._find(keys)
        # A token that no row has counts in its channel, as one, however many there are: they only make the question longer.
        n_numbers = len(self.keys) + N_CHANNELS
        numbered = text * n_numbers + np.where(known, at + N_CHANNELS, N_CHANNELS - 1 - channel)
        order = numbered.argsort(kind="stable")
        ordered = numbered[order]
        is_first = np.ones(len(ordered), bool)
        is_first[1:] = ordered[1:] != ordered[:-1]
        (first,) = is_first.nonzero()
        begins = ordered[first].searchsorted(np.arange(len(read) + 1) * n_numbers)
        which = np.empty(len(ordered), np.int64)
        which[order] = is_first.cumsum() - 1 - begins[text]
        one = order[first]
        return AskedTexts(
            text=text,
            channel=channel,
            rarity=rarity,
            which=which,
            distinct=ordered[first] % n_numbers - N_CHANNELS,
            text_of=text[one],
            channel_of=channel[one],
            rarity_of=rarity[one],
            counts=np.diff(np.append(first, len(ordered))),
            begins=begins,
            edges=np.cumsum([0, *lengths]).tolist(),
        )

    def _find(self, keys: Array) -> tuple[Array, Array, Array]:
        """Return for each key a token, whether it is the key's own, and how rare the key is."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), bool), np.zeros(len(keys), np.float32)
        at = np.minimum(self.keys.searchsorted(keys), len(self.keys) - 1)
        known = self.keys[at] == keys
        return at, known, np.where(known, self.idf[at], np.float32(np.log1p(self.n_rows)))

    def _gather(self, asked: AskedTexts, n: int) -> list[Array]:
        """Return for each text the ids of the best `n` rows by the cosines of the first three channels, best first."""
        used = asked.channel_of < N_GATHERED
        text, token = asked.text_of[used], asked.distinct[used]
        place = text * N_GATHERED + asked.channel_of[used]
        value = (1 + np.log(asked.counts[used])) * asked.rarity_of[used]
        if not len(self.keys):
            return [token[:0]] * asked.n_texts
        begins = self.starts[np.maximum(token, 0)]
        n_posted = np.where(token >= 0, self.starts[np.maximum(token, 0) + 1] - begins, 0)
        # In each channel, rarest first, as long as the rare ones don't carry enough.
        order = np.lexsort((n_posted, place))
        carried, in_place = value[order] ** 2, place[order]
        whole = np.bincount(place, value**2, N_GATHERED * asked.n_texts)
        before = carried.cumsum() - carried - (whole.cumsum() - whole)[in_place]
        limit = max(_FREQUENT_SHARE * self.n_rows, _FREQUENT_ROWS)
        order = order[(n_posted[order] <= limit) | (before < _RARE_ENOUGH * whole[in_place])]
        factors = value[order] / np.sqrt(whole)[place[order]]
        scores = self._scores(begins[order], n_posted[order], factors, text[order], asked.n_texts)
        return [_best(own, n) for own in scores]

    def _scores(self, begins: Array, lengths: Array, factors: Array, text: Array, n_texts: int) -> Array:
        """Return the score of each row for each text."""
        posted = _spans(begins, lengths)
        weights = factors.repeat(lengths) * self.weights.take(posted)
        rows = self.numbers.take(posted) + ((text * self.n_rows).repeat(lengths) if n_texts > 1 else 0)
        return np.bincount(rows, weights, n_texts * self.n_rows).reshape(n_texts, self.n_rows)

    def _features(self, asked: AskedTexts, found: Sequence[Array]) -> list[Array]:
        """Return the `FEATURES` of the rows found for each text: what each has of it, and it of the row."""
        ids, n_found = np.concatenate(found), [len(own) for own in found]
        begins = self.bounds[:, ids].ravel()
        lengths = self.bounds[:, ids + 1].ravel() - begins
        tokens = self.tokens.take(_spans(begins, lengths))
        # A line is a row in a channel.
        line = np.arange(len(lengths)).repeat(lengths)
        at = self._places(asked, tokens, np.arange(len(found)).repeat(n_found), line)
        (same,) = (at >= 0).nonzero()
        shared = np.zeros((len(ids), int(np.diff(asked.begins).max()) + 1), bool)
        shared[line[same] % max(1, len(ids)), at[same]] = True
        credit = credit_of_rows(same, line, lengths)
        (earning,) = credit.nonzero()
        weights = credit[earning] * self.idf.take(tokens[earning])
        earned = np.bincount(line[earning], weights, len(lengths)).reshape(N_CHANNELS, -1)
        # A measured channel after the other, the text's share before the row's.
        features = np.empty((len(ids), len(FEATURES)), np.float32)
        features[:, 1::2] = ratio(earned[MEASURED], self.totals[MEASURED[:, None], ids]).T
        ends = np.cumsum(n_found).tolist()
        apart = [slice(end - n, end) for end, n in zip(ends, n_found, strict=True)]
        for text, own in enumerate(apart):
            features[own, ::2] = shares_of_text(asked, text, shared[own])
        return [features[own] for own in apart]

    def _places(self, asked: AskedTexts, tokens: Array, text_of_row: Array, line: Array) -> Array:
        """Return for each token of rows that were found for texts which of the different tokens of its text it is, -1 for none."""
        # Small numbers: this is filled anew for each question, and is as long as all that is written has different tokens.
        place = np.full(asked.n_texts * len(self.keys), -1, np.int16)
        (known,) = (asked.distinct >= 0).nonzero()
        text = asked.text_of[known]
        place[text * len(self.keys) + asked.distinct[known]] = known - asked.begins[text]
        if asked.n_texts > 1:
            tokens = tokens + (np.tile(text_of_row, N_CHANNELS) * len(self.keys))[line]
        at: Array = place.take(tokens)
        return at

    def rarity(self, canonical: str) -> Rarity:
        """Return how rare what a canonical text is made of is."""
        keys, channel = keys_of_text(canonical, "")
        return _rarity(self._find(keys)[2], channel)

    def characters(self) -> list[str]:
        """Return every character of the literal texts, by code point."""
        return characters_of(self.keys, LITERALS)

    def pair_counts(self, pairs: Sequence[str]) -> Array:
        """Return how many literal texts have each of some pairs of characters, about (0 for none)."""
        keys = keys_of_pairs(pairs, LITERAL_PAIRS)
        _, known, rarity = self._find(keys)
        return np.divide(self.n_rows, np.expm1(rarity), out=np.zeros(len(keys)), where=known)

    def save(self, file: BinaryIO) -> None:
        """Write the table; arrays only."""
        write_arrays(file, [getattr(self, name) for name in self.__slots__])


def load_table(stored: memoryview) -> Table:
    """Return the table that `Table.save` wrote; its arrays are the stored bytes themselves, which a file may hold.

    Raises:
        ValueError: when that is no such table.
    """
    try:
        return Table(*read_arrays(stored, len(Table.__slots__)))
    except ValueError as wrong:
        raise ValueError("not a table") from wrong


def _rarity(rarity: Array, channel: Array) -> Rarity:
    # The tokens of one channel lie together, the characters first; pairs with an edge are no pairs of characters.
    pairs, sounds = channel.searchsorted((PAIRS, SOUNDS)).tolist()
    return Rarity(rarity[:pairs].tolist(), rarity[pairs + 1 : max(pairs, sounds - 1)].tolist())


def _best(scores: Array, n: int) -> Array:
    """Return the ids of the best `n` rows by their scores, best first; a row without any is none."""
    (rows,) = (scores > 0).nonzero()
    if len(rows) > n:
        weakest = np.partition(scores[rows], len(rows) - n)[len(rows) - n]
        above, level = rows[scores[rows] > weakest], rows[scores[rows] == weakest]
        rows = np.concatenate([above, level[: n - len(above)]])
    return rows[np.lexsort((rows, -scores[rows]))]


def _spans(begins: Array, lengths: Array) -> Array:
    """Return the numbers of all spans one after the other: from each begin on as many as its length."""
    ends = lengths.cumsum()
    numbers: Array = np.arange(lengths.sum()) + (begins - ends + lengths).repeat(lengths)
    return numbers
