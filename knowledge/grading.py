"""Grading one quiz item."""

from __future__ import annotations

from collections.abc import Set

from knowledge.model import Item


def grade(item: Item, chosen: Set[int]) -> float:
    """Return the share of the mark (0..1) that `chosen` earns: all of it for the key, else nothing.

    Args:
        chosen: Indexes into `item.options` as written in the bank, before shuffling.
    """
    return float(set(chosen) == set(item.key))
