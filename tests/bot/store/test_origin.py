"""The data folder knows who wrote it: another server takes it over whole, or is refused before it starts."""

from __future__ import annotations

import json
import logging
import os
import shutil
from pathlib import Path

import pytest
import redis

from bot.store.server import origin
from bot.store.server.embedded import Embedded
from bot.store.server.faults import DataDamaged, DataRefused, ServerUnavailable
from bot.store.server.program import Program, Release, find_binary, find_program

REDIS_62 = Program("/nowhere/redis-server", Release("redis", "6.2.14"))
REDIS_70 = Program("/nowhere/redis-server", Release("redis", "7.0.15"))


def programs() -> list[Program]:
    """Return the server programs of this machine: the shipped one, and those on PATH."""
    found = [find_binary(), *filter(None, (shutil.which(name) for name in ("redis-server", "valkey-server")))]
    return [find_program(path) for path in dict.fromkeys(found)]


def client_of(server: Embedded) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(server.socket), decode_responses=True)


def write(data: Path, binary: str = "", *, key: str = "session", value: str = "第 4 题") -> Path:
    """Have a server write one value below `data`; return its folder."""
    server = Embedded(data, binary)
    server.start()
    with client_of(server) as client:
        client.eval("return redis.call('SET', KEYS[1], ARGV[1])", 1, key, value)
    server.stop()
    return data / "redis"


def read(data: Path, binary: str = "", key: str = "session") -> str | None:
    server = Embedded(data, binary)
    server.start()
    try:
        with client_of(server) as client:
            value: str | None = client.get(key)
            return value
    finally:
        server.stop()


def refused(data: Path, error: type[ServerUnavailable], words: str, binary: str = "") -> None:
    """Expect that no server starts in `data`, for one line with these words, and that the data stay as they are."""
    before = files_of(data)
    server = Embedded(data, binary)
    try:
        with pytest.raises(error, match=words) as told:
            server.start()
    finally:
        server.stop()
    assert "\n" not in str(told.value)
    assert files_of(data) == before


def can_follow(release: Release, writer: Release) -> bool:
    """Return what the manual promises: the same line, a newer one, and Valkey after Redis."""
    if release.name == writer.name:
        return release.line >= writer.line
    return (release.name, writer.name) == ("valkey", "redis")


