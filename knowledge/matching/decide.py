"""Hits → answer, ask back, or decline. Every threshold lives here and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from knowledge.matching.clauses import asked_clause
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.features import NO_MEANING
from knowledge.matching.guards import CHANGED, held_by, tells_what_is_denied
from knowledge.matching.head_facts import asked_head_fact
from knowledge.matching.newer import Nearness, with_newer
from knowledge.matching.passages import search_sentences
from knowledge.matching.query import Query, read_query
from knowledge.matching.search import Gathered, gather, search
from knowledge.matching.snapshot import Snapshot
from knowledge.model.sources import Passage


@dataclass(frozen=True, slots=True)
class Bands:
    """From which confidence on something is sent, sent when nothing comes near it, offered, and offered beside another."""

    answer_at: float
    alone_at: float
    clarify_at: float
    beside_at: float


BY_CHARACTERS = Bands(0.53, 0.46, 0.24, 0.24)
WITH_MEANING = Bands(0.5, 0.45, 0.15, 0.15)
"""Asked when characters were not sure: so an answer takes more, and what is near in meaning may be offered sooner."""
FROM_SOURCES = Bands(0.5, 0.45, 0.08, 0.01)
"""Where a bare sentence comes first, with meaning: a choice shows its very words, so three cost a reader no more than one.

