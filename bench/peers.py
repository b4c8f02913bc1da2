"""What else there is to find a row with, each as it is commonly used; all get the text in one width and case.

A peer that needs a package which is not installed (`make .venv/bench` installs them) is left out by name.
"""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import unicodedata
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from bench.engine import Engine
from bench.measures import N_RANKED, Found
from bench.recipe import Recipe

_SILENT = 60


class Searcher(Protocol):
    """Something that finds rows."""

    def search(self, text: str) -> Found:
        """Return at most ten rows for `text`, best first."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to find rows, by name; `needs` is the package it is made of, `sample` how many questions it is given."""

    name: str
    build: Callable[[Sequence[str]], Searcher]
    needs: str = ""
    sample: int | None = None

    @property
    def available(self) -> bool:
        """Whether its package is installed."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None


def plain(text: str) -> str:
    """Return a text in one width and case."""
    return unicodedata.normalize("NFKC", text).lower().strip()


def _signs(text: str) -> str:
    return re.sub(r"[\W_]+", "", plain(text))


def character_grams(text: str) -> list[str]:
    """Return the characters of a text and its pairs, without punctuation.

    >>> character_grams("怎么办")
    ['怎', '么', '办', '怎么', '么办']
    """
    signs = _signs(text)
    return [*signs, *(signs[i : i + 2] for i in range(len(signs) - 1))]


def words(text: str) -> list[str]:
    """Return the words of a text as jieba cuts them, without punctuation."""
    import jieba

    # What guesses words that no dictionary has; the engine, which shares this process, does without.
    import jieba.finalseg

    jieba.setLogLevel(_SILENT)
    return [word for word in jieba.lcut(plain(text)) if not re.fullmatch(r"[\W_]+", word)]


def _best(scores: Any) -> Found:
    """Return the ten highest of the scores of all rows; rows at 0 are not found."""
    scores = np.asarray(scores)
    n = min(N_RANKED, len(scores))
    top = np.argpartition(-scores, n - 1)[:n]
    top = top[np.lexsort((top, -scores[top]))]
    top = top[scores[top] > 0]
    return Found(top.tolist(), float(scores[top[0]])) if len(top) else Found([])


class RapidFuzz:
    """Every row by one scorer of rapidfuzz."""

    def __init__(self, rows: Sequence[str], scorer: Any) -> None:
        self.rows, self.scorer = [plain(row) for row in rows], scorer

    def search(self, text: str) -> Found:
        """Return the rows with the highest scores."""
        found = process.extract(plain(text), self.rows, scorer=self.scorer, limit=N_RANKED)
        return Found([i for _, _, i in found], found[0][1]) if found else Found([])


class Bm25:
    """bm25s over the tokens of a text."""

    def __init__(self, rows: Sequence[str], tokens: Callable[[str], list[str]]) -> None:
        import bm25s

        self.tokens = tokens
        self.index = bm25s.BM25()
        self.index.index([tokens(row) for row in rows], show_progress=False)

    def search(self, text: str) -> Found:
        """Return the rows with the highest scores."""
        tokens = [t for t in self.tokens(text) if t in self.index.vocab_dict]
        return _best(self.index.get_scores(tokens)) if tokens else Found([])


class TfIdf:
    """Cosine of scikit-learn's TF-IDF vectors."""

    def __init__(self, rows: Sequence[str], **options: Any) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(**options)
        self.matrix = self.vectorizer.fit_transform(rows).T.tocsr()

    def search(self, text: str) -> Found:
        """Return the rows with the highest cosines."""
        return _best((self.vectorizer.transform([text]) @ self.matrix).toarray()[0])


class Fts5:
    """SQLite's full-text search over trigrams, any of which may match, by its bm25."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='trigram')")
        self.db.executemany(
            "INSERT INTO t(rowid, text) VALUES (?, ?)", ((i, _signs(row)) for i, row in enumerate(rows))
        )
        # Python 3.13 warns of a connection that is collected open.
        weakref.finalize(self, self.db.close)

    def search(self, text: str) -> Found:
        """Return the rows with the best rank; fewer than three characters find nothing."""
        signs = _signs(text)
        grams = dict.fromkeys(signs[i : i + 3] for i in range(len(signs) - 2))
        if not grams:
            return Found([])
        matching = " OR ".join(f'"{gram}"' for gram in grams)
        query = f"SELECT rowid, rank FROM t WHERE t MATCH ? ORDER BY rank, rowid LIMIT {N_RANKED}"  # noqa: S608
        found = self.db.execute(query, (matching,)).fetchall()
        return Found([i for i, _ in found], -found[0][1]) if found else Found([])


OURS = Method("ours", Engine)
RECIPE = Method("recipe, 7 features", Recipe)
PEERS = (
    Method("rapidfuzz ratio", lambda rows: RapidFuzz(rows, fuzz.ratio)),
    Method("rapidfuzz WRatio", lambda rows: RapidFuzz(rows, fuzz.WRatio), sample=200),
    Method("bm25s jieba", lambda rows: Bm25(rows, words), "bm25s"),
    Method("bm25s char 1+2", lambda rows: Bm25(rows, character_grams), "bm25s"),
    Method(
        "TF-IDF char 1-3",
        lambda rows: TfIdf(rows, analyzer="char", ngram_range=(1, 3), preprocessor=_signs),
        "sklearn",
    ),
    Method("TF-IDF jieba", lambda rows: TfIdf(rows, analyzer=words), "sklearn"),
    Method("FTS5 trigram", Fts5),
)
METHODS = (OURS, RECIPE, *PEERS)
