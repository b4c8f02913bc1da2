"""One block of a GIFT file while it is read: what its text says, and what is told of it, each at its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from knowledge.exchange.bank import wide_signs
from knowledge.exchange.bank.answers import UNASKABLE
from knowledge.exchange.bank.gift_text import Block, unescape_gift
from knowledge.exchange.bank.markup import words_of
from knowledge.model.problems import Mark, Problem

FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
"""The name of the format that what follows is written in."""


class Skipped(Exception):
    """The block can't become a question; why is among the problems."""


@dataclass(slots=True)
class OpenBlock:
    """A block that is being read, in the format `form` until an answer names its own; `lost` is what its markup stood for."""

    source: Block
    problems: list[Problem] = field(default_factory=list)
    form: str = "moodle"
    lost: set[str] = field(default_factory=set)

    def words(self, raw: str) -> str:
        """Return what an answer or a feedback says, which may name a format of its own."""
        own = FORMAT.match(raw)
        return self.in_form(raw[own.end() :], own.group(1)) if own else self.in_form(raw, self.form)

    def in_form(self, raw: str, form: str) -> str:
        """Return what a stretch of the block says: signs unescaped, markup gone and what it stood for noted."""
        lines = [line.strip() if i else line for i, line in enumerate(raw.split("\n"))]
        said = words_of(unescape_gift("\n".join(lines)), form)
        self.lost |= set(said.lost)
        return said.text

    def wide(self, at: int) -> Skipped:
        """Tell of a full-width sign; return what to raise."""
        return self.error(at, "gift-syntax", *wide_signs.describe_sign(self.source.text[at]))

    def unaskable(self, kind: str, at: int) -> Skipped:
        """Tell that a chat can't ask this kind of question; return what to raise."""
        message = f"{UNASKABLE[kind]}，聊天里没法问，没有导入"
        self.warn(at, "not-askable", message, "改成单选、多选、判断或填空")
        return Skipped()

    def error(self, at: int, code: str, message: str, hint: str) -> Skipped:
        """Tell what is wrong; return what to raise."""
        self.add(self.source.mark(at), code, message, hint, "error")
        return Skipped()

    def warn(self, at: int, code: str, message: str, hint: str) -> None:
        """Tell what is not taken over as it stands."""
        self.add(self.source.mark(at), code, message, hint, "warning")

    def add(self, place: Mark, code: str, message: str, hint: str, severity: str) -> None:
        """Add a Problem at a place of the file."""
        self.problems.append(Problem(place.file, place.line, place.column, code, message, hint, severity))
