"""The tree of a document's passages → passages with headings, levels and addresses, as a source file holds them.

What has a heading in the text keeps it. What has none is called by its place under the one it stands in: 第二段, 第三条第二款.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.language.numerals import chinese_numeral

WHOLE, ANSWER = "正文", "答"
"""The headings of what stands alone under a heading of the text; a citation leaves them out."""
_MAX_LEVEL = 6
_MAX_COUNTED = 99


@dataclass(slots=True)
class Branch:
    """A passage in the making: its own lines, then the passages inside it in their order.

    `named` is False once it was called by its place. `rank` says how far out it stands, 0 is the document. `mark` is the way it is counted (条, 一、, （一） …) or what it is.
    `heads` says whether its lines are a heading of the text, and so stand above whatever is inside.
    """

    rank: int
    mark: str
    heading: str = ""
    anchor: str = ""
    article: str = ""
    speaker: str = ""
    heads: bool = False
    named: bool = True
    lines: list[str] = field(default_factory=list)
    inside: list[Branch] = field(default_factory=list)


class Nesting:
    """What is open while a document is read, the outermost first: `root` is the document itself."""

    def __init__(self, root: Branch) -> None:
        self.root = root
        self.open = [root]

    def leave(self, rank: int) -> None:
        """Leave all that stands as far in as `rank`, or further."""
        while self.open[-1].rank >= rank:
            self.open.pop()

    def begin(self, node: Branch, *lines: str) -> None:
        """Put a passage into the innermost one that is open, and go into it."""
        node.lines += lines
        self.open[-1].inside.append(node)
        self.open.append(node)

    def within(self, *wanted: str) -> bool:
        """Return whether one of these kinds is open."""
        return any(node.mark in wanted for node in self.open)

    def inherited(self, name: str) -> str:
        """Return the `article` or `speaker` of the innermost open passage that has one."""
        return next((value for node in reversed(self.open) if (value := getattr(node, name))), "")

    def inner_address(self) -> str:
        """Return the address of a paragraph, by its place in what is open."""
        number = len(self.open[-1].inside) + 1
        return self.address(f"p-{number}", f"p{number}")

    def address(self, anchor: str, inner: str = "") -> str:
        """Return an address within what is open; `inner` is what it is called inside of something that has an address."""
        outer = self.open[-1]
        return f"{outer.anchor}.{inner or anchor}" if outer.anchor else anchor


@dataclass(frozen=True, slots=True)
class Part:
    """A passage with the lines directly in it, before the passages inside it.

    `level` counts from 1; `anchor` is unique in the document; `article` is the clause number ("3.1") or "". `mark` is that
    of its node; `named` says whether its heading is words of the text, and not only its place.
    """

    level: int
    heading: str
    anchor: str
    mark: str
    article: str
    speaker: str
    lines: tuple[str, ...]
    named: bool


def parts_of(node: Branch, level: int, taken: set[str]) -> Iterator[Part]:
    """Yield a node and what is inside it as passages, the outer first; `taken` holds the anchors there are."""
    name_inside(node)
    if level >= _MAX_LEVEL:
        yield _part(node, level, taken, (*node.lines, *_lines_inside(node)))
        return
    yield _part(node, level, taken, tuple(node.lines))
    for inner in node.inside:
        yield from parts_of(inner, level + 1, taken)


def _part(node: Branch, level: int, taken: set[str], lines: tuple[str, ...]) -> Part:
    anchor, number = node.anchor, 2
    while anchor in taken:
        anchor, number = f"{node.anchor}-again-{number}", number + 1
    taken.add(anchor)
    return Part(level, node.heading, anchor, node.mark, node.article, node.speaker, lines, node.named)


def _lines_inside(node: Branch) -> Iterator[str]:
    for inner in node.inside:
        yield from inner.lines
        yield from _lines_inside(inner)


def name_inside(node: Branch) -> None:
    """Give the passages inside a node that have no heading of their own one by their place."""
    if node.rank and not node.lines and len(node.inside) == 1 and not node.inside[0].heading:
        # An article, an answer or a speech of one paragraph is that paragraph.
        node.lines, node.inside = node.inside[0].lines, node.inside[0].inside
    unnamed = [inner for inner in node.inside if not inner.heading]
    for number, inner in enumerate(unnamed, start=1):
        inner.named = False
        if len(node.inside) == 1 and node.heads:
            inner.heading = WHOLE
        elif node.mark == "条":
            inner.heading = f"{node.heading.split()[0]}第{_ordinal(number)}款"
        else:
            inner.heading = f"第{_ordinal(number)}段"


def _ordinal(number: int) -> str:
    return chinese_numeral(number) if number <= _MAX_COUNTED else str(number)
