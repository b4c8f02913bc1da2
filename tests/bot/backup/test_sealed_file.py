"""A backup file is what was written, in its order and to its end, or it does not open."""

from __future__ import annotations

import io
import struct
import zlib

import msgspec
import pytest

from bot.backup import sealed_file
from bot.backup.sealed_file import BadBackup, Writer, read_all

THINGS = [["file", f"secrets/{n}", bytes([n]) * 40] for n in range(9)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "_PIECE_BYTES", 100)


@pytest.fixture(params=["", "口令"], ids=["plain", "encrypted"])
def passphrase(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(passphrase: str) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, {"made_at": 1}, passphrase)
    for thing in THINGS:
        writer.write(thing)
    writer.end()
    return file.getvalue()


def parts_of(data: bytes) -> list[bytes]:
    """Return the head, then each piece with its mark and length."""
    start = data.index(b"\n") + 1
    at = start + 4 + struct.unpack(">I", data[start : start + 4])[0]
    parts = [data[:at]]
    while at < len(data):
        end = at + 5 + struct.unpack(">I", data[at + 1 : at + 5])[0]
        parts.append(data[at:end])
        at = end
    return parts


def read(data: bytes, passphrase: str) -> list[object]:
    return list(read_all(io.BytesIO(data), passphrase))


def test_what_was_written_is_read(passphrase: str) -> None:
    assert read(written(passphrase), passphrase) == THINGS
    assert len(parts_of(written(passphrase))) > 4


@pytest.mark.parametrize("how", ["swapped", "left out", "twice", "end alone", "another head", "another end"])
def test_pieces_stand_in_their_place_or_the_file_does_not_open(passphrase: str, how: str) -> None:
    head, first, second, *rest = parts_of(written(passphrase))
    other = parts_of(written(passphrase))
    spoilt = {
        "swapped": [head, second, first, *rest],
        "left out": [head, first, *rest],
        "twice": [head, first, first, second, *rest],
        "end alone": [head, rest[-1]],
        "another head": [head.replace(b'"made_at": 1', b'"made_at": 2'), first, second, *rest],
        "another end": [head, first, second, *rest[:-1], other[-1]],
    }
    with pytest.raises(BadBackup):
        read(b"".join(spoilt[how]), passphrase)


def test_words_put_in_by_hand_are_noticed() -> None:
    head, first, *rest = parts_of(written(""))
    forged = zlib.compress(msgspec.msgpack.encode([msgspec.msgpack.encode(["file", "secrets/0", b"x"])]))
    sealed = first[5:37] + forged
    with pytest.raises(BadBackup):
        read(b"".join([head, first[:1], struct.pack(">I", len(sealed)), sealed, *rest]), "")
