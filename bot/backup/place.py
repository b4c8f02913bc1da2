"""Backing up a place (its Redis and what of its data folder can't be made again), and putting it back."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bot.backup.records import KeyRow, RowWriter, clear, is_empty, read_rows, sort_of
from bot.backup.sealed_file import BadBackup, Writer, read_all, read_head
from bot.config import Settings
from bot.process import privacy_key, token
from bot.store.server.embedded import Embedded
from bot.store.wire.client import connect

_PATIENCE_S = 10.0
_SPARE_BYTES = 16 << 20
# What of a data folder can't be made again; the rest is made anew, or is Redis' own.
_KEPT = (
    "secrets/*",
    "releases/*.json.z",
    "releases/live",
    "releases/went-live.json",
    "bases.json",
    "owed-erasures/*",
)
_PARTS = ("redis", "secrets", "releases", "bases.json", "owed-erasures")
_PRIVACY_KEY = "secrets/privacy_key"


class NotDone(Exception):
    """Nothing was done, or nothing is left of it; `why` is one line for the operator."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class Contents:
    """What went through: how many values of each sort, and a digest of them all that knows no order."""

    counts: Counter[str] = field(default_factory=Counter)
    digest: int = 0

    def add(self, row: KeyRow) -> KeyRow:
        """Count a row that is not of minutes only, and return it."""
        sort = sort_of(row)
        # What ends soon may be gone when it is looked for again.
        if sort and not 0 < row.until_ms <= (time.time() + 60) * 1000:
            step = 1 if row.kind == "string" else 2
            for at in range(0, len(row.values), step):
                packed = msgspec.msgpack.encode([row.kind, row.key, row.values[at : at + step]])
                self.digest ^= int.from_bytes(hashlib.sha256(packed).digest(), "big")
                self.counts[sort] += sort != "session" or row.values[at] == b"d"
        return row


@asynccontextmanager
async def redis_of(settings: Settings, data_dir: Path | None = None) -> AsyncIterator[Any]:
    """Open the Redis of a place, starting its own server when it does not run.

    Raises:
        ServerUnavailable: the embedded server can't be had.
        RedisError: the outside one is away.
    """
    embedded = None
    if data_dir or not settings.redis.url:
        embedded = Embedded(data_dir or settings.redis_dir, settings.redis.server_binary)
        await asyncio.to_thread(embedded.start)
    redis = connect(embedded.url if embedded else settings.redis.url, _PATIENCE_S, settings.key_prefix)
    try:
        await redis.ping()
        yield redis
    finally:
        await redis.aclose()
        if embedded:
            await asyncio.to_thread(embedded.stop)


async def back_up(settings: Settings, path: Path, passphrase: str) -> Contents:
    """Write a backup of a place while it serves, read it again, and return what is in it; a file that was there stays until then.

    Raises:
        OSError: the disk is full, or takes nothing; nothing is left.
        ServerUnavailable, RedisError: the place can't be read; nothing is left.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    contents = Contents()
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            writer = Writer(file, {"made_at": int(time.time())}, passphrase)
            for name, data in _files(settings):
                writer.write(["file", name, data])
            async with redis_of(settings) as redis:
                async for row in read_rows(redis):
                    contents.add(row)
                    writer.write(["row", row.kind, row.key, row.until_ms, row.values])
            writer.end()
            file.flush()
            os.fsync(file.fileno())
        if (written := await asyncio.to_thread(check_backup, draft, passphrase)) != contents:
            raise NotDone(f"写下的和读到的对不上（{written.counts} / {contents.counts}），没有留下备份")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    # Given by the environment or made: what users are known by goes along.
    yield _PRIVACY_KEY, privacy_key(settings).encode()
    yield "secrets/token", token(settings).encode()
    for pattern in _KEPT:
        for path in sorted(settings.data_dir.glob(pattern)):
            name = str(path.relative_to(settings.data_dir))
            if (
                path.is_file()
                and not path.name.startswith(".")
                and name not in (_PRIVACY_KEY, "secrets/token")
            ):
                yield name, path.read_bytes()


def check_backup(path: Path, passphrase: str) -> Contents:
    """Read a backup to its end and return what is in it.

    Raises:
        BadBackup: it is none, was cut or altered, or the passphrase is another.
        OSError: it can't be read.
    """
    contents = Contents()
    for _, row in _things(path, passphrase):
        if row:
            contents.add(row)
    return contents


def is_encrypted(path: Path) -> bool:
    """Return whether a backup wants a passphrase.

    Raises:
        BadBackup: it is none.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        return bool(read_head(file)["encrypted"])


