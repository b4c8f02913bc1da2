"""The prepared form of a release: what was parsed and made ready, so that a start does neither again.

It is an archive of plain JSON and arrays, nothing that runs when it is read, and its digest stands before it. It
holds for one state of the code and the tables of this package, see `maker`: what another one wrote is of no use.
"""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from knowledge.codec import dump, load
from knowledge.matching.index.table import load_table
from knowledge.matching.making import IndexData
from knowledge.matching.snapshot import Row, Snapshot
from knowledge.model.content import Content
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble

_CONTENT, _WORDS = "content.json", "words.json"
_TABLE, _SENTENCES = "table.npz", "sentences.npz"
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Words:
    """What of the index data is no array, and the entries that it is of."""

    entry_ids: list[str]
    rows: list[Row]
    vocabulary: str
    leaves: tuple[str, ...]
    unigrams: dict[str, int]
    bigrams: dict[str, int]


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
        rows=list(snapshot.rows),
        vocabulary=snapshot.vocabulary,
        leaves=snapshot.leaves,
        unigrams=dict(snapshot.reader.unigrams),
        bigrams=dict(snapshot.reader.bigrams),
    )
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(_CONTENT, dump(content))
        packed.writestr(_WORDS, dump(words))
        for name, table in ((_TABLE, snapshot.table), (_SENTENCES, snapshot.sentence_table)):
            stored = BytesIO()
            table.save(stored)
            packed.writestr(name, stored.getvalue())
    return hashlib.sha256(archive.getbuffer()).digest() + archive.getvalue()


def unpack_prepared(stored: bytes, day: str, like: Snapshot | None = None) -> tuple[Content, Snapshot | None]:
    """Return the content of a prepared release and its snapshot on `day`; None when other entries are served then.

    `like` is what `assemble` has by that name.

    Raises:
        ValueError: it is damaged.
    """
    if hashlib.sha256(memoryview(stored)[_DIGEST_BYTES:]).digest() != stored[:_DIGEST_BYTES]:
        raise ValueError("not a prepared release, or not all of it")
    # An archive may have something before it. Nothing is held twice: what reading takes at its height, a worker keeps.
    with zipfile.ZipFile(BytesIO(stored)) as packed:
        read: Content = load(Content, packed.read(_CONTENT))
        served = on_day(read, day)
        words: _Words = load(_Words, packed.read(_WORDS))
        if words.entry_ids != sorted(e.id for e in served.entries.values() if e.status == "published"):
            return read, None
        table, sentences = (load_table(BytesIO(packed.read(name))) for name in (_TABLE, _SENTENCES))
    data = IndexData(
        rows=words.rows,
        table=table,
        vocabulary=words.vocabulary,
        leaves=words.leaves,
        sentence_table=sentences,
        unigrams=words.unigrams,
        bigrams=words.bigrams,
    )
    return read, assemble(served, data, like)
