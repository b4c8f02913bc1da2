"""Releases: immutable, named by the hash of their content, in Redis and on disk; workers swap them whole.

The live one has no expiry. One that was replaced is kept as long as an unfinished quiz may be pinned to
it: every use of it pushes its expiry away again.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from redis.exceptions import RedisError

from bot.china import today
from bot.releases.disk import Disk, pack_release, whole
from bot.releases.held import HostRelease
from bot.releases.ledger import ANY, Ledger, Note, Record
from bot.releases.prepared_file import Shelf
from bot.releases.vectors import VectorFiles
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Content, Files
from knowledge.reading.parse import version_of
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble, content_of, get_ready, served_content

log = logging.getLogger(__name__)
_NOTICE_S = 1.0
_N_PINNED = 4
"""So many replaced releases stay in memory for attempts that began in them; more are read again."""


class NoRelease(Exception):
    """There is nothing published yet, neither in Redis nor on disk."""


class Releases:
    """The releases of one deployment, and the snapshot that this process answers from.

    The snapshot is the live release as it is today: entries begin and end by their dates.

    Args:
        ledger: Which release is live, by what everybody agrees.
        folder: Where releases lie on disk, so that a worker starts without Redis.
        day: The day it is; only tests pass their own.
        vectors: What gives a snapshot its meaning; none, and characters alone decide.
        serves: Whether users wait for the answers, so that a snapshot is ready before it is live.
    """

    def __init__(
        self,
        ledger: Ledger,
        folder: Path,
        day: Callable[[], str] = today,
        vectors: VectorFiles | None = None,
        *,
        serves: bool = False,
    ) -> None:
        self.ledger = ledger
        self._serves = serves
        self.vectors = vectors or VectorFiles(folder, is_on=False)
        self._encoding: asyncio.Task[None] | None = None
        self._disk = Disk(folder)
        self._shelf = Shelf(folder)
        self._held = HostRelease(ledger, folder)
        self._today = day
        self._day = ""
        self._content: Content | None = None
        self._live: Snapshot | None = None
        self._pinned: OrderedDict[str, Content] = OrderedDict()
        self._reading = asyncio.Lock()

    @property
    def live(self) -> Snapshot:
        """The snapshot to answer from.

        Raises:
            NoRelease: before `start`.
        """
        if self._live is None:
            raise NoRelease
        return self._live

    async def publish(self, files: Files, note: Note, expected: str = ANY) -> str:
        """Store `files` as a release and make it live, in one step; return its version.

        The caller has checked the files.

        Raises:
            Overtaken: another release than `expected` is live.
            RedisError: when Redis is away; the live release then stays.
        """
        version = await self._put(files, note, expected, live=True)
        self._disk.mark_live(version)
        return version

    async def propose(self, files: Files, note: Note, expected: str) -> str:
        """Store `files` as a release that waits for a second person; return its version.

        Raises:
            Overtaken: another release than `expected` is live.
            RedisError: when Redis is away; nothing is stored then.
        """
        return await self._put(files, note, expected, live=False)

    async def _put(self, files: Files, note: Note, expected: str, *, live: bool) -> str:
        version, packed = version_of(files), pack_release(files)
        self._disk.keep(version, packed)
        parent = await self.ledger.live() if expected == ANY else expected
        record = note.record(version, parent, "published" if live else "waiting")
        line = note.line("published" if live else "proposed", version, parent)
        await self.ledger.write(record, line, packed=packed, expected=expected, live=live)
        return version

    async def approve(self, record: Record, note: Note) -> None:
        """Make a waiting release live, provided that what it was made from still is.

        Raises:
            Overtaken: another release went live meanwhile, or this one waits no longer.
            Gone: its files are lost.
            RedisError: when Redis is away.
        """
        approved = replace(record, state="published", approved_by=note.by)
        line = replace(note, edited=record.edited, items=record.items).line(
            "approved", record.version, record.parent
        )
        await self.ledger.write(approved, line, expected=record.parent, live=True, was="waiting")
        self._disk.mark_live(record.version)

    async def approve_merged(self, proposed: Record, files: Files, note: Note, by: str, reason: str) -> str:
        """Make live what a waiting release changes, put together with what went live meanwhile; return its version.

        Args:
            files: Both together; the caller has checked them.
            note: The author's, with what the gate found in them.
            by: Who approves, and `reason` why.

        Raises:
            Overtaken: another release went live at this very moment, or it waits no longer.
            RedisError: when Redis is away.
        """
        version, packed = version_of(files), pack_release(files)
        live = await self.ledger.live()
        self._disk.keep(version, packed)
        record = replace(note.record(version, live, "published"), approved_by=by)
        line = replace(note, by=by, reason=reason).line("approved", version, live)
        merged = replace(proposed, state="merged", approved_by=by, became=version)
        await self.ledger.write(record, line, packed=packed, expected=live, live=True, beside=merged)
        self._disk.mark_live(version)
        return version

    async def send_back(self, record: Record, note: Note) -> None:
        """Give a waiting release back to its author, or refuse to go back to an older one.

        Raises:
            Overtaken: it waits no longer.
            RedisError: when Redis is away.
        """
        line = replace(note, edited=record.edited, items=record.items).line(
            "returned", record.version, record.parent
        )
        if record.state == "asked-back":
            kept = replace(record, state="published", request={})
            await self.ledger.write(kept, line, live=False, was="asked-back")
            return
        returned = replace(
            record, state="returned", answered_by=note.by, answered_at=note.at, answer=note.reason
        )
        await self.ledger.write(returned, line, live=False, was="waiting", let_go=True)

    async def ask_back(self, record: Record, note: Note, live: str) -> None:
        """Leave it to a second person to make an older release live again.

        Raises:
            LookupError: its files are nowhere to be found any more.
            Overtaken: another release than `live` is live.
            RedisError: when Redis is away.
        """
        files = await self.files(record.version)
        request = {"by": note.by, "reason": note.reason, "at": note.at, "parent": live}
        asked = replace(record, state="asked-back", request=request)
        line = note.line("asked-back", record.version, live)
        await self.ledger.write(asked, line, packed=pack_release(files), expected=live, live=False)

    async def roll_back(self, record: Record, note: Note) -> None:
        """Make an older release live again, the same to the byte.

        Raises:
            LookupError: its files are nowhere to be found any more.
            Overtaken: another release went live at this very moment.
            RedisError: when Redis is away.
        """
        files = await self.files(record.version)
        before = await self.ledger.live()
        line = note.line("rolled-back", record.version, before)
        again = replace(record, state="published", request={})
        await self.ledger.write(
            again, line, packed=pack_release(files), expected=before, live=True, was=record.state
        )
        self._disk.mark_live(record.version)

    async def start(self, read: Content | None = None) -> None:
        """Build the live release: Redis says which, the disk when Redis is away.

        Args:
            read: A content that was read already; nothing is read again if it is that of the live release.

        Raises:
            NoRelease: when nothing was ever published here.
        """
        version = await self._published_version()
        if version is None:
            raise NoRelease
        await self._swap(version, read)

    async def _published_version(self) -> str | None:
        try:
            stored = await self.ledger.live()
        except RedisError:
            stored = ""
        return stored or self._disk.live()

    async def put_back(self) -> None:
        """Make the release that was last live here live again, when the ledger has lost its memory of it.

        Raises:
            RedisError: Redis is away.
        """
        version = self._disk.live()
        if version is None or await self.ledger.live() == version:
            return
        packed = self._disk.packed(version)
        if packed:
            await self._held.put_back(version, packed)

    async def watch(self) -> None:
        """Swap in whatever is published, within about a second of it, and what a new day brings; runs until cancelled."""
        while True:
            await asyncio.sleep(_NOTICE_S)
            try:
                await self.look()
            except RedisError:
                continue
            except Exception:
                log.exception("release not swapped in")

    async def look(self) -> None:
        """Swap once, if something was published or an entry begins or ends today.

        Raises:
            RedisError: when Redis is away; a new day is noticed all the same.
        """
        if self._today() != self._day:
            await self._turn_the_page()
        stored = await self.ledger.live()
        if stored != self.live.version:
            await self.put_back()
            stored = await self.ledger.live()
        if stored and stored != self.live.version:
            await self._swap(stored)
        if stored:
            await self._held.keep(stored)

    async def _turn_the_page(self) -> None:
        day = self._today()
        if self._content and on_day(self._content, day).entries != self.live.content.entries:
            snapshot = await asyncio.to_thread(assemble, on_day(self._content, day))
            self._live = await self._with_meaning(snapshot)
            log.info("entries of a new day", extra={"fields": {"day": day}})
            await asyncio.to_thread(self._shelf.put, self._content, snapshot)
        self._day = day

    async def pinned(self, version: str) -> Content:
        """Return the content of an older release that an open attempt is pinned to.

        Raises:
            LookupError: when it is nowhere to be found any more.
        """
        content = await self._earlier(version)
        try:
            await self.ledger.use(version)
        except RedisError:
            log.warning("expiry of a pinned release not renewed", extra={"fields": {"release": version}})
        return content

    async def said_at(self, sign: str) -> Content | None:
        """Return the content of the release whose version begins with `sign`, None when none does any more, or two do."""
        if sign and self.live.version.startswith(sign):
            return self.live.content
        versions = await asyncio.to_thread(self._disk.versions)
        with suppress(RedisError):
            versions |= {record.version for record in await self.ledger.records()}
        found = [version for version in versions if sign and version.startswith(sign)]
        if len(found) != 1:
            return None
        with suppress(LookupError, RedisError):
            return await self._earlier(found[0])
        return None

    async def _earlier(self, version: str) -> Content:
        if version not in self._pinned:
            async with self._reading:
                if version not in self._pinned:
                    self._pinned[version] = await asyncio.to_thread(content_of, await self.files(version))
        self._pinned.move_to_end(version)
        content = self._pinned[version]
        while len(self._pinned) > _N_PINNED:
            self._pinned.popitem(last=False)
        return content

    async def _swap(self, version: str, read: Content | None = None) -> None:
        # Also when they need not be read: that is when a damaged copy is noticed and put right.
        files = await self.files(version)
        day = self._today()
        content, snapshot = await asyncio.to_thread(self._shelf.take, version, day)
        if content is None and read and read.version == version:
            content = served_content(read)
        if content is None:
            content = await asyncio.to_thread(content_of, files)
        prepared = snapshot is not None
        if snapshot is None:
            snapshot = await asyncio.to_thread(assemble, on_day(content, day))
        self._live = await self._with_meaning(snapshot)
        self._content, self._day = content, day
        self._disk.mark_live(version)
        log.info("release live", extra={"fields": {"release": version, "meaning": self.meaning_state}})
        if not prepared:
            await asyncio.to_thread(self._shelf.put, content, snapshot)
        if self._serves:
            _spare_what_stays()

    async def _with_meaning(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with its vectors, without them while they are being made in the background."""
        if self._serves:
            await asyncio.to_thread(get_ready, snapshot)
        ready = await asyncio.to_thread(self.vectors.take, snapshot)
        if ready is None and self.vectors.can_encode:
            self._encoding = asyncio.create_task(self._encode(snapshot))
        return ready or snapshot

    async def _encode(self, snapshot: Snapshot) -> None:
        made = await asyncio.to_thread(self.vectors.make, snapshot)
        if self._live is snapshot:
            self._live = made

    @property
    def meaning_state(self) -> str:
        """Whether the live snapshot can be asked for meaning: on, off, encoding, or why not."""
        if why_not := self.vectors.why_not:
            return why_not
        if self._live is not None and self._live.meaning:
            return "on"
        return "encoding" if self._encoding and not self._encoding.done() else "broken"

    async def settle(self) -> None:
        """Wait until the live snapshot has its meaning, or is known to stay without."""
        if self._encoding:
            await self._encoding

    async def files(self, version: str) -> Files:
        """Return the files of a release, from the disk or else from Redis.

        Raises:
            LookupError: when it is nowhere to be found any more.
        """
        files = self._disk.files(version)
        if files is not None:
            return files
        try:
            stored = await self.ledger.files(version)
        except RedisError:
            stored = None
        files = whole(stored, version) if stored else None
        if stored is None or files is None:
            raise LookupError(f"release {version} is gone")
        self._disk.keep(version, stored)
        return files


def _spare_what_stays() -> None:
    """Have no later search for garbage go through what is there now: half a million values, and a push would wait for it.

    What the release before left behind is taken away first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
