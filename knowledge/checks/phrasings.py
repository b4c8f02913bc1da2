"""What must hold between the ways to ask: none leads to two entries, and those of two entries are apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.checks.base import Checked
from knowledge.language.analyze import Analyzer, Terms
from knowledge.language.grammar import A_NOT_A, ASKING, DENYING
from knowledge.language.tidy import plain
from knowledge.matching.index.profile import bigrams
from knowledge.model.entries import Entry
from knowledge.model.problems import Mark, Problem
from knowledge.reading.spared import look_digest

NEAR = 91.0
"""From this likeness (0..100) on, phrasings of two entries are shown side by side."""
_BLOCK = 256
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+")
_LISTED = re.compile(r"[、；;|｜/／]|[？?](?=.)")
_ANY_STOP = re.compile(r"[，,。！!、；;|｜/／？?\s]+")
_ASKS = re.compile(
    rf"{ASKING}|怎|甚么|几|多久|多长|多大|为何|如何|吗|么$|呢|{A_NOT_A.pattern}|是否|能否|可否|有无"
)
_MIN_LISTED, _MIN_ANY = 2, 3
_DENIES = re.compile(f"[{DENYING}勿非禁]")


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to ask an entry, as the engine compares it."""

    entry: Entry
    text: str
    mark: Mark
    terms: Terms


def phrasings_are_unique(c: Checked) -> Iterator[Problem]:
    """No phrasing stands twice, in one entry or in two that are served at the same time."""
    seen: dict[str, list[tuple[Entry, Mark]]] = {}
    for entry in _oldest_first(c):
        for path, text in _ways_to_ask(entry):
            held = seen.setdefault(plain(text), [])
            clash = next((found for found in held if _meet(found[0], entry)), None)
            if clash:
                other, place = clash
                elsewhere = f"条目 {other.id}（{place.file}:{place.line}）"
                whose = f"同一条目（第 {place.line} 行）" if other is entry else elsewhere
                message = f"条目 {entry.id} 的问法“{text}”在{whose}里已经有了"
                hint = "只留一处，两个条目的问法要分得开"
                yield c.problem(path, entry.mark, "duplicate-phrasing", message, hint)
            held.append((entry, c.marks.get(path, entry.mark)))


def phrasings_ask_one_thing(c: Checked) -> Iterator[Problem]:
    """No phrasing is a list of questions: as one line it is found by none of them."""
    for entry in c.content.entries.values():
        for i, phrasing in enumerate(entry.phrasings):
            n = n_questions(phrasing)
            if n > 1:
                path = ("entry", entry.id, "phrasing", str(i))
                message = f"问法“{phrasing}”里写了 {n} 个问题"
                yield c.problem(path, entry.mark, "several-questions", message, "一行写一个问法，拆成几行")


def n_questions(phrasing: str) -> int:
    """Return how many questions a phrasing lists; one that only halts at commas counts from three on.

    >>> n_questions("怎么签、谁签的、哪天签"), n_questions("低俗、庸俗怎么说")
    (3, 1)
    """
    for sign, least in ((_LISTED, _MIN_LISTED), (_ANY_STOP, _MIN_ANY)):
        n = sum(bool(_ASKS.search(piece)) for piece in sign.split(phrasing))
        if n >= least:
            return n
    return 1


def _oldest_first(c: Checked) -> list[Entry]:
    """Return the entries in the order in which their files were saved: what was just typed is at fault."""
    return sorted(
        c.content.entries.values(), key=lambda e: (c.saved.get(e.mark.file, 0), e.mark.file, e.mark.line)
    )


def _meet(a: Entry, b: Entry) -> bool:
    """Return whether there is a day on which both are served."""
    return a.valid_from <= (b.valid_to or "9999") and b.valid_from <= (a.valid_to or "9999")


def _ways_to_ask(entry: Entry) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("entry", entry.id, "question"), entry.question
    for i, phrasing in enumerate(entry.phrasings):
        yield ("entry", entry.id, "phrasing", str(i)), phrasing


