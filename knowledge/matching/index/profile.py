"""What one entry is made of: everything it says or is asked by, for judging what of a question it leaves untouched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import add
from sys import intern

from knowledge.language.analyze import Analyzer, Terms
from knowledge.language.asked_facts import amounts, given_kinds, ordinals
from knowledge.language.pinyin import sound_by_character
from knowledge.language.shapes import names_in
from knowledge.language.tidy import MAX_CHARS, tidy
from knowledge.matching.index.sentences import Sentence
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.sources import Quote


@dataclass(frozen=True)
class Profile:
    """The words, names and facts of one entry.

    `text` and `canonical` hold its ways to be asked, its lead and its quotes, a line each, `said` the last two as
    they are sent, a row of a table also as it is read; `grams` and `sounds`
    their characters and pairs. `entities` are all names in it, `subjects` those it is about or asked by.
    Where a sentence of a source answers, `own` and `own_given` are the characters and pairs, and the kinds of fact, of that very
    sentence, `own_text` what it and its context say, `names` the people that its passage names.
    `given` are the kinds of fact that its quotes give (see `kinds`), `given_besides` those that follow from elsewhere; `amounts` and
    `ordinals` are the numbers in what is `written`. Those are worked out for the few that are not only judged but could be sent.
    """

    text: str
    said: str
    canonical: str
    grams: frozenset[str]
    sounds: frozenset[str]
    entities: frozenset[str]
    subjects: frozenset[str]
    clauses: frozenset[str]
    given_besides: frozenset[str]
    written: tuple[str, ...]
    own: frozenset[str] = frozenset()
    own_given: frozenset[str] = frozenset()
    own_text: str = ""
    names: tuple[str, ...] = ()

    @cached_property
    def given(self) -> frozenset[str]:
        """The kinds of fact that the quotes give, or where they stand."""
        return given_kinds(self.said) | self.given_besides

    @cached_property
    def amounts(self) -> frozenset[tuple[str, int]]:
        """What is counted, by unit, with its numbers."""
        return amounts(self._counted)

    @cached_property
    def ordinals(self) -> frozenset[int]:
        """The places that are named: of 第四个方面, 4."""
        return ordinals(self._counted)

    @cached_property
    def _counted(self) -> str:
        # Tidied one by one: what users type is cut at a length, and so would all of it be.
        return "\n".join(map(tidy, self.written))


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
    heard = [f"{sounds.get(c, c)} " for c in text]
    return list(map(add, heard, heard[1:]))


def profile_of(
    entry: Entry, content: Content, analyzer: Analyzer, ways: Sequence[Terms] | None = None
) -> Profile:
    """Return the profile of an entry of `content`; `ways` are the terms of its question and phrasings where those were read before."""
    asked = [entry.question, *entry.phrasings]
    quoted = [quote.text for quote in entry.quotes]
    leads = [entry.lead] if entry.lead else []
    ways = list(map(analyzer.analyze, asked)) if ways is None else ways
    sent = list(map(analyzer.analyze, quoted))
    analysed = [*ways, *map(analyzer.analyze, leads), *sent]
    subjects = _subjects(entry, content, analyzer) | {name for terms in ways for name in terms.entities}
    clauses = {clause for terms in analysed for clause in terms.clauses} | set(entry.about.get("article", ()))
    said = "\n".join(map(tidy, (entry.lead, *quoted)))
    return Profile(
        text="\n".join(terms.literal for terms in analysed),
        said=said,
        canonical="\n".join(terms.canonical for terms in analysed),
        grams=_grams(analysed),
        sounds=_sounds(analysed),
        entities=frozenset(subjects | {name for terms in analysed for name in terms.entities}),
        subjects=frozenset(subjects),
        clauses=frozenset(clauses),
        given_besides=_given_by_address(entry, content, {n for terms in sent for n in terms.entities}),
        written=(*asked, *leads, *quoted),
    )


def profile_of_sentence(
    sentence: Sentence, quotes: Sequence[Quote], content: Content, analyzer: Analyzer
) -> Profile:
    """Return the profile of a sentence of a source, answering with `quotes` and read in its context."""
    passage = content.passages[sentence.inner_id]
    source = content.sources[passage.source_id]
    read = [analyzer.analyze(part) for part in chunks(sentence.context)]
    sent = [analyzer.analyze(part) for quote in quotes for part in chunks(quote.text)]
    own = [analyzer.analyze(part) for part in chunks(sentence.says)]
    analysed = [*read, *sent]
    sends = (*(quote.text for quote in quotes), sentence.read)
    said = "\n".join(tidy(part) for text in sends for part in chunks(text))
    says = "".join(map(tidy, chunks(sentence.says)))
    speaker = source.speakers.get(passage.speaker)
    subjects = {name for terms in read for name in terms.entities} | ({speaker.name} if speaker else set())
    names = tuple(names_in(said))
    named = frozenset({"name", "person"} if names else ())
    return Profile(
        text="\n".join(terms.literal for terms in analysed),
        said=said,
        canonical="\n".join(terms.canonical for terms in analysed),
        grams=_grams(analysed),
        sounds=_sounds(analysed),
        entities=frozenset(subjects | {name for terms in sent for name in terms.entities}),
        subjects=frozenset(subjects),
        clauses=frozenset({passage.article} - {""}).union(*(terms.clauses for terms in analysed)),
        given_besides=named | (frozenset({"clause"}) if passage.article else frozenset()),
        written=tuple(part for text in sends for part in chunks(text)),
        own=_grams(own),
        own_given=given_kinds(says) | named,
        own_text="\n".join(terms.literal for terms in (*read, *own)),
        names=names,
    )


def _grams(analysed: Iterable[Terms]) -> frozenset[str]:
    """Return the characters and their pairs of some terms; those that many profiles have are kept once."""
    found: set[str] = set()
    for text in {text for terms in analysed for text in (terms.canonical, terms.literal)}:
        found.update(text, map(add, text, text[1:]))
    return frozenset(map(intern, found))


def _sounds(analysed: Iterable[Terms]) -> frozenset[str]:
    found: set[str] = set()
    for text in {terms.canonical for terms in analysed}:
        found.update(sound_bigrams(text))
    return frozenset(map(intern, found))


def chunks(text: str) -> Iterator[str]:
    """Yield a text in stretches that `tidy` doesn't cut."""
    for start in range(0, len(text), MAX_CHARS):
        yield text[start : start + MAX_CHARS]


def _subjects(entry: Entry, content: Content, analyzer: Analyzer) -> set[str]:
    subjects = {value for values in entry.about.values() for value in values}
    for quote in entry.quotes:
        source = content.sources[content.passages[quote.passage_id].source_id]
        speaker = source.speakers.get(content.passages[quote.passage_id].speaker)
        if speaker:
            subjects |= set(analyzer.analyze(speaker.name + "，" + speaker.organisation).entities)
        subjects |= set(analyzer.analyze(source.title).entities)
    return subjects


def _given_by_address(entry: Entry, content: Content, named: Collection[str]) -> frozenset[str]:
    """Return the kinds that follow from where a quote stands: its clause, and a person `named` in its words."""
    passages = [content.passages[quote.passage_id] for quote in entry.quotes]
    sections = any(p.article or not content.kind_of(content.sources[p.source_id]).event for p in passages)
    persons = any(content.lexicon.kinds.get(name) == "person" for name in named)
    return frozenset({"clause"} if sections else ()) | frozenset({"name", "person"} if persons else ())
