"""No two items of one paper may answer each other: the proof of one is shown while the other is still open."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.problems import Problem

_MIN_CHARS = 2
_N_TOLD = 3
_NAMES = {"source": ("引文", "引短一点"), "stem": ("题干", "改题干"), "why": ("解析", "改解析")}
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
    for item in c.content.items.values():
        quote = _span(c.content, item, item.source.text)
        shown: dict[str, dict[str, str]] = {}
        for other, words, key in keys:
            if other.id == item.id or other.id in item.excludes or item.id in other.excludes:
                continue
            part = "source" if quote and _covers(quote, key) else _says(item, other, words)
            if part:
                shown.setdefault(part, {})[other.id] = words
        yield from (_warning(c, item, part, others) for part, others in shown.items())


def _warning(c: Checked, item: Item, part: str, others: dict[str, str]) -> Problem:
    """Return the one warning for a part of an item, whatever the number of items whose keys it shows."""
    name, cure = _NAMES[part]
    told = "、".join(f"{other} 的答案“{words}”" for other, words in list(others.items())[:_N_TOLD])
    more = f"，还有另外 {len(others) - _N_TOLD} 道题的" if len(others) > _N_TOLD else ""
    ids = ", ".join(list(others)[:_N_TOLD])
    hint = f"{cure}，或者写 excludes: [{ids}]，就不会在同一份试卷里"
    path = ("item", item.id, "source", "text") if part == "source" else ("item", item.id, part)
    return c.warning(path, item.mark, "gives-away", f"{name}里有 {told}{more}", hint)


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