def phrasings_are_apart(c: Checked) -> Iterator[Problem]:
    """Warn of phrasings of two entries that differ by next to nothing, though in no name, number or negation."""
    lexicon = look_digest(repr(c.content.lexicon)).hex()
    written = [
        (entry, text, c.marks.get(path, entry.mark), look_digest("apart", lexicon, text, *_served(entry)))
        for entry in _oldest_first(c)
        if entry.status != "archived"
        for path, text in _ways_to_ask(entry)
    ]
    new = [n for n, (_, _, _, digest) in enumerate(written) if not c.spared.knows(digest)]
    if not new:
        return
    analyzer = Analyzer(c.content.lexicon)
    ways = [_Way(entry, text, mark, analyzer.analyze(text)) for entry, text, mark, _ in written]
    pairs = sorted(_near(ways, frozenset(new)), key=lambda pair: -pair[2])
    alike = {number for later, earlier, _ in pairs for number in (later, earlier)}
    c.spared.sound.update(written[n][3] for n in new if n not in alike)
    c.spared.sound.difference_update(written[n][3] for n in alike)
    yield from _told_once(c, ways, pairs)


def _served(entry: Entry) -> tuple[str, ...]:
    return entry.id, entry.status, entry.valid_from, entry.valid_to


def _told_once(c: Checked, ways: list[_Way], pairs: list[tuple[int, int, float]]) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for later, earlier, likeness in pairs:
        first, second = ways[earlier], ways[later]
        ids = (first.entry.id, second.entry.id)
        if ids in told or not _meet(first.entry, second.entry):
            continue
        # Drafts of a document are made alike; whoever publishes one of them gives it a way to be asked.
        if first.entry.status == second.entry.status == "draft":
            continue
        told.add(ids)
        yield c.warning(
            (),
            second.mark,
            "near-duplicate",
            f"条目 {ids[1]} 的“{second.text}”和条目 {ids[0]} 的“{first.text}”很像（{likeness:.0f} 分）",
            "把两个问法写得分得开，或合成一个条目",
        )


def _near(ways: list[_Way], new: Set[int]) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of rows of two entries, one of them `new` at least, with their likeness; equal ones are another check's.

    Two texts this alike share one of the rarest character pairs of each, so only rows that meet there are
    compared: ten thousand entries take seconds.
    """
    texts = [way.terms.canonical for way in ways]
    found: dict[tuple[int, int], float] = {}
    for group in _meetings(texts):
        fresh = [number for number in group if number in new]
        for start in range(0, len(fresh), _BLOCK):
            block = fresh[start : start + _BLOCK]
            likenesses = process.cdist(
                [texts[number] for number in block],
                [texts[number] for number in group],
                scorer=fuzz.ratio,
                score_cutoff=NEAR,
                dtype=np.uint8,
            )
            for i, j in zip(*np.nonzero(likenesses), strict=True):
                if block[i] != group[j]:
                    found[max(block[i], group[j]), min(block[i], group[j])] = float(likenesses[i, j])
    for (later, earlier), likeness in found.items():
        if _differ_by_next_to_nothing(ways[later], ways[earlier]):
            yield later, earlier, likeness


def _meetings(texts: list[str]) -> Iterator[list[int]]:
    """Yield the rows, in their order, that have one of their rarest character pairs in common."""
    grams = [tuple(dict.fromkeys(bigrams(text))) for text in texts]
    common = Counter(gram for row in grams for gram in row)
    rows_by_gram: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        # A text may differ from one NEAR per cent like it by this many edits; each touches two pairs at most.
        edits = int(len(text) * 2 * (100 - NEAR) / NEAR)
        for gram in sorted(grams[number], key=lambda gram: (common[gram], gram))[: 2 * edits + 1]:
            rows_by_gram[gram].append(number)
    return (rows for rows in rows_by_gram.values() if len(rows) > 1)


def _differ_by_next_to_nothing(a: _Way, b: _Way) -> bool:
    return a.entry.id != b.entry.id and a.terms.literal != b.terms.literal and _signs(a) == _signs(b)


def _signs(way: _Way) -> tuple[object, ...]:
    """Return what makes two like texts different questions."""
    text = way.terms.canonical
    return way.terms.entities, way.terms.clauses, _NUMBERS.findall(text), len(_DENIES.findall(text))
