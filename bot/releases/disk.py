"""Releases on the disk, each under the hash of its content: so a worker starts without Redis, and no damage goes unnoticed."""

from __future__ import annotations

import json
import logging
import zlib
from pathlib import Path

from bot.files import write_whole
from knowledge.model.problems import Files
from knowledge.reading.parse import version_of

log = logging.getLogger(__name__)


def pack_release(files: Files) -> bytes:
    """Return the stored form of a release."""
    return zlib.compress(json.dumps(dict(sorted(files.items())), ensure_ascii=False).encode())


def unpack(stored: bytes) -> dict[str, str]:
    """Return the files of a stored release."""
    files: dict[str, str] = json.loads(zlib.decompress(stored))
    return files


def whole(stored: bytes, version: str) -> dict[str, str] | None:
    """Return the files of a stored release, None when they are not what its name says."""
    try:
        files = unpack(stored)
    except (zlib.error, ValueError):
        return None
    return files if version_of(files) == version else None


class Disk:
    """The releases that lie in a folder, and which of them was last known to be live."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self, version: str) -> Files | None:
        """Return the files of a release, None when they don't lie here whole."""
        stored = self._stored(version)
        files = whole(stored, version) if stored is not None else None
        if files is None and stored is not None:
            log.warning("a release on the disk is damaged", extra={"fields": {"release": version}})
        return files

    def packed(self, version: str) -> bytes | None:
        """Return the stored form of a release, None when it doesn't lie here whole."""
        return self._stored(version) if self.files(version) is not None else None

    def _stored(self, version: str) -> bytes | None:
        path = self._folder / f"{version}.json.z"
        return path.read_bytes() if path.exists() else None

    def keep(self, version: str, stored: bytes) -> None:
        """Write the stored form of a release."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self._folder / f"{version}.json.z", stored)

    def versions(self) -> set[str]:
        """Return the names of the releases that lie here, whole or not."""
        return {path.name.removesuffix(".json.z") for path in self._folder.glob("*.json.z")}

    def live(self) -> str | None:
        """Return the release that was last marked, None before the first."""
        marker = self._folder / "live"
        return marker.read_text().strip() if marker.exists() else None

    def mark_live(self, version: str) -> None:
        """Note which release is live; what is noted already is not written again, for a full disk has no room."""
        if self.live() != version:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self._folder / "live", version.encode())
