"""The lines of a document → its passages: what stands under which heading, what is counted inside what, who says it.

The words of a document all stand in passages, in their order; a heading line of the text is a line of its passage too, and
gives the passage its heading.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.language.numerals import chinese_numeral
from knowledge.learning import marks
from knowledge.learning.document import Document, TextLine
from knowledge.learning.marks import Marker
from knowledge.learning.outline.passages import ANSWER, Branch, Nesting, Part, name_inside, parts_of
from knowledge.learning.people import Person, named_in_heading, speaker_id_of
from knowledge.learning.sections import CLOSING, Section, sections_of

_DIVISION, _SECTION, _BARE, _ARTICLE, _QUESTION, _ANSWER, _SPEECH, _TURN, _COUNTED, _PARAGRAPH = range(
    10, 101, 10
)
"""How far out what stands, behind the headings that the file itself marks (1 to 6): opening one leaves all further in."""
_MAX_LABELLED_CHARS = 80
_MAX_NAMED_CHARS = 60
_SAID = re.compile(r"[^：:，,。“”]{1,40}[：:](?=.)", re.DOTALL)
_TITLE = re.compile(r"[【〔\[]([^】〕\]]{1,20})[】〕\]]")
_DIVISION_ANCHORS = {
    "编": "book",
    "分编": "book",
    "篇": "book",
    "部分": "division",
    "章": "chapter",
    "节": "section",
}
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


class _Reader(Nesting):
    """Reads one document of the text line by line, knowing what it stands in."""

    def __init__(
        self, lines: Sequence[TextLine], section: Section, people: Mapping[str, Person], anchor: str
    ) -> None:
        self._lines = lines
        self._section = section
        self._people = people
        super().__init__(Branch(0, "document", section.title, anchor, heads=True))
        self._articles: dict[int, int] = {}
        self._twice: list[str] = []
        self._is_dialogue = any(marks.is_answer(line.text) for line in lines) or any(
            speaker_id_of(line.text, people) and _SAID.match(line.text) for line in lines
        )

    def read(self) -> list[Branch]:
        """Return the passages of the document; one that stands within another text has a passage around them."""
        start = self._section.start + self._section.title_lines
        for i in range(start, self._section.end):
            line = self._lines[i]
            if role := self._section.roles.get(i):
                self._role(role, line.text)
            else:
                self._line(line, i)
        if not self._section.title_lines:
            name_inside(self.root)
            return self.root.inside
        self.root.lines = [line.text for line in self._lines[self._section.start : start]]
        return [self.root]

    def faults(self) -> list[str]:
        """Return what is wrong with the numbers of the articles: one that is there twice, or missing."""
        found = list(self._twice)
        numbers = sorted(self._articles)
        for before, after in itertools.pairwise(numbers):
            if after != before + 1:
                missing = f"第{chinese_numeral(before + 1)}条" if before < 99 else f"第 {before + 1} 条"
                found.append(
                    f"缺少{missing}：第 {self._articles[before]} 行的下一条在第 {self._articles[after]} 行，跳过了号"
                )
        return found

    def _line(self, line: TextLine, i: int) -> None:
        text = line.text
        if line.is_row:
            self._row(text)
        elif not (
            self._file_heading(line, i) or self._division(text) or self._article(line) or self._dialogue(text)
        ):
            for piece in marks.split_counted(text):
                if not (
                    self._counted(piece, i)
                    or self._speech(piece, i)
                    or self._said(piece, i)
                    or self._bare(piece, i)
                ):
                    self._paragraph(piece, i)

    # Openings, the outermost first

    def _role(self, role: str, text: str) -> None:
        """Put a line of the head, of the contacts or of the end under what it is, and outside of all that is open."""
        top = self.open[-1]
        # 联系方式 may be a heading of the text itself; then what it announces stands under it.
        if role in CLOSING or top.inside or not top.heads:
            self.leave(1)
            top = self.root
        if top.inside and top.inside[-1].heading == role and top.inside[-1].mark == "role":
            top.inside[-1].lines.append(text)
            return
        anchor = _ROLE_ANCHORS.get(role) or f"line-{len(top.inside) + 1}"
        top.inside.append(Branch(_PARAGRAPH, "role", role, self.address(anchor), lines=[text]))

    def _file_heading(self, line: TextLine, i: int) -> bool:
        if not line.level or not self._following(i) or marks.question_of(line.text):
            return False
        self.leave(line.level)
        speaker = named_in_heading(line.text, self._people)
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

    def _division(self, text: str) -> bool:
        found = marks.division(text)
        if not found:
            return False
        rank = _DIVISION + marks.division_rank(found.kind)
        self.leave(rank)
        anchor = self.address(f"{_DIVISION_ANCHORS[found.kind]}-{found.number}")
        self.begin(Branch(rank, found.kind, text, anchor, heads=True), text)
        return True

    def _article(self, line: TextLine) -> bool:
        found = marks.article(line.text, self._next_article())
        if not found:
            return False
        self.leave(_ARTICLE)
        number = f"{found.number}{found.kind.removeprefix('条').replace('之', '-')}"
        if found.kind == "条":
            if found.number in self._articles:
                self._twice.append(
                    f"{found.label}写了两次：第 {self._articles[found.number]} 行和第 {line.number} 行"
                )
            self._articles.setdefault(found.number, line.number)
        label = re.sub(r"[\s　]", "", found.label)
        heads = not found.words or (marks.is_heading(found.words) and not re.search("[，：:]", found.words))
        title = _TITLE.match(found.words)
        heading = f"{label} {title.group(1) if title else found.words if heads else ''}".strip()
        prefix = f"{self.root.anchor}-" if self.root.anchor else ""
        node = Branch(_ARTICLE, "条", heading, f"{prefix}article-{number}", number, heads=heads)
        self.begin(node, *([line.text] if heads else []))
        for piece in () if heads else marks.split_counted(line.text):
            if not self._counted(piece, -1):
                self._paragraph(piece, -1)
        return True

    def _dialogue(self, text: str) -> bool:
        """Open a question as the heading of its answer, or the answer under it."""
        if marks.question_of(text, reporters=self._is_dialogue):
            self.leave(_QUESTION)
            n = sum(node.mark == "问" for node in self.open[-1].inside) + 1
            self.begin(Branch(_QUESTION, "问", text, self.address(f"qa-{n}"), heads=True), text)
            return True
        asked = next((node for node in self.open if node.mark == "问"), None)
        if asked is None or not marks.is_answer(text):
            return False
        self.leave(_ANSWER)
        self.begin(Branch(_ANSWER, "答", ANSWER, self.address("answer"), heads=True))
        for piece in marks.split_counted(text):
            if not self._counted(piece, -1):
                self._paragraph(piece, -1)
        return True

    def _counted(self, text: str, i: int) -> bool:
        found = marks.marker(text)
        if not found:
            return False
        same = next((node for node in self.open if node.mark == found.kind), None)
        heads = self._is_heading(found, text, i)
        if same:
            del self.open[self.open.index(same) :]
        elif heads and found.kind == "一、" and not self.within("条", "答"):
            self.leave(_SECTION)
        article = next((node for node in reversed(self.open) if node.mark == "条"), None)
        of_article = article is not None and not any(node.rank == _COUNTED for node in self.open)
        number = found.number or sum(node.mark == found.kind for node in self.open[-1].inside) + 1
        heading = text.rstrip("：:") if heads else marks.run_in(found) or marks.place(found, number)
        node = Branch(
            _SECTION if heads and found.kind == "一、" else _COUNTED, found.kind, heading, heads=heads
        )
        node.article, node.speaker = self.inherited("article"), self.inherited("speaker")
        node.anchor = self.address(f"part-{number}", f"{number}")
        if article and of_article:
            node.heading = f"{article.heading.split()[0]}第（{found.label.strip('（）()、.．')}）项"
            node.article = f"{article.article}.{number}"
            node.anchor = f"{article.anchor}.{number}"
        self.begin(node, text)
        return True

    def _is_heading(self, found: Marker, text: str, i: int) -> bool:
        following = self._following(i)
        return (
            following is not None
            and marks.is_heading(text)
            and not self._ends_count(following, found)
            and (bool(marks.marker(following.text)) or not self._ends_bare_list(found))
        )

    def _ends_bare_list(self, found: Marker) -> bool:
        """Return whether the items before this one are bare words: what follows the last of those stands behind the list."""
        before = next((node for node in reversed(self.open) if node.mark == found.kind), None)
        if before is None:
            return False
        around = self.open[self.open.index(before) - 1].inside
        items = [node for node in around if node.mark == found.kind]
        return not any(node.heads or node.inside or "：" in node.lines[0] for node in items)

    def _ends_count(self, following: TextLine, found: Marker) -> bool:
        """Return whether the next line is a sibling, or of something further out."""
        after = marks.marker(following.text)
        if after and (after.kind == found.kind or any(node.mark == after.kind for node in self.open)):
            return True
        return bool(
            following.level
            or marks.division(following.text)
            or marks.article(following.text, self._next_article())
        )

    def _speech(self, text: str, i: int) -> bool:
        """Open the speech of a person whom a line names as its heading: a caption, or a post and a name."""
        caption = text.startswith("▲")
        speaker = speaker_id_of(text, self._people) if caption else named_in_heading(text, self._people)
        if not speaker or i + 1 >= self._section.end or (not caption and len(text) > _MAX_NAMED_CHARS):
            return False
        self.leave(_SPEECH)
        if not caption and self._is_all_said(i):
            self.root.speaker = speaker
            self.root.inside.append(Branch(_PARAGRAPH, "role", "讲话人", self.inner_address(), lines=[text]))
            return True
        heading = f"{self._people[speaker].name}讲话" if caption else text.rstrip("：:")
        self.begin(
            Branch(
                _SPEECH,
                "▲" if caption else "讲话",
                heading,
                self.address(speaker),
                speaker=speaker,
                heads=True,
            ),
            text,
        )
        return True

    def _is_all_said(self, i: int) -> bool:
        """Return whether the one named above the text says all of it: nobody else is named below."""
        below = self._lines[i + 1 : self._section.end]
        return all(node.mark == "role" for node in self.root.inside) and not any(
            named_in_heading(line.text, self._people) or speaker_id_of(line.text, self._people)
            for line in below
        )

    def _said(self, text: str, i: int) -> bool:
        """Put down what a person says: as far as the paragraph reaches, in a transcript until somebody else speaks."""
        speaker = speaker_id_of(text, self._people)
        following = self._following(i)
        if not speaker and text.startswith("“"):
            speaker = self.inherited("speaker") or (
                speaker_id_of(following.text, self._people) if following else ""
            )
        if not speaker:
            role = marks.role_of(text) if self._is_dialogue else ""
            if role:
                self.leave(_QUESTION)
                self.open[-1].inside.append(
                    Branch(_PARAGRAPH, "讲话", role, self.inner_address(), lines=[text])
                )
            return bool(role)
        turn = bool(_SAID.match(text))
        self.leave(_TURN if turn or not any(node.speaker == speaker for node in self.open) else _COUNTED)
        if not turn and self.inherited("speaker") not in ("", speaker):
            self.leave(_SPEECH)
        n = sum(node.speaker == speaker for node in self.open[-1].inside) + 1
        name = "" if self.inherited("speaker") == speaker else f"{self._people[speaker].name}讲话"
        node = Branch(_TURN, "讲话" if turn else "说", name, self.address(f"{speaker}-{n}"), speaker=speaker)
        node.article = self.inherited("article")
        if turn and following and not _SAID.match(following.text) and not self._is_opening(following):
            self.begin(node)
            self._paragraph(text, -1)
        else:
            self.begin(node, text)
            if not self._leads(text):
                self.open.pop()
        return True

    def _bare(self, text: str, i: int) -> bool:
        """Open what a short line without a mark heads: one that stands alone above longer ones."""
        following = self._following(i)
        before = self._lines[i - 1] if i > self._section.start else None
        if not following or self.within("条", "答", "问") or not marks.is_bare_heading(text):
            return False
        stands_alone = before is None or i - 1 in self._section.roles or before.text[-1] in "。！？；”）)"
        if not stands_alone or marks.marker(following.text) or self._is_opening(following):
            return False
        if marks.is_bare_heading(following.text) and not named_in_heading(following.text, self._people):
            return False
        self.leave(_BARE)
        n = sum(node.mark == "题" for node in self.open[-1].inside) + 1
        self.begin(Branch(_BARE, "题", text, self.address(f"topic-{n}"), heads=True), text)
        return True

    # Paragraphs

    def _paragraph(self, text: str, i: int) -> None:
        top = self.open[-1]
        if not top.heads and top.rank >= _COUNTED and not (top.rank == _COUNTED and self._goes_on(top, i)):
            while not self.open[-1].heads and self.open[-1].rank >= _COUNTED:
                self.open.pop()
            # What a report says next is not what the person said.
            while self.open[-1].mark in ("说", "▲"):
                self.open.pop()
        elif top.mark in ("说", "▲"):
            self.leave(_SPEECH)
        top = self.open[-1]
        labelled = marks.labels(text) if i >= 0 and len(text) <= _MAX_LABELLED_CHARS else ()
        heading = "" if self.within("条") else "、".join(labelled)
        node = Branch(_PARAGRAPH, "段", heading, self.inner_address())
        node.article, node.speaker = self.inherited("article"), self.inherited("speaker")
        self.begin(node, text)
        if not self._leads(text):
            self.open.pop()

    def _goes_on(self, item: Branch, i: int) -> bool:
        """Return whether a paragraph behind an item belongs to it: its list goes on below, and so it is not behind the list."""
        own = marks.marker(item.lines[0])
        for line in self._lines[i + 1 : self._section.end] if i >= 0 and own else ():
            found = marks.marker(line.text)
            if own and found and found.kind == own.kind:
                return found.number == own.number + 1
            if self._is_opening(line) or (found and any(node.mark == found.kind for node in self.open)):
                break
        # The last of a list has paragraphs of its own when the one before it had.
        around = self.open[self.open.index(item) - 1].inside
        return len(around) > 1 and any(inner.mark == "段" for inner in around[-2].inside)

    def _row(self, text: str) -> None:
        while not self.open[-1].heads and self.open[-1].rank >= _COUNTED:
            self.open.pop()
        top = self.open[-1]
        if not top.inside or top.inside[-1].mark != "表":
            cells = "、".join(filter(None, text.split("　")))
            top.inside.append(Branch(_PARAGRAPH, "表", f"表（{cells}）", self.inner_address()))
        top.inside[-1].lines.append(text)

    # Where we are

    @staticmethod
    def _leads(text: str) -> bool:
        return text.endswith(("：", ":"))

    def _is_opening(self, line: TextLine) -> bool:
        expected = self._next_article()
        return bool(
            line.level or line.is_row or marks.division(line.text) or marks.article(line.text, expected)
        )

    def _following(self, i: int) -> TextLine | None:
        """Return the next line of the text proper, None where it ends or what follows is no such line."""
        inside = i >= 0 and i + 1 < self._section.end and i + 1 not in self._section.roles
        return self._lines[i + 1] if inside else None

    def _next_article(self) -> int:
        return max(self._articles, default=0) + 1