def files_of(data: Path) -> dict[str, bytes]:
    """Return the data files of a folder; locks and notes of the process are none."""
    kinds = (origin.FILE, origin.DUMP, origin.WRITTEN_BY)
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file() and (path.name in kinds or path.parent.name == origin.FOLDER)
    }


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder that the shipped server wrote."""
    return write(tmp_path / "data")


def test_every_server_here_opens_the_folder_of_every_other_whole_or_not_at_all(tmp_path: Path) -> None:
    for writer in programs():
        for opener in programs():
            data = tmp_path / f"{writer.release} by {opener.release}"
            write(data, writer.path)
            if can_follow(opener.release, writer.release):
                assert read(data, opener.path) == "第 4 题"
            else:
                told = f"{writer.release}.*{opener.release}"
                refused(data, DataRefused, told, opener.path)


def test_writer_is_noted_beside_the_data(written: Path) -> None:
    noted = json.loads((written / origin.WRITTEN_BY).read_text())
    shipped = find_program()
    assert noted == {
        "name": shipped.release.name,
        "version": shipped.release.version,
        "format": "appendonlydir",
    }


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize("program", [REDIS_62, REDIS_70])
def test_older_server_is_refused_before_it_starts(written: Path, program: Program, noted: bool) -> None:
    if not noted:
        (written / origin.WRITTEN_BY).unlink()
    before = files_of(written)
    with pytest.raises(DataRefused, match=r"Valkey .*现在要启动的是 Redis .*①.*②"):
        origin.take_over(written, program)
    assert files_of(written) == before


def test_older_release_of_the_same_server_is_refused(written: Path) -> None:
    with pytest.raises(DataRefused, match=r"Valkey 8\.0\.1"):
        origin.check_origin(written, Program("/nowhere/valkey-server", Release("valkey", "8.0.1")))


def test_patch_release_goes_on_without_a_copy(written: Path) -> None:
    shipped = find_program().release
    patch = Release(shipped.name, ".".join([*shipped.version.split(".")[:2], "99"]))
    origin.take_over(written, Program("/nowhere/valkey-server", patch))
    assert not (written.parent / "redis-kept").exists()


def test_folder_of_an_older_server_is_taken_over_with_a_kept_copy_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "data/redis"
    folder.mkdir(parents=True)
    # What Redis 6.2 leaves: one plain file of commands, and no word of who wrote it.
    log = b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nset\r\n$7\r\nsession\r\n$3\r\nold\r\n"
    (folder / origin.FILE).write_bytes(log)
    with caplog.at_level(logging.WARNING):
        assert read(tmp_path / "data") == "old"
    kept = list((tmp_path / "data/redis-kept").iterdir())
    assert [path.joinpath(origin.FILE).read_bytes() for path in kept] == [log]
    assert kept[0].stat().st_mode & 0o777 == 0o700
    assert [record.message for record in caplog.records if str(kept[0]) in record.message]
    assert read(tmp_path / "data") == "old"
    assert list((tmp_path / "data/redis-kept").iterdir()) == kept, "taken over once"


def test_lone_dump_is_loaded_and_kept(written: Path, tmp_path: Path) -> None:
    server = Embedded(written.parent)
    server.start()
    with client_of(server) as client:
        client.save()
    server.stop()
    restored = tmp_path / "restored/redis"
    restored.mkdir(parents=True)
    shutil.copy(written / origin.DUMP, restored / origin.DUMP)
    assert read(tmp_path / "restored") == "第 4 题"
    assert read(tmp_path / "restored") == "第 4 题"
    assert len(list((tmp_path / "restored/redis-kept").glob(f"*/{origin.DUMP}"))) == 1


def test_dump_beside_an_empty_log_is_not_passed_over(tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = Embedded(data)
    server.start()
    server.stop()
    (data / "redis" / origin.DUMP).write_bytes(b"REDIS0009 something")
    refused(data, DataRefused, r"dump\.rdb")


def test_two_histories_side_by_side_are_not_chosen_from(written: Path) -> None:
    (written / origin.FILE).write_bytes(b"*1\r\n$4\r\nPING\r\n")
    refused(written.parent, DataRefused, "两份不同的数据")


@pytest.mark.parametrize(
    "missing", [origin.MANIFEST, "appendonly.aof.1.incr.aof", "appendonly.aof.1.base.rdb"]
)
def test_half_copied_folder_is_told_and_left_alone(written: Path, missing: str) -> None:
    (written / origin.FOLDER / missing).unlink()
    refused(written.parent, DataDamaged, "没有复制完")


@pytest.mark.parametrize("manifest", [b"", b"garbage\n", b"\0" * 88])
def test_unreadable_manifest_is_told_and_left_alone(written: Path, manifest: bytes) -> None:
    (written / origin.FOLDER / origin.MANIFEST).write_bytes(manifest)
    refused(written.parent, DataDamaged, "manifest")


def test_server_killed_in_its_first_moment_is_no_damage(written: Path) -> None:
    logs = written / origin.FOLDER
    (logs / origin.MANIFEST).unlink()
    (logs / "appendonly.aof.1.incr.aof").write_bytes(b"")
    assert read(written.parent) is None


def test_folder_of_another_user_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(written)
    monkeypatch.setattr(os, "getuid", lambda: written.stat().st_uid + 1)
    with pytest.raises(DataRefused, match="另一个用户"):
        Embedded(written.parent).check()
    refused(written.parent, DataRefused, "另一个用户")
    assert files_of(written) == before


def test_no_room_for_the_copy_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data/redis"
    folder.mkdir(parents=True)
    (folder / origin.FILE).write_bytes(b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n")
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4096))
    refused(tmp_path / "data", DataRefused, "磁盘快满了")
    assert not (tmp_path / "data/redis-kept").exists()


def test_shipped_server_comes_before_what_is_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    shipped = find_binary()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() == shipped
    assert find_binary("redis-server") == str(tmp_path / "redis-server")


def test_server_on_the_path_is_taken_where_none_is_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.server.program._shipped", lambda: "")
    (tmp_path / "redis-server").write_text("#!/bin/sh\n")
    (tmp_path / "redis-server").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() == str(tmp_path / "redis-server")


def test_program_that_is_no_redis_is_refused() -> None:
    with pytest.raises(ServerUnavailable, match="不是 Redis"):
        find_program("sh")
