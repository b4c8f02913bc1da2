"""A new document → the files of a source with addressable passages, and draft entries for an editor to finish.

The words of the document stay as they are. Questions are only guesses at what people may ask; every entry is a
draft, and what the text does not tell about itself is marked 待填写.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

from knowledge.editing.entries import append_entries
from knowledge.language.analyze import strip_punctuation, tidy
from knowledge.learning.people import ROLES
from knowledge.learning.plain_text import MAX_CLAUSE_CHARS, Outline, Part, clause_of, outline
from knowledge.model import UNFINISHED, Content

"""What stands where an editor has to fill in; no published entry may quote such a source."""
_MEETING = re.compile(
    r"(?:\d{4}年)?[\u4e00-\u9fff“”]{2,24}?(?:推进会|座谈会|发布会|动员会|研讨会|大会|会议|论坛|启动仪式)(?=在|上|于)"
)
_KINDS = (
    "倡议书",
    "宣言",
    "公约",
    "承诺书",
    "通知",
    "办法",
    "规定",
    "意见",
    "实录",
    "论坛",
    "座谈会",
    "会议",
    "推进会",
)
_MAX_TITLE_CHARS = 50
_OUTLINE_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十\d]+[章节编部]分?\s*|[（(]?[一二三四五六七八九十\d]+[)）、．.]\s*)"
)
_LABEL = re.compile(r"([\u4e00-\u9fff]{2,4})[:：]")
_MIN_CLAUSE_CHARS = 3
_LEAVES = frozenset({"article", "item", "point", "remark", "paragraph", "speech"})


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document besides its text; "" where the text has to tell."""

    id: str
    title: str = ""
    kind: str = ""
    date: str = ""
    publisher: str = ""
    rights: str = ""


