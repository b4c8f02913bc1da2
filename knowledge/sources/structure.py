"""The structure of sources: what stands inside what, which passages are counted, what follows what.

Everything is derived from the passages themselves: ranges, headings, clause numbers, speakers. It is worked out
once for a release (`structure_of`); what is asked of it later is a lookup. Passages of a source are in the order of
their headings.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from knowledge.language.numerals import numeral
from knowledge.language.tidy import plain
from knowledge.model.content import Content
from knowledge.model.sources import Passage, Speaker

_NUMERAL = "[一二三四五六七八九十百零]{1,5}"
_COUNTED = re.compile(
    rf"第（?({_NUMERAL})）?(条|项|段|点|款|章|节)|^({_NUMERAL})[是要]|^[（(]({_NUMERAL})[）)]|^({_NUMERAL})、|^第({_NUMERAL})[，,、：:]"
)
_OWN_NUMBER = re.compile(r"^(?:第?[（(]?[一二三四五六七八九十\d]{1,3}[）)]?[、.．章节条项是]?)+")
_ANNEXED = re.compile(r"document-\d+")
"""How passages are named that are a document of their own inside another one; see `knowledge.learning.outline`."""
_Key = TypeVar("_Key")


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


@dataclass(frozen=True, slots=True)
class Structure:
    """What stands where in the sources of a release; see `structure_of`.

    Passages are named by id, sources too; `_by_place` holds those of a source by start, the wider first.
    """

    speakers: Mapping[str, Speaker]
    _passages: Mapping[str, tuple[Passage, ...]]
    _by_place: Mapping[str, tuple[Passage, ...]]
    _parents: Mapping[str, Passage]
    _children: Mapping[str, tuple[Passage, ...]]
    _leaves: Mapping[str, tuple[Passage, ...]]
    _annexed: Mapping[str, tuple[Passage, ...]]
    _series: Mapping[str, Series]
    _by_article: Mapping[tuple[str, str], tuple[Passage, ...]]
    _by_count: Mapping[tuple[str, tuple[int, str]], tuple[Passage, ...]]
    _by_heading: Mapping[str, tuple[Passage, ...]]

    def passages(self, source_id: str) -> tuple[Passage, ...]:
        """Return the passages of one source in their order."""
        return self._passages.get(source_id, ())

    def parent(self, passage: Passage) -> Passage | None:
        """Return the smallest passage that contains this one; None at the top level of its source."""
        return self._parents.get(passage.id)

    def above(self, passage: Passage) -> tuple[Passage, ...]:
        """Return the passages that contain this one, the smallest first."""
        found: list[Passage] = []
        outer = self.parent(passage)
        while outer:
            found.append(outer)
            outer = self.parent(outer)
        return tuple(found)

    def children(self, passage: Passage) -> tuple[Passage, ...]:
        """Return the passages directly inside this one, in order."""
        return self._children.get(passage.id, ())

    def siblings(self, passage: Passage) -> tuple[Passage, ...]:
        """Return the passages of the same level around this one, itself included, in order."""
        outer = self.parent(passage)
        return self.children(outer) if outer else self._children.get(passage.source_id, ())

    def leaves(self, source_id: str) -> tuple[Passage, ...]:
        """Return the passages of a source that have no passage inside them, in order of place."""
        return self._leaves.get(source_id, ())

    def annexed(self, source_id: str) -> tuple[Passage, ...]:
        """Return the passages of a source that are documents of their own, in order."""
        return self._annexed.get(source_id, ())

    def beside(self, passage: Passage) -> tuple[str, str]:
        """Return the words right before and right after a passage in its source, "" at an edge."""
        leaves = self.leaves(passage.source_id)
        before = [p.text for p in leaves if p.end <= passage.start][-1:]
        after = [p.text for p in leaves if p.start >= passage.end][:1]
        return "".join(before), "".join(after)

    def leaves_within(self, passage: Passage) -> tuple[Passage, ...]:
        """Return the innermost passages of this one, in order; itself when nothing stands inside it."""
        leaves = self.leaves(passage.source_id)
        first = bisect_left(leaves, passage.start, key=lambda p: p.start)
        last = bisect_right(leaves, passage.end, key=lambda p: p.start)
        return tuple(p for p in leaves[first:last] if p.end <= passage.end)

    def said_by(self, speaker_id: str) -> tuple[Passage, ...]:
        """Return the innermost passages of a speaker, in the order of their source."""
        return tuple(p for leaves in self._leaves.values() for p in leaves if p.speaker == speaker_id)

    def of_article(self, source_ids: Iterable[str], article: str) -> list[Passage]:
        """Return the passages of some sources that are the clause of this number."""
        return [p for source_id in source_ids for p in self._by_article.get((source_id, article), ())]

    def counted_as(self, source_ids: Iterable[str], count: tuple[int, str]) -> list[Passage]:
        """Return the passages of some sources that are counted so; see `count_of`."""
        return [p for source_id in source_ids for p in self._by_count.get((source_id, count), ())]

    def headed(self, words: str) -> tuple[Passage, ...]:
        """Return the passages whose heading is just these words, plain, its own number aside."""
        return self._by_heading.get(words, ())

    def innermost(self, source_id: str, position: int) -> Passage | None:
        """Return the smallest passage at a position of a source's text; None where no passage reaches."""
        placed = self._by_place.get(source_id, ())
        before = bisect_right(placed, position, key=lambda p: p.start)
        # What begins last stands innermost, or behind the innermost one that is still open.
        at = placed[before - 1] if before else None
        while at and at.end <= position:
            at = self.parent(at)
        return at

    def series_around(self, passages: Iterable[Passage]) -> tuple[Series, ...]:
        """Return the series that `passages` stand in, nearest first: among their siblings, then further up."""
        levels = [(p, *self.above(p)) for p in passages]
        near = [p for level in itertools.zip_longest(*levels) for p in level if p]
        owners = (outer.id if (outer := self.parent(p)) else p.source_id for p in near)
        return _distinct(self._series.get(owner) for owner in owners)

    def series_inside(self, passages: Iterable[Passage]) -> tuple[Series, ...]:
        """Return the series that stand inside `passages`, the outermost first."""
        return _distinct(found for outer in passages for found in self._series_below(outer))

    def _series_below(self, passage: Passage) -> Iterator[Series]:
        if passage.id in self._series:
            yield self._series[passage.id]
        for inner in self.children(passage):
            yield from self._series_below(inner)


