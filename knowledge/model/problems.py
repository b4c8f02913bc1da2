"""A content folder as files, where something stands in one, and what is wrong there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Files = Mapping[str, str]
"""A content folder as data: relative POSIX path → text. Its hash is the identity of a release."""


UNFINISHED = "待填写"
"""What stands in a draft for what its editor must still fill in."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a content file, where it stands, and what to do about it.

    `line` and `column` count from 1, as editors do; 0 means the file as a whole. `code` is stable
    and documented in `docs/editors.md`; `message` and `hint` are Chinese sentences. A "warning" asks
    for a look and holds nothing up; an "error" must go before anything is published.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    severity: str = "error"


class KnowledgeError(Exception):
    """A content folder that cannot become a release; `problems` holds every mistake, sorted."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problem(s) in the content")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a record began: file, and line and column counted from 1."""

    file: str
    line: int
    column: int
