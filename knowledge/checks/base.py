"""What a check gets: the content with the places of its parts, and how it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from knowledge.model.content import Content
from knowledge.model.problems import Mark, Problem
from knowledge.reading.fields import Marks
from knowledge.reading.spared import Spared


@dataclass(frozen=True, slots=True)
class Checked:
    """A content folder with the places of its parts; `today` "" leaves out what a calendar would find.

    `saved` says when each file was last saved: of two that clash, the newer is at fault. `spared` knows what was found
    in order before.
    """

    content: Content
    marks: Marks
    today: str = ""
    saved: Mapping[str, int] = field(default_factory=dict)
    spared: Spared = field(default_factory=Spared)

    def problem(self, path: tuple[str, ...], fallback: Mark, code: str, message: str, hint: str) -> Problem:
        """Return a Problem at the part of a record that `path` names, or at the record."""
        mark = self.marks.get(path, fallback)
        return Problem(mark.file, mark.line, mark.column, code, message, hint)

    def warning(self, path: tuple[str, ...], fallback: Mark, code: str, message: str, hint: str) -> Problem:
        """Return a Problem that asks for a look and blocks nothing."""
        return replace(self.problem(path, fallback, code, message, hint), severity="warning")


Check = Callable[[Checked], Iterable[Problem]]
