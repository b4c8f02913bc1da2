"""The draft as it lies in the content folder, read again when it changed: its content, Problems and snapshot."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.china import today
from bot.config import Settings
from bot.editing.publish import draft_snapshot
from bot.editing.review import Refused
from bot.files import write_all
from bot.web.admin.words import worded
from knowledge.checks.check import check
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Content, Files, Problem
from knowledge.reading.fields import Marks
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse, version_of


@dataclass(frozen=True, slots=True)
class Read:
    """A content folder as it was read: what it says, where, and what is wrong with it."""

    files: Files
    version: str
    content: Content
    marks: Marks
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The Problems that keep it from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read_files(files: Files, unreadable: tuple[Problem, ...] = ()) -> Read:
    """Return what files of a content folder say, whatever is wrong with them."""
    content, marks, problems = parse(files)
    found = {*unreadable, *problems, *check(content, marks, today())}
    return Read(files, version_of(files), content, marks, tuple(sorted(found)))


class DraftFolder:
    """The draft of one content folder; the last one read is kept, so that a page costs nothing while nobody edits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[str, Read] | None = None
        self._snapshot: tuple[str, str, Snapshot] | None = None

    async def read(self) -> Read:
        """Return the draft as it lies there now."""
        return await asyncio.to_thread(self._load)

    async def snapshot(self) -> Snapshot:
        """Return what the draft would answer from.

        Raises:
            Refused: the draft has errors.
        """
        found = await self.read()
        if found.errors:
            raise Refused(worded("draft.has_errors", n=len(found.errors)))
        return await asyncio.to_thread(self._assembled, found)

    async def change(self, edit: Callable[[Files], Files]) -> None:
        """Write what `edit` makes of the files as they are now; no other page of ours writes in between.

        Raises:
            Refused: the folder can't be read or written; nothing was.
        """
        await asyncio.to_thread(self._change, edit)

    def _load(self) -> Read:
        files, unreadable = read_folder(self._settings.content_dir)
        key = f"{version_of(files)} {today()} {unreadable}"
        kept = self._read
        if kept is None or kept[0] != key:
            kept = self._read = (key, read_files(files, unreadable))
        return kept[1]

    def _assembled(self, found: Read) -> Snapshot:
        kept = self._snapshot
        if kept is None or kept[:2] != (found.version, today()):
            kept = self._snapshot = (found.version, today(), draft_snapshot(self._settings, found.files))
        return kept[2]

    def _change(self, edit: Callable[[Files], Files]) -> None:
        with self._alone():
            files, unreadable = read_folder(self._settings.content_dir)
            if any(problem.severity == "error" for problem in unreadable):
                raise Refused(worded("draft.unreadable", where="、".join(p.file for p in unreadable)))
            try:
                write_all(self._settings.content_dir, edit(files))
            except OSError as error:
                raise Refused(worded("draft.unwritable", why=error.strerror or str(error))) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        path = self._settings.data_dir / "draft.lock"
        with path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
