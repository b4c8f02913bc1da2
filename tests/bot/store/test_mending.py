"""A torn end is cut off on a copy and told; any other damage is left for a person."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.store.server import origin
from bot.store.server.embedded import Embedded
from bot.store.server.faults import DataDamaged
from tests.bot.store.test_origin import client_of, read, refused

INCR = "appendonly.aof.1.incr.aof"
BASE = "appendonly.aof.1.base.rdb"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The append-only folder of a server that remembered 20 turns, each in one transaction."""
    server = Embedded(tmp_path / "data")
    server.start()
    turn = "redis.call('SET', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[2]) return 1"
    with client_of(server) as client:
        for number in range(20):
            client.eval(turn, 2, "session", "clock", f"第 {number} 题")
    server.stop()
    return tmp_path / "data/redis" / origin.FOLDER


def test_blank_end_is_cut_off_and_nothing_else(logs: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = (logs / INCR).read_bytes()
    torn = whole + bytes(4096)
    (logs / INCR).write_bytes(torn)
    data = logs.parent.parent
    with caplog.at_level(logging.WARNING):
        assert read(data) == "第 19 题"
    assert (logs / INCR).read_bytes() == whole
    (kept,) = (data / "redis-kept").iterdir()
    assert (kept / origin.FOLDER / INCR).read_bytes() == torn
    (told,) = (record.message for record in caplog.records)
    assert "4096 个空字节" in told
    assert str(kept) in told


@pytest.mark.parametrize("n_blank", [0, 512])
def test_half_a_turn_is_cut_off_whole_and_named(
    logs: Path, n_blank: int, caplog: pytest.LogCaptureFixture
) -> None:
    whole = (logs / INCR).read_bytes()
    # The last transaction lacks its EXEC and half of its INCR; its SET is whole, and is no turn without it.
    (logs / INCR).write_bytes(whole[: whole.rindex(b"clock")] + bytes(n_blank))
    with caplog.at_level(logging.WARNING):
        assert read(logs.parent.parent) == "第 18 题"
    assert read(logs.parent.parent, key="clock") == "19"
    (told,) = (record.message for record in caplog.records)
    assert "SET session" in told


def test_log_may_end_at_any_byte(logs: Path) -> None:
    whole = (logs / INCR).read_bytes()
    # Commands of the last turn start here; a cut before, between and within their parts.
    last = whole.rindex(b"*1\r\n$5\r\nMULTI")
    for end in range(last, len(whole), 9):
        (logs / INCR).write_bytes(whole[:end])
        assert read(logs.parent.parent) == "第 18 题", whole[last:end]


@pytest.mark.parametrize("rest", [b"", bytes(64)])
def test_damage_in_the_middle_cuts_nothing(logs: Path, rest: bytes) -> None:
    log = bytearray((logs / INCR).read_bytes() + rest)
    log[log.index(b"MULTI", len(log) // 2) - 8] = ord("x")
    (logs / INCR).write_bytes(bytes(log))
    refused(logs.parent.parent, DataDamaged, f"{logs / INCR} 坏了.*不能自动修")
    assert not (logs.parent.parent / "redis-kept").exists()


def test_unreadable_base_is_named_and_left_alone(logs: Path) -> None:
    base = bytearray((logs / BASE).read_bytes())
    base[12:30] = b"x" * 18
    (logs / BASE).write_bytes(bytes(base))
    refused(logs.parent.parent, DataDamaged, f"{logs / BASE} 坏了")


def test_torn_single_file_is_mended_before_it_is_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "data/redis"
    folder.mkdir(parents=True)
    log = b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nset\r\n$7\r\nsession\r\n$3\r\nold\r\n"
    (folder / origin.FILE).write_bytes(log + bytes(100))
    assert read(tmp_path / "data") == "old"
