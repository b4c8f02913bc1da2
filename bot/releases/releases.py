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
from pathlib import Path

from redis.exceptions import RedisError

from bot.china import today
from bot.releases.archive import Archive
from bot.releases.garbage import search_what_was_spared, spare_what_stays
from bot.releases.held import HostRelease
from bot.releases.ledger import Ledger
from bot.releases.prepared_file import Shelf
from bot.releases.publisher import Publisher
from bot.releases.vectors import VectorFiles
from bot.telemetry import RELEASES
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble, content_of, get_ready, get_ready_for_letters, served_content

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
        self._letters: asyncio.Task[None] | None = None
        self.archive = Archive(ledger, folder)
        self.publisher = Publisher(ledger, self.archive)
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

    async def start(self, read: Content | None = None) -> None:
        """Build the live release, unless one is live here: Redis says which, the disk when Redis is away.

        Args:
            read: A content that was read already; nothing is read again if it is that of the live release.

        Raises:
            NoRelease: when nothing was ever published here.
        """
        if self._live is not None:
            return
        version = await self._published_version()
        if version is None:
            raise NoRelease
        await self._swap(version, read)

    async def _published_version(self) -> str | None:
        try:
            stored = await self.ledger.live()
        except RedisError:
            stored = ""
        return stored or self.archive.disk.live()

    def take_prepared(self, shelf: Shelf, version: str) -> None:
        """Keep the prepared form of what was just made live from where its draft lies, so that no worker makes it again."""
        self._shelf.take_from(shelf, version)

    async def put_back(self) -> None:
        """Make the release that was last live here live again, when the ledger has lost its memory of it.

        Raises:
            RedisError: Redis is away.
        """
        version = self.archive.disk.live()
        if version is None or await self.ledger.live() == version:
            return
        packed = self.archive.disk.packed(version)
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
        if self._serves:
            # The hour when fewest wait.
            search_what_was_spared()
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
        versions = await asyncio.to_thread(self.archive.disk.versions)
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
                    self._pinned[version] = await asyncio.to_thread(
                        content_of, await self.archive.files(version)
                    )
        self._pinned.move_to_end(version)
        content = self._pinned[version]
        while len(self._pinned) > _N_PINNED:
            self._pinned.popitem(last=False)
        return content

    async def _swap(self, version: str, read: Content | None = None) -> None:
        if self._serves:
            # What garbage there is now would be spared with the rest.
            gc.collect()
        # Also when they need not be read: that is when a damaged copy is noticed and put right.
        files = await self.archive.files(version)
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
        self.archive.disk.mark_live(version)
        if self._serves:
            RELEASES.inc()
        log.info("release live", extra={"fields": {"release": version, "meaning": self.meaning_state}})
        if not prepared:
            await asyncio.to_thread(self._shelf.put, content, snapshot)
        if self._serves:
            spare_what_stays()
            self._letters = asyncio.create_task(asyncio.to_thread(get_ready_for_letters, snapshot))

    async def _with_meaning(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with its vectors, without them while they are being made in the background."""
        if self._serves:
            await asyncio.to_thread(get_ready, snapshot)
        ready = await asyncio.to_thread(self.vectors.take, snapshot)
        if ready:
            await self._get_ready_to_mean(ready)
        elif self.vectors.can_encode:
            self._encoding = asyncio.create_task(self._encode(snapshot))
        return ready or snapshot

    async def _encode(self, snapshot: Snapshot) -> None:
        made = await asyncio.to_thread(self.vectors.make, snapshot)
        await self._get_ready_to_mean(made)
        if self._live is snapshot:
            self._live = made

    async def _get_ready_to_mean(self, snapshot: Snapshot) -> None:
        if self._serves and snapshot.meaning:
            await asyncio.to_thread(snapshot.meaning.get_ready)

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
