"""Where words stand in the content files: what an editor opens to change them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.language.tidy import plain
from knowledge.model.content import Content
from knowledge.model.places import line_of
from knowledge.model.problems import Files


class Found(NamedTuple):
    """A place that holds the words: file and line, what it belongs to, what kind of text it is, and the text."""

    file: str
    line: int
    id: str
    kind: str
    text: str


class Folded(NamedTuple):
    """A text of a content with its place, and the text as it is compared."""

    place: Found
    folded: str


_N_A_STEP = 100
# The same text is folded once, whichever reading of the files it stands in.
_folded = lru_cache(maxsize=1 << 18)(plain)


def folded_texts(content: Content) -> tuple[Folded, ...]:
    """Return every text of a content as it is compared: for who looks for words more than once."""
    return tuple(
        Folded(Found(file, line, name, kind, text), _folded(text))
        for file, line, name, kind, text in _texts(content)
    )


def fold_a_few(content: Content) -> Iterator[None]:
    """Fold the texts of a content a few at a step: who looks for words later has them folded already."""
    for n, (*_, text) in enumerate(_texts(content), 1):
        _folded(text)
        if n % _N_A_STEP == 0:
            yield


def find(files: Files, texts: Sequence[Folded], words: Sequence[str]) -> tuple[Found, ...]:
    """Return every one of these texts that holds all the words, however they are punctuated; ids first."""
    return find_first(files, texts, words, len(texts))[0]


def find_first(
    files: Files, texts: Sequence[Folded], words: Sequence[str], n: int
) -> tuple[tuple[Found, ...], int]:
    """Return the first `n` of what `find` gives, and how much that is: the lines of ten thousand are looked for in vain."""
    wanted = [folded for word in words if (folded := plain(word))]
    ids = {word.strip() for word in words}
    found = [
        text.place
        for text in texts
        if (text.place.id in ids and text.place.kind in ("标准问", "题干"))
        or (wanted and all(word in text.folded for word in wanted))
    ]

    def place(of: Found) -> tuple[bool, str, int]:
        return of.id not in ids, of.file, of.line

    # The line of a record tells the order, and those of its texts that among them.
    first = sorted(found, key=place)[:n]
    placed = (Found(f.file, _line(files, f), f.id, f.kind, f.text) for f in first)
    return tuple(sorted(placed, key=place)), len(found)


def _texts(content: Content) -> Iterator[tuple[str, int, str, str, str]]:
    for entry in content.entries.values():
        at = (entry.mark.file, entry.mark.line, entry.id)
        yield (*at, "标准问", entry.question)
        yield from ((*at, "问法", phrasing) for phrasing in entry.phrasings)
        if entry.lead:
            yield (*at, "引导语", entry.lead)
        yield from ((*at, f"原话 {quote.passage_id}", quote.text) for quote in entry.quotes)
    for item in content.items.values():
        at = (item.mark.file, item.mark.line, item.id)
        yield (*at, "题干", item.stem)
        yield from ((*at, "选项", option) for option in item.options)
        yield (*at, "解析", item.why)
    for key, reply in content.replies.items():
        yield "replies.yaml", 1, key, "固定回复", reply
    for passage in content.passages.values():
        yield passage.mark.file, passage.mark.line, passage.id, "原文", passage.text


def _line(files: Files, found: Found) -> int:
    """Return the line where the text itself stands."""
    if found.kind == "固定回复":
        lines = files.get(found.file, "").splitlines()
        return next((n for n, line in enumerate(lines, 1) if line.startswith(f"{found.id}:")), found.line)
    # A quote is written by its address.
    written = found.kind.partition(" ")[2] if found.kind.startswith("原话") else found.text
    return line_of(files, found.file, found.line, written)
