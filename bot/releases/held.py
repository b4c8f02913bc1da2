"""What one host holds of the live release beside its files: how it went live, and its way back into a ledger that lost it."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from bot.files import write_whole
from bot.releases.ledger import Ledger, Overtaken
from bot.releases.records import SYSTEM, Line, Record, read_line, read_record

log = logging.getLogger(__name__)
_NOTE = "went-live.json"


class HostRelease:
    """The note about the live release in one host's folder of releases.

    A Redis that was emptied knows nothing of what people published; each host that served it does.
    """

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger = ledger
        self._path = folder / _NOTE
        self._noted = ""
        self._told = ""

    async def keep(self, version: str) -> None:
        """Note how a release went live, once.

        Raises:
            RedisError: Redis is away.
        """
        if self._noted == version:
            return
        record, line = await self._ledger.record(version), await self._ledger.made_live(version)
        self._noted = version
        if record and line:
            kept = json.dumps([asdict(record), asdict(line)], ensure_ascii=False)
            # A full disk keeps nobody from answering.
            with suppress(OSError):
                write_whole(self._path, kept.encode())

    async def put_back(self, version: str, packed: bytes) -> bool:
        """Make a release that was live here live again when the ledger has lost it; return whether it did.

        It knows a release that was replaced or taken back, and then that stands. What went live where the ledger was
        already empty gives way, unless people published it since or it was live later than ours.

        Raises:
            RedisError: Redis is away.
        """
        if await self._ledger.record(version):
            return False
        live = await self._ledger.live()
        record, line = self._read(version)
        theirs = await self._ledger.made_live(live) if live else None
        if live and not (theirs and _gives_way(theirs, line)):
            self._tell("release of this host unknown to Redis", version, live)
            return False
        restored = replace(line, action="restored", before=live)
        try:
            await self._ledger.write(record, restored, packed=packed, expected=live, live=True)
        except Overtaken:
            return False
        self._tell("release put back, Redis had lost it", version, live)
        return True

    def _read(self, version: str) -> tuple[Record, Line]:
        try:
            record, line = json.loads(self._path.read_bytes())
            held = read_record(record), read_line(line)
            if held[0].version == version:
                return held
        except (OSError, ValueError, TypeError, KeyError):
            pass
        # From before notes were kept, or a damaged one: at least when it went live here.
        marker = self._path.with_name("live")
        at = int(marker.stat().st_mtime) if marker.exists() else 0
        reason = "账本丢失，从磁盘放回"
        return (
            Record(version, "", SYSTEM, reason, at, "published"),
            Line(at, "restored", version, "", SYSTEM, reason, ()),
        )

    def _tell(self, what: str, version: str, live: str) -> None:
        if self._told != what + version + live:
            self._told = what + version + live
            log.warning(what, extra={"fields": {"release": version, "live": live}})


def _gives_way(theirs: Line, ours: Line) -> bool:
    """Return whether what is live went live without a person, over the gap: shipped content, or an older release put back."""
    if theirs.action == "restored":
        return theirs.at < ours.at
    return _is_first_start(theirs) and not _is_first_start(ours)


def _is_first_start(line: Line) -> bool:
    return line.by == SYSTEM and line.action == "published" and not line.before
