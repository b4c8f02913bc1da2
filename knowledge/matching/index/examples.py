"""The examples of the intents, ready to be compared with messages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from knowledge.language.analyze import Analyzer
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.matching.index.table import Table
from knowledge.matching.index.table_building import build_table
from knowledge.model.service import Intent

_SYNTAX = re.compile(r"[（）()/／…]+")


class Examples:
    """What stands in a content for each intent: its examples, and the signs of all that is said for it.

    `owners` are the intents of the examples by number.
    """

    def __init__(self, intents: Iterable[Intent], analyzer: Analyzer) -> None:
        self.intents: Sequence[Intent] = tuple(intents)
        self.owners: Sequence[int] = tuple(n for n, i in enumerate(self.intents) for _ in i.like)
        self._analyzer = analyzer

    # Read when they are first asked for: who only decides on questions never does.
    @cached_property
    def _texts_and_table(self) -> tuple[Sequence[str], Table]:
        read = [self._analyzer.analyze(text) for intent in self.intents for text in intent.like]
        texts = tuple(terms.canonical for terms in read)
        return texts, build_table(texts, [terms.literal for terms in read])

    @property
    def texts(self) -> Sequence[str]:
        """The examples as they are compared."""
        return self._texts_and_table[0]

    @property
    def table(self) -> Table:
        """Where examples like a message are looked for."""
        return self._texts_and_table[1]

    @cached_property
    def by_text(self) -> Mapping[str, Intent]:
        """The intent of what is an example word for word."""
        return {words_alone(text): intent for intent in reversed(self.intents) for text in intent.like}

    @cached_property
    def counts(self) -> Mapping[str, Mapping[int, int]]:
        """How many of an intent's examples have a sign; counted when it is first asked, which one question may never do."""
        found: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for number, intent in enumerate(self.intents):
            parts = {part for saying in intent.says for part in _SYNTAX.split(saying) if part}
            said = {sign for part in parts for sign in signs_of(self._analyzer.analyze(part).canonical)}
            for sign in said:
                found[sign][number] += 1
        for number, text in zip(self.owners, self.texts, strict=True):
            for sign in signs_of(text):
                found[sign][number] += 1
        # Nine thousand signs: as plain tables they take a third less.
        return {sign: dict(counted) for sign, counted in found.items()}


def signs_of(text: str) -> set[str]:
    """Return the characters of a text and each two that stand together, its beginning and its end marked."""
    edged = f"^{text}$"
    return {edged[i : i + 2] for i in range(len(edged) - 1)} | set(text)


def words_alone(text: str) -> str:
    """Return a text by its words alone, as examples are looked up by."""
    return strip_punctuation(tidy(text))
