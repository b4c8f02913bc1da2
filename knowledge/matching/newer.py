"""Documents of different days that say otherwise of one matter: both are asked back, never the older one alone.

A sentence of a newer document says otherwise than an older one that would answer, when it has every word of the question
that the older one has, and is alike but for its values (numbers, days) and yet not the same, or would answer by itself, or
may answer and gives the kind of fact that is asked for with other values. What a document repeals is older than it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.language.asked_facts import given_kinds
from knowledge.language.tidy import plain, strip_punctuation, tidy
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.features import ContentWords
from knowledge.matching.guards import held_by
from knowledge.matching.passages import search_sentences
from knowledge.matching.query import Query
from knowledge.matching.snapshot import Snapshot
from knowledge.model.sources import Source

NEWER, REPEALED = "newer", "repealed"
"""The rules that ask back: a newer document says otherwise; the document is no longer in force."""
DATED = frozenset({NEWER, REPEALED})
# What was asked for in so many words: an editor's very phrasing, a clause by its number, a fact of a document's head.
_AS_ASKED = frozenset({"exact", "clause", "head"})
# A question that names a number asks whether it still holds.
_STILL = frozenset({"other-number"})
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿]")
_VALUE = re.compile(
    rf"\d+(?:[.:]\d+)*%?|{_NUMERAL.pattern}+(?=[元成倍个小分秒天日月年周星点人名位家份条项次件种届期场台户米公里岁辆级折本张只座])"
)
_SENTENCE = re.compile(r"[^。！？；;\n]+")
_N_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Nearness:
    """From which confidence on a sentence would answer, and may; from which likeness (0..100) two are about the same."""

    answer_at: float
    clarify_at: float
    alike_at: float


def with_newer(snapshot: Snapshot, decision: Decision, near: Nearness, n_choices: int) -> Decision:
    """Return the decision, or a question back with the newer words beside the older ones that would be sent.

    Args:
        near: From when on a sentence is a rival.
        n_choices: How many choices there may be.
    """
    if decision.band is Band.DECLINE or decision.rule in _AS_ASKED:
        return decision
    quoting = [hit for hit in decision.hits if hit.quotes]
    for hit in quoting:
        source = _source_of(snapshot, hit)
        if source.day >= snapshot.newest and not source.repealed_by:
            continue
        newer = _saying_otherwise(snapshot, decision.query, hit, near)
        if newer:
            others = (h for h in quoting if h.target not in (hit.target, newer.target))
            return Decision(Band.CLARIFY, (newer, hit, *others)[:n_choices], NEWER, decision.query)
    if any(_source_of(snapshot, hit).repealed_by for hit in quoting):
        return Decision(Band.CLARIFY, tuple(quoting), REPEALED, decision.query)
    return decision


def _source_of(snapshot: Snapshot, hit: Hit) -> Source:
    content = snapshot.content
    return content.sources[content.passages[hit.quotes[-1].passage_id].source_id]


def _saying_otherwise(snapshot: Snapshot, query: Query, hit: Hit, near: Nearness) -> Hit | None:
    """Return the likeliest sentence of a newer document that says otherwise than `hit`; None when none does."""
    found = search_sentences(snapshot, query, {}, _N_CANDIDATES)
    older = _source_of(snapshot, hit)
    text = _answering(snapshot, hit, found)
    likely = {h.target: h for h in found if h.score >= near.clarify_at}
    alike = dict.fromkeys(_near(snapshot, text))
    same = {
        snapshot.sentences[key].passage_id.partition("#")[0] for key in alike if _same(snapshot, key, text)
    }
    for key in (*likely, *alike):
        sentence = snapshot.sentences[key]
        source = snapshot.content.sources[sentence.passage_id.partition("#")[0]]
        is_newer = source.day > older.day > "" or older.repealed_by == source.id
        if not is_newer or source.id in same or not _on_same_subject(snapshot, query, hit, key):
            continue
        score = fuzz.ratio(_without_values(text), _without_values(sentence.text))
        rival = likely.get(key)
        answers = rival is not None and rival.score >= near.answer_at
        if not (score >= near.alike_at or answers or (rival and _gives_other(query, text, sentence.text))):
            continue
        new = rival or Hit(key, hit.score, sentence.text, 0.0, snapshot.quotes(key))
        if held_by(snapshot, query, new) in ("", *_STILL):
            return new
    return None


def _answering(snapshot: Snapshot, hit: Hit, found: Sequence[Hit]) -> str:
    """Return the sentence of what a hit sends that is likeliest to answer."""
    if not hit.entry_id:
        return hit.phrasing
    sent = [(quote.passage_id.partition("#")[0], quote.text) for quote in hit.quotes]
    own = (
        h.phrasing
        for h in found
        if any(h.passage_id.partition("#")[0] == source and h.phrasing in text for source, text in sent)
    )
    return next(own, next(iter(_SENTENCE.findall(hit.quotes[-1].text)), ""))


def _near(snapshot: Snapshot, text: str) -> Iterator[str]:
    terms = snapshot.terms(text)
    (found,) = snapshot.sentence_table.search([(terms.canonical, terms.literal)], _N_CANDIDATES)
    yield from (snapshot.sentence_keys[i] for i in found.ids.tolist())


def _same(snapshot: Snapshot, key: str, text: str) -> bool:
    return plain(snapshot.sentences[key].text) == plain(text)


def _on_same_subject(snapshot: Snapshot, query: Query, hit: Hit, key: str) -> bool:
    """Return whether a sentence, in its context, has every word of the question that the older words have."""
    older, newer = snapshot.profile(hit.target), snapshot.profile(key)
    words = tuple(word for word in query.words if not _NUMERAL.search(word))
    said = tuple(
        word for word in words if word in older.said or word in plain(_source_of(snapshot, hit).title)
    )
    return not ContentWords(snapshot, said).lacked_by(newer)


def _gives_other(query: Query, older: str, newer: str) -> bool:
    """Return whether both sentences give the kinds of fact that are asked for, with other values."""
    both = given_kinds(tidy(older)) & given_kinds(tidy(newer))
    return bool(query.kinds) and query.kinds <= both and _values(older) != _values(newer)


def _values(text: str) -> frozenset[str]:
    return frozenset(_VALUE.findall(tidy(text)))


def _without_values(text: str) -> str:
    return strip_punctuation(_VALUE.sub("", tidy(text)))
