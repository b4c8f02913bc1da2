"""Meaning: how near a question is to what could answer it, by vectors that were made when it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.language.encoder import Encoder, Vectors
from knowledge.matching.sentences import Sentence
from knowledge.model import Entry


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vectors of a release: row `i` of `vectors` belongs to the target `targets[i]`, an entry or a sentence.

    An entry has a row for each way to ask it that was encoded.
    """

    encoder: Encoder
    targets: Sequence[str]
    vectors: Vectors

    def near(self, question: str) -> Mapping[str, float]:
        """Return how near (cosine) a question is to each target, by its nearest row."""
        cosines = self.vectors @ self.encoder.question(question)
        nearest: dict[str, float] = {}
        for target, cosine in zip(self.targets, cosines.tolist(), strict=True):
            if cosine > nearest.get(target, -1.0):
                nearest[target] = cosine
        return nearest


def texts_of(entries: Sequence[Entry], sentences: Sequence[Sentence]) -> list[tuple[str, str]]:
    """Return the targets of a release with the texts that stand for them, in a fixed order."""
    asked = [
        (entry.id, text) for entry in entries for text in (entry.question, *entry.phrasings[:N_PHRASINGS])
    ]
    return asked + [(sentence.key, f"{sentence.context} {sentence.text}") for sentence in sentences]


N_PHRASINGS = 3
"""So many of an entry's phrasings are encoded beside its question: characters know the many, meaning needs few."""


def no_vectors(n: int) -> Vectors:
    """Return `n` vectors that are near to nothing."""
    return np.zeros((n, 384), np.float32)
