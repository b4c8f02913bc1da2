"""Where exact words stand in the sources, with the sentences around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.language.tidy import plain
from knowledge.model.content import Content
from knowledge.model.sources import Passage, Quote
from knowledge.sources.structure import Structure

_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;”’》]*\n?|\n")
_CHUNK_CHARS = 200
"""`tidy` cuts what is longer than a message; a sentence may be."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    passage: Passage
    folded: str


def fold(text: str) -> str:
    """Return `text` as words are compared: one width and script, without punctuation; length is no matter.

    >>> fold("清朗的网络，空間！")
    '清朗的网络空间'
    """
    chunks = (text[i : i + _CHUNK_CHARS] for i in range(0, len(text), _CHUNK_CHARS))
    return "".join(plain(chunk) for chunk in chunks)


def find_words(content: Content, structure: Structure, text: str, *, around: int = 1) -> tuple[Quote, ...]:
    """Return every place where the sources have these very words: sentences, unchanged, in order.

    Width, script and punctuation make no difference; the words may go on over the end of a sentence, not of a
    passage. Places of one passage that touch are one. No words give ().

    Args:
        around: How many sentences before and after are shown too.
    """
    wanted = fold(text)
    if not wanted:
        return ()
    return tuple(
        Quote(passage.id, content.sources[passage.source_id].text[start:end].strip("\n"))
        for source_id in content.sources
        for passage, sentences in _by_passage(content, structure, source_id)
        for start, end in _ranges(sentences, wanted, around)
    )


def _by_passage(
    content: Content, structure: Structure, source_id: str
) -> Iterator[tuple[Passage, list[_Sentence]]]:
    text = content.sources[source_id].text
    grouped: dict[str, list[_Sentence]] = {}
    for match in _SENTENCE.finditer(text):
        passage = structure.innermost(source_id, match.start())
        if passage:
            sentence = _Sentence(match.start(), match.end(), passage, fold(match.group()))
            grouped.setdefault(passage.id, []).append(sentence)
    for sentences in grouped.values():
        yield sentences[0].passage, sentences


def _ranges(sentences: list[_Sentence], wanted: str, around: int) -> list[tuple[int, int]]:
    """Return the ranges of source characters to show, widened by neighbours and merged."""
    joined = "".join(sentence.folded for sentence in sentences)
    owner = [i for i, sentence in enumerate(sentences) for _ in sentence.folded]
    ranges: list[tuple[int, int]] = []
    for found in re.finditer(f"(?={re.escape(wanted)})", joined):
        first = max(0, owner[found.start()] - around)
        last = min(len(sentences) - 1, owner[found.start() + len(wanted) - 1] + around)
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
        else:
            ranges.append((first, last))
    return [(sentences[a].start, sentences[b].end) for a, b in ranges]
