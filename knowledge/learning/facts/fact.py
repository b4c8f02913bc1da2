"""What is found of a document: each value, how sure it is, and the labels that such values stand behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.learning.document import TextLine
from knowledge.learning.marks import labels

SURE, LIKELY, UNSURE = "高", "中", "低"
"""How sure a found value is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a document gives of itself, as sure as `confidence` says; () are the lines that give it no more."""

    value: str = ""
    confidence: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says about itself. `heads` names what single lines are, by index: 文号, 发布日期, 施行日期 …"""

    title: Fact = Fact()
    number: Fact = Fact()
    date: Fact = Fact()
    effective: Fact = Fact()
    publisher: Fact = Fact()
    heads: dict[int, str] = field(default_factory=dict)


def labelled(lines: Sequence[TextLine], names: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the lines that give a fact under one of these labels: index, label, and the words behind it."""
    for i, line in enumerate(lines):
        found = labels(line.text)
        for label in found:
            if label in names:
                rest = re.split(_written(label), line.text, maxsplit=1)[1]
                following = next((n for n in found if n != label and re.search(_written(n), rest)), "")
                words = re.split(rf"[\s　，,；;。]{_written(following)}", rest)[0] if following else rest
                yield i, label, words.strip(" 　，,；;。")


def _written(label: str) -> str:
    """Return the pattern of a label in a line: 来源： or 来　源：."""
    return rf"{'[ 　]*'.join(map(re.escape, label))}[ 　]?[:：]"
