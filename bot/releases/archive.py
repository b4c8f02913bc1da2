"""The files of every release that can still be had: on this host's disk, or else in Redis."""

from __future__ import annotations

from pathlib import Path

from redis.exceptions import RedisError

from bot.releases.disk import Disk, whole
from bot.releases.ledger import Ledger
from knowledge.model.problems import Files


class Archive:
    """Releases by their version; what is read from Redis lies on the `disk` from then on."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger = ledger
        self.disk = Disk(folder)

    async def files(self, version: str) -> Files:
        """Return the files of a release, from the disk or else from Redis.

        Raises:
            LookupError: when it is nowhere to be found any more.
        """
        files = self.disk.files(version)
        if files is not None:
            return files
        try:
            stored = await self._ledger.files(version)
        except RedisError:
            stored = None
        files = whole(stored, version) if stored else None
        if stored is None or files is None:
            raise LookupError(f"release {version} is gone")
        self.disk.keep(version, stored)
        return files
