"""Meaning: how near a question is to what could answer it, by vectors that were made when it was published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.language.dialect import standard
from knowledge.matching.sentences import Sentence
from knowledge.model import Entry

Vectors = npt.NDArray[np.float32]
DIMENSIONS = 384
N_PHRASINGS = 3
"""So many of an entry's phrasings are encoded beside its question: characters know the many, meaning needs few."""
DIGEST_BYTES = 12
_LEVELS = 127


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vectors of a release: row `i` of `vectors` belongs to the target `targets[i]`, an entry or a sentence.

    An entry has a row for each way to ask it that was encoded, a sentence one alone and one in its place. `encode` gives the vector of a question, of length 1, the
    same for equal text; None when it can't now.
    """

    encode: Callable[[str], Vectors | None]
    targets: Sequence[str]
    vectors: Vectors

    def near(self, question: str) -> Mapping[str, float]:
        """Return how near (cosine) a tidied question is to each target; {} when it can't be told.

        An entry is as near as its nearest row, a sentence as its two are on average.
        """
        vector = self.encode(standard(question))
        if vector is None:
            return {}
        cosines = self.vectors @ vector
        nearest: dict[str, float] = {}
        for target, cosine in zip(self.targets, cosines.tolist(), strict=True):
            if target not in nearest:
                nearest[target] = cosine
            elif "@" in target:
                nearest[target] = (nearest[target] + cosine) / 2
            elif cosine > nearest[target]:
                nearest[target] = cosine
        return nearest


def texts_of(entries: Iterable[Entry], sentences: Iterable[Sentence]) -> list[tuple[str, str]]:
    """Return the targets of a release with the texts that stand for them, in a fixed order."""
    asked = [
        (entry.id, text) for entry in entries for text in (entry.question, *entry.phrasings[:N_PHRASINGS])
    ]
    # The title stands over every sentence of a document: in each vector, it would tell them apart the less.
    return asked + [
        (sentence.key, text)
        for sentence in sentences
        for text in (sentence.text, f"{sentence.place} {sentence.text}".strip())
    ]


def digest_of(text: str) -> bytes:
    """Return what a text's vector is kept by."""
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]


def rounded(vectors: Vectors) -> npt.NDArray[np.int8]:
    """Return vectors in a quarter of their size; what is kept of one is the same wherever it was made and kept."""
    kept: npt.NDArray[np.int8] = np.rint(vectors * _LEVELS / _largest(vectors)).astype(np.int8)
    return kept


def restored(kept: npt.NDArray[np.int8]) -> Vectors:
    """Return the vectors, of length 1, that were `rounded`."""
    vectors = kept.astype(np.float32)
    length = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    unit: Vectors = vectors / np.maximum(length, 1e-9)
    return unit


def _largest(vectors: Vectors) -> Vectors:
    largest: Vectors = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0.0), 1e-9)
    return largest
