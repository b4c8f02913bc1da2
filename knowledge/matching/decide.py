"""Hits → answer, ask back, or decline. Every threshold lives here and nowhere else."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from rapidfuzz import fuzz

from knowledge.language.analyze import strip_punctuation, tidy
from knowledge.matching.decision import Band, Decision, Hit, Reason
from knowledge.matching.guards import CHANGED, held_by
from knowledge.matching.query import Query, read_query
from knowledge.matching.search import search, strange_words
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Content, Passage

ANSWER_AT = 0.53
"""From this confidence on an entry is sent as the answer."""
ALONE_ANSWER_AT = 0.46
"""The same when no other entry comes near enough to be offered beside it."""
CLARIFY_AT = 0.24
"""From this confidence on an entry is offered as a choice."""
NEAREST_AT = 0.05
"""From this confidence on an entry is named as the nearest topic when declining."""
TIE_LOGIT = 0.5
"""Two entries whose log odds are closer than this, and that quote nothing in common, are both offered."""
N_CHOICES = 3
_MIN_CHARS = 2
_COMMON_PLACES = 3
_SHORT_CHARS = 4
_FEW_WORDS = 2
_REPEATED_CHARS = 6
# Log odds from which a row is nearly the question, and below which it is unlike one of few words.
_LIKE, _UNLIKE = -1.5, -2.8
_ONLY_CLAUSE = re.compile(
    r"^(?:[\ue000-\uf8ff]|说|什么|内容|是|规定|要求|怎么|写|呢|的|一下|原文|全文|具体|关于|里|有|原话|看|发|我|要|给|讲|条)*$"
)


def decide(snapshot: Snapshot, text: str) -> Decision:
    """Return what to do with `text`, the same for equal text and release on every worker.

    Input of any length and kind is allowed: emoji, control characters and empty text are declined by
    rule "empty". `Decision.hits` is the one entry to answer with, the 2..3 choices to offer, or the
    0..3 nearest entries to name when declining.
    """
    return _decide(snapshot, read_query(snapshot, text))


def _decide(snapshot: Snapshot, query: Query) -> Decision:
    terms = query.terms
    if not terms.literal:
        return Decision(Band.DECLINE, (), "empty", query)
    missing = _missing_clauses(snapshot.content, terms.clauses, terms.entities)
    if missing:
        return Decision(Band.DECLINE, (), "no-such-clause", query)
    hits = search(snapshot, query)
    same = snapshot.rows_by_canonical.get(terms.canonical, ())
    exact = {snapshot.rows[number].entry_id for number in same}
    if len(exact) == 1 and len(terms.literal) >= _MIN_CHARS:
        chosen = next((hit for hit in hits if hit.entry_id in exact), None)
        if chosen:
            return Decision(Band.ANSWER, (replace(chosen, score=1.0),), "exact", query)
    if len(terms.literal) < _MIN_CHARS or _is_one_sign_repeated(terms.literal):
        return Decision(Band.DECLINE, (), "too-short", query)
    if terms.clauses and _ONLY_CLAUSE.match(terms.canonical):
        clause = _clause_entry(snapshot, query, hits)
        if clause:
            return clause
    return _by_bands(snapshot, query, hits)


def _is_one_sign_repeated(text: str) -> bool:
    """Return whether a text is one or two signs over and over: 哈哈哈哈, 中中中中中中."""
    return len(text) >= _REPEATED_CHARS and len(set(text)) * 3 <= len(text) and len(set(text)) <= _FEW_WORDS


def _missing_clauses(content: Content, clauses: tuple[str, ...], names: tuple[str, ...]) -> bool:
    articles = {
        passage.article
        for passage in content.passages.values()
        if passage.article and _document_named(content, passage.source_id, names)
    }
    return bool(clauses) and not set(clauses) <= articles


def _document_named(content: Content, source_id: str, names: tuple[str, ...]) -> bool:
    documents = [name for name in names if content.lexicon.kinds.get(name) == "document"]
    title = strip_punctuation(tidy(content.sources[source_id].title))
    return not documents or any(fuzz.partial_ratio(strip_punctuation(name), title) > 90 for name in documents)


def _clause_entry(snapshot: Snapshot, query: Query, hits: tuple[Hit, ...]) -> Decision | None:
    entries = snapshot.content.entries
    wanted = query.terms.clauses[0]
    fitting = [hit for hit in hits if wanted in entries[hit.entry_id].about.get("article", ())]
    fitting = [hit for hit in fitting if not held_by(snapshot, query, hit)]
    whole = [hit for hit in fitting if _quotes_whole_clause(snapshot, hit, wanted)]
    chosen = next(iter(whole or fitting), None)
    return Decision(Band.ANSWER, (replace(chosen, score=1.0),), "clause", query) if chosen else None


def _quotes_whole_clause(snapshot: Snapshot, hit: Hit, clause: str) -> bool:
    content = snapshot.content
    quotes = content.entries[hit.entry_id].quotes
    return len(quotes) == 1 and any(
        content.passages[q.passage_id].article == clause and q.text == content.passages[q.passage_id].text
        for q in quotes
    )


def _by_bands(snapshot: Snapshot, query: Query, hits: tuple[Hit, ...]) -> Decision:
    held = {hit.entry_id: held_by(snapshot, query, hit) for hit in hits}
    hits = tuple(_explained(hit, held[hit.entry_id]) for hit in hits)
    allowed = [_hold(hit) if held[hit.entry_id] else hit for hit in hits]
    allowed.sort(key=lambda hit: (-hit.score, hit.entry_id))
    if not allowed or allowed[0].score < CLARIFY_AT:
        nearest = tuple(hit for hit in hits if hit.score >= NEAREST_AT)[:N_CHOICES]
        return Decision(Band.DECLINE, nearest, next(filter(None, held.values()), "below-clarify"), query)
    best = allowed[0]
    choices = _choices(snapshot, allowed)
    if _is_common_word(snapshot, query):
        return Decision(Band.CLARIFY if len(choices) > 1 else Band.DECLINE, choices, "common-word", query)
    if any(held.get(hit.entry_id) in CHANGED for hit in hits if hit.score > best.score):
        # The entry that fits best was asked for with one thing changed; the next one is no answer to it either.
        return Decision(Band.DECLINE, hits[:N_CHOICES], "changed", query)
    if _is_about_something_else(snapshot, query, best):
        return Decision(Band.DECLINE, choices, "no-common-word", query)
    rivals = [
        hit
        for hit in choices[1:]
        if _logit(best) - _logit(hit) < TIE_LOGIT and _quote_apart(snapshot, best, hit)
    ]
    if best.score >= ANSWER_AT and not rivals:
        return Decision(Band.ANSWER, (best,), "answer-band", query)
    if len(choices) == 1:
        return Decision(
            Band.ANSWER if best.score >= ALONE_ANSWER_AT else Band.CLARIFY, choices, "only-one", query
        )
    return Decision(Band.CLARIFY, choices, "tie" if best.score >= ANSWER_AT else "clarify-band", query)


def _is_about_something_else(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether only the turn of phrase, or one word of few, is the same: 养猫要注意啥, 上网要注意啥; 身份证丢了."""
    # A name alone makes a row alike: 李志刚的微信 is no question about who he is.
    if hit.likeness >= _LIKE and not query.terms.entities:
        return False
    strange = strange_words(snapshot, query.words, snapshot.profile(hit.entry_id))
    if strange and len(strange) == len(query.words):
        return True
    if query.terms.entities or len(query.words) > _FEW_WORDS:
        return False
    return hit.likeness < _UNLIKE or (bool(strange) and max(query.words, key=len) in strange)


