"""Grading one quiz item: what an answer earns, nothing about who gave it or when."""

from __future__ import annotations

from collections.abc import Set

from knowledge.language.tidy import plain
from knowledge.model.bank import Item
from knowledge.quiz.counts import WrittenCount, is_stated, read_count


def grade(item: Item, chosen: Set[int], partial: str = "none") -> float:
    """Return the share of the mark (0..1) that `chosen` earns.

    The whole key earns everything. With `partial` "share", a part of a multiple key earns that part as long
    as nothing wrong was chosen; in every other case it is nothing.

    Args:
        chosen: Indexes into `item.options` as written in the bank, before shuffling.
    """
    key = set(item.key)
    if partial == "share" and item.kind == "multiple" and chosen and chosen <= key:
        return len(chosen) / len(key)
    return float(set(chosen) == key)


def grade_written(item: Item, text: str) -> float:
    """Return 1 when `text` is one of a fill item's accepted answers, else 0.

    Width, case, script, stickers, spaces and punctuation don't matter. Where the key is a number, its measure word
    and 约 don't either; 余 and 多 are right only where the key has them.
    """
    if _plain(text) in {_plain(accepted) for accepted in item.accepted}:
        return 1.0
    given = read_count(text)
    return float(given is not None and is_stated(given, _stated(item)))


def _stated(item: Item) -> list[WrittenCount]:
    """Return the counts that the key of a fill item states; none when its first, the source's own, is no number."""
    if not item.accepted or read_count(item.accepted[0]) is None:
        return []
    return [count for accepted in item.accepted if (count := read_count(accepted))]


def options_now(given: str, before: Item, now: Item) -> tuple[int | None, ...]:
    """Return the options of an answer ("0,2") as the item counts them now, by their words; None for one that is gone."""
    words = [_plain(before.options[int(i)]) for i in given.split(",") if i.isdigit()]
    options = [_plain(option) for option in now.options]
    return tuple(options.index(word) if word in options else None for word in words)


def _plain(option: str) -> str:
    return plain(option)
