"""Clauses asked for by their number: 第九条, 第三条第二项, 第二章, of the document that is named, or of all."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from knowledge.language.numerals import NUMERAL, numeral
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.guards import held_by
from knowledge.matching.query import NAME_SIGNS, Query
from knowledge.matching.snapshot import WHOLE, Snapshot
from knowledge.model.content import Content
from knowledge.model.sources import Passage, Quote

_ONLY_CLAUSE = re.compile(
    r"^(?:[\ue000-\uf8ff]|说|什么|内容|是|规定|要求|怎么|写|呢|的|一下|原文|全文|具体|关于|里|有|原话|看|发|我|要|给|讲|条)*$"
)
_AFTER_CLAUSE = re.compile(r"(?:说|讲|写|规定|是|的|什么|内容|呢|原文|里)+$")
_MIN_WORD_CHARS, _SEVERAL, _ITEM_AND_ARTICLE = 2, 2, 2
_AT_MOST = 5
"""So many parts of one number are the choices, as 第一节 is of several chapters."""
_PARAGRAPH = re.compile(rf"条的?第({NUMERAL})款的?第?[（(]?{NUMERAL}[）)]?项")
_OWN_PARAGRAPH = re.compile(rf"第({NUMERAL})条的?第({NUMERAL})款(?!的?第?[（(]?{NUMERAL}[）)]?项)")
_TELLS = r"(?:的|说|讲|写|规定|是|了|什么|啥子?|内容|呢|有|哪些|原文|里|些)*"
_CHAPTER = re.compile(
    rf"(?:第({NUMERAL})([编章])的?)?第([一二三四五六七八九十]{{1,3}}|\d{{1,2}})([章节编]){_TELLS}"
)
_DOTTED = re.compile(rf"第?(\d{{1,2}}(?:\.\d{{1,2}}){{1,4}})[章节条款点项]?{_TELLS}")


def asked_clause(snapshot: Snapshot, query: Query, hits: tuple[Hit, ...]) -> Decision | None:
    """Return what to do with a question that only names a clause; None when it asks for more, or names none.

    An entry about the clause answers before its bare words do; where several documents have a clause of that number and
    none is named, they are the choices. A number that no document has is declined by rule "no-such-clause".
    """
    terms, structure = query.terms, snapshot.structure
    if terms.clauses:
        named = _named(snapshot.content, terms.entities)
        first, *more = terms.clauses
        found = _paragraphs(snapshot, query.text, named) or _in_paragraph(
            snapshot, query.text, structure.of_article(named, first)
        )
        if not found or not all(structure.of_article(named, clause) for clause in more):
            return Decision(Band.DECLINE, (), "no-such-clause", query)
        several = _of_several(snapshot, query, found)
        if several:
            return Decision(Band.CLARIFY, several, "clause", query)
        if not _ONLY_CLAUSE.match(terms.canonical):
            return None
        entry = _entry_for(snapshot, query, hits)
        if entry:
            return Decision(Band.ANSWER, (entry,), "clause", query)
    else:
        found = _division(snapshot, query.text, _named(snapshot.content, terms.entities))
    whole = tuple(map(_whole, _outermost(found) if terms.clauses else found[:_AT_MOST]))
    if not whole:
        return None
    return Decision(Band.ANSWER if len(whole) == 1 else Band.CLARIFY, whole, "clause", query)


def _division(snapshot: Snapshot, text: str, named: list[str]) -> list[Passage]:
    """Return the chapters and the like that a text names and asks no more of: 第二章, 第二章第一节, 4.1; [] where it does not."""
    structure = snapshot.structure
    if dotted := _DOTTED.fullmatch(text.strip(" ?？。,，")):
        begins = re.compile(rf"{re.escape(dotted.group(1))}(?![\d.])")
        return [p for s in named for p in structure.passages(s) if begins.match(p.heading)]
    chapter = _CHAPTER.fullmatch(strip_punctuation(text))
    if not chapter:
        return []
    found = structure.counted_as(named, (numeral(chapter.group(3)), chapter.group(4)))
    if not chapter.group(1):
        return found
    outer = {p.id for p in structure.counted_as(named, (numeral(chapter.group(1)), chapter.group(2)))}
    return [p for p in found if any(above.id in outer for above in structure.above(p))]


def _paragraphs(snapshot: Snapshot, text: str, named: list[str]) -> list[Passage]:
    """Return the paragraphs of articles that a text names: 第三条第二款; [] where it names none, or articles without paragraphs.

    Where an article only has items, 第三条第二款 is taken for the second of those; where it has neither, it is its own first paragraph.
    """
    asked = _OWN_PARAGRAPH.search(text)
    if asked is None:
        return []
    article, number = str(numeral(asked.group(1))), numeral(asked.group(2))
    found = [p for p in snapshot.structure.counted_as(named, (number, "款")) if p.article == article]
    alone = number == 1 and not found and not snapshot.structure.of_article(named, f"{article}.1")
    return snapshot.structure.of_article(named, article) if alone else found


def _in_paragraph(snapshot: Snapshot, text: str, found: list[Passage]) -> list[Passage]:
    """Return the items of `found` that stand in the paragraph of their article that a text names: 第一款第四项; all when it names none."""
    named = _PARAGRAPH.search(text)
    if named is None:
        return found
    return [p for p in found if _paragraph_of(snapshot, p) == numeral(named.group(1))]


def _paragraph_of(snapshot: Snapshot, item: Passage) -> int:
    """Return which paragraph of its article an item stands in, counted from 1."""
    inside = [item, *(outer for outer in snapshot.structure.above(item) if outer.article)]
    if len(inside) <= _ITEM_AND_ARTICLE:
        return 1
    paragraphs = [p.id for p in snapshot.structure.children(inside[-1])]
    return paragraphs.index(inside[-2].id) + 1


def _of_several(snapshot: Snapshot, query: Query, found: list[Passage]) -> tuple[Hit, ...]:
    """Return a hit for each of the documents that a word of the question may mean: 倡议书第三条, of two; () for one or none."""
    asked = NAME_SIGNS.sub("", query.terms.canonical)
    word = _AFTER_CLAUSE.sub("", asked)
    titles = {p.source_id: plain(snapshot.content.sources[p.source_id].title) for p in found}
    if len(word) < _MIN_WORD_CHARS or not _ONLY_CLAUSE.match(query.terms.canonical.replace(word, "", 1)):
        return ()
    meant = {source_id for source_id, title in titles.items() if word in title}
    if len(meant) < _SEVERAL:
        return ()
    return tuple(_whole(p) for p in _outermost(found) if p.source_id in meant)


def _whole(passage: Passage) -> Hit:
    return Hit(passage.id + WHOLE, 1.0, passage.heading, 0.0, (Quote(passage.id, passage.text),))


def _named(content: Content, names: tuple[str, ...]) -> list[str]:
    """Return the documents that are named, all when none is."""
    return [source_id for source_id in content.sources if _document_named(content, source_id, names)]


def _document_named(content: Content, source_id: str, names: tuple[str, ...]) -> bool:
    documents = [name for name in names if content.lexicon.kinds.get(name) == "document"]
    title = plain(content.sources[source_id].title)
    return not documents or any(fuzz.partial_ratio(strip_punctuation(name), title) > 90 for name in documents)


def _outermost(passages: list[Passage]) -> list[Passage]:
    """Return one passage of each document: the widest."""
    widest: dict[str, Passage] = {}
    for p in passages:
        before = widest.get(p.source_id)
        if before is None or len(p.text) > len(before.text):
            widest[p.source_id] = p
    return list(widest.values())


def _entry_for(snapshot: Snapshot, query: Query, hits: tuple[Hit, ...]) -> Hit | None:
    entries = snapshot.content.entries
    wanted = query.terms.clauses[0]
    fitting = [hit for hit in hits if wanted in entries[hit.entry_id].about.get("article", ())]
    fitting = [hit for hit in fitting if not held_by(snapshot, query, hit)]
    whole = [hit for hit in fitting if _quotes_whole_clause(snapshot, hit, wanted)]
    return next(iter(whole or fitting), None)


def _quotes_whole_clause(snapshot: Snapshot, hit: Hit, clause: str) -> bool:
    passages = snapshot.content.passages
    return len(hit.quotes) == 1 and any(
        passages[q.passage_id].article == clause and q.text == passages[q.passage_id].text for q in hit.quotes
    )