def structure_of(content: Content) -> Structure:
    """Return the structure of the sources of `content`; in time that grows with the passages, not their square."""
    passages: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in content.passages.values():
        passages[passage.source_id].append(passage)
    by_place = {source: sorted(found, key=lambda p: (p.start, -p.end)) for source, found in passages.items()}
    parents = {inner.id: outer for placed in by_place.values() for inner, outer in _contained(placed)}
    children: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in content.passages.values():
        outer = parents.get(passage.id)
        children[outer.id if outer else passage.source_id].append(passage)
    every = content.passages.values()
    return Structure(
        speakers={s.id: s for source in content.sources.values() for s in source.speakers.values()},
        _passages={source: tuple(found) for source, found in passages.items()},
        _by_place={source: tuple(placed) for source, placed in by_place.items()},
        _parents=parents,
        _children={owner: tuple(found) for owner, found in children.items()},
        _leaves={s: tuple(leaves_of(by_place[s])) for s in content.sources if s in by_place},
        _annexed=_grouped((p.source_id, p) for p in every if is_annexed(p)),
        _series=_numbered_on(
            {owner: counted for owner, found in children.items() if (counted := _counted_among(found))}
        ),
        _by_article=_grouped(((p.source_id, p.article), p) for p in every if p.article),
        _by_count=_grouped(((p.source_id, count), p) for p in every if (count := count_of(p))[0]),
        _by_heading=_grouped((plain(_OWN_NUMBER.sub("", p.heading)), p) for p in every),
    )


def _grouped(pairs: Iterable[tuple[_Key, Passage]]) -> dict[_Key, tuple[Passage, ...]]:
    groups: defaultdict[_Key, list[Passage]] = defaultdict(list)
    for key, passage in pairs:
        groups[key].append(passage)
    return {key: tuple(found) for key, found in groups.items()}


