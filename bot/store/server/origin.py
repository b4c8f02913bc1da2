"""Who wrote the data folder of the embedded server, and whether the server about to start may go on with it.

A server passes over what it does not know: Redis 6.2 ignores the append-only folder of later ones, and every
server with an append-only log ignores a lone dump. It then starts empty beside the user's data. So we look first.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.files import write_whole
from bot.store.server.faults import DataDamaged, DataRefused
from bot.store.server.program import Program, Release

log = logging.getLogger(__name__)
WRITTEN_BY = "written-by.json"
FILE, FOLDER, DUMP = "appendonly.aof", "appendonlydir", "dump.rdb"
MANIFEST = f"{FILE}.manifest"
_SPARE_BYTES = 4 << 20
_MANIFEST_LINE = re.compile(r"file (?P<name>\S+|\"[^\"]+\") seq \d+ type (?P<type>[bhi])( .*)?")


@dataclass(frozen=True, slots=True)
class Data:
    """What lies in the folder: `kind` is "" (nothing), FILE, FOLDER or DUMP; `base` the file that tells its writer."""

    kind: str
    base: Path | None
    writer: Release | None


def inspect(folder: Path) -> Data:
    """Return what the folder holds; nothing is changed.

    Raises:
        DataRefused: two different histories lie side by side.
        DataDamaged: part of the append-only folder is missing.
    """
    file, logs, dump = folder / FILE, folder / FOLDER, folder / DUMP
    base = _base_of(logs)
    if (logs / MANIFEST).exists():
        _refuse_two_histories(folder)
        return Data(FOLDER, base, _writer(folder, base, Release("redis", "")))
    if _has_bytes(file):
        return Data(FILE, file, _writer(folder, file, Release("redis", "")))
    if _has_bytes(dump):
        return Data(DUMP, dump, _writer(folder, dump, Release("redis", "")))
    return Data("", None, None)


def _refuse_two_histories(folder: Path) -> None:
    """Refuse an append-only folder that stands beside other data which it does not continue."""
    file, logs, dump = folder / FILE, folder / FOLDER, folder / DUMP
    if _has_bytes(file):
        raise DataRefused(
            f"{folder} 里有两份不同的数据：{FILE}（最后写于 {_written(file)}）和 {FOLDER}/（最后写于 {_written(logs)}），"
            "是先后用两种 Redis 启动留下的，不能合并，所以没有启动：请把不要的那一份移到别处，再启动"
        )
    if _has_bytes(dump) and not any(_holds_records(path) for path in logs.glob(f"{FILE}.*.*.*")):
        raise DataRefused(
            f"{folder} 里有 {DUMP}，旁边的 {FOLDER}/ 却是空的，启动就会从头开始，所以没有启动："
            f"要用 {DUMP} 就把 {FOLDER}/ 移到别处，不要就把 {DUMP} 移走，再启动"
        )


def _base_of(logs: Path) -> Path | None:
    """Return the base file that the manifest of an append-only folder names, when all it names is there."""
    manifest = logs / MANIFEST
    if not manifest.exists():
        left = [path.name for path in logs.glob(f"{FILE}.*") if _holds_records(path)]
        if left:
            raise DataDamaged(
                f"{logs} 里没有 {MANIFEST}（只有 {'、'.join(sorted(left))}），多半是没有复制完：请重新完整复制；什么都没有改"
            )
        return None
    base, missing = None, []
    for line in manifest.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _MANIFEST_LINE.fullmatch(line)
        if not match:
            raise DataDamaged(f"{manifest} 读不懂（{line[:40]!r}）：请从备份换回 {logs.parent}；什么都没有改")
        path = logs / match["name"].strip('"')
        if match["type"] != "h" and not path.exists():
            missing.append(path.name)
        if match["type"] == "b":
            base = path
    if missing:
        raise DataDamaged(
            f"{logs} 里缺 {'、'.join(missing)}，多半是没有复制完：请重新完整复制，或从备份换回；什么都没有改"
        )
    if base is None and not manifest.stat().st_size:
        raise DataDamaged(f"{manifest} 是空的：请从备份换回 {logs.parent}；什么都没有改")
    return base


def _holds_records(path: Path) -> bool:
    # A server that is killed in its first moments leaves a base that selects no database, and no manifest yet.
    return path.stat().st_size > 0 and not (path.suffix == ".rdb" and b"\xfe\x00" not in path.read_bytes())


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _written(path: Path) -> str:
    newest = max(p.stat().st_mtime for p in (path, *path.glob("*")))
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(newest))


def _writer(folder: Path, base: Path | None, unknown: Release) -> Release:
    """Return who wrote the data: as noted beside them, else as the head of the base says."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads((folder / WRITTEN_BY).read_text(encoding="utf-8"))
        if noted["name"] in ("redis", "valkey"):
            return Release(noted["name"], str(noted["version"]))
    match = re.search(rb"(redis|valkey)-ver.(\d+\.\d+\.\d+)", _head(base), re.DOTALL) if base else None
    return Release(match[1].decode(), match[2].decode()) if match else unknown


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(256)


