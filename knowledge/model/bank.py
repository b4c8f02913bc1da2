"""The bank: items, and the papers that are made of them."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model.problems import Mark
from knowledge.model.sources import Quote


@dataclass(frozen=True, slots=True)
class Item:
    """One quiz question; `key` holds indexes into `options` as written in the file, before shuffling.

    `kind` is single, multiple, truefalse or fill. A truefalse item has the options 正确 and 错误, never
    shuffled; `claim` is the words of its stem that decide, `truth` what the source has in their place
    (equal when the key is 正确). A fill item has no options: `accepted` holds the answers that count, the
    one shown first. Items that `excludes` names never share a paper with this one. `hint` is what who asks for one
    gets, "" for the place of its source.
    """

    id: str
    kind: str
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    why: str
    source: Quote
    track: str
    tags: tuple[str, ...]
    difficulty: int
    mark: Mark
    accepted: tuple[str, ...] = ()
    claim: str = ""
    truth: str = ""
    excludes: tuple[str, ...] = ()
    hint: str = ""

    @property
    def proven(self) -> tuple[str, ...]:
        """The words that the quoted passage must contain for the key to be right."""
        if self.kind == "truefalse":
            return (self.truth,)
        return self.accepted[:1] if self.kind == "fill" else tuple(self.options[i] for i in self.key)


@dataclass(frozen=True, slots=True)
class Paper:
    """A rule for drawing, marking and closing; empty filters let everything through, 0 means no limit.

    `mode` is how it is drawn and closed, one of `reading.papers.MODE_WORDS`. `words` start it, without punctuation;
    its title is the first of them.
    `partial` is how a multiple item is marked: "none" (only the whole key counts) or "share" (a part of
    the key earns its share, a wrong option nothing). `feedback` is "each" (after every answer) or "end".
    Hours are minutes after midnight in China; `opens_on` and `closes_on` are days (2026-12-31), both included.
    """

    id: str
    title: str
    n_items: int
    tracks: tuple[str, ...]
    pass_line: float
    mark: Mark
    mode: str = "practice"
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    partial: str = "none"
    feedback: str = "each"
    until_mistake: bool = False
    item_time_s: int = 0
    paper_time_s: int = 0
    attempts_per_day: int = 0
    cool_down_s: int = 0
    opens_at: int = 0
    closes_at: int = 1440
    opens_on: str = ""
    closes_on: str = ""

    def admits(self, item: Item) -> bool:
        """Return whether the paper may draw `item`."""
        return (
            (not self.tracks or item.track in self.tracks)
            and (not self.tags or any(tag in self.tags for tag in item.tags))
            and (not self.kinds or item.kind in self.kinds)
            and (not self.difficulties or item.difficulty in self.difficulties)
        )
