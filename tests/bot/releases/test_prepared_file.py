"""The prepared release of a worker lies in its file, and stays the release that it was whatever becomes of the file."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import pytest

from bot.releases.prepared_file import Shelf
from knowledge.matching.decide import decide
from knowledge.matching.snapshot import Snapshot
from knowledge.reading.served_days import on_day

_DAY = "2026-10-01"


@pytest.fixture
def shelf(tmp_path: Path, snapshot: Snapshot) -> Shelf:
    assert on_day(snapshot.content, _DAY).entries == snapshot.content.entries
    shelf = Shelf(tmp_path)
    shelf.put(snapshot.content, snapshot)
    return shelf


def test_arrays_of_a_release_lie_in_its_file_and_not_in_the_memory_of_each_worker(
    shelf: Shelf, snapshot: Snapshot
) -> None:
    _, taken = shelf.take(snapshot.version, _DAY)
    assert taken is not None
    for table in (taken.table, taken.sentence_table):
        for name in table.__slots__:
            assert isinstance(_holder(getattr(table, name)), mmap.mmap), name


def test_release_answers_on_when_its_file_is_replaced_or_gone(
    shelf: Shelf, snapshot: Snapshot, tmp_path: Path
) -> None:
    _, taken = shelf.take(snapshot.version, _DAY)
    assert taken is not None
    shelf.put(snapshot.content, snapshot)
    for file in tmp_path.glob("*.prepared"):
        file.unlink()
    for entry in list(snapshot.content.entries.values())[:30]:
        assert decide(taken, entry.question) == decide(snapshot, entry.question)


@pytest.mark.parametrize("written", [b"", b"x", bytes(5000)])
def test_file_that_is_no_release_is_none(
    shelf: Shelf, snapshot: Snapshot, tmp_path: Path, written: bytes
) -> None:
    (file,) = tmp_path.glob("*.prepared")
    file.write_bytes(written)
    assert shelf.take(snapshot.version, _DAY) == (None, None)


def _holder(array: Any) -> Any:
    """Return what an array's bytes are of, at the end."""
    held = array
    while getattr(held, "base", None) is not None:
        held = held.base
    return held.obj if isinstance(held, memoryview) else held
