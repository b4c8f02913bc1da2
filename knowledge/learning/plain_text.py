"""A plain text as people hand it over → its paragraphs, each with the place it has in the document.

Read are the shapes that Chinese notices, pledges and meeting reports have: titles, 附, 第N章, 第N条, 一、, （一）, 一是,
captions ▲…讲话, quoted remarks and who made them, and transcripts 张三（某局局长）：…. What has no such shape is a paragraph
of its own. No word is changed, and none is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.language.analyze import chinese_numeral, numeral
from knowledge.learning.people import VERBS, Person, find_people, speaker_of

_NUMERAL = r"(?:[一二三四五六七八九十]{1,3}|\d{1,3})"
_MAX_HEADING_CHARS = 40
MAX_CLAUSE_CHARS = 22
_TITLE = re.compile(r"《[^《》]+》")
_ANNEX = re.compile(rf"附(?:件|录|则)?\s*{_NUMERAL}?\s*[:：]?\s*")
_MARKDOWN = re.compile(r"#{1,6}\s+(.+)")
_CHAPTER = re.compile(rf"第({_NUMERAL})[章节编部]分?\s*(.*)")
_PART = re.compile(rf"({_NUMERAL})[、．.]\s*(\D.*)")
_ITEM = re.compile(rf"[（(]({_NUMERAL})[)）]\s*(.*)")
_ARTICLE = re.compile(rf"第({_NUMERAL})条\s*(.*)", re.DOTALL)
_INLINE_ITEM = re.compile(rf"(?<=[：:。；;])(?=[（(]{_NUMERAL}[)）])")
_POINT = re.compile(r"([一二三四五六七八九十])是(.+)", re.DOTALL)
_CAPTION = re.compile(r"▲(.+?)(?:作?总结)?(?:讲话|发言|致辞|致词)[。.]?")
_NUMBER = re.compile(
    rf"^(?:第{_NUMERAL}条|[（(]{_NUMERAL}[)）]|{_NUMERAL}[、．.]|[一二三四五六七八九十]是|▲|#+)\s*"
)
_WHO_SAYS = re.compile(
    rf"^(?:[^“”,，。：:]{{2,30}}{VERBS}[,，:：]|[\u4e00-\u9fff]{{2,4}}(?:[（(][^）)]*[）)])?[：:])"
)
_TURN = re.compile(r"[^：:，,。“”]{1,12}[：:]")
_MAX_CLOSING_CHARS = 30
_ENDS = "。！？；!?;…”，,"


@dataclass(slots=True)
class Part:
    """A heading of the outline with the paragraphs directly under it.

    `level` counts from 1; `anchor` is unique in the document; `article` is the clause number ("3.1") or "".
    `shape` says what it was read as: document, chapter, part, item, article, point, speech, remark, paragraph.
    """

    level: int
    title: str
    anchor: str
    shape: str
    article: str = ""
    speaker: str = ""
    paragraphs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """A document: its parts in order, and the people whose words it reports."""

    parts: tuple[Part, ...]
    people: Mapping[str, Person]


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something, without blanks around them."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return tuple(line.strip() for line in plain.split("\n") if line.strip())


def outline(text: str) -> Outline:
    """Return the outline of a text; a text without any line gives no parts."""
    paragraphs = paragraphs_of(text)
    reader = _Reader(find_people(paragraphs))
    for number, paragraph in enumerate(paragraphs):
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else ""
        reader.read(paragraph, following)
    return Outline(tuple(_without_empty(reader.parts)), reader.people)


def clause_of(text: str) -> str:
    """Return the first clause of a paragraph, its number left out: what an editor would call it by.

    >>> clause_of("第一条 维护网络空间安全秩序,自觉遵守国家法律法规")
    '维护网络空间安全秩序'
    """
    bare = _NUMBER.sub("", _WHO_SAYS.sub("", text))
    first = re.split(r"[,，。；;：:！!？?、]", bare.strip("“”"), maxsplit=1)[0]
    return first.strip("“”《》 ")[:MAX_CLAUSE_CHARS]


def _is_heading(text: str) -> bool:
    return 0 < len(text) <= _MAX_HEADING_CHARS and text[-1] not in _ENDS


class _Reader:
    """Reads paragraph by paragraph, knowing under which document, chapter and speaker it is."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self.people = people
        self.parts: list[Part] = []
        self._document = ""
        self._anchors: set[str] = set()
        self._depth = 1
        self._article = ""
        self._outer = ""
        self._speech: Part | None = None
        self._n_paragraphs = 0
        self._n_remarks: dict[str, int] = {}

    def read(self, text: str, following: str) -> None:
        """Add one paragraph; `following` is the next one, which may tell who said it."""
        for shape in (self._document_title, self._chapter, self._article_of, self._numbered, self._said):
            if shape(text, following):
                return
        # In a transcript a speaker goes on until somebody else has the word; a report goes on by itself.
        if self._speech is None or self._speech.shape != "transcript" or _TURN.match(text):
            self._leave_speech()
        self._paragraph(text)

    def _add(
        self, level: int, title: str, anchor: str, shape: str, *, article: str = "", speaker: str = ""
    ) -> Part:
        wanted = name = f"{self._document}{anchor}"
        number = 2
        while name in self._anchors:
            name, number = f"{wanted}-again-{number}", number + 1
        self._anchors.add(name)
        self.parts.append(Part(level, title, name, shape, article, speaker))
        return self.parts[-1]

    def _document_title(self, text: str, following: str) -> bool:
        annex = _ANNEX.fullmatch(text)
        if not annex and not _TITLE.fullmatch(text):
            return False
        self._article = self._outer = ""
        self._leave_speech()
        self._depth = 1
        self._document = ""
        if annex:
            self._add(1, text, "annex", "annex").paragraphs.append(text)
            return True
        number = sum(part.shape == "document" for part in self.parts) + 1
        self._n_paragraphs = 0
        self._add(1, text, f"document-{number}", "document")
        self._document = f"document-{number}-"
        return True

    def _chapter(self, text: str, following: str) -> bool:
        markdown, chapter, part = (pattern.fullmatch(text) for pattern in (_MARKDOWN, _CHAPTER, _PART))
        if markdown:
            self._begin(2, markdown.group(1), "part", "part")
        elif chapter and _is_heading(text):
            self._begin(2, text, f"chapter-{numeral(chapter.group(1))}", "chapter")
        elif part and _is_heading(text):
            self._begin(2, text, f"part-{numeral(part.group(1))}", "part")
        else:
            return False
        return True

    def _begin(self, level: int, title: str, anchor: str, shape: str) -> None:
        self._article = ""
        self._leave_speech()
        self._outer = f"{anchor}." if shape == "part" else ""
        self._add(level, title, anchor, shape)
        self._depth = level

    def _article_of(self, text: str, following: str) -> bool:
        found = _ARTICLE.fullmatch(text)
        if not found:
            return False
        self._leave_speech()
        self._article = str(numeral(found.group(1)))
        first, *items = _INLINE_ITEM.split(text)
        title = f"第{found.group(1)}条"
        article = self._add(
            self._depth + 1, title, f"article-{self._article}", "article", article=self._article
        )
        if not items and not _ITEM.match(following):
            article.paragraphs.append(text)
            return True
        self._inside(f"{title}总述", "0", first)
        for item in items:
            self._item(item)
        return True

    def _inside(self, title: str, number: str, text: str) -> None:
        article = self._article if number == "0" else f"{self._article}.{number}"
        part = self._add(self._depth + 2, title, f"article-{self._article}.{number}", "item", article=article)
        part.paragraphs.append(text)

    def _item(self, text: str) -> None:
        found = _ITEM.match(text)
        number = numeral(found.group(1)) if found else 0
        title = f"第{chinese_numeral(int(self._article))}条第（{chinese_numeral(number)}）项"
        self._inside(title, str(number), text)

    def _numbered(self, text: str, following: str) -> bool:
        item, point, part = _ITEM.fullmatch(text), _POINT.fullmatch(text), _PART.fullmatch(text)
        if item and self._article:
            self._item(text)
        elif item and _is_heading(text):
            number = numeral(item.group(1))
            outer = self._outer or "item-"
            self._add(3, text, f"{outer}{number}", "item")
            self._depth = 3
        elif item or part:
            number = numeral((item or part or [""])[1])
            self._leaf(text, f"{self._outer or 'item-'}{number}", "item")
        elif point:
            self._leaf(text, f"point-{numeral(point.group(1))}", "point")
        else:
            return False
        return True

    def _leaf(self, text: str, anchor: str, shape: str) -> None:
        speaker = self._speech.speaker if self._speech else ""
        part = self._add(self._depth + 1, clause_of(text) or text[:12], anchor, shape, speaker=speaker)
        part.paragraphs.append(text)

    def _said(self, text: str, following: str) -> bool:
        caption = _CAPTION.fullmatch(text)
        found = speaker_of(text, self.people)
        if caption and found:
            self._leave_speech()
            self._speech = self._add(
                self._depth + 1, f"{self.people[found].name}讲话", found, "speech", speaker=found
            )
            self._depth += 1
            self._remark(text, f"{found}-0", "")
            return True
        if text.startswith("“") and not found:
            found = (self._speech.speaker if self._speech else "") or speaker_of(following, self.people)
        if not found:
            return False
        if self._speech is None or self._speech.speaker != found:
            self._leave_speech()
            shape = "transcript" if re.match(r"[^：:，,。]{2,40}[：:]", text) else "speech"
            self._speech = self._add(
                self._depth + 1, f"{self.people[found].name}讲话", found, shape, speaker=found
            )
            self._depth += 1
        self._n_remarks[found] = self._n_remarks.get(found, 0) + 1
        self._remark(text, f"{found}-{self._n_remarks[found]}", found)
        return True

    def _remark(self, text: str, anchor: str, speaker: str) -> None:
        part = self._add(self._depth + 1, clause_of(text) or text[:12], anchor, "remark", speaker=speaker)
        part.paragraphs.append(text)

    def _leave_speech(self) -> None:
        if self._speech is not None:
            self._depth = self._speech.level - 1
            self._speech = None

    def _paragraph(self, text: str) -> None:
        closing = len(text) <= _MAX_CLOSING_CHARS and text[-1] not in _ENDS
        if self._article and not closing:
            self.parts[-1].paragraphs.append(text)
            return
        self._article = ""
        self._n_paragraphs += 1
        self._leaf(text, f"p-{self._n_paragraphs}", "paragraph")


def _without_empty(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts; a heading with nothing under it is no heading but a line of the text."""
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else None
        if not part.paragraphs and (following is None or following.level <= part.level):
            part.paragraphs.append(part.title)
        yield part
