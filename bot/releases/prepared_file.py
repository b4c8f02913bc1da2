"""The prepared form of the live release on the disk, so that the next start takes it up instead of building it."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

from bot.files import write_whole
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Content
from knowledge.release.prepared import maker, pack_prepared, unpack_prepared

log = logging.getLogger(__name__)


class Shelf:
    """Holds at most one prepared release; without it, or when it is damaged, all is built anew.

    Args:
        folder: Where the releases lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, version: str) -> Path:
        return self._folder / f"{version}.{maker()}.prepared"

    def take(self, version: str, day: str) -> tuple[Content | None, Snapshot | None]:
        """Return the content of a release and its snapshot on `day`, as far as they lie here whole."""
        path = self._path(version)
        # A hundred thousand values that all stay: looking for garbage among them takes longer than reading them.
        gc.disable()
        try:
            content, snapshot = unpack_prepared(path.read_bytes(), day)
        except FileNotFoundError:
            return None, None
        except (OSError, ValueError):
            log.warning(
                "a prepared release is damaged and built anew", extra={"fields": {"release": version}}
            )
            return None, None
        finally:
            gc.enable()
        return (content, snapshot) if content.version == version else (None, None)

    def put(self, content: Content, snapshot: Snapshot) -> None:
        """Keep a release, and no other one; a disk that is full costs the next start its speed and nothing else."""
        path = self._path(content.version)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, pack_prepared(content, snapshot))
            for other in self._folder.glob("*.prepared"):
                if other != path:
                    other.unlink(missing_ok=True)
        except OSError as problem:
            log.warning("prepared release not kept", extra={"fields": {"problem": str(problem)}})
