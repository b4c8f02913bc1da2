"""The examples of the intents, ready to be compared with messages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from knowledge.language.analyze import Analyzer
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.matching.index.table_building import build_table
from knowledge.model.service import Intent

_SYNTAX = re.compile(r"[（）()/／…]+")


class Examples:
    """What stands in a content for each intent: its examples, and the signs of all that is said for it.

    `texts` are the examples, `owners` their intents by number, `by_text` the intent of what is an example word for word, `counts` how
    many of an intent's examples have a sign.
    """

    def __init__(self, intents: Iterable[Intent], analyzer: Analyzer) -> None:
        self.intents: Sequence[Intent] = tuple(intents)
        read = [(n, analyzer.analyze(text)) for n, i in enumerate(self.intents) for text in i.like]
        self.texts: Sequence[str] = tuple(terms.canonical for _, terms in read)
        self.owners: Sequence[int] = tuple(n for n, _ in read)
        self.by_text: Mapping[str, Intent] = {
            words_alone(text): intent for intent in reversed(self.intents) for text in intent.like
        }
        self.table = build_table(self.texts, [terms.literal for _, terms in read])
        self._analyzer = analyzer

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