A wrong answer is taken to cost what some three questions back do; below .5 sending is dearer than asking.
"""
SOURCES_BY_CHARACTERS = Bands(0.53, 0.46, 0.28, 0.28)
"""The same where meaning is not asked: nothing tells then what is far from everything."""
_SOFT = "other-kind"
"""The guard whose kinds are read from words alone: 学费减多少 is answered by 减半. It forbids a sentence to be sent, not to be offered."""
NEAREST_AT = 0.05
"""From this confidence on an entry is named as the nearest topic when declining."""
SURE_AT = 0.8
"""From this confidence on an entry is sent without asking for meaning, and without a look at the bare sources."""
TIE_LOGIT = 0.5
"""Two entries whose log odds are closer than this, and that quote nothing in common, are both offered."""
SENTENCE_TIE_LOGIT = 0.15
"""Of sentences nobody said that they answer the same question: nearly equal ones are rarer than near ones."""
N_CHOICES = 3
_RIVALS = Nearness(BY_CHARACTERS.answer_at, BY_CHARACTERS.clarify_at, alike_at=60)
_AS_WELL_LOGIT = 1.5
_SURE_RULES = frozenset({"changed", "common-word"})
_MIN_CHARS = 2
_COMMON_PLACES = 3
_SHORT_CHARS = 4
_FEW_WORDS = 2
_REPEATED_CHARS = 6
N_KEPT = 128


def decide(snapshot: Snapshot, text: str) -> Decision:
    """Return what to do with `text`, the same for equal text and release on every worker.

    Input of any length and kind is allowed: emoji, control characters and empty text are declined by
    rule "empty". `Decision.hits` is the one entry to answer with, the 2..3 choices to offer, or the
    0..3 nearest entries to name when declining.
    """
    kept = snapshot.decisions
    # What is asked again becomes the newest, so that popular questions stay while rare ones pass.
    known: Decision | None = kept.pop(text, None)
    if known is not None:
        kept[text] = known
        return known
    query = read_query(snapshot, text)
    found = gather(snapshot, query)
    decision = _by_characters(snapshot, query, found)
    is_whole = True
    if decision is None:
        near = snapshot.meaning.near(query.text) if snapshot.meaning and query.text else NO_MEANING
        # Where meaning could not be told in time, the next who asks the same may get it.
        is_whole = bool(near) or snapshot.meaning is None
        pooled = _pooled(snapshot, query, found, near)
        decision = _by_bands(snapshot, query, pooled, WITH_MEANING if near else BY_CHARACTERS)
    decision = with_newer(snapshot, decision, _RIVALS, N_CHOICES)
    if is_whole:
        if len(kept) >= N_KEPT:
            # Half at once, from a list of its own: other threads may decide too.
            for oldest in list(kept)[: N_KEPT // 2]:
                kept.pop(oldest, None)
        kept[text] = decision
    return decision


def _by_characters(snapshot: Snapshot, query: Query, found: Gathered) -> Decision | None:
    """Return what is certain without a look at meaning or the bare sources; None when nothing is."""
    terms = query.terms
    if not terms.literal:
        return Decision(Band.DECLINE, (), "empty", query)
    hits = search(snapshot, found)
    clause = asked_clause(snapshot, query, hits)
    if clause and clause.band is Band.DECLINE:
        return clause
    same = snapshot.rows_by_canonical.get(terms.canonical, ())
    exact = {snapshot.rows[number].entry_id for number in same}
    if len(exact) == 1 and len(terms.literal) >= _MIN_CHARS:
        chosen = next((hit for hit in hits if hit.entry_id in exact), None)
        if chosen:
            return Decision(Band.ANSWER, (replace(chosen, score=1.0),), "exact", query)
    if _is_foreign(snapshot, query):
        return Decision(Band.DECLINE, (), "no-common-word", query)
    if len(terms.literal) < _MIN_CHARS or _is_one_sign_repeated(terms.literal):
        return Decision(Band.DECLINE, (), "too-short", query)
    if clause:
        return replace(clause, hits=tuple(replace(hit, score=1.0) for hit in clause.hits))
    first = _by_bands(snapshot, query, hits, BY_CHARACTERS)
    if _is_sure(first):
        return first
    return asked_head_fact(snapshot, query)


def _is_sure(decision: Decision) -> bool:
    """Return whether characters and names alone are sure: of an entry, or that a question was changed."""
    if decision.band is Band.ANSWER:
        return decision.hits[0].score >= SURE_AT
    return decision.rule in _SURE_RULES


def _pooled(snapshot: Snapshot, query: Query, found: Gathered, near: Mapping[str, float]) -> tuple[Hit, ...]:
    """Return entries and sentences together, best first; an entry that answers as well with the same words wins."""
    entries = search(snapshot, found, near)
    allowed = [hit for hit in entries if not held_by(snapshot, query, hit)]
    pool = {hit.target: hit for hit in entries}
    for hit in search_sentences(snapshot, query, near):
        entry = next((e for e in allowed if not _quote_apart(snapshot, e, hit)), None)
        if entry is None or _logit(hit) - _logit(entry) > _AS_WELL_LOGIT:
            pool[hit.target] = hit
        elif hit.score > pool[entry.target].score:
            pool[entry.target] = replace(entry, score=hit.score)
    return tuple(sorted(pool.values(), key=lambda hit: (-hit.score, hit.target)))


def _is_foreign(snapshot: Snapshot, query: Query) -> bool:
    """Return whether a question is letters and digits alone, and none of its words stands anywhere: asdf, ignore."""
    letters = query.terms.literal
    return letters.isascii() and not any(snapshot.is_written(word) for word in query.words if len(word) > 1)


def _is_one_sign_repeated(text: str) -> bool:
    """Return whether a text is one or two signs over and over: 哈哈哈哈, 中中中中中中."""
    return len(text) >= _REPEATED_CHARS and len(set(text)) * 3 <= len(text) and len(set(text)) <= _FEW_WORDS


def _by_bands(snapshot: Snapshot, query: Query, hits: tuple[Hit, ...], bands: Bands) -> Decision:
    # Guards are asked of what could be sent; of the rest only to say why nothing was.
    least = FROM_SOURCES.beside_at if bands is WITH_MEANING else bands.clarify_at
    found = [_guarded(snapshot, query, hit) for hit in hits if hit.score >= least]
    rest = (_guarded(snapshot, query, hit) for hit in hits[len(found) :])
    free = [hit for hit in found if not hit.held]
    doubtful = _doubtful(snapshot, query, found) if bands is WITH_MEANING else []
    if any(not hit.entry_id for hit in (free or doubtful)[:1]):
        bands = FROM_SOURCES if bands is WITH_MEANING else SOURCES_BY_CHARACTERS
    allowed = [hit for hit in free if hit.score >= bands.clarify_at]
    if not allowed and not doubtful:
        tried = [*found, *rest]
        nearest = tuple(hit for hit in tried if hit.score >= NEAREST_AT)[:N_CHOICES]
        rule = next((hit.held for hit in tried if hit.held), "below-clarify")
        return Decision(Band.DECLINE, nearest, rule, query)
    best = (allowed or doubtful)[0]
    allowed += [hit for hit in free[len(allowed) :] if not hit.entry_id and hit.score >= bands.beside_at]
    choices = _choices([*doubtful, *allowed])
    if _is_common_word(snapshot, query):
        return Decision(Band.CLARIFY if len(choices) > 1 else Band.DECLINE, choices, "common-word", query)
    is_denial = best.score >= SURE_AT and tells_what_is_denied(snapshot, query, best)
    if not is_denial and any(hit.held in CHANGED for hit in found if hit.score > best.score):
        # The entry that fits best was asked for with one thing changed; the next one is no answer to it either.
        return Decision(Band.DECLINE, (*found, *rest)[:N_CHOICES], "changed", query)
    if rule := _sent_by(snapshot, allowed, bands):
        return Decision(Band.ANSWER, (best,), rule, query)
    rule = "tie" if best.score >= bands.answer_at else "clarify-band"
    return Decision(Band.CLARIFY, choices, rule if len(choices) > 1 else "only-one", query)


def _sent_by(snapshot: Snapshot, allowed: list[Hit], bands: Bands) -> str:
    """Return the rule by which the first of what may answer is sent, "" when it is not."""
    choices = _choices(allowed)
    if not choices:
        return ""
    best = choices[0]
    is_level = any(
        _logit(best) - _logit(hit) < _tie_logit(best, hit) and _quote_apart(snapshot, best, hit)
        for hit in choices[1:]
    )
    if best.score >= bands.answer_at and not is_level:
        return "answer-band"
    return "only-one" if len(choices) == 1 and best.score >= bands.alone_at else ""


def _doubtful(snapshot: Snapshot, query: Query, found: list[Hit]) -> list[Hit]:
    """Return the sentences that would answer, were it not that they seem to give another kind of fact.

    None where an entry comes first: who wrote it would have written that it gives the fact.
    """
    if not found or found[0].entry_id:
        return []
    return [
        replace(hit, held="")
        for hit in found
        if hit.held == _SOFT
        and not hit.entry_id
        and hit.score >= FROM_SOURCES.answer_at
        and not held_by(snapshot, query, hit, _SOFT)
    ]


def _guarded(snapshot: Snapshot, query: Query, hit: Hit) -> Hit:
    guard = held_by(snapshot, query, hit)
    return replace(hit, held=guard) if guard else hit


def _tie_logit(best: Hit, rival: Hit) -> float:
    return TIE_LOGIT if best.entry_id or rival.entry_id else SENTENCE_TIE_LOGIT


def _choices(hits: list[Hit]) -> tuple[Hit, ...]:
    chosen: list[Hit] = []
    for hit in hits:
        if len(chosen) == N_CHOICES:
            break
        if not any(set(hit.quotes) == set(held.quotes) for held in chosen):
            chosen.append(hit)
    return tuple(chosen)


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
    return [snapshot.content.passages[quote.passage_id] for quote in hit.quotes]


def _is_common_word(snapshot: Snapshot, query: Query) -> bool:
    """Return whether the question is one short word that stands in many places of the sources."""
    word = query.terms.literal
    if len(word) > _SHORT_CHARS or query.terms.entities or query.terms.clauses:
        return False
    if not snapshot.is_written(word):
        return False
    places = (text for text in snapshot.leaves if word in text)
    return len(list(islice(places, _COMMON_PLACES))) == _COMMON_PLACES
