"""Draft entries of a new document: guesses at what people may ask, for an editor to finish.

Drafted is what has a heading in the text; what has none (第二段) is answered from the source itself, and a clause of it
would be a question that nobody asks. Every entry is a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.checks.phrasings import n_questions
from knowledge.language.speech.danger import Alarms
from knowledge.language.speech.wordlist import found_in
from knowledge.language.tidy import plain
from knowledge.learning.marks import question_of
from knowledge.learning.outline.outline import Outline
from knowledge.learning.outline.passages import ANSWER, Part
from knowledge.learning.sections import CLOSING
from knowledge.model.content import Content
from knowledge.model.problems import UNFINISHED

Draft = dict[str, str | tuple[str, ...]]
_OUTLINE_NUMBER = re.compile(
    r"^(?:第[零〇一二三四五六七八九十百\d]+[编篇章节条](?:部分)?[\s　]*|[（(]?[一二三四五六七八九十\d]+[)）、．.][、．.]?[\s　]*|[一二三四五六七八九十]是)"
)
_PLACE = re.compile(r"第（?[^（）\s]{1,4}）?[项点]|[一二三四五六七八九十]是|第[一二三四五六七八九十]")
_TABLE = re.compile(r"表（(.+)）")


def drafts(source_id: str, title: str, read: Outline, content: Content, review_by: str) -> list[Draft]:
    """Return the drafts in the order of the text; no question twice, here or in the knowledge there is."""
    writer = _Writer(source_id, title, read, content)
    return [{**draft, "review_by": review_by} for part in read.parts if (draft := writer.draft(part))]


class _Writer:
    def __init__(self, source_id: str, title: str, read: Outline, content: Content) -> None:
        self._source_id = source_id
        self._title = title
        self._read = read
        self._ids = set(content.entries)
        self._sensitive, self._alarms = content.sensitive, Alarms(content.care)
        self._asked = {
            _plain(text) for entry in content.entries.values() for text in (entry.question, *entry.phrasings)
        }

    def draft(self, part: Part) -> Draft:
        """Return the draft of a passage, {} for one that nobody asks about or that was asked before."""
        new = list(self._unasked(self._guess(part)))
        if not new:
            return {}
        entry_id = f"{self._source_id}-{part.anchor.replace('.', '-')}"
        while entry_id in self._ids:
            entry_id += "-2"
        self._ids.add(entry_id)
        return {
            "id": entry_id,
            "question": new[0],
            "phrasings": tuple(new[1:]),
            "quote": (f"{self._source_id}#{part.anchor}",),
            "status": "draft",
            "owner": UNFINISHED,
        }

    def _guess(self, part: Part) -> tuple[str, ...]:
        """Return what people may ask about a passage, the standard question first."""
        if not part.named or part.heading in CLOSING or part.heading == ANSWER:
            return ()
        title = self._title_around(part)
        name = _OUTLINE_NUMBER.sub("", part.heading).strip("《》 　")
        person = self._read.people.get(part.speaker)
        match part.mark:
            case "问":
                return (question_of(part.heading, reporters=True),)
            case "条":
                article = part.heading.split()[0]
                about = (f"{name}怎么规定的",) if name and name != part.heading else ()
                return (f"{title}{article}说了什么？", f"{title}{article}", f"{title}{article}讲的啥", *about)
            case "role" | "段":
                return (f"{title}的{part.heading}是什么？", f"{title}{part.heading}")
            case "表":
                table = _TABLE.fullmatch(part.heading)
                return (f"{title}里的表：{table.group(1)}",) if table else ()
        if person and part.mark in ("讲话", "说", "▲"):
            whose = (f"{person.organisation}在{title}里怎么说",) if person.organisation else ()
            asked = (f"{person.name}说了啥", f"{person.name}讲了些什么")
            return (f"{person.name}在{title}里讲了什么？", *asked, *whose)
        if part.article:
            return (f"{title}{part.heading}说了什么？", f"{title}{part.heading}")
        if not name or _PLACE.fullmatch(part.heading):
            return ()
        if name.endswith(("？", "?")):
            return (name,)
        inside = "" if part.mark == "document" else f"{title}里"
        return (f"{inside}“{name}”讲了哪些内容？", name, f"{name}有什么要求", f"{name}讲的啥")

    def _title_around(self, part: Part) -> str:
        """Return the title of the document that a passage stands in: an appended one has its own."""
        before = self._read.parts[: self._read.parts.index(part)]
        inner = next((p.heading for p in reversed(before) if p.mark == "document"), self._title)
        return inner.strip("《》")

    def _unasked(self, asked: Sequence[str]) -> Iterator[str]:
        for question in asked:
            folded = _plain(question)
            # A word of danger would never reach the entry.
            if (
                folded
                and folded not in self._asked
                # A heading like 吃什么、多少钱 lists questions; the sentences under it answer each.
                and n_questions(question) == 1
                and not found_in(self._sensitive, question)
                and not self._alarms.read(question)
            ):
                self._asked.add(folded)
                yield question


def _plain(text: str) -> str:
    return plain(text)