def _things(path: Path, passphrase: str) -> Iterator[tuple[tuple[str, bytes] | None, KeyRow | None]]:
    with path.open("rb") as file:
        for what, *parts in read_all(file, passphrase):
            if what == "row":
                yield None, KeyRow(*parts)
            elif what == "file" and _is_ours(parts[0]):
                yield (parts[0], parts[1]), None
            else:
                raise BadBackup("备份文件里有不认识的东西，没有恢复")


def _is_ours(name: str) -> bool:
    # A name leads nowhere but into the data folder.
    return (
        ".." not in Path(name).parts
        and any(Path(name).match(pattern) for pattern in _KEPT)
        and name[0] != "/"
    )


async def put_back(settings: Settings, path: Path, passphrase: str, *, replace: bool) -> Contents:
    """Make a place what a backup says, and compare; with `replace` what was there makes way.

    Of a data folder that makes way everything is kept beside the new. Nothing is in place before it was compared.

    Raises:
        BadBackup: the file can't be taken; nothing was written.
        NotDone: the place is not empty, or came out different; nothing is left of it.
        OSError, ServerUnavailable, RedisError: it can't be written; nothing is left of it.
    """
    wanted = await asyncio.to_thread(check_backup, path, passphrase)
    _room_or_refuse(settings, path, wanted)
    _same_key_or_refuse(settings, path, passphrase)
    if not replace:
        await _empty_or_refuse(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = settings.data_dir / f".restoring-{os.getpid()}"
    try:
        for name, data in (file for file, _ in _things(path, passphrase) if file):
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as written:
                written.write(data)
        rows = (row for _, row in _things(path, passphrase) if row)
        async with redis_of(settings, None if settings.shares_redis else draft) as redis:
            if replace and settings.shares_redis:
                await clear(redis)
            await fill(redis, rows, wanted)
        _into_place(settings, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return wanted


async def fill(redis: Any, rows: Iterator[KeyRow], wanted: Contents) -> None:
    """Write rows to an empty Redis and compare; nothing is left there unless all of them arrived.

    Raises:
        NotDone: what is there now is something else.
        RedisError: it can't be written.
    """
    writer, due = RowWriter(redis), Contents()
    try:
        for row in rows:
            if not 0 < row.until_ms <= time.time() * 1000:
                due.add(row)
                await writer.write(row)
        found = Contents()
        async for row in read_rows(redis):
            found.add(row)
        if found.counts != due.counts or found.digest != due.digest:
            raise NotDone(
                f"恢复的和备份里的对不上（{dict(found.counts)} / {dict(due.counts)}），什么都没有留下"
            )
        wanted.counts = due.counts
    except BaseException:
        with suppress(Exception):
            await clear(redis)
        raise


def _room_or_refuse(settings: Settings, path: Path, wanted: Contents) -> None:
    there = next(folder for folder in (settings.data_dir, *settings.data_dir.parents) if folder.exists())
    # Packed it is a tenth; in the log of the server it takes about twelve times the file.
    need = path.stat().st_size * 12 + _SPARE_BYTES
    if shutil.disk_usage(there).free < need:
        raise NotDone(f"{there} 的磁盘不够（大约要 {need >> 20} MB），没有恢复，什么都没有写")


def _same_key_or_refuse(settings: Settings, path: Path, passphrase: str) -> None:
    given = settings.privacy.key
    kept = next(file[1].decode() for file, _ in _things(path, passphrase) if file and file[0] == _PRIVACY_KEY)
    if given and given != kept:
        raise NotDone(
            "设置里的 privacy.key 不是备份时的那一个，恢复以后每个用户都会变成不认识的人："
            "请去掉这项设置（用备份里的）或者改成原来的；什么都没有写"
        )


async def _empty_or_refuse(settings: Settings) -> None:
    there = [name for name in _parts(settings) if (settings.data_dir / name).exists()]
    if there:
        raise NotDone(
            f"{settings.data_dir} 不是空的（有 {'、'.join(there)}），没有恢复，什么都没有写：换一个空的 data_dir，"
            "或者加 --replace（原来的会移到旁边）"
        )
    if settings.shares_redis:
        async with redis_of(settings) as redis:
            if not await is_empty(redis):
                raise NotDone(
                    "Redis 里已经有数据，没有恢复，什么都没有写：换一个空的，或者加 --replace（原来的会删掉）"
                )


def _parts(settings: Settings) -> tuple[str, ...]:  # A server that others have keys in stays where it is.
    return _PARTS[1:] if settings.shares_redis else _PARTS


def _into_place(settings: Settings, draft: Path) -> None:
    aside = settings.data_dir / f"replaced-{time.strftime('%Y%m%d-%H%M%S')}"
    for name in _parts(settings):
        if (settings.data_dir / name).exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            (settings.data_dir / name).rename(aside / name)
        if (draft / name).exists():
            (draft / name).rename(settings.data_dir / name)
