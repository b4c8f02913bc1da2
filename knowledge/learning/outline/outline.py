"""The lines of a document → its passages: what stands under which heading, what is counted inside what, who says it.

The words of a document all stand in passages, in their order; a heading line of the text is a line of its passage too, and
gives the passage its heading.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.language.numerals import chinese_numeral
from knowledge.learning import marks
from knowledge.learning.document import Document, TextLine
from knowledge.learning.outline.counted import take_article, take_counted, take_decimal, take_division
from knowledge.learning.outline.open_text import OpenText, Rank
from knowledge.learning.outline.passages import Branch, Part, name_inside, parts_of
from knowledge.learning.outline.spoken import take_dialogue, take_said, take_speech
from knowledge.learning.people import Person, named_in_heading
from knowledge.learning.sections import CLOSING, sections_of
from knowledge.learning.web_page import PAGE

_ROLE_ANCHORS = {"标题": "title", "文号": "number", "发布日期": "published", "发布单位": "publisher"}


@dataclass(frozen=True, slots=True)
class Outline:
    """A document: its passages in order, the people whose words it reports, and what is wrong with its articles' numbers."""

    parts: tuple[Part, ...]
    people: Mapping[str, Person]
    faults: tuple[str, ...]


def outline(document: Document, people: Mapping[str, Person]) -> Outline:
    """Return the outline of a document; every word of every line is in it, in its order.

    Args:
        people: Whose words it reports, by id, as `find_people` finds them.
    """
    lines = document.lines
    parts: list[Part] = []
    faults: list[str] = []
    taken: set[str] = set()
    for number, section in enumerate(sections_of(lines)):
        reader = _Reader(lines, section, people, f"document-{number}" if section.start else "")
        for node in reader.read():
            parts += parts_of(node, 1, taken)
        faults += reader.faults()
    return Outline(tuple(parts), people, tuple(faults))


class _Reader(OpenText):
    """Reads one document of the text line by line."""

    def read(self) -> list[Branch]:
        """Return the passages of the document; one that stands within another text has a passage around them."""
        start = self.section.start + self.section.title_lines
        for i in range(start, self.section.end):
            line = self.lines[i]
            if role := self.section.roles.get(i):
                self._role(role, line.text, i)
            else:
                self._line(line, i)
        if not self.section.title_lines:
            name_inside(self.root)
            return self.root.inside
        self.root.lines = [line.text for line in self.lines[self.section.start : start]]
        return [self.root]

    def faults(self) -> list[str]:
        """Return what is wrong with the numbers of the articles: one that is there twice, or missing."""
        found = list(self.twice)
        numbers = sorted(self.articles)
        for before, after in itertools.pairwise(numbers):
            if after != before + 1:
                missing = f"第{chinese_numeral(before + 1)}条" if before < 99 else f"第 {before + 1} 条"
                found.append(
                    f"缺少{missing}：第 {self.articles[before]} 行的下一条在第 {self.articles[after]} 行，跳过了号"
                )
        return found

    def _line(self, line: TextLine, i: int) -> None:
        text = line.text
        if line.is_row:
            self._row(text)
        elif not (
            self._file_heading(line, i)
            or take_division(self, text)
            or take_decimal(self, line)
            or take_article(self, line)
            or take_dialogue(self, text)
        ):
            for piece in marks.split_counted(text):
                if not (
                    take_counted(self, piece, i)
                    or take_speech(self, piece, i)
                    or take_said(self, piece, i)
                    or self._bare(piece, i)
                ):
                    self.paragraph(piece, i)

    def _role(self, role: str, text: str, i: int) -> None:
        """Put a line of the head, of the contacts or of the end under what it is, and outside of all that is open."""
        top = self.open[-1]
        # 联系方式 may be a heading of the text itself; then what it announces stands under it.
        stays = role == PAGE and not all(j in self.section.roles for j in range(i, self.section.end))
        if not stays and (role in CLOSING or top.inside or not top.heads):
            self.leave(1)
            top = self.root
        if top.inside and top.inside[-1].heading == role and top.inside[-1].mark == "role":
            top.inside[-1].lines.append(text)
            return
        anchor = _ROLE_ANCHORS.get(role) or f"line-{len(top.inside) + 1}"
        top.inside.append(Branch(Rank.PARAGRAPH, "role", role, self.address(anchor), lines=[text]))

    def _file_heading(self, line: TextLine, i: int) -> bool:
        if not line.level or not self.following(i) or marks.question_of(line.text):
            return False
        self.leave(line.level)
        speaker = named_in_heading(line.text, self.people)
        found = marks.marker(line.text) or marks.division(line.text)
        number = found.number if found and found.number else len(self.open[-1].inside) + 1
        self.begin(
            Branch(
                line.level,
                "#",
                line.text.rstrip("：:"),
                self.address(f"part-{number}", f"{number}"),
                speaker=speaker,
                heads=True,
            ),
            line.text,
        )
        return True

    def _bare(self, text: str, i: int) -> bool:
        """Open what a short line without a mark heads: one that stands alone above longer ones."""
        if not self._is_bare(text, i):
            return False
        below = range(i + 1, self.section.end)
        if self.section.roles.get(i - 1) == "标题" and not any(
            self._is_bare(self.lines[j].text, j) for j in below
        ):
            # Of a text without such headings the line under its title is of the title.
            self.root.inside.append(
                Branch(Rank.PARAGRAPH, "role", "副标题", self.inner_address(), lines=[text])
            )
            return True
        self.leave(Rank.BARE)
        n = sum(node.mark == "题" for node in self.open[-1].inside) + 1
        self.begin(Branch(Rank.BARE, "题", text, self.address(f"topic-{n}"), heads=True), text)
        return True

    def _is_bare(self, text: str, i: int) -> bool:
        following = self.following(i)
        before = self.lines[i - 1] if i > self.section.start else None
        if not following or self.within("条", "答", "问") or not marks.is_bare_heading(text):
            return False
        stands_alone = before is None or i - 1 in self.section.roles or before.text[-1] in "。！？；”）)"
        if not stands_alone or marks.marker(following.text) or self.is_opening(following):
            return False
        return not marks.is_bare_heading(following.text) or bool(
            named_in_heading(following.text, self.people)
        )

    def _row(self, text: str) -> None:
        self.leave_items()
        top = self.open[-1]
        if not top.inside or top.inside[-1].mark != "表":
            cells = "、".join(filter(None, text.split("　")))
            top.inside.append(Branch(Rank.PARAGRAPH, "表", f"表（{cells}）", self.inner_address()))
        top.inside[-1].lines.append(text)
