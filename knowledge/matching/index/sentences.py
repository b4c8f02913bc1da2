"""Sentences: what a source answers with when no entry does, each with the context that it is read in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.language.asked_facts import given_kinds
from knowledge.language.tidy import tidy
from knowledge.matching.index.cells import read_tables
from knowledge.model.content import Content
from knowledge.model.sources import Passage, Quote
from knowledge.sources.structure import Structure

_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;]*[”’》）)]*")
_MIN_WORD_CHARS = 2
# 其中三成由财政承担 says of what only in the sentence before.
_REFERS_BACK = re.compile(
    r"^[“‘（(]?(?:其中|其|该|此|这|那|上述|前款|前述|以上|同时|对此|为此|他|她|它|也|并)"
)
_N_QUESTIONS = 3
"""So many of the questions that were asked one after the other are read before an answer."""
_WHOLE_CHARS = 220
"""A passage up to this length is sent whole; of a longer one the sentence and what stands around it."""
_AROUND_CHARS = 160


_FACTS = frozenset(
    {"money", "clock", "duration", "share", "people", "phone", "length", "area", "weight", "age"}
)
"""What a sentence can tell before the list that it leads in to; a day or a number of clauses stands in many that tell nothing."""
_LABELS = frozenset({"标题", "文号", "发文机关", "主送", "发布单位", "发布日期", "成文日期", "印发日期"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a source at `start` … `end` of its text, in the passage that is sent for it.

    `number` counts the sentences of that passage from 0, `inner_id` is the innermost passage that holds it. `title` is the document's,
    `place` the headings, the speaker and the words that lead in to it, not what it says itself. `read` is how a row of a table is read,
    each cell under its heading, "" for what is read as it stands.
    """

    passage_id: str
    number: int
    start: int
    end: int
    text: str
    title: str
    place: str
    inner_id: str
    read: str = ""

    @property
    def says(self) -> str:
        """What it says, as it is read: never sent, its `text` is."""
        return self.read or self.text

    @property
    def key(self) -> str:
        """What names the sentence in its release: `meeting-2020#opening@0`."""
        return f"{self.passage_id}@{self.number}"

    @property
    def asks(self) -> bool:
        """Whether it asks something itself, as who takes the floor at a hearing does."""
        return asks(self.text)

    @property
    def context(self) -> str:
        """All that it is read under."""
        return f"{self.title} {self.place}".strip()


def sentences_of(content: Content, structure: Structure) -> tuple[Sentence, ...]:
    """Return the sentences of every source that answers, in order; what no passage holds is left out."""
    found: list[Sentence] = []
    for source in (source for source in content.sources.values() if source.answers):
        number_in: dict[str, int] = {}
        number_sent: dict[str, int] = {}
        before = ""
        rows = read_tables(source.text)
        open_questions = _OpenQuestions(p for p in content.passages.values() if p.source_id == source.id)
        for match in _SENTENCE.finditer(source.text):
            inner = structure.innermost(source.id, match.start())
            text = match.group().strip()
            row = rows.get(match.group())
            if (
                row == ""
                or inner is None
                or not _answers(structure, inner)
                or not _says(structure, inner, text)
            ):
                continue
            number_in[inner.id] = number_in.get(inner.id, -1) + 1
            lead_in = open_questions.before(inner, text)
            if not lead_in and number_in[inner.id] and _REFERS_BACK.match(text):
                lead_in = before
            place = " ".join(filter(None, (*_place(content, structure, inner), lead_in)))
            sent = sent_for(structure, inner).id
            number = number_sent[sent] = number_sent.get(sent, -1) + 1
            found.append(
                Sentence(
                    sent, number, match.start(), match.end(), text, source.title, place, inner.id, row or ""
                )
            )
            before = text
    return tuple(found)


def asks(text: str) -> bool:
    """Return whether a sentence is a question.

    >>> asks("送上楼要不要钱？"), asks("有人问：“停哪里？”"), asks("怎么停车，由居委会定。")
    (True, True, False)
    """
    return text.rstrip("”’》）) ").endswith(("？", "?"))


