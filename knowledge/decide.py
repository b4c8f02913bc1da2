"""Hits → answer, ask back, or decline. Every threshold and every guard lives here and nowhere else.

A guard is a rule that no score overrides: it can only take an entry out or hold it below an answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from knowledge.analyze import strip_punctuation, tidy
from knowledge.model import Band, Content, Decision, Hit, Passage, Reason, Snapshot
from knowledge.search import Query, read_query, search, strange_words

ANSWER_AT = 0.60
"""From this confidence on an entry is sent as the answer."""
STRETCH_ANSWER_AT = 0.75
"""The same for an entry that fits only one stretch of a long question."""
CLARIFY_AT = 0.38
"""From this confidence on an entry is offered as a choice."""
NEAREST_AT = 0.10
"""From this confidence on an entry is named as the nearest topic when declining."""
TIE_LOGIT = 0.5
"""Two entries whose log odds are closer than this, and that quote nothing in common, are both offered."""
N_CHOICES = 3
_MIN_CHARS = 2
_COMMON_ENTRIES = 5
_NEGATIONS = re.compile(r"不(?!信谣|传谣|准|正当)|没|未|别|勿|禁止|拒绝|并非|不要")
_MINIMAL_PAIR_RATIO = 85
# 管不管, 对不对 ask and deny nothing.
_A_NOT_A = re.compile(r"(\w)[不没]\1")
# Two characters that a negation stands right before: what the question denies. 没 often only says that something is lacking.
_DENIED = re.compile(r"(?:不要|禁止|不|未|勿)([\u4e00-\u9fff]{2})")
_NEGATING = re.compile(r"[不没未勿禁拒反抵防]")
_CLAUSE_SIGNS = re.compile(r"[\ue000-\uf8ff]")
_ONLY_CLAUSE = re.compile(
    r"^(?:[\ue000-\uf8ff]|说|什么|内容|是|规定|要求|怎么|写|呢|的|一下|原文|全文|具体|关于|里|有|原话|看|发|我|要|给|讲|条)*$"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a guard may look at."""

    snapshot: Snapshot
    query: Query


Guard = Callable[[Question, Hit], bool]
"""Says whether a hit must not be the answer to the question."""


def decide(snapshot: Snapshot, text: str) -> Decision:
    """Return what to do with `text`, the same for equal text and release on every worker.

    Input of any length and kind is allowed: emoji, control characters and empty text are declined by
    rule "empty". `Decision.hits` is the one entry to answer with, the 2..3 choices to offer, or the
    0..3 nearest entries to name when declining.
    """
    query = read_query(snapshot.index, text)
    question = Question(snapshot, query)
    decision = _decide(question)
    texts = {
        "read": query.text,
        "literal": query.terms.literal,
        "canonical": _readable(snapshot, query),
        "names": " ".join(query.terms.entities),
        "clauses": " ".join(query.terms.clauses),
        "words": " ".join(query.words),
    }
    return replace(decision, texts=texts)


def _readable(snapshot: Snapshot, query: Query) -> str:
    return _CLAUSE_SIGNS.sub("▢", query.terms.canonical)


def _decide(question: Question) -> Decision:
    index, terms = question.snapshot.index, question.query.terms
    if not terms.literal:
        return Decision(Band.DECLINE, (), "empty")
    missing = _missing_clauses(question.snapshot.content, terms.clauses, terms.entities)
    if missing:
        return Decision(Band.DECLINE, (), "no-such-clause")
    hits = search(index, question.query)
    same = index.rows_by_canonical.get(terms.canonical, ())
    exact = {index.rows[number].entry_id for number in same}
    if len(exact) == 1 and len(terms.literal) >= _MIN_CHARS:
        chosen = next((hit for hit in hits if hit.entry_id in exact), None)
        if chosen:
            return Decision(Band.ANSWER, (replace(chosen, score=1.0),), "exact")
    if len(terms.literal) < _MIN_CHARS:
        return Decision(Band.DECLINE, (), "too-short")
    if terms.clauses and _ONLY_CLAUSE.match(terms.canonical):
        clause = _clause_entry(question, hits)
        if clause:
            return clause
    return _by_bands(question, hits)


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


def _clause_entry(question: Question, hits: tuple[Hit, ...]) -> Decision | None:
    entries = question.snapshot.content.entries
    wanted = question.query.terms.clauses[0]
    fitting = [hit for hit in hits if wanted in entries[hit.entry_id].about.get("article", ())]
    fitting = [hit for hit in fitting if not _held(question, hit)]
    whole = [hit for hit in fitting if _quotes_whole_clause(question, hit, wanted)]
    chosen = next(iter(whole or fitting), None)
    return Decision(Band.ANSWER, (replace(chosen, score=1.0),), "clause") if chosen else None


def _quotes_whole_clause(question: Question, hit: Hit, clause: str) -> bool:
    content = question.snapshot.content
    quotes = content.entries[hit.entry_id].quotes
    return len(quotes) == 1 and any(
        content.passages[q.passage_id].article == clause and q.text == content.passages[q.passage_id].text
        for q in quotes
    )


