"""A hint for one quiz item: the examiner's own, or else the place where the answer stands; never the answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from knowledge.language.tidy import strip_punctuation
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.sources.cite import cite

_CITED = "出处："


def hint_of(content: Content, item: Item) -> str:
    """Return the hint of an item, "" where every place that could be named has words of its answer or an option."""
    if item.hint:
        return item.hint
    passage = content.passages.get(item.source.passage_id)
    if passage is None:
        return ""
    # An option in it would be ruled out, or in, by it.
    kept = (*key_words(item), *item.options)
    places = (cite(content, passage).removeprefix(_CITED), f"《{content.sources[passage.source_id].title}》")
    return next((f"答案在这里找：{place}" for place in places if not said_in(place, kept)), "")


def key_words(item: Item) -> tuple[str, ...]:
    """Return the words that tell the answer of an item."""
    return tuple(word for word in (*item.proven, *item.accepted, item.claim, item.truth) if word)


def said_in(text: str, words: Iterable[str]) -> str:
    """Return the first of some words that stand in a text, whatever the punctuation; "" for none."""
    plain = _plain(text)
    return next((word for word in words if _plain(word) and _plain(word) in plain), "")


def _plain(text: str) -> str:
    return strip_punctuation(unicodedata.normalize("NFKC", text).lower())
