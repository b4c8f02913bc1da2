"""The structure of sources: what stands inside what, which passages are counted, what follows what.

Everything is derived from the passages themselves: ranges, headings, clause numbers, speakers. Passages of a
source are in the order of their headings.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.language.analyze import numeral
from knowledge.model import Content, Passage, Speaker

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_COUNTED = re.compile(rf"第（?({_NUMERAL})）?(条|项|段|点|款|章|节)|^({_NUMERAL})是")


@dataclass(frozen=True, slots=True)
class Series:
    """Passages that are counted: 第一条 … 第八条, （一） … （五）, 一是 … 三是; `measure` as the headings say it."""

    measure: str
    members: tuple[tuple[int, Passage], ...]

    def find(self, number: int) -> Passage | None:
        """Return the member with this number; -1 is the last one, -2 the one before it."""
        if number < 0:
            return self.members[number][1] if -number <= len(self.members) else None
        return next((passage for n, passage in self.members if n == number), None)

    def number_of(self, passage: Passage) -> int:
        """Return a passage's number, 0 when it is no member."""
        return next((n for n, member in self.members if member.id == passage.id), 0)


def passages_of(content: Content, source_id: str) -> tuple[Passage, ...]:
    """Return the passages of one source in their order."""
    return tuple(p for p in content.passages.values() if p.source_id == source_id)


def is_within(inner: Passage, outer: Passage) -> bool:
    """Return whether `inner` is `outer` or stands inside it."""
    return inner.source_id == outer.source_id and outer.start <= inner.start and inner.end <= outer.end


def parent(content: Content, passage: Passage) -> Passage | None:
    """Return the smallest passage that contains this one; None at the top level of its source."""
    around = [p for p in passages_of(content, passage.source_id) if is_within(passage, p) and p != passage]
    wider = [p for p in around if p.end - p.start > passage.end - passage.start]
    return min(wider, key=lambda p: p.end - p.start, default=None)


def above(content: Content, passage: Passage) -> tuple[Passage, ...]:
    """Return the passages that contain this one, the smallest first."""
    found: list[Passage] = []
    outer = parent(content, passage)
    while outer:
        found.append(outer)
        outer = parent(content, outer)
    return tuple(found)


def children(content: Content, passage: Passage) -> tuple[Passage, ...]:
    """Return the passages directly inside this one, in order."""
    return tuple(p for p in passages_of(content, passage.source_id) if parent(content, p) == passage)


def siblings(content: Content, passage: Passage) -> tuple[Passage, ...]:
    """Return the passages of the same level around this one, itself included, in order."""
    above = parent(content, passage)
    if above:
        return children(content, above)
    return tuple(p for p in passages_of(content, passage.source_id) if parent(content, p) is None)


def count_of(passage: Passage) -> tuple[int, str]:
    """Return number and unit of a counted passage, read from its heading; (0, "") when it has none.

    The last number counts: 第三条第（二）项 is the second 项. 第三条总述 is not counted.
    """
    found = list(_COUNTED.finditer(passage.heading))
    if not found or "总述" in passage.heading:
        return 0, ""
    last = found[-1]
    return numeral(last.group(1) or last.group(3)), last.group(2) or "项"


def series_among(passages: Iterable[Passage]) -> Series | None:
    """Return the counted ones of `passages` as a series; None when there are fewer than two."""
    counted = [(*count_of(p), p) for p in passages]
    members = tuple((number, p) for number, _, p in counted if number)
    units = [unit for number, unit, _ in counted if number]
    return Series(units[0], members) if len(members) > 1 else None


def series_around(content: Content, passages: Iterable[Passage]) -> tuple[Series, ...]:
    """Return the series that `passages` stand in, nearest first: among their siblings, then further up."""
    given = tuple(passages)
    levels = [(p, *above(content, p)) for p in given]
    near = [p for level in itertools.zip_longest(*levels) for p in level if p]
    return _distinct(series_among(siblings(content, p)) for p in near)


def series_inside(content: Content, passages: Iterable[Passage]) -> tuple[Series, ...]:
    """Return the series that stand inside `passages`, the outermost first."""
    inside = [p for outer in passages for p in passages_of(content, outer.source_id) if is_within(p, outer)]
    return _distinct(series_among(children(content, p)) for p in inside)


def _distinct(found: Iterable[Series | None]) -> tuple[Series, ...]:
    return tuple({series.members[0][1].id: series for series in found if series}.values())


def leaves(content: Content, source_id: str) -> tuple[Passage, ...]:
    """Return the passages of a source that have no passage inside them, in order."""
    whole = passages_of(content, source_id)
    return tuple(p for p in whole if not any(is_within(q, p) and q != p for q in whole))


def leaves_within(content: Content, passage: Passage) -> tuple[Passage, ...]:
    """Return the innermost passages of this one, in order; itself when nothing stands inside it."""
    return tuple(p for p in leaves(content, passage.source_id) if is_within(p, passage))


def said_by(content: Content, speaker_id: str) -> tuple[Passage, ...]:
    """Return the innermost passages of a speaker, in the order of their source."""
    return tuple(
        p for source_id in content.sources for p in leaves(content, source_id) if p.speaker == speaker_id
    )


def speaker_of(content: Content, passage: Passage) -> Speaker | None:
    """Return who says a passage; None for the words of a document."""
    return content.sources[passage.source_id].speakers.get(passage.speaker)


def speakers(content: Content) -> dict[str, Speaker]:
    """Return every speaker of every source by id."""
    return {s.id: s for source in content.sources.values() for s in source.speakers.values()}


def innermost(content: Content, source_id: str, position: int) -> Passage | None:
    """Return the smallest passage at a position of a source's text; None where no passage reaches."""
    around = [p for p in passages_of(content, source_id) if p.start <= position < p.end]
    return min(around, key=lambda p: p.end - p.start, default=None)
