"""What a text of ours may say: the words it stands beside, the documents of its quotes, the lexicon, and all sources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text of ours may stand on.

    `beside` are the words it stands with, `whole` the documents of its quotes, and `known` all sources there are.
    """

    beside: str
    days: str
    whole: str
    known: str
    numbers: frozenset[int]
    names: frozenset[str]
