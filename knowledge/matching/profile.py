"""What one entry is made of: everything it says or is asked by, for judging what of a question it leaves untouched."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from knowledge.language.analyze import Analyzer, strip_punctuation, tidy
from knowledge.language.asked_facts import amounts, given_kinds, ordinals
from knowledge.language.pinyin import sound_by_character
from knowledge.model import Content, Entry


@dataclass(frozen=True, slots=True)
class EntryProfile:
    """The words, names and facts of one entry.

    `text` and `canonical` hold its ways to be asked, its lead and its quotes, a line each, `said` the last two as
    they are sent; `grams` and `sounds`
    their characters and pairs. `entities` are all names in it, `subjects` those it is about or asked by.
    `given` are the kinds of fact that its quotes give (see `kinds`), `amounts` and `ordinals` the numbers in it.
    """

    text: str
    said: str
    canonical: str
    grams: frozenset[str]
    sounds: frozenset[str]
    entities: frozenset[str]
    subjects: frozenset[str]
    clauses: frozenset[str]
    given: frozenset[str]
    amounts: frozenset[tuple[str, int]]
    ordinals: frozenset[int]


def bigrams(text: str) -> list[str]:
    """Return the character pairs of `text` with a sign for its beginning and end; "" gives [].

    >>> bigrams("上网")
    ['^上', '上网', '网$']
    """
    framed = f"^{text}$"
    return [framed[i : i + 2] for i in range(len(framed) - 1)] if text else []


def sound_bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring sounds of `text`; fewer than two characters give []."""
    sounds = sound_by_character()
    heard = [sounds.get(c, c) for c in text]
    return [f"{a} {b}" for a, b in itertools.pairwise(heard)]


def profile_of(entry: Entry, content: Content, analyzer: Analyzer) -> EntryProfile:
    """Return the profile of an entry of `content`."""
    ways = [entry.question, *entry.phrasings]
    quoted = [quote.text for quote in entry.quotes]
    texts = [text for text in (*ways, entry.lead, *quoted) if text]
    analysed = [analyzer.analyze(text) for text in texts]
    literal = "\n".join(strip_punctuation(tidy(text)) for text in texts)
    subjects = _subjects(entry, content, analyzer) | {
        name for terms in analysed[: len(ways)] for name in terms.entities
    }
    clauses = {clause for terms in analysed for clause in terms.clauses} | set(entry.about.get("article", ()))
    grams = {g for terms in analysed for g in (*terms.canonical, *bigrams(terms.canonical))}
    # Tidied one by one: what users type is cut at a length, and so would all of it be.
    said = "\n".join(map(tidy, (entry.lead, *quoted)))
    written = "\n".join(map(tidy, texts))
    return EntryProfile(
        text=literal,
        said=said,
        canonical="\n".join(terms.canonical for terms in analysed),
        grams=frozenset(grams | {g for g in (*literal, *bigrams(literal)) if "\n" not in g}),
        sounds=frozenset(g for terms in analysed for g in sound_bigrams(terms.canonical)),
        entities=frozenset(subjects | {name for terms in analysed for name in terms.entities}),
        subjects=frozenset(subjects),
        clauses=frozenset(clauses),
        given=given_kinds(said) | _given_by_address(entry, content, analyzer, quoted),
        amounts=amounts(written),
        ordinals=ordinals(written),
    )


def _subjects(entry: Entry, content: Content, analyzer: Analyzer) -> set[str]:
    subjects = {value for values in entry.about.values() for value in values}
    for quote in entry.quotes:
        source = content.sources[content.passages[quote.passage_id].source_id]
        speaker = source.speakers.get(content.passages[quote.passage_id].speaker)
        if speaker:
            subjects |= set(analyzer.analyze(speaker.name + "，" + speaker.organisation).entities)
        subjects |= set(analyzer.analyze(source.title).entities)
    return subjects


def _given_by_address(
    entry: Entry, content: Content, analyzer: Analyzer, quoted: list[str]
) -> frozenset[str]:
    """Return the kinds that follow from where a quote stands: its clause, and a person in its words."""
    passages = [content.passages[quote.passage_id] for quote in entry.quotes]
    sections = any(p.article or content.sources[p.source_id].kind != "会议报道" for p in passages)
    named = {name for text in quoted for name in analyzer.analyze(text).entities}
    persons = any(content.lexicon.kinds.get(name) == "person" for name in named)
    return frozenset({"clause"} if sections else ()) | frozenset({"name", "person"} if persons else ())
