"""Coverage: which sentences of the sources no published entry sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.model.content import Content
from knowledge.model.problems import Mark
from knowledge.model.sources import Source
from knowledge.reading.fields import Marks

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?[”’]?")
_SENT = 0.9
"""A sentence counts as sent when this share of its characters is: a heading's 一是 may be left out."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence of a source that no entry sends; `start` is its place in the source's text."""

    source_id: str
    text: str
    mark: Mark
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sentences the sources have, and those that no entry reaches."""

    n_sentences: int
    unsent: tuple[Stretch, ...]

    @property
    def share(self) -> float:
        """The share of sentences that some entry sends, 0..1; 1 when there are none."""
        return 1 - len(self.unsent) / self.n_sentences if self.n_sentences else 1.0


def coverage(content: Content, marks: Marks | None = None) -> Coverage:
    """Return how much of the sources the published entries send; `marks` give the sentences their lines."""
    sent = {source_id: bytearray(len(source.text)) for source_id, source in content.sources.items()}
    for entry in content.entries.values():
        for quote in entry.quotes if entry.status == "published" else ():
            passage = content.passages.get(quote.passage_id)
            if passage and quote.text in passage.text:
                start = passage.start + passage.text.index(quote.text)
                sent[passage.source_id][start : start + len(quote.text)] = b"\x01" * len(quote.text)
    n_sentences, unsent = 0, []
    for source in content.sources.values():
        for match in _SENTENCE.finditer(source.text):
            n_sentences += 1
            if sum(sent[source.id][match.start() : match.end()]) < _SENT * len(match.group()):
                place = _place(source, match.start(), marks or {})
                unsent.append(Stretch(source.id, match.group(), place, match.start()))
    return Coverage(n_sentences, tuple(unsent))


def _place(source: Source, at: int, marks: Mapping[tuple[str, ...], Mark]) -> Mark:
    start = source.text.rfind("\n", 0, at) + 1
    end = source.text.find("\n", at)
    paragraph = source.text[start : end if end >= 0 else None]
    mark = marks.get(("paragraph", source.id, paragraph), source.mark)
    return Mark(mark.file, mark.line, mark.column + at - start)
