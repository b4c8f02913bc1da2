"""Sources: who says what in which words, and the words of them that are quoted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.model.problems import Mark


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person whose words a source reports; `post` is worded as the source words it, "" when it doesn't say."""

    id: str
    name: str
    post: str
    organisation: str


@dataclass(frozen=True, slots=True)
class SourceKind:
    """How sources of one kind are cited; one that nobody describes is a document in 《》 and nothing more.

    An `event` is told of rather than issued: what is said there is said *at* it. The title of a `plain` kind is no title of
    a document, and stands without 《》; a `labelled` kind is named behind the title.
    """

    event: bool = False
    plain: bool = False
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A primary document, word for word; `text` is the body without front matter and headings.

    Its bare sentences answer where no entry does, unless `answers` is False.
    `date`, `publisher` and `rights` are "" where nobody knows them; `number` is the issuer's own (临教办〔2024〕17号),
    `effective` the day since which it is in force, "" for a document without one. `repealed_by` is the source that says of
    this one that it is no longer in force, "" when none does.
    """

    id: str
    title: str
    kind: str
    date: str
    publisher: str
    rights: str
    text: str
    speakers: Mapping[str, Speaker]
    mark: Mark
    answers: bool = True
    number: str = ""
    effective: str = ""
    repealed_by: str = ""

    @property
    def day(self) -> str:
        """The day to tell it from an older or newer document by; "" when nobody knows one."""
        return self.date or self.effective


@dataclass(frozen=True, slots=True)
class Passage:
    """An addressable span of a source, e.g. `self-discipline#article-3.4`.

    `text` equals `source.text[start:end]` exactly. `article` is the clause number as written in
    the heading attribute (`"3"`, `"3.4"`), `""` outside numbered clauses; `speaker` is a speaker
    id of the source or `""`. Where `answers` is False only entries send its words, never a bare sentence. `outer` are
    the headings that it stands under, the outermost first.
    """

    id: str
    source_id: str
    heading: str
    start: int
    end: int
    text: str
    speaker: str
    article: str
    mark: Mark
    answers: bool = True
    outer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage that an answer sends unchanged: all of it, or one fragment."""

    passage_id: str
    text: str
