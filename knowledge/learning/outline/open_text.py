"""The text of a document while its passages are read: where we are in it, what is open, and where a paragraph belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum

from knowledge.learning import marks
from knowledge.learning.decimals import decimals
from knowledge.learning.document import TextLine
from knowledge.learning.outline.passages import Branch, Nesting
from knowledge.learning.people import Person, speaker_id_of
from knowledge.learning.sections import Section

SAID = re.compile(r"[^：:，,。“”]{1,40}[：:](?=.)", re.DOTALL)
"""What names, in front of the words, who says them."""
_MAX_LABELLED_CHARS = 80


class Rank(IntEnum):
    """How far out what stands, behind the headings that the file itself marks (1 to 6): opening one leaves all further in."""

    DIVISION = 10
    SECTION = 20
    BARE = 30
    ARTICLE = 40
    QUESTION = 50
    ANSWER = 60
    SPEECH = 70
    TURN = 80
    COUNTED = 90
    PARAGRAPH = 100


class OpenText(Nesting):
    """One document of the text, and how far it is read.

    `articles` are the lines of its articles by number, `twice` tells of those that are there again; `decimals` are the lines that
    numbers with dots count.
    """

    def __init__(
        self, lines: Sequence[TextLine], section: Section, people: Mapping[str, Person], anchor: str
    ) -> None:
        self.lines = lines
        self.section = section
        self.people = people
        super().__init__(Branch(0, "document", section.title, anchor, heads=True))
        self.articles: dict[int, int] = {}
        self.twice: list[str] = []
        inside = lines[section.start : section.end]
        counted = decimals([line.text for line in inside])
        self.decimals = {inside[i]: found for i, found in counted.items()}
        self.is_dialogue = any(marks.is_answer(line.text) for line in lines) or any(
            speaker_id_of(line.text, people) and SAID.match(line.text) for line in lines
        )

    def following(self, i: int) -> TextLine | None:
        """Return the next line of the text proper, None where it ends or what follows is no such line."""
        inside = i >= 0 and i + 1 < self.section.end and i + 1 not in self.section.roles
        return self.lines[i + 1] if inside else None

    def next_article(self) -> int:
        """Return the number of the article that may come next."""
        return max(self.articles, default=0) + 1

    def is_opening(self, line: TextLine) -> bool:
        """Return whether a line opens something in any case: a heading of the file, a table, a chapter, an article."""
        expected = self.next_article()
        return bool(
            line.level
            or line.is_row
            or line in self.decimals
            or marks.division(line.text)
            or marks.article(line.text, expected)
        )

    @staticmethod
    def leads(text: str) -> bool:
        """Return whether words announce what stands below them."""
        return text.endswith(("：", ":"))

    def leave_items(self) -> None:
        """Leave the items that are open, down to what is headed by words of the text."""
        while not self.open[-1].heads and self.open[-1].rank >= Rank.COUNTED:
            self.open.pop()

    def paragraph(self, text: str, i: int) -> None:
        """Put a paragraph, of line `i` or -1 for a part of one, where it belongs."""
        top = self.open[-1]
        if (
            not top.heads
            and top.rank >= Rank.COUNTED
            and not (top.rank == Rank.COUNTED and self._goes_on(top, i))
        ):
            self.leave_items()
            # What a report says next is not what the person said.
            while self.open[-1].mark in ("说", "▲"):
                self.open.pop()
        elif top.mark in ("说", "▲"):
            self.leave(Rank.SPEECH)
        top = self.open[-1]
        labelled = marks.labels(text) if i >= 0 and len(text) <= _MAX_LABELLED_CHARS else ()
        heading = "" if self.within("条") else "、".join(labelled)
        node = Branch(Rank.PARAGRAPH, "段", heading, self.inner_address())
        node.article, node.speaker = self.inherited("article"), self.inherited("speaker")
        self.begin(node, text)
        if not self.leads(text):
            self.open.pop()

    def _goes_on(self, item: Branch, i: int) -> bool:
        """Return whether a paragraph behind an item belongs to it: its list goes on below, and so it is not behind the list."""
        own = marks.marker(item.lines[0])
        for line in self.lines[i + 1 : self.section.end] if i >= 0 and own else ():
            found = marks.marker(line.text)
            if own and found and found.kind == own.kind:
                return found.number == own.number + 1
            if self.is_opening(line) or (found and any(node.mark == found.kind for node in self.open)):
                break
        # The last of a list has paragraphs of its own when the one before it had.
        around = self.open[self.open.index(item) - 1].inside
        return len(around) > 1 and any(inner.mark == "段" for inner in around[-2].inside)
