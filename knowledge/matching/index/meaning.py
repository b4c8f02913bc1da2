"""Meaning: how near a question is to what could answer it, by vectors that were made when it was published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.language.clozes import clozes, telling
from knowledge.language.dialect import standard
from knowledge.matching.index.sentences import Sentence
from knowledge.model.entries import Entry

Vectors = npt.NDArray[np.float32]
DIMENSIONS = 384
MIDDLES = Path(__file__).with_name("middles.npz")
N_PHRASINGS = 3
"""So many of an entry's phrasings are encoded beside its question: characters know the many, meaning needs few."""
DIGEST_BYTES = 12
_LEVELS = 127


CLOZE = "?"
"""Parts the key of a sentence from the kind of fact in what can be asked of it: `notice#fee@0?money`."""
_NO_LENGTH = 1e-9
_N_AT_ONCE = 1024


class Near(dict[str, float]):
    """How near (cosine) a question is to each target.

    Questions as such, and what answers as such, lie in two narrow cones: most of a cosine is that. `sentences` has how near the question
    is to each sentence when both are taken from the middle of their cone, and `clozes`, by kind of fact, to what can be asked of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sentences: dict[str, float] = {}
        self.clozes: dict[str, dict[str, float]] = {}


@cache
def middles() -> tuple[Vectors, Vectors]:
    """Return the mean vector of questions, and of what answers them, over many documents (see `bench.middles`)."""
    with np.load(MIDDLES, allow_pickle=False) as found:
        return found["questions"], found["answers"]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What some rows of vectors stand for, with their numbers."""

    keys: Sequence[Any]
    rows: npt.NDArray[np.intp]

    def means(self, cosines: Vectors) -> Iterator[tuple[Any, float]]:
        """Yield each key with the mean of its row and the next one."""
        exact = cosines.astype(np.float64)
        return zip(self.keys, ((exact[self.rows] + exact[self.rows + 1]) / 2).tolist(), strict=True)


@dataclass(frozen=True)
class Meaning:
    """The vectors of a release: row `i` of `vectors` belongs to the target `targets[i]`, an entry or a sentence; entries come first.

    An entry has a row for each way to ask it that was encoded, a sentence one alone, one in its place and one for each cloze. `encode` gives the vector of a question, of length 1, the
    same for equal text; None when it can't now.
    """

    encode: Callable[[str], Vectors | None]
    targets: Sequence[str]
    vectors: Vectors

    def near(self, question: str) -> Near:
        """Return how near (cosine) a tidied question is to each target; nothing when it can't be told.

        An entry is as near as its nearest row, a sentence as its two are on average.
        """
        near = Near()
        vector = self.encode(standard(question))
        if vector is None:
            return near
        cosines = self.vectors @ vector
        ways = cosines[: self._first]
        if len(ways):
            near.update(
                zip(self._entries.keys, np.maximum.reduceat(ways, self._entries.rows).tolist(), strict=True)
            )
        near.update(self._sentences.means(cosines[self._first :]))
        self._tell_sentences(near, vector, cosines[self._first :])
        return near

    def _tell_sentences(self, near: Near, vector: Vectors, cosines: Vectors) -> None:
        questions, answers = middles()
        asked = vector - questions
        along, lengths = self._from_middle
        taken = (cosines - along - answers @ asked) / (
            lengths * max(_NO_LENGTH, float(np.linalg.norm(asked)))
        )
        near.sentences.update(self._sentences.means(taken))
        for (key, kind), cosine in zip(self._clozes.keys, taken[self._clozes.rows].tolist(), strict=True):
            kinds = near.clozes.setdefault(key, {})
            kinds[kind] = max(cosine, kinds.get(kind, -1.0))

    def get_ready(self) -> None:
        """Work out what the first question would wait for."""
        _ = (self._entries, self._sentences, self._clozes, self._from_middle)

    @cached_property
    def _first(self) -> int:
        """The row of the first sentence."""
        return next((i for i, target in enumerate(self.targets) if "@" in target), len(self.targets))

    @cached_property
    def _entries(self) -> _Rows:
        """The entries, each with its first row."""
        ways = self.targets[: self._first]
        rows = [row for row, target in enumerate(ways) if not row or ways[row - 1] != target]
        return _Rows([ways[row] for row in rows], np.array(rows, np.intp))

    @cached_property
    def _sentences(self) -> _Rows:
        """The sentences, each with the first of its two rows, counted from the first sentence's."""
        told = self.targets[self._first :]
        rows = [row for row, key in enumerate(told) if CLOZE not in key and (not row or told[row - 1] != key)]
        return _Rows([told[row] for row in rows], np.array(rows, np.intp))

    @cached_property
    def _clozes(self) -> _Rows:
        """What can be asked of the sentences, by sentence and kind of fact, with its row."""
        parted = [target.partition(CLOZE) for target in self.targets[self._first :]]
        rows = [row for row, (_, is_cloze, _) in enumerate(parted) if is_cloze]
        return _Rows([(parted[row][0], parted[row][2]) for row in rows], np.array(rows, np.intp))

    @cached_property
    def _from_middle(self) -> tuple[Vectors, Vectors]:
        """Of each row of a sentence: its product with the middle of questions, and how far it lies from the middle of answers."""
        questions, answers = middles()
        rows = self.vectors[self._first :]
        # A block at a time: nobody else has a turn while an array is summed.
        blocks = (rows[start : start + _N_AT_ONCE] for start in range(0, len(rows), _N_AT_ONCE))
        lengths = np.concatenate([np.zeros(0, np.float32), *(np.einsum("ij,ij->i", b, b) for b in blocks)])
        squares = lengths - 2 * (rows @ answers) + answers @ answers
        return rows @ questions, np.maximum(np.sqrt(np.maximum(squares, 0)), _NO_LENGTH)


def texts_of(entries: Iterable[Entry], sentences: Iterable[Sentence]) -> list[tuple[str, str]]:
    """Return the targets of a release with the texts that stand for them, in a fixed order."""
    asked = [
        (entry.id, text) for entry in entries for text in (entry.question, *entry.phrasings[:N_PHRASINGS])
    ]
    # The title stands over every sentence of a document: in each vector, it would tell them apart the less.
    return asked + [pair for sentence in sentences for pair in _texts_of_sentence(sentence)]


def _texts_of_sentence(sentence: Sentence) -> Iterator[tuple[str, str]]:
    yield sentence.key, sentence.says
    yield sentence.key, f"{telling(sentence.place)} {sentence.says}".strip()
    for kind, question in clozes(sentence.says, sentence.place):
        yield f"{sentence.key}{CLOZE}{kind}", question


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