class _OpenQuestions:
    """What was asked aloud and may be answered by what stands next: by who speaks then, or by the asker where nobody else speaks."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        speakers: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for passage in passages:
            speakers[passage.outer].add(passage.speaker)
        self._talks = {outer for outer, names in speakers.items() if len(names - {""}) > 1}
        self._questions: list[str] = []
        self._under: tuple[str, ...] = ()
        self._asker = self._answerer = ""

    def before(self, passage: Passage, text: str) -> str:
        """Return the questions that a sentence may answer; a question is kept for those that follow."""
        turn = passage.speaker or passage.id
        if passage.outer != self._under or turn not in (self._asker, self._answerer or turn):
            self._questions.clear()
            self._asker = self._answerer = ""
        self._under = passage.outer
        if asks(text):
            if turn != self._asker:
                self._asker, self._answerer = turn, ""
            self._questions.append(text)
            return ""
        if turn == self._asker and passage.outer in self._talks:
            return ""
        self._answerer = self._answerer if turn == self._asker else turn
        return " ".join(self._questions[-_N_QUESTIONS:])


def sent_for(structure: Structure, passage: Passage) -> Passage:
    """Return the passage that is sent for what stands in `passage`: the widest around it that is short enough to be read at once.

    An article is never left, nor what one speaker says, and nothing that must not answer is sent along.
    """
    sent = passage
    for outer in structure.above(passage):
        inside = structure.leaves_within(outer)
        if (
            len(outer.text) > _WHOLE_CHARS
            or (sent.article and not outer.article)
            or any(p.speaker != passage.speaker or not _answers(structure, p) for p in (outer, *inside))
        ):
            break
        sent = outer
    return sent


def _answers(structure: Structure, passage: Passage) -> bool:
    return passage.answers and all(outer.answers for outer in structure.above(passage))


def _says(structure: Structure, passage: Passage, text: str) -> bool:
    """Return whether a sentence says something by itself: no heading line, and no words that only lead in to a list
    and tell no fact, as 定于7月8日22时对以下区域停水： does.

    A line that only labels the document (its number, its date at the end) answers who asks for that (`head_facts`), and is no
    answer to when something begins.
    """
    if passage.heading == "附件" and structure.annexed(passage.source_id):
        return False  # 附件：1.收费表 only names what stands below.
    if sum(c.isalnum() for c in text) < _MIN_WORD_CHARS or _LABELS.issuperset(passage.heading.split("、")):
        return False
    if not structure.children(passage):
        return True
    return text not in passage.heading and (not text.endswith(("：", ":")) or bool(_facts_in(text)))


def _facts_in(text: str) -> frozenset[str]:
    return given_kinds(tidy(text)) & _FACTS


def _place(content: Content, structure: Structure, passage: Passage) -> Iterator[str]:
    """Yield what tells where a passage stands: headings from the outermost in, who says it, what leads in to it."""
    source = content.sources[passage.source_id]
    outer = structure.above(passage)
    yield from (*passage.outer, passage.heading)
    speaker = source.speakers.get(passage.speaker)
    if speaker:
        yield f"{speaker.post}{speaker.name}"
    if outer:
        yield lead_in_to(structure, passage, outer[0]).text


def lead_in_to(structure: Structure, passage: Passage, outer: Passage) -> Quote:
    """Return the words of `outer` that stand before its first inner passage: 有下列情形之一的：; "" when there are none.

    They lead in to `passage` only when they end in a colon.
    """
    first = structure.children(outer)[0]
    before = outer.text[: first.start - outer.start].strip()
    last = before.rpartition("\n")[2].strip()
    return Quote(outer.id, last if passage.id != outer.id and last.endswith(("：", ":")) else "")


def quotes_of(
    content: Content, structure: Structure, sentence: Sentence, *, inner: bool = False
) -> tuple[Quote, ...]:
    """Return the words that answer with a sentence: it, and as much around it as it needs to be read.

    A short passage is sent whole, a short list too; an item of a long one under the words that lead in to it. `inner` leaves it at
    the innermost passage: what answers must stand there, the rest is only to be read along.
    """
    passage = content.passages[sentence.inner_id if inner else sentence.passage_id]
    above = structure.parent(passage)
    lead = lead_in_to(structure, passage, above) if above else Quote("", "")
    own = passage.text.strip() if len(passage.text) <= _WHOLE_CHARS else _around(content, passage, sentence)
    return tuple(quote for quote in (lead, Quote(passage.id, own)) if quote.text)


def _around(content: Content, passage: Passage, sentence: Sentence) -> str:
    """Return a sentence of a long passage with those around it, as far as they are short and of its paragraph."""
    text = content.sources[passage.source_id].text
    spans = [m.span() for m in _SENTENCE.finditer(text, passage.start, passage.end)]
    first = last = next(i for i, (start, _) in enumerate(spans) if start == sentence.start)
    while first and _fits(text, spans[first - 1][0], spans[last][1], spans[first][0]):
        first -= 1
    while last + 1 < len(spans) and _fits(text, spans[first][0], spans[last + 1][1], spans[last + 1][0]):
        last += 1
    return text[spans[first][0] : spans[last][1]].strip()


def _fits(text: str, start: int, end: int, seam: int) -> bool:
    """Return whether a stretch is short enough to be read at once, with no end of a paragraph at its new seam."""
    return end - start <= _AROUND_CHARS and "\n" not in text[seam - 1 : seam]