def _by_bands(question: Question, hits: tuple[Hit, ...]) -> Decision:
    allowed = []
    fired: list[str] = []
    for hit in hits:
        name = _held(question, hit)
        if name:
            fired.append(name)
            allowed.append(
                replace(hit, score=min(hit.score, NEAREST_AT), reasons=(*hit.reasons, Reason(name, 1.0)))
            )
        else:
            allowed.append(hit)
    allowed.sort(key=lambda hit: (-hit.score, hit.entry_id))
    if not allowed or allowed[0].score < CLARIFY_AT:
        nearest = tuple(hit for hit in hits if hit.score >= NEAREST_AT)[:N_CHOICES]
        return Decision(Band.DECLINE, nearest, fired[0] if fired else "below-clarify")
    best = allowed[0]
    choices = _choices(question, allowed)
    if _is_common_word(question):
        return Decision(Band.CLARIFY if len(choices) > 1 else Band.DECLINE, choices, "common-word")
    if any(_negated(question, hit) for hit in hits if hit.score > best.score):
        # The entry that fits best says the opposite; the next one is no answer to it either.
        return Decision(Band.CLARIFY, choices, "negated")
    words = question.query.words
    if words and len(strange_words(question.query, question.snapshot.index.materials[best.entry_id])) == len(
        words
    ):
        # The turn of phrase is the same, and what it is about is not: 养猫要注意啥, 上网要注意啥.
        return Decision(Band.CLARIFY, choices, "no-common-word")
    if best.score < STRETCH_ANSWER_AT and any(reason.name == "stretch" for reason in best.reasons):
        return Decision(Band.CLARIFY, choices, "one-stretch")
    rivals = [
        hit
        for hit in choices[1:]
        if _logit(best) - _logit(hit) < TIE_LOGIT and _quote_apart(question, best, hit)
    ]
    if best.score >= ANSWER_AT and not rivals:
        return Decision(Band.ANSWER, (best,), "answer-band")
    if len(choices) == 1:
        return Decision(
            Band.ANSWER if best.score >= (ANSWER_AT + CLARIFY_AT) / 2 else Band.CLARIFY, choices, "only-one"
        )
    return Decision(Band.CLARIFY, choices, "tie" if best.score >= ANSWER_AT else "clarify-band")


def _choices(question: Question, hits: list[Hit]) -> tuple[Hit, ...]:
    entries = question.snapshot.content.entries
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


def _quote_apart(question: Question, a: Hit, b: Hit) -> bool:
    """Return whether two entries quote no passage, and nothing inside a passage, in common."""
    first, second = (_quoted_passages(question, hit) for hit in (a, b))
    return not any(
        p.source_id == q.source_id and p.start < q.end and q.start < p.end for p in first for q in second
    )


def _quoted_passages(question: Question, hit: Hit) -> list[Passage]:
    content = question.snapshot.content
    return [content.passages[quote.passage_id] for quote in content.entries[hit.entry_id].quotes]


def _is_common_word(question: Question) -> bool:
    """Return whether the question is one short word that many entries use."""
    terms, index = question.query.terms, question.snapshot.index
    if len(terms.literal) > 4 or terms.entities or terms.clauses:
        return False
    users = sum(terms.literal in material.text for material in index.materials.values())
    return users >= _COMMON_ENTRIES


def _held(question: Question, hit: Hit) -> str:
    return next((name for name, guard in GUARDS if guard(question, hit)), "")


def _other_clause(question: Question, hit: Hit) -> bool:
    return not set(question.query.terms.clauses) <= question.snapshot.index.materials[hit.entry_id].clauses


def _other_year(question: Question, hit: Hit) -> bool:
    content = question.snapshot.content
    entry = content.entries[hit.entry_id]
    known = question.snapshot.index.materials[hit.entry_id].text + "".join(
        content.sources[content.passages[quote.passage_id].source_id].date for quote in entry.quotes
    )
    return any(year not in known for year in question.query.terms.years)


def _other_subject(question: Question, hit: Hit) -> bool:
    names = question.query.terms.entities
    known = question.snapshot.index.materials[hit.entry_id].entities
    return bool(names) and not any(name in known for name in names)


def _unknown_name(question: Question, hit: Hit) -> bool:
    return _lacks(question, hit, question.snapshot.content.lexicon.unknown)


def _absent_fact(question: Question, hit: Hit) -> bool:
    return _lacks(question, hit, question.snapshot.content.lexicon.facts)


def _lacks(question: Question, hit: Hit, words: tuple[str, ...]) -> bool:
    known = question.snapshot.index.materials[hit.entry_id].text
    asked = question.query.terms.literal
    return any(word in asked and word not in known for word in words)


def _negated(question: Question, hit: Hit) -> bool:
    """Return whether the question is the hit's phrasing with a negation put in or taken out, or denies what the entry only affirms."""
    asked = _A_NOT_A.sub(r"\1", question.query.terms.canonical)
    found = _A_NOT_A.sub(r"\1", question.snapshot.index.analyzer.analyze(hit.phrasing).canonical)
    if len(_NEGATIONS.findall(asked)) != len(_NEGATIONS.findall(found)):
        bare = _NEGATIONS.sub("", asked), _NEGATIONS.sub("", found)
        if fuzz.ratio(*bare) >= _MINIMAL_PAIR_RATIO:
            return True
    material = question.snapshot.index.materials[hit.entry_id]
    said = f"{material.text}\n{material.canonical}"
    return any(_only_affirmed(word, said) for word in _DENIED.findall(asked))


def _only_affirmed(word: str, said: str) -> bool:
    """Return whether `said` has the word, and nowhere a negation within two characters before it."""
    places = [m.start() for m in re.finditer(re.escape(word), said)]
    return bool(places) and not any(_NEGATING.search(said[max(0, at - 3) : at]) for at in places)


GUARDS: tuple[tuple[str, Guard], ...] = (
    ("other-clause", _other_clause),
    ("other-year", _other_year),
    ("other-subject", _other_subject),
    ("unknown-name", _unknown_name),
    ("absent-fact", _absent_fact),
    ("negated", _negated),
)