def _contained(placed: Sequence[Passage]) -> Iterator[tuple[Passage, Passage]]:
    """Yield each passage that another one contains with the smallest such; `placed` are of one source, by place."""
    open_ones: list[Passage] = []
    for passage in placed:
        open_ones = [p for p in open_ones if p.end > passage.start]
        width = passage.end - passage.start
        around = [p for p in open_ones if p.end >= passage.end and p.end - p.start > width]
        if around:
            yield passage, min(around, key=lambda p: p.end - p.start)
        open_ones.append(passage)


def leaves_of(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages that no other one lies inside, by place; of two with the same bounds neither is one."""
    ordered = sorted(passages, key=lambda p: (p.source_id, p.start, -p.end))
    n_alike = Counter((p.source_id, p.start, p.end) for p in ordered)
    leaves: list[Passage] = []
    first_end: dict[str, float] = {}
    # From the back: what lies inside a passage begins no earlier, and so was seen before it.
    for passage in reversed(ordered):
        nearest = first_end.get(passage.source_id, math.inf)
        if nearest > passage.end and n_alike[passage.source_id, passage.start, passage.end] == 1:
            leaves.append(passage)
        first_end[passage.source_id] = min(nearest, passage.end)
    return leaves[::-1]


def is_annexed(passage: Passage) -> bool:
    """Return whether a passage is a document of its own inside its source."""
    return bool(_ANNEXED.fullmatch(passage.id.partition("#")[2]))


def is_within(inner: Passage, outer: Passage) -> bool:
    """Return whether `inner` is `outer` or stands inside it."""
    return inner.source_id == outer.source_id and outer.start <= inner.start and inner.end <= outer.end


def count_of(passage: Passage) -> tuple[int, str]:
    """Return number and unit of a counted passage, read from its heading; (0, "") when it has none.

    The last number counts: 第三条第（二）项 is the second 项. 第三条总述 is not counted.
    """
    found = list(_COUNTED.finditer(passage.heading))
    if not found or "总述" in passage.heading:
        return 0, ""
    last = found[-1]
    number = next(found for found in last.group(1, 3, 4, 5, 6) if found)
    return numeral(number), last.group(2) or "项"


def series_among(passages: Iterable[Passage]) -> Series | None:
    """Return the counted ones of `passages` as a series; None when there are fewer than two."""
    counted = _counted_among(passages)
    return counted if counted and len(counted.members) > 1 else None


def _counted_among(passages: Iterable[Passage]) -> Series | None:
    """Return the counted ones of `passages`, be it one alone; None when there are none."""
    counted = [(*count_of(p), p) for p in passages]
    members = tuple((number, p) for number, _, p in counted if number)
    units = [unit for number, unit, _ in counted if number]
    return Series(units[0], members) if members else None


def _distinct(found: Iterable[Series | None]) -> tuple[Series, ...]:
    return tuple({series.members[0][1].id: series for series in found if series}.values())


def _numbered_on(series: Mapping[str, Series]) -> dict[str, Series]:
    """Return the series by owner, those that count on from one another as one: the articles of a law, through its chapters."""
    chains: list[list[str]] = []
    ending: dict[tuple[str, str, int], list[str]] = {}
    for owner, found in sorted(series.items(), key=lambda item: item[1].members[0][1].start):
        number, passage = found.members[0]
        place = passage.source_id, found.measure
        chain = ending.pop((*place, number - 1), None)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(owner)
        ending[*place, found.members[-1][0]] = chain
    joined: dict[str, Series] = {}
    for chain in chains:
        members = tuple(member for owner in chain for member in series[owner].members)
        if len(members) > 1:
            joined |= dict.fromkeys(chain, Series(series[chain[0]].measure, members))
    return joined


def speaker_of(content: Content, passage: Passage) -> Speaker | None:
    """Return who says a passage; None for the words of a document."""
    return content.sources[passage.source_id].speakers.get(passage.speaker)
