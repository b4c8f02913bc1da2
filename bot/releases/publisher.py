"""What people do to releases: publish, propose, approve, send back, roll back; each one step of the ledger."""

from __future__ import annotations

from dataclasses import replace

from bot.releases.archive import Archive
from bot.releases.disk import pack_release
from bot.releases.ledger import ANY, Ledger
from bot.releases.records import Note, Record
from knowledge.model.problems import Files
from knowledge.reading.parse import version_of


class Publisher:
    """Every way in which another release goes live, or comes to wait for a second person.

    Workers notice by themselves what became live (`Releases.look`); nothing here touches what one of them answers from.
    """

    def __init__(self, ledger: Ledger, archive: Archive) -> None:
        self._ledger = ledger
        self._archive = archive

    async def publish(self, files: Files, note: Note, expected: str = ANY) -> str:
        """Store `files` as a release and make it live, in one step; return its version.

        The caller has checked the files.

        Raises:
            Overtaken: another release than `expected` is live.
            RedisError: when Redis is away; the live release then stays.
        """
        version = await self._put(files, note, expected, live=True)
        self._archive.disk.mark_live(version)
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
        self._archive.disk.keep(version, packed)
        parent = await self._ledger.live() if expected == ANY else expected
        record = note.record(version, parent, "published" if live else "waiting")
        line = note.line("published" if live else "proposed", version, parent)
        await self._ledger.write(record, line, packed=packed, expected=expected, live=live)
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
        await self._ledger.write(approved, line, expected=record.parent, live=True, was="waiting")
        self._archive.disk.mark_live(record.version)

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
        live = await self._ledger.live()
        self._archive.disk.keep(version, packed)
        record = replace(note.record(version, live, "published"), approved_by=by)
        line = replace(note, by=by, reason=reason).line("approved", version, live)
        merged = replace(proposed, state="merged", approved_by=by, became=version)
        await self._ledger.write(record, line, packed=packed, expected=live, live=True, beside=merged)
        self._archive.disk.mark_live(version)
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
            await self._ledger.write(kept, line, live=False, was="asked-back")
            return
        returned = replace(
            record, state="returned", answered_by=note.by, answered_at=note.at, answer=note.reason
        )
        await self._ledger.write(returned, line, live=False, was="waiting", let_go=True)

    async def ask_back(self, record: Record, note: Note, live: str) -> None:
        """Leave it to a second person to make an older release live again.

        Raises:
            LookupError: its files are nowhere to be found any more.
            Overtaken: another release than `live` is live.
            RedisError: when Redis is away.
        """
        files = await self._archive.files(record.version)
        request = {"by": note.by, "reason": note.reason, "at": note.at, "parent": live}
        asked = replace(record, state="asked-back", request=request)
        line = note.line("asked-back", record.version, live)
        await self._ledger.write(asked, line, packed=pack_release(files), expected=live, live=False)

    async def roll_back(self, record: Record, note: Note) -> None:
        """Make an older release live again, the same to the byte.

        Raises:
            LookupError: its files are nowhere to be found any more.
            Overtaken: another release went live at this very moment.
            RedisError: when Redis is away.
        """
        files = await self._archive.files(record.version)
        before = await self._ledger.live()
        line = note.line("rolled-back", record.version, before)
        again = replace(record, state="published", request={})
        await self._ledger.write(
            again, line, packed=pack_release(files), expected=before, live=True, was=record.state
        )
        self._archive.disk.mark_live(record.version)
