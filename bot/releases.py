"""Releases: immutable, named by the hash of their content, in Redis and on disk; workers swap them whole.

The live one has no expiry. One that was replaced is kept as long as an unfinished quiz may be pinned to
it: every use of it pushes its expiry away again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import zlib
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from knowledge.build import assemble, parse_files
from knowledge.model import Content, Files, Snapshot

log = logging.getLogger(__name__)
# All in one slot, so that "store it and make it live" is one transaction on a cluster too.
_LIVE = "{release}:live"
_DAY_S = 86_400
_NOTICE_S = 1.0


class NoRelease(Exception):
    """There is nothing published yet, neither in Redis nor on disk."""


def _key(version: str) -> str:
    return f"{{release}}:{version}"


def pack(files: Files) -> bytes:
    """Return the stored form of a release."""
    return zlib.compress(json.dumps(dict(sorted(files.items())), ensure_ascii=False).encode())


def unpack(stored: bytes) -> dict[str, str]:
    """Return the files of a stored release."""
    files: dict[str, str] = json.loads(zlib.decompress(stored))
    return files


class Releases:
    """The releases of one deployment, and the snapshot that this process answers from.

    Args:
        redis: An asyncio client that returns bytes.
        folder: Where releases lie on disk, so that a worker starts without Redis.
        keep_days: How long a replaced release outlives its last use; longer than an unfinished quiz.
        cache_dir: Where jieba may keep its dictionary cache.
    """

    def __init__(self, redis: Any, folder: Path, keep_days: int, cache_dir: Path) -> None:
        self._redis = redis
        self._folder = folder
        self._keep_s = keep_days * _DAY_S
        self._cache_dir = cache_dir
        self._live: Snapshot | None = None
        self._pinned: dict[str, Content] = {}

    @property
    def live(self) -> Snapshot:
        """The snapshot to answer from.

        Raises:
            NoRelease: before `start`.
        """
        if self._live is None:
            raise NoRelease
        return self._live

    async def publish(self, files: Files) -> str:
        """Store `files` as a release and make it live, in one step; return its version.

        Publishing what is live already changes nothing. The caller has checked the files.

        Raises:
            RedisError: when Redis is away; the live release then stays.
        """
        content, _ = parse_files(files)
        version = content.version
        before = await self._redis.get(_LIVE)
        self._write_to_disk(version, pack(files))
        async with self._redis.pipeline(transaction=True) as transaction:
            transaction.set(_key(version), pack(files))
            transaction.set(_LIVE, version)
            if before and before.decode() != version:
                transaction.expire(_key(before.decode()), self._keep_s)
            await transaction.execute()
        self._write_live(version)
        return version

    async def start(self) -> None:
        """Build the live release: Redis says which, the disk when Redis is away.

        Raises:
            NoRelease: when nothing was ever published here.
        """
        version = await self._published_version()
        if version is None:
            raise NoRelease
        await self._swap(version)

    async def _published_version(self) -> str | None:
        try:
            stored = await self._redis.get(_LIVE)
        except RedisError:
            stored = None
        if stored:
            return str(stored.decode())
        marker = self._folder / "live"
        return marker.read_text().strip() if marker.exists() else None

    async def watch(self) -> None:
        """Swap in whatever is published, within about a second of it; runs until cancelled."""
        while True:
            await asyncio.sleep(_NOTICE_S)
            try:
                stored = await self._redis.get(_LIVE)
                if stored and stored.decode() != self.live.version:
                    await self._swap(stored.decode())
            except RedisError:
                continue
            except Exception:
                log.exception("release not swapped in")

    async def pinned(self, version: str) -> Content:
        """Return the content of an older release that an open attempt is pinned to.

        Raises:
            LookupError: when it is nowhere to be found any more.
        """
        if version not in self._pinned:
            content, _ = await asyncio.to_thread(parse_files, await self._files(version))
            self._pinned[version] = content
        try:
            await self._redis.expire(_key(version), self._keep_s)
        except RedisError:
            log.warning("expiry of a pinned release not renewed", extra={"fields": {"release": version}})
        return self._pinned[version]

    async def _swap(self, version: str) -> None:
        files = await self._files(version)
        self._live = await asyncio.to_thread(self._assemble, files)
        self._write_live(version)
        log.info("release live", extra={"fields": {"release": version}})

    def _assemble(self, files: Files) -> Snapshot:
        content, _ = parse_files(files)
        return assemble(content, self._cache_dir)

    async def _files(self, version: str) -> Files:
        path = self._folder / f"{version}.json.z"
        if path.exists():
            return unpack(path.read_bytes())
        try:
            stored = await self._redis.get(_key(version))
        except RedisError:
            stored = None
        if not stored:
            raise LookupError(f"release {version} is gone")
        self._write_to_disk(version, stored)
        return unpack(stored)

    def _write_to_disk(self, version: str, stored: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(self._folder / f"{version}.json.z", stored)

    def _write_live(self, version: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(self._folder / "live", version.encode())


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)
