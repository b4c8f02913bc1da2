"""What texts and rows of a table share: how much of each is found in the other, weighted by rarity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge.matching.index.tokens import (
    CHARACTERS,
    LITERAL_PAIRS,
    LITERALS,
    N_CHANNELS,
    PAIRS,
    SOUNDS,
    Array,
)

MEASURED = np.array([CHARACTERS, PAIRS, LITERALS, LITERAL_PAIRS])
"""The channels in which it is told what is shared."""
_HEARD = 0.75
"""Credit of a character that only sounds like the one it stands for, next to another that does too."""


@dataclass(frozen=True, slots=True)
class AskedTexts:
    """Some texts as a table knows them, one after the other.

    For each token: its text and channel and how rare it is, and which of the different ones of its text it is. Then for each
    different one of each text: its number in the table (below 0 where no row has it), text and channel, how rare it is and
    how often it stands there; and where each text's begin, with the end of the last. `edges` are where its tokens do.
    """

    text: Array
    channel: Array
    rarity: Array
    which: Array
    distinct: Array
    text_of: Array
    channel_of: Array
    rarity_of: Array
    counts: Array
    begins: Array
    edges: list[int]

    @property
    def n_texts(self) -> int:
        """How many texts there are."""
        return len(self.begins) - 1

    def own(self, text: int) -> slice:
        """Return which of the tokens are those of one text."""
        return slice(self.edges[text], self.edges[text + 1])


def shares_of_text(asked: AskedTexts, text: int, shared: Array) -> Array:
    """Return how much of one of the texts each row has in the measured channels, by which of its different tokens they share."""
    own = asked.own(text)
    channel, rarity = asked.channel[own], asked.rarity[own]
    credit = _credit_of_text(shared[:, asked.which[own]], channel)
    by_channel = np.where(channel[:, None] == MEASURED, rarity[:, None], np.float64(0))
    return ratio(credit @ by_channel, by_channel.sum(0))


def _credit_of_text(found: Array, channel: Array) -> Array:
    """Return what each token of a text earns in each row that has it, or for a character one that sounds like it."""
    credit = found.astype(np.float64)
    # The tokens of one channel lie together, the characters first.
    end, first, last = channel.searchsorted((PAIRS, SOUNDS, LITERALS)).tolist()
    sounds = found[:, first:last]
    heard = np.zeros((len(found), end), bool)
    heard[:, :-1] = sounds
    heard[:, 1:] |= sounds
    credit[:, :end] = np.maximum(credit[:, :end], _HEARD * heard)
    return credit


def credit_of_rows(same: Array, line: Array, lengths: Array) -> Array:
    """Return what each token of the rows earns, by which of them a text has (`same`); lines are rows by channel."""
    credit = np.zeros(len(line))
    credit[same] = 1
    begins = lengths.cumsum() - lengths
    n_rows = len(lengths) // N_CHANNELS
    # The tokens of one channel lie together.
    start, end = np.append(begins, len(line))[[SOUNDS * n_rows, (SOUNDS + 1) * n_rows]].tolist()
    first_heard, last_heard = same.searchsorted((start, end)).tolist()
    heard = same[first_heard:last_heard]
    of = line[heard]
    # The n-th pair of sounds is that of the n-th character of the row and the next.
    first = begins[of - SOUNDS * n_rows] + heard - begins[of]
    for character in (first, first + 1):
        credit[character] = np.maximum(credit[character], _HEARD)
    return credit


def ratio(part: Array, whole: Array) -> Array:
    """Return what share one is of the other, 0 of nothing."""
    share: Array = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return share