def about_text(text: str, about: About) -> About:
    """Return `about` with its gaps filled from the text, and 待填写 where that does not tell either.

    `date` stays "" when no day is written anywhere.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    first = re.sub(r"^#+\s*", "", lines[0]) if lines else ""
    meeting = _MEETING.search(text)
    is_title = 0 < len(first) <= _MAX_TITLE_CHARS and first[-1] not in "。！？；，,"
    title = about.title or (first.strip("《》") if is_title else meeting.group() if meeting else about.id)
    kind = about.kind or next((kind for kind in _KINDS if kind in title), "文件")
    return replace(
        about,
        title=title,
        kind=kind,
        date=about.date or _date_in(text),
        publisher=about.publisher or UNFINISHED,
        rights=about.rights or UNFINISHED,
    )


def _date_in(text: str) -> str:
    whole = re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text)
    if whole:
        year, month, day = map(int, whole.groups())
    else:
        day_of, year_of = re.search(r"(\d{1,2})月(\d{1,2})日", text), re.search(r"((?:19|20)\d{2})年", text)
        if not day_of or not year_of:
            return ""
        year, month, day = int(year_of.group(1)), int(day_of.group(1)), int(day_of.group(2))
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def ingest(text: str, about: About, content: Content, review_by: str) -> dict[str, str]:
    """Return the new files: `sources/ID.md`, and `faq/ID.yaml` with drafts whose phrasings `content` has not yet.

    `about` is complete, as `about_text` returns it; the drafts are to be looked at again by the day `review_by`.
    """
    read = outline(text)
    entries = _Drafts(about, read, content, review_by).entries()
    files = {f"sources/{about.id}.md": _source(about, read)}
    note = f"由《{about.title}》自动起草：逐条改好问法，把 status 改成 published，不要的删掉"
    files[f"faq/{about.id}.yaml"] = append_entries(f"# {note}\n", entries)
    return files


def _source(about: About, read: Outline) -> str:
    matter: dict[str, object] = {
        name: getattr(about, name) for name in ("id", "title", "kind", "date", "publisher", "rights")
    }
    if read.people:
        matter["speakers"] = {
            person.id: {
                "name": person.name,
                "post": person.post or UNFINISHED,
                "organisation": person.organisation or UNFINISHED,
            }
            for person in read.people.values()
        }
    front = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=10**9)
    return f"---\n{front}---\n" + "".join(map(_section, read.parts))


def _section(part: Part) -> str:
    attributes = [f"#{part.anchor}"]
    attributes += (
        [f"speaker={part.speaker}"] if part.speaker and part.shape not in ("speech", "transcript") else []
    )
    attributes += [f"article={part.article}"] if part.article else []
    title = re.sub(r"[{}]", "", part.title)
    paragraphs = "".join(f"\n{paragraph}\n" for paragraph in part.paragraphs)
    return f"\n{'#' * min(part.level, 6)} {title} {{{' '.join(attributes)}}}\n{paragraphs}"


class _Drafts:
    """Draft entries of a document, no question twice, here or in the knowledge there is."""

    def __init__(self, about: About, read: Outline, content: Content, review_by: str) -> None:
        self._about = about
        self._review_by = review_by
        self._read = read
        self._ids = set(content.entries)
        self._asked = {
            _plain(text) for entry in content.entries.values() for text in (entry.question, *entry.phrasings)
        }

    def entries(self) -> list[dict[str, str | tuple[str, ...]]]:
        """Return the drafts in the order of the text."""
        drafts = (self._entry(part, *self._guess(part)) for part in self._read.parts)
        return [draft for draft in drafts if draft]

    def _guess(self, part: Part) -> tuple[str, ...]:
        """Return what people may ask about a part, the standard question first; () for what nobody asks about."""
        title, clause = self._title_of(part), clause_of(part.paragraphs[0] if part.paragraphs else part.title)
        clause = clause if len(clause) < MAX_CLAUSE_CHARS else ""
        person = self._read.people.get(part.speaker)
        if part.shape in ("document", "chapter", "part") or (part.shape == "item" and not part.article):
            name = _OUTLINE_NUMBER.sub("", part.title).strip("《》")
            inside = "" if part.shape == "document" else f"{title}里"
            return (f"{inside}“{name}”讲了哪些内容？", f"{name}", f"{name}有什么要求", f"{name}讲的啥")
        if part.shape == "article":
            about = (f"{clause}有什么要求", f"{clause}怎么规定的") if clause else ()
            return (
                f"{title}{part.title}说了什么？",
                f"{title}{part.title}",
                f"{title}{part.title}讲的啥",
                *about,
            )
        if part.article:
            asked = (f"{title}{part.title}说了什么？", f"{title}{part.title}")
            return (*asked, f"{clause}怎么规定的") if clause else asked
        if part.shape in ("speech", "transcript") and person:
            whose = (f"{person.organisation}在{title}上怎么说",) if person.organisation else ()
            return (
                f"{person.name}在{title}里讲了什么？",
                f"{person.name}说了啥",
                f"{person.name}讲了些什么",
                *whose,
            )
        if person and clause:
            return (f"{person.name}怎么说“{clause}”？", f"{person.name}{clause}", f"{clause}是怎么说的")
        text = part.paragraphs[0] if part.paragraphs else ""
        if text.startswith("▲") and part.shape == "remark":
            return ()
        label = _LABEL.match(text)
        if label and label.group(1) not in ROLES:
            return (f"{title}的{label.group(1)}是什么？", f"{title}{label.group(1)}")
        if part.shape not in _LEAVES or len(clause) <= _MIN_CLAUSE_CHARS or text == self._about.title:
            return ()
        return (f"{title}里怎么说“{clause}”？", clause, f"{clause}是怎么回事")

    def _title_of(self, part: Part) -> str:
        """Return the title of the document that a part stands in: an appended one has its own."""
        before = self._read.parts[: self._read.parts.index(part)]
        inner = next((p.title for p in reversed(before) if p.shape == "document"), self._about.title)
        return inner.strip("《》")

    def _entry(self, part: Part, *asked: str) -> dict[str, str | tuple[str, ...]]:
        new = list(self._unasked(asked))
        if not new:
            return {}
        entry_id = f"{self._about.id}-{part.anchor.replace('.', '-')}"
        while entry_id in self._ids:
            entry_id += "-2"
        self._ids.add(entry_id)
        return {
            "id": entry_id,
            "question": new[0],
            "phrasings": tuple(new[1:]),
            "quote": (f"{self._about.id}#{part.anchor}",),
            "status": "draft",
            "owner": UNFINISHED,
            "review_by": self._review_by,
        }

    def _unasked(self, asked: Sequence[str]) -> Iterator[str]:
        for question in asked:
            if _plain(question) and _plain(question) not in self._asked:
                self._asked.add(_plain(question))
                yield question


def _plain(text: str) -> str:
    return strip_punctuation(tidy(text))
