"""Facts in our own words: numbers, days, names, bodies and consequences in a lead, an explanation or a fixed sentence.

The sources are quoted; what is written around a quote may only say what the quote, its place or the lexicon has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.gate.own_words.consequences import unheld_consequences
from knowledge.gate.own_words.figures import numbers_of, unheld_figures, without_days
from knowledge.gate.own_words.ground import Ground
from knowledge.gate.own_words.names import unheld_names
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.sources import Quote
from knowledge.sources.cite import squeeze, written


@dataclass(frozen=True, slots=True)
class Made:
    """A text of ours with facts that nothing beside it holds; `key` names whose it is."""

    key: str
    text: str
    facts: tuple[str, ...]


def made_up(draft: Snapshot, live: Snapshot | None, *, full: bool = False) -> Iterator[Made]:
    """Yield what is made up in the leads, explanations and fixed sentences that are not on the live release (`full`: in all)."""
    content = draft.content
    old = live.content if live and not full else None
    for entry in content.entries.values():
        before = old.entries.get(entry.id) if old else None
        if before is None or (before.lead, before.quotes) != (entry.lead, entry.quotes):
            yield from filter(None, [made_in_lead(draft, entry)])
    for item in content.items.values():
        known = old.items.get(item.id) if old else None
        if known is None or (known.why, known.source) != (item.why, item.source):
            yield from filter(None, [made_in_why(draft, item)])
    # Without a live release nobody has written the fixed sentences: they came with the program.
    for key, text in content.replies.items() if live else ():
        if live and live.content.replies.get(key) != text:
            yield from filter(None, [made_in_reply(draft, key, live.content.replies.get(key, ""))])


def made_in_lead(snapshot: Snapshot, entry: Entry) -> Made | None:
    """Return the facts of an entry's lead that neither its quotes nor the lexicon has; None without any."""
    said = "\n".join(quote.text for quote in entry.quotes)
    return _made(snapshot, entry.id, _told(entry.lead), _held(snapshot.content, entry.quotes, said))


def _told(lead: str) -> str:
    """Return a lead without what it says is not there: 原文没有收录公安备案号."""
    return re.sub(r"[^，。：]*没有收录[^，。：]*", "", lead)


def made_in_why(snapshot: Snapshot, item: Item) -> Made | None:
    """The same of a quiz item's explanation: its passage, stem and options stand beside it."""
    passage = snapshot.content.passages.get(item.source.passage_id)
    beside = "\n".join(
        (passage.text if passage else "", item.source.text, item.stem, *item.options, *item.accepted)
    )
    held = _held(snapshot.content, (item.source,), beside)
    # An explanation may count a part of a list.
    counts = held.numbers | set(range(2, max(_lengths(beside)) + 1))
    return _made(snapshot, item.id, item.why, replace(held, numbers=counts))


def made_in_reply(snapshot: Snapshot, key: str, before: str) -> Made | None:
    """The same of a fixed sentence, beside what stood there before and every source."""
    content = snapshot.content
    beside = before + "\n" + "\n".join(source.text for source in content.sources.values())
    text = re.sub(r"\{\w+\}", "", content.replies[key])
    return _made(snapshot, key, text, replace(_held(content, (), beside), numbers=frozenset()))


def _held(content: Content, quotes: tuple[Quote, ...], beside: str) -> Ground:
    lexicon = content.lexicon
    around, days, whole = [beside], [beside], [beside]
    numbers: set[int] = set()
    for quote in quotes:
        passage = content.passages.get(quote.passage_id)
        if passage is None:
            continue
        source = content.sources[passage.source_id]
        whole.append(source.text)
        speaker = source.speakers.get(passage.speaker)
        around += [source.title, source.publisher, passage.heading, source.kind, passage.article]
        around += [speaker.name, speaker.post, speaker.organisation] if speaker else []
        days += [source.title, written(source.date)]
        numbers |= {int(part) for part in passage.article.split(".") if part.isdecimal()}
        numbers |= _counted(content, passage.source_id, source.text)
    numbers |= {len(quotes), *_lengths(beside)}
    numbers |= {len(re.findall("《", beside)), len(re.findall(r"[一二三四五六七八九]是", beside))}
    numbers |= {sum(name in beside for name in lexicon.aliases if lexicon.kinds[name] == kind) for kind in ("person", "organisation")}  # fmt: skip
    text = "\n".join(around)
    sources = "\n".join(f"{s.title}\n{s.publisher}\n{s.text}" for s in content.sources.values())
    names = {squeeze(name) for main, others in lexicon.aliases.items() for name in (main, *others)}
    return Ground(
        text,
        "\n".join(days),
        "\n".join(whole),
        sources,
        frozenset(numbers) | numbers_of(without_days(text)),
        frozenset(names | set(lexicon.words)),
    )


def _lengths(text: str) -> Iterator[int]:
    """Yield how many parts the lists of a text have: 校园、职工、青年和巾帼 has four."""
    for sentence in re.split(r"[。；;\n]", text):
        clauses = re.split(r"[,，：:]", sentence)
        yield len(clauses)
        for clause in clauses:
            yield clause.count("、") + 1
            yield len(re.findall("[、和与]", clause)) + 1


def _counted(content: Content, source_id: str, text: str) -> set[int]:
    """Return what can be counted in a source: its numbered parts, and the parts of each of these."""
    articles = {p.article for p in content.passages.values() if p.source_id == source_id and p.article}
    whole = [article for article in articles if "." not in article]
    parts = [sum(a.startswith(f"{one}.") and not a.endswith(".0") for a in articles) for one in whole]
    people = len({p.speaker for p in content.passages.values() if p.source_id == source_id and p.speaker})
    return {len(whole), *parts, people}


def _made(snapshot: Snapshot, key: str, text: str, held: Ground) -> Made | None:
    found = [
        *unheld_figures(text, held),
        *unheld_names(snapshot.content, snapshot.segmenter, text, held),
        *unheld_consequences(text, held),
    ]
    # 王小明 of 由王小明: the longest form is told once.
    told = [
        fact for fact in dict.fromkeys(found) if not any(fact in other and fact != other for other in found)
    ]
    return Made(key, text, tuple(told)) if told else None
