"""The project's own matching over bare rows: no names, no entries, the same steps as `knowledge.matching.search`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.fitting import Choice
from bench.measures import N_RANKED, Found
from bench.sets import QuestionSet
from knowledge.language.analyze import Analyzer
from knowledge.language.pinyin import build_reader
from knowledge.language.segment import Segmenter
from knowledge.language.tidy import plain, tidy
from knowledge.matching.index.repair import build_repairer
from knowledge.matching.index.table_building import build_table
from knowledge.matching.index.tokens import Array
from knowledge.matching.search import nearest
from knowledge.model.entries import Lexicon

NO_NAMES = Lexicon({}, {}, (), (), (), ())


class Engine:
    """Rows by the product's own analysis, table and scores."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.analyzer = Analyzer(NO_NAMES)
        terms = [self.analyzer.analyze(row) for row in rows]
        self.canonical = [t.canonical for t in terms]
        self.table = build_table(self.canonical, [t.literal for t in terms])
        self.repairer = build_repairer(self.table, Segmenter(()).knows)
        self.reader = build_reader(plain(row) for row in rows)

    def nearest(self, text: str) -> tuple[Array, Array, Array]:
        """Return the nearest rows to a text as typed, their likeness and features, best first."""
        terms = self.analyzer.analyze(self.repairer.mend(self.reader.read(tidy(text))))
        return nearest(self.table, self.canonical, terms.canonical, terms.literal)

    def search(self, text: str) -> Found:
        """Return the rows found for `text`; the likeness of the best says how sure one can be."""
        ids, likeness, _ = self.nearest(text)
        return Found([int(i) for i in ids[:N_RANKED]], float(likeness[0])) if len(ids) else Found([])


def choices_of(s: QuestionSet) -> tuple[list[Choice], list[Choice]]:
    """Return what our engine finds for the answerable and for the unanswerable questions of a set."""
    engine = Engine(s.rows)

    def choice(text: str, gold: frozenset[int]) -> Choice:
        ids, _, features = engine.nearest(text)
        return Choice(features.astype(float), np.array([float(i in gold) for i in ids]))

    asked = [choice(a.text, a.gold) for a in s.asked]
    return asked, [choice(text, frozenset()) for text in (*s.inside, *s.outside)]
