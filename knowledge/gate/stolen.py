"""Stolen phrasings: a new way to ask that belongs to another entry, or to nothing that its own entry says.

Every new phrasing is asked of the live release, and held against the quote it would be answered with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from knowledge.gate.opposed.opposites import opposite_of
from knowledge.gate.twins import share_words
from knowledge.matching.decide import SURE_AT, decide
from knowledge.matching.decision import Band
from knowledge.matching.index.profile import Profile, profile_of
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry

_SHOWN = 24
_NAMED = ("person", "organisation")
# 自律 alone is a word of many texts, 自律书 names one.
_PAPER = re.compile(r"书|宣言|公约|倡议")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A phrasing that an entry of the draft did not have on the live release."""

    entry: Entry
    text: str


def newcomers(draft: Snapshot, live: Snapshot | None, ids: Iterable[str]) -> Iterator[Newcomer]:
    """Yield the new phrasings of these entries, those that are served later or no longer left out."""
    for entry_id in ids:
        entry = draft.content.entries[entry_id]
        before = live.content.entries.get(entry_id) if live else None
        held = {before.question, *before.phrasings} if before else set()
        if entry_id in draft.entry_ids or entry.valid_from:
            yield from (
                Newcomer(entry, text) for text in (entry.question, *entry.phrasings) if text not in held
            )


def owner_of(draft: Snapshot, live: Snapshot, new: Newcomer) -> str:
    """Return what the live release answers to a phrasing, when all of it is elsewhere than the entry's own quote."""
    decision = decide(live, new.text)
    others = [live.content.entries[hit.entry_id] for hit in decision.hits if hit.entry_id]
    # What live asks back about is for an editor to settle: a new phrasing does just that.
    if not others or decision.band is Band.CLARIFY:
        return ""
    if decision.band is Band.DECLINE:
        # 没备案能不能接入 is not sent the words that it is about, and is about them all the same.
        is_known = decision.hits[0].score >= SURE_AT
        near = others[:1]
        return (
            f"最像 {near[0].id}（{shown(near[0])}）"
            if is_known and _is_apart(draft, live, new.entry, near)
            else ""
        )
    if not _is_apart(draft, live, new.entry, others):
        return ""
    return "回答 " + "、".join(f"{other.id}（{shown(other)}）" for other in others)


def contradiction(draft: Snapshot, live: Snapshot | None, new: Newcomer) -> str:
    """Return what of a phrasing the entry's own words are against; "" for nothing."""
    if new.entry.gap:
        return ""
    quote = "\n".join(quote.text for quote in new.entry.quotes)
    if turned := opposite_of(quote, new.text, _speakers(draft.content)):
        return f"原文是“{turned}”，问法说的正好相反"
    before = live.content.entries.get(new.entry.id) if live else None
    bare = replace(new.entry, phrasings=before.phrasings if before else ())
    return _other_thing(draft, profile_of(bare, draft.content, draft.analyzer), new)


def _other_thing(draft: Snapshot, profile: Profile, new: Newcomer) -> str:
    """Return the clause, year, person or body that a phrasing asks for and its entry does not have."""
    terms = draft.analyzer.analyze(new.text)
    articles = {draft.content.passages[quote.passage_id].article for quote in new.entry.quotes} - {""}
    known = profile.clauses | articles | {article.partition(".")[0] for article in articles}
    for clause in terms.clauses if articles and "第" in new.text else ():
        if clause not in known and clause.partition(".")[0] not in articles:
            return f"问的是第 {clause} 条，引用的是第 {'、'.join(sorted(articles))} 条"
    if years := [
        year for year in terms.years if year not in profile.text and not _is_dated(draft.content, new, year)
    ]:
        return f"问的是 {years[0]} 年，引文里没有"
    kinds = draft.content.lexicon.kinds
    for kind in _NAMED:
        asked = [name for name in terms.entities if kinds.get(name) == kind]
        if asked and not any(name in profile.entities for name in asked):
            return f"问的是{asked[0]}，引文和引导语里没有"
    papers = [name for name in terms.entities if kinds.get(name) == "document"]
    if papers and _PAPER.search(new.text) and not any(_is_from(draft.content, new, name) for name in papers):
        return f"问的是《{papers[0].strip('《》')}》，引文不出自它"
    return ""


def _is_from(content: Content, new: Newcomer, document: str) -> bool:
    """Return whether a document is the source of a quote, or named in what the entry sends."""
    titles = [content.sources[content.passages[q.passage_id].source_id].title for q in new.entry.quotes]
    return any(document in title or title in document for title in titles) or any(
        document in text for text in (new.entry.lead, *(q.text for q in new.entry.quotes))
    )


def _speakers(content: Content) -> Iterator[str]:
    for name, aliases in content.lexicon.aliases.items():
        if content.lexicon.kinds[name] in _NAMED:
            yield from (name, *aliases)


def _is_dated(content: Content, new: Newcomer, year: str) -> bool:
    sources = {content.passages[quote.passage_id].source_id for quote in new.entry.quotes}
    return any(year in content.sources[source].date for source in sources)


def _is_apart(draft: Snapshot, live: Snapshot, entry: Entry, others: list[Entry]) -> bool:
    """Return whether none of the entries of the live release sends a word that the entry of the draft sends."""
    own = [quote.text for quote in entry.quotes]
    for other in others:
        if other.id == entry.id or any(
            q.text in text or text in q.text for q in other.quotes for text in own
        ):
            return False
        kept = [q for q in other.quotes if q.passage_id in draft.content.passages]
        kept = [q for q in kept if q.text in draft.content.passages[q.passage_id].text]
        if share_words(draft.content, entry.quotes, kept):
            return False
    return True


def shown(entry: Entry) -> str:
    """Return the beginning of what an entry quotes."""
    text = entry.quotes[0].text if entry.quotes else entry.lead
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"
