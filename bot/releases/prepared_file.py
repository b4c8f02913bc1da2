"""The prepared form of the live release on the disk, so that the next start takes it up instead of building it."""

from __future__ import annotations

import gc
import logging
import mmap
from contextlib import suppress
from pathlib import Path

from bot.files import write_whole
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.release.prepared import maker, pack_prepared, unpack_prepared

log = logging.getLogger(__name__)


class Shelf:
    """Holds a few prepared releases; without one, or when it is damaged, all is built anew.

    Args:
        folder: Where the releases lie.
        n_kept: How many lie there at most; the latest stay.
    """

    def __init__(self, folder: Path, n_kept: int = 1) -> None:
        self._folder = folder
        self._n_kept = n_kept

    def _path(self, version: str) -> Path:
        return self._folder / f"{version}.{maker()}.prepared"

    def holds(self, version: str) -> bool:
        """Return whether a release lies here, whole or not."""
        return self._path(version).is_file()

    def take(
        self, version: str, day: str, like: Snapshot | None = None
    ) -> tuple[Content | None, Snapshot | None]:
        """Return the content of a release and its snapshot on `day`, as far as they lie here whole; see `assemble` for `like`."""
        path = self._path(version)
        # A hundred thousand values that all stay: looking for garbage among them takes longer than reading them.
        gc.disable()
        try:
            stored = _mapped(path)
            content, snapshot = unpack_prepared(memoryview(stored), day, like)
            # What was read once, to see that it is whole and for its values, need not stay.
            stored.madvise(mmap.MADV_DONTNEED)
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

    def take_from(self, other: Shelf, version: str) -> None:
        """Keep a release as it lies on another shelf, where it does; a full disk costs the next start its speed and nothing else."""
        with suppress(OSError):
            self._keep(version, other._path(version).read_bytes())

    def put(self, content: Content, snapshot: Snapshot) -> None:
        """Keep a release, and of others the latest; a disk that is full costs the next start its speed and nothing else."""
        try:
            self._keep(content.version, pack_prepared(content, snapshot))
        except OSError as problem:
            log.warning("prepared release not kept", extra={"fields": {"problem": str(problem)}})

    def _keep(self, version: str, packed: bytes) -> None:
        path = self._path(version)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, packed)
        others = [other for other in self._folder.glob("*.prepared") if other != path]
        for other in sorted(others, key=_saved, reverse=True)[self._n_kept - 1 :]:
            other.unlink(missing_ok=True)


def _mapped(path: Path) -> mmap.mmap:
    """Return a file as memory that the system reads when it is used, once for all processes; a file is only ever replaced whole.

    Raises:
        ValueError: it is empty.
    """
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _saved(path: Path) -> float:
    """Return when a file was written; 0 for one that another process took away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
