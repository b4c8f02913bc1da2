"""A question as the knowledge reads it: tidied, pinyin read, homophones mended, its names and content words found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.language.analyze import Terms
from knowledge.language.asked_facts import amounts, asked_kinds, ordinals
from knowledge.language.shapes import asks_for_person, contrasted, counted
from knowledge.language.tables import empty_words
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.matching.snapshot import Snapshot

NAME_SIGNS = re.compile(r"[\ue000-\uf8ff]")
"""The signs of its own that the analyser writes for names and clauses."""
ASKING_WORD = re.compile(
    "什么|啥|咋|怎|哪|谁|几|多少|好多|吗|没得|有没有|是不是|能不能|可以不|得不得|何|多久"
)
# A question mark ends no story: what stands before it asks too.
_CLAUSE_END = re.compile(r"[\s，。！；,.!;~…]+")
_MARKS = "?？!！。.~～… "
_BEFORE_CHARS, _AFTER_CHARS = 10, 8
LONG_CHARS = 32
"""A longer question is also searched stretch by stretch."""
# A body of the city, the county, the district; in 城市 and 社区 the character is part of another word.
_BODY = re.compile(
    r"(?<![城都超门夜小社园校景辖片老地灾片山])([市县区镇乡])([\u4e00-\u9fff]{1,4}?(?:联|会|办|局|委|院))"
)
# Nobody tells a story in so few characters: all of it asks.
_NO_STORY_CHARS = 22


@dataclass(frozen=True, slots=True)
class Heard:
    """A text, or a stretch of one, as it is searched for.

    `words` carry its content. `clause` is the clause that asks and `asking` the part of it around the last
    question word, both without punctuation; `focus` are the content words of that part.
    """

    text: str
    terms: Terms
    words: tuple[str, ...]
    clause: str
    asking: str
    focus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query(Heard):
    """An analysed question.

    What guards ask of a question is found in it once: `kinds` of fact asked for, `amounts` and `ordinals` named, `unknown`
    names and `places` in the clause, `people` whom a source names, `facts` that nobody gave in the part that asks; whether it `asks_for_person`,
    `contrasts` that exclude an answer, what is `counted` (see `knowledge.language.shapes`), and bodies with their `levels`.
    """

    kinds: frozenset[str]
    amounts: frozenset[tuple[str, int]]
    ordinals: frozenset[int]
    unknown: tuple[str, ...]
    people: tuple[str, ...]
    places: tuple[str, ...]
    facts: tuple[str, ...]
    asks_for_person: bool
    contrasts: tuple[tuple[str, tuple[str, ...]], ...]
    counted: tuple[str, str] | None
    levels: tuple[str, ...]

    def __hash__(self) -> int:
        return hash(self.text)


def read_query(snapshot: Snapshot, text: str) -> Query:
    """Return the question as the knowledge sees it: tidied, pinyin read, homophones mended, analysed, its content words found."""
    # Whether somebody sets a mark behind a question says nothing of it.
    said = tidy(text).rstrip(_MARKS)
    return _query_of(snapshot, _named_shortly(snapshot, snapshot.repairer.mend(snapshot.reader.read(said))))


def _named_shortly(snapshot: Snapshot, read: str) -> str:
    """Return a question with each full name in it as its shortest: it tells whom or what is asked about, and not what.

    A speaker's post before the name goes, and the title of a document gives way to a known name that it ends in.
    """
    for full, short in snapshot.short_names:
        read = read.replace(full, short)
    return read


def hear_text(snapshot: Snapshot, read: str) -> Heard:
    """Return a text, or a stretch of one, that was read before, as it is searched for."""
    clause, asking = _asking_parts(read)
    words = _content_words(snapshot, read)
    return Heard(
        text=read,
        terms=snapshot.analyzer.analyze(read),
        words=words,
        clause=strip_punctuation(clause),
        asking=strip_punctuation(asking),
        focus=words if asking == read else _content_words(snapshot, asking),
    )


def _query_of(snapshot: Snapshot, read: str) -> Query:
    heard = hear_text(snapshot, read)
    # In a long story other things are counted too.
    kinds = asked_kinds(read)
    told = read if len(read) <= LONG_CHARS else heard.asking
    return Query(
        text=read,
        terms=heard.terms,
        words=heard.words,
        clause=heard.clause,
        asking=heard.asking,
        focus=heard.focus,
        kinds=kinds,
        amounts=amounts(told),
        ordinals=ordinals(read),
        unknown=snapshot.unknown.found_in(heard.clause),
        people=snapshot.people.found_in(read),
        places=snapshot.places.found_in(heard.clause),
        facts=snapshot.facts.found_in(heard.asking),
        asks_for_person=asks_for_person(read),
        contrasts=contrasted(read),
        counted=None if kinds else counted(read),
        levels=_other_bodies(snapshot, read),
    )


def _other_bodies(snapshot: Snapshot, read: str) -> tuple[str, ...]:
    """Return the bodies with a level that nothing written has, where it has the body of another: 市妇联."""
    found = ((level + body, body) for level, body in _BODY.findall(read))
    return tuple(
        named for named, body in found if snapshot.is_written(body) and not snapshot.is_written(named)
    )


def _content_words(snapshot: Snapshot, read: str) -> tuple[str, ...]:
    """Return the words of a text that say what it is about, without the known names, each once."""
    words: list[str] = []
    loose, says_nothing = "", empty_words()
    for word in (*snapshot.segmenter.cut(NAME_SIGNS.sub(" ", snapshot.analyzer.mark_names(read))), " "):
        empty = not word.strip() or word in says_nothing or not word.isalnum()
        # The dictionary is older than many words: what it leaves as single characters is one word (网红, 微信).
        if len(word) == 1 and not empty:
            loose += word
            continue
        words += [loose, "" if empty else word]
        loose = ""
    return tuple(dict.fromkeys(filter(None, words)))


def _asking_parts(read: str) -> tuple[str, str]:
    """Return the clause with the last question word, and the part around that: the rest may be why it is asked."""
    found = list(ASKING_WORD.finditer(read))
    if not found or len(read) <= _NO_STORY_CHARS:
        return read, read
    before = _CLAUSE_END.split(read[: found[-1].start()])[-1]
    asking = found[-1].group() + _CLAUSE_END.split(read[found[-1].end() :])[0][:_AFTER_CHARS]
    return before + asking, before[-_BEFORE_CHARS:] + asking
