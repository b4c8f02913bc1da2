"""No two items of one paper may answer each other: the proof of one is shown while the other is still open."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.checked import Checked
from knowledge.model import Content, Item, Problem

_MIN_CHARS = 2
_NAMES = {"stem": "题干", "why": "解析"}
_Span = tuple[str, int, int]


def items_keep_each_others_keys(c: Checked) -> Iterator[Problem]:
    """An item whose quote, stem or explanation shows the key of another excludes it.

    A quote shows a key when it spans the very place that proves it, our own words when they say it and are
    about the same passage. The same words elsewhere are another fact.
    """
    keys = [
        (item, words, span)
        for item in c.content.items.values()
        for words in item.proven
        if (span := _span(c.content, item, words))
    ]
    quotes = {item.id: _span(c.content, item, item.source.text) for item in c.content.items.values()}
    for item in c.content.items.values():
        for other, words, key in keys:
            if other.id == item.id or other.id in item.excludes or item.id in other.excludes:
                continue
            quote = quotes[item.id]
            if quote and _covers(quote, key):
                path: tuple[str, ...] = ("item", item.id, "source", "text")
                message, cure = f"引文里有 {other.id} 的答案“{words}”", "引短一点"
            elif part := _says(item, other, words):
                path = ("item", item.id, part)
                message, cure = f"{_NAMES[part]}里有 {other.id} 的答案“{words}”", f"改{_NAMES[part]}"
            else:
                continue
            hint = f"{cure}，或者写 excludes: [{other.id}]，两题就不会在同一份试卷里"
            yield c.warning(path, item.mark, "gives-away", message, hint)


def _span(content: Content, item: Item, words: str) -> _Span | None:
    """Return where in its source the words stand that an item quotes; None when it doesn't quote them as they are."""
    passage = content.passages.get(item.source.passage_id)
    if passage is None or item.source.text not in passage.text or words not in item.source.text:
        return None
    start = passage.start + passage.text.index(item.source.text) + item.source.text.index(words)
    return passage.source_id, start, start + len(words)


def _covers(quote: _Span, key: _Span) -> bool:
    return quote[0] == key[0] and quote[1] <= key[1] and key[2] <= quote[2]


def _says(item: Item, other: Item, words: str) -> str:
    """Return the part of an item, stem or why, that says the key of another on the same passage; "" for none."""
    if item.source.passage_id != other.source.passage_id or len(words) < _MIN_CHARS:
        return ""
    return "stem" if words in item.stem else "why" if words in item.why else ""
