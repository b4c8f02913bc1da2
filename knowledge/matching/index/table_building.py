"""Texts → their table: every token counted, and its rarity and its weight in each row worked out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from knowledge.matching.index.table import N_GATHERED, Table
from knowledge.matching.index.tokens import LITERALS, N_CHANNELS, Array, keys_of_texts

# How much each of the first three channels counts when candidates are gathered (measured on public question sets).
_GATHER_WEIGHTS = np.array([0.6, 1.0, 0.5], np.float32)
_SHORT, _MEDIUM = 1 << 16, 1 << 31


def build_table(canonical: Sequence[str], literal: Sequence[str]) -> Table:
    """Return the table of rows with these texts, in this order; both sequences are equally long."""
    keys, idf, bounds, tokens, totals = [], [], [], [], []
    starts, numbers, weights = [np.zeros(1, np.int64)], [], []
    n_keys = n_tokens = n_posted = 0
    for channel in range(N_CHANNELS):
        raw, edges = keys_of_texts(literal if channel >= LITERALS else canonical, channel)
        known, token = np.unique(raw, return_inverse=True)
        token_of, row_of, counts = _count(token, edges)
        n_rows_with = np.bincount(token_of, minlength=len(known))
        rarity = np.log1p(len(canonical) / np.maximum(n_rows_with, 1)).astype(np.float32)
        keys.append(known)
        idf.append(rarity)
        bounds.append(edges + n_tokens)
        tokens.append(token + n_keys)
        row_of_token = np.repeat(np.arange(len(canonical)), np.diff(edges))
        totals.append(np.bincount(row_of_token, rarity[token], len(canonical)))
        n_keys, n_tokens = n_keys + len(known), n_tokens + len(token)
        if channel < N_GATHERED:
            value = (1 + np.log(counts)) * rarity[token_of]
            norm = np.sqrt(np.bincount(row_of, value * value, len(canonical)))
            weights.append((_GATHER_WEIGHTS[channel] * value / norm[row_of]).astype(np.float32))
            numbers.append(_slim(row_of, len(canonical)))
            starts.append(np.cumsum(n_rows_with) + n_posted)
            n_posted += len(row_of)
    return Table(
        keys=np.concatenate(keys),
        idf=np.concatenate(idf),
        bounds=np.array(bounds, np.int32 if n_tokens < _MEDIUM else np.int64),
        tokens=_slim(np.concatenate(tokens), n_keys),
        totals=np.array(totals),
        starts=np.concatenate(starts),
        numbers=np.concatenate(numbers),
        weights=np.concatenate(weights),
    )


def _count(token: Array, edges: Array) -> tuple[Array, Array, Array]:
    """Return each token of each row once, by token and then by row, and how often it stands there."""
    n_rows = max(len(edges) - 1, 1)
    row = np.repeat(np.arange(len(edges) - 1, dtype=np.int64), np.diff(edges))
    posted, counts = np.unique(token * n_rows + row, return_counts=True)
    return posted // n_rows, posted % n_rows, counts


def _slim(numbers: Array, end: int) -> Array:
    """Return numbers below `end` in as few bytes as they need."""
    return numbers.astype(np.uint16 if end <= _SHORT else np.int32 if end <= _MEDIUM else np.int64)
