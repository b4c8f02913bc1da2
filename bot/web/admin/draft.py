"""The draft as it lies in the content folder, read again when it changed: its content, Problems and snapshot."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import logging
import pickle
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bot.china import today
from bot.config import Settings
from bot.editing.draft.snapshots import draft_snapshot
from bot.editing.draft.spared import keep_spared, known_spared
from bot.editing.find import Folded, folded_texts
from bot.editing.refused import Refused
from bot.files import write_all
from bot.releases.garbage import spare_what_stays
from bot.web.admin.words import worded
from knowledge.checks.check import check
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.problems import Files, Mark, Problem
from knowledge.reading.fields import Marks
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse, version_of
from knowledge.reading.spared import Spared

log = logging.getLogger(__name__)
_N_KEPT = 2
_N_PER_PIECE = 500
# So much is read within the time of a page.
_FEW_CHARS = 60_000

Elsewhere = Callable[[Files], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Read:
    """A content folder as it was read: what it says, where, and what is wrong with it.

    `key` changes with every file, and with the day; "" where nobody has looked yet what is wrong.
    """

    files: Files
    version: str
    content: Content
    marks: Marks
    problems: tuple[Problem, ...]
    key: str

    @property
    def is_checked(self) -> bool:
        """Whether its Problems are known."""
        return bool(self.key)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The Problems that keep it from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read_files(files: Files, unreadable: tuple[Problem, ...] = (), spared: Spared | None = None) -> Read:
    """Return what files of a content folder say, whatever is wrong with them; `spared` as `check` has it."""
    content, marks, problems = parse(files, spared=spared)
    found = {*unreadable, *problems, *check(content, marks, today(), spared=spared)}
    key = _key_of(files, unreadable)
    return Read(files, version_of(files), content, marks, tuple(sorted(found)), key)


def _key_of(files: Files, unreadable: tuple[Problem, ...]) -> str:
    return f"{version_of(files)} {today()} {unreadable}"


def packed(found: Read) -> str:
    """Return a reading as one process hands it to another: in pieces, so that unpacking one keeps a worker for a moment only."""
    entries, marks = list(found.content.entries.items()), list(found.marks.items())
    hull = replace(found, files={}, marks={}, content=replace(found.content, entries={}))
    pieces: list[object] = [hull, *_in_pieces(entries), None, *_in_pieces(marks)]
    return " ".join(base64.b64encode(pickle.dumps(piece)).decode() for piece in pieces)


def unpacked(said: str, files: Files) -> Read:
    """Return a reading of these files that another process of ours packed a moment ago."""
    entries: dict[str, Entry] = {}
    marks: dict[tuple[str, ...], Mark] = {}
    hull, *pieces = said.split(" ")
    into: dict[Any, Any] = entries
    for piece in pieces:
        spare_what_stays()
        found = pickle.loads(base64.b64decode(piece))  # noqa: S301
        if found is None:
            into = marks
        else:
            into.update(found)
    read: Read = pickle.loads(base64.b64decode(hull))  # noqa: S301
    return replace(read, files=files, marks=marks, content=replace(read.content, entries=entries))


def _in_pieces(pairs: Sequence[tuple[object, object]]) -> Iterator[Sequence[tuple[object, object]]]:
    for start in range(0, len(pairs), _N_PER_PIECE):
        yield pairs[start : start + _N_PER_PIECE]


class DraftFolder:
    """The draft of one content folder; the last ones read are kept, so that a page costs nothing while nobody edits.

    Args:
        settings: Whose content folder it is.
        elsewhere: Reads the folder with these files changed in a process of its own, as `packed` writes it, "" where that
            can't be now; None reads it here.
    """

    def __init__(self, settings: Settings, elsewhere: Elsewhere | None = None) -> None:
        self._settings = settings
        self._elsewhere = elsewhere
        self._kept: tuple[Read, ...] = ()
        self._tried: Read | None = None
        self._texts: tuple[Content, tuple[Folded, ...]] | None = None
        self._snapshot: tuple[str, str, Snapshot] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()

    async def read(self) -> Read:
        """Return the draft as it lies there now; a large one that nobody has read yet is read elsewhere meanwhile."""
        async with self._reading:
            files, key = await asyncio.to_thread(self._lies_there)
            if self._elsewhere is None or self._known(key) or sum(map(len, files.values())) <= _FEW_CHARS:
                return await asyncio.to_thread(self._load)
            said = await self._elsewhere({})
            found = await asyncio.to_thread(unpacked, said, files) if said else None
            # Files that changed meanwhile are read here.
            if found is None or found.key != key:
                return await asyncio.to_thread(self._load)
            return await asyncio.to_thread(self._keep, found)

    async def lately(self, live: Snapshot) -> tuple[Read, bool]:
        """Return the draft at once, and whether it lies there so now.

        Where it was changed a moment ago outside of these pages, that is what it was before, or before anything was
        read what is live; meanwhile it is read again. What is live and lies there unchanged is shown as it is, but
        its Problems are not known until then.
        """
        files, key = await asyncio.to_thread(self._lies_there)
        known = self._known(key)
        if known is not None:
            return known, True
        if sum(map(len, files.values())) <= _FEW_CHARS:
            return await self.read(), True
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())
        if version_of(files) == live.version:
            return Read(files, live.version, live.content, {}, (), ""), True
        if self._kept:
            return self._kept[0], False
        return Read(files, "", live.content, {}, (), ""), False

    async def soon(self, live: Snapshot, patience_s: float) -> tuple[Read, bool]:
        """Return what `lately` does, after as much of a wait as a page may have where that brings what lies there now."""
        found = await self.lately(live)
        if not found[1] and self._refreshing:
            await asyncio.wait({self._refreshing}, timeout=patience_s)
            found = await self.lately(live)
        return found

    async def foresee(self, files: Files, changed: Files) -> None:
        """Have what changed files would say read in a process of its own, so that trying and saving them takes this one no time.

        Where that can't be, `of` reads them here.
        """
        after = {**files, **changed}
        key = _key_of(after, ())
        if self._elsewhere is None or sum(map(len, files.values())) <= _FEW_CHARS or self._known(key):
            return
        said = await self._elsewhere(changed)
        found = await asyncio.to_thread(unpacked, said, after) if said else None
        if found and found.key == key:
            self._tried = found

    async def read_with(self, changed: Files) -> Read:
        """Return the draft as it would be with these files changed."""
        if not changed:
            return await self.read()
        files, _ = await asyncio.to_thread(read_folder, self._settings.content_dir)
        return await asyncio.to_thread(self.of, {**files, **changed})

    def of(self, files: Files) -> Read:
        """Return what files would say in this folder; who tries and saves the same has them read once."""
        known = self._known(_key_of(files, ()))
        if known is None:
            known = self._tried = self._read(files)
        return known

    def texts(self, found: Read) -> tuple[Folded, ...]:
        """Return the texts of a reading, to look for words in."""
        kept = self._texts
        if kept is None or kept[0] is not found.content:
            kept = self._texts = (found.content, folded_texts(found.content))
        return kept[1]

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

    async def _refresh(self) -> None:
        try:
            await self.read()
        except Exception:
            # Whoever asks next begins it again.
            log.exception("the draft could not be read")

    def _lies_there(self) -> tuple[Files, str]:
        files, unreadable = read_folder(self._settings.content_dir)
        return files, _key_of(files, unreadable)

    def _load(self) -> Read:
        files, unreadable = read_folder(self._settings.content_dir)
        known = self._known(_key_of(files, unreadable)) or self._read(files, unreadable)
        return known if any(known is one for one in self._kept) else self._keep(known)

    def _known(self, key: str) -> Read | None:
        tried = (self._tried,) if self._tried else ()
        return next((one for one in (*self._kept, *tried) if one.key == key), None)

    def _read(self, files: Files, unreadable: tuple[Problem, ...] = ()) -> Read:
        """Read files; what was found in order before, here or by a command, is not looked at again."""
        spare_what_stays()
        spared = Spared(known_spared(self._settings))
        found = read_files(files, unreadable, spared)
        if not found.errors:
            keep_spared(self._settings, spared.sound)
        return found

    def _keep(self, found: Read) -> Read:
        self.texts(found)
        spare_what_stays()
        self._kept = (found, *self._kept)[:_N_KEPT]
        return found

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
            changed = edit(files)
            try:
                write_all(self._settings.content_dir, changed)
            except OSError as error:
                raise Refused(worded("draft.unwritable", why=error.strerror or str(error))) from error
            # What was tried and written is what lists show next.
            if self._tried and self._tried.key == _key_of({**files, **changed}, ()):
                self._keep(self._tried)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        path = self._settings.data_dir / "draft.lock"
        with path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