def _explained(hit: Hit, guard: str) -> Hit:
    """Return a hit with the guard that holds it back, if one does, among its reasons."""
    return replace(hit, reasons=(*hit.reasons, Reason(guard, 1.0))) if guard else hit


def _hold(hit: Hit) -> Hit:
    """Return a hit held below an answer and a choice."""
    return replace(hit, score=min(hit.score, NEAREST_AT))


def _choices(snapshot: Snapshot, hits: list[Hit]) -> tuple[Hit, ...]:
    entries = snapshot.content.entries
    chosen: list[Hit] = []
    for hit in hits:
        if hit.score < CLARIFY_AT or len(chosen) == N_CHOICES:
            break
        if not any(
            _same_words(entries[hit.entry_id].quotes, entries[held.entry_id].quotes) for held in chosen
        ):
            chosen.append(hit)
    return tuple(chosen)


def _same_words(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    return set(a) == set(b)


def _logit(hit: Hit) -> float:
    odds = max(hit.score, 1e-6) / max(1 - hit.score, 1e-6)
    return math.log(odds)


def _quote_apart(snapshot: Snapshot, a: Hit, b: Hit) -> bool:
    """Return whether two entries quote no passage, and nothing inside a passage, in common."""
    first, second = (_quoted_passages(snapshot, hit) for hit in (a, b))
    return not any(
        p.source_id == q.source_id and p.start < q.end and q.start < p.end for p in first for q in second
    )


def _quoted_passages(snapshot: Snapshot, hit: Hit) -> list[Passage]:
    content = snapshot.content
    return [content.passages[quote.passage_id] for quote in content.entries[hit.entry_id].quotes]


def _is_common_word(snapshot: Snapshot, query: Query) -> bool:
    """Return whether the question is one short word that stands in many places of the sources."""
    word = query.terms.literal
    if len(word) > _SHORT_CHARS or query.terms.entities or query.terms.clauses:
        return False
    return sum(word in text for text in snapshot.leaves) >= _COMMON_PLACES
