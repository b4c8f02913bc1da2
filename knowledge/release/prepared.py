"""The prepared form of a release: what was parsed and made ready, so that a start does neither again.

It is plain JSON and arrays, nothing that runs when it is read, and its digest stands before it. It holds for one state of
the code and the tables of this package, see `maker`: what another one wrote is of no use. The arrays stay where they were
stored: of a large base most is asked of few questions, and what lies in a file all workers have in common.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from knowledge.codec import dump, load
from knowledge.matching.index.stored_arrays import ALIGNED
from knowledge.matching.index.table import load_table
from knowledge.matching.making import IndexData
from knowledge.matching.snapshot import Row, Snapshot
from knowledge.model.content import Content
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble

_DIGEST_BYTES = 32
# How long the parts are: the content, the words, the tables of rows and of sentences.
_LENGTHS = struct.Struct("<4Q")


_StoredRow = tuple[str, str, str | None, str | None, bool, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Words:
    """What of the index data is no array, and the entries that it is of.

    Of a row whose literal text is its text, or its canonical one the literal, that is not said twice (None).
    """

    entry_ids: list[str]
    rows: list[_StoredRow]
    vocabulary: str
    leaves: tuple[str, ...]
    unigrams: dict[str, int]
    bigrams: dict[str, int]
    targets: str
    digests: bytes


@cache
def maker() -> str:
    """Return what names this state of the code and tables that read a text: 12 hex digits."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    package = Path(__file__).parent.parent
    for file in sorted((*package.rglob("*.py"), *(package / "language/tables").glob("*.txt"))):
        digest.update(file.relative_to(package).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def pack_prepared(content: Content, snapshot: Snapshot) -> bytes:
    """Return the prepared form of a release: its whole `content`, and the index data of the day's `snapshot`."""
    words = _Words(
        entry_ids=sorted(snapshot.entry_ids),
        rows=[_said_once(row) for row in snapshot.rows],
        vocabulary=snapshot.vocabulary,
        leaves=snapshot.leaves,
        unigrams=dict(snapshot.reader.unigrams),
        bigrams=dict(snapshot.reader.bigrams),
        targets=snapshot.targets,
        digests=snapshot.digests,
    )
    parts = [dump(content).encode(), dump(words).encode()]
    for table in (snapshot.table, snapshot.sentence_table):
        stored = BytesIO()
        table.save(stored)
        parts.append(stored.getvalue())
    body = _LENGTHS.pack(*map(len, parts)) + b"".join(part + bytes(_room_after(len(part))) for part in parts)
    return hashlib.sha256(body).digest() + body


def unpack_prepared(
    stored: bytes | memoryview, day: str, like: Snapshot | None = None
) -> tuple[Content, Snapshot | None]:
    """Return the content of a prepared release and its snapshot on `day`; None when other entries are served then.

    The snapshot goes on reading from `stored`. `like` is what `assemble` has by that name.

    Raises:
        ValueError: it is damaged.
    """
    whole = memoryview(stored)
    if hashlib.sha256(whole[_DIGEST_BYTES:]).digest() != whole[:_DIGEST_BYTES]:
        raise ValueError("not a prepared release, or not all of it")
    contents, written, *tables = _parts(whole)
    read: Content = load(Content, contents)
    served = on_day(read, day)
    words: _Words = load(_Words, written)
    if words.entry_ids != sorted(e.id for e in served.entries.values() if e.status == "published"):
        return read, None
    table, sentences = map(load_table, tables)
    data = IndexData(
        rows=_rows(words.rows, read),
        table=table,
        vocabulary=words.vocabulary,
        leaves=words.leaves,
        sentence_table=sentences,
        unigrams=words.unigrams,
        bigrams=words.bigrams,
        targets=words.targets,
        digests=words.digests,
    )
    return read, assemble(served, data, like)


def _parts(whole: memoryview) -> Iterator[memoryview]:
    at = _DIGEST_BYTES + _LENGTHS.size
    for length in _LENGTHS.unpack_from(whole, _DIGEST_BYTES):
        yield whole[at : at + length]
        at += length + _room_after(length)


def _room_after(length: int) -> int:
    """Return how many bytes there are between a part and the next, which begins where an array may."""
    return -length % ALIGNED


def _said_once(row: Row) -> _StoredRow:
    literal = None if row.literal == row.text else row.literal
    canonical = None if row.canonical == row.literal else row.canonical
    return row.entry_id, row.text, canonical, literal, row.quoted, row.entities, row.clauses


def _rows(stored: Sequence[_StoredRow], content: Content) -> list[Row]:
    """Return the rows, with the very strings of the content where they are its: a hundred thousand entries have each once in memory."""
    known = {
        text: text
        for entry in content.entries.values()
        for text in (entry.id, entry.question, *entry.phrasings)
    }
    rows: list[Row] = []
    for entry_id, text, canonical, literal, quoted, entities, clauses in stored:
        own = known.get(text, text)
        as_written = own if literal is None else literal
        as_read = as_written if canonical is None else canonical
        rows.append(Row(known[entry_id], own, as_read, as_written, quoted, entities, clauses))
    return rows