def note_writer(folder: Path, program: Program) -> None:
    """Note beside the data which server writes them."""
    release = program.release
    noted = {
        "name": release.name,
        "version": release.version,
        "format": FOLDER if program.writes_folder else FILE,
    }
    text = json.dumps(noted) + "\n"
    path = folder / WRITTEN_BY
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text:
        write_whole(path, text.encode())


def check_origin(folder: Path, program: Program) -> Data:
    """Return what the folder holds when `program` may go on with it; nothing is changed.

    Raises:
        DataRefused: it is another server's, or two histories.
        DataDamaged: part of it is missing.
    """
    data = inspect(folder)
    if data.writer and not _may_follow(program, data):
        raise DataRefused(
            f"{folder} 的数据是 {_named(data)} 写的，现在要启动的是 {program}，它读不了，所以没有启动，什么都没有改。"
            f"两个办法：① 用 {_named(data)} 或更新的（redis.server_binary 写它的路径；留空就是自带的 Valkey）；"
            f"② 不要这些数据了，就把 {folder} 移到别处再启动"
        )
    return data


def _named(data: Data) -> str:
    if data.writer and data.writer.version:
        return str(data.writer)
    return "Redis 7 或 Valkey" if data.kind == FOLDER else "Redis 6 或更早的版本"


def _may_follow(program: Program, data: Data) -> bool:
    """Return whether the program can read what is there, and is no older than its writer."""
    writer = data.writer
    if data.kind == FOLDER and not program.writes_folder:
        return False
    if writer is None or writer == program.release:
        return True
    if writer.name == "valkey" and program.release.name == "redis":
        return False
    if writer.name == program.release.name and writer.line > program.release.line:
        return False
    return _is_same_line(writer, program.release) or reads(program, data.base)


def _is_same_line(writer: Release, release: Release) -> bool:
    return (writer.name, writer.line) == (release.name, release.line)


def reads(program: Program, base: Path | None) -> bool:
    """Return whether the program's own tool can read a base."""
    if base is None:
        return True
    # Without this head the base is a plain list of commands, which every server reads.
    return (
        not _head(base).startswith((b"REDIS0", b"VALKEY"))
        or program.check("check-rdb", str(base)).returncode == 0
    )


def take_over(folder: Path, program: Program) -> None:
    """Make the folder `program`'s own; the files of another writer are kept beside it first, and that is told.

    Raises:
        DataRefused: it is another server's, two histories, or there is no room for the copy.
        DataDamaged: part of it is missing.
    """
    data = check_origin(folder, program)
    if data.writer and (data.kind == DUMP or not _is_same_line(data.writer, program.release)):
        kept = keep_copy(folder, data, str(data.writer))
        log.warning(
            "数据目录 %s 由 %s 写成，现在由 %s 接手，内容不变；原来的文件留在 %s，确认无误后可以删",
            folder,
            _named(data),
            program.release,
            kept,
        )
    if data.kind == DUMP:
        # Every server reads a dump at the head of the log; on its own it would be passed over.
        draft = folder / f".{FILE}.draft"
        shutil.copyfile(folder / DUMP, draft)
        draft.replace(folder / FILE)
        (folder / DUMP).unlink()
    note_writer(folder, program)


def keep_copy(folder: Path, data: Data, why: str) -> Path:
    """Copy the data files, whole, to a place of their own beside the folder; return it.

    Raises:
        DataRefused: there is no room, or it can't be written.
    """
    kept = folder.parent / "redis-kept"
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{re.sub(r'[^0-9A-Za-z.]+', '-', why).lower()}"
    places = (kept / (f"{name}-{number}" if number else name) for number in itertools.count())
    place = next(place for place in places if not place.exists())
    draft = kept / f".{place.name}.{os.getpid()}"
    _need_room(folder, folder / data.kind)
    try:
        kept.mkdir(mode=0o700, exist_ok=True)
        draft.mkdir(mode=0o700)
        for source in (folder / data.kind, *folder.glob(WRITTEN_BY)):
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, draft / source.name)
        draft.rename(place)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise DataRefused(
            f"{folder} 的原件留不下来（{error.strerror}：{kept}）：请清出空间或改好权限再启动；什么都没有改"
        ) from error
    return place


def _need_room(folder: Path, source: Path) -> None:
    size = sum(path.stat().st_size for path in (source, *source.glob("*")) if path.is_file())
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE_BYTES:
        raise DataRefused(
            f"磁盘快满了，{folder} 要先留一份原件（{size >> 10} KB），只剩 {free >> 10} KB：请清出空间再启动；什么都没有改"
        )
