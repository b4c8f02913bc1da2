"""The prepared form of a release: what was parsed and made ready, so that a start does neither again.

It is an archive of plain JSON and arrays, nothing that runs when it is read, and its digest stands before it. It
holds for one state of the code and the tables of this package, see `maker`: what another one wrote is of no use.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

from knowledge.codec import dump, load
from knowledge.matching.index.table import load_table
from knowledge.matching.making import IndexData
from knowledge.matching.snapshot import Row, Snapshot
from knowledge.model import Content
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble

_CONTENT, _WORDS = "content.json", "words.json"
_TABLE, _SENTENCES = "table.npz", "sentences.npz"
_DIGEST_BYTES = 32


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
    words = {
        "entry_ids": sorted(snapshot.entry_ids),
        "rows": snapshot.rows,
        "vocabulary": snapshot.vocabulary,
        "leaves": snapshot.leaves,
        "unigrams": snapshot.reader.unigrams,
        "bigrams": snapshot.reader.bigrams,
    }
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(_CONTENT, dump(content))
        packed.writestr(_WORDS, json.dumps(words, ensure_ascii=False, separators=(",", ":")))
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
    if hashlib.sha256(stored[_DIGEST_BYTES:]).digest() != stored[:_DIGEST_BYTES]:
        raise ValueError("not a prepared release, or not all of it")
    with zipfile.ZipFile(BytesIO(stored[_DIGEST_BYTES:])) as packed:
        content, words, table, sentences = (
            packed.read(name) for name in (_CONTENT, _WORDS, _TABLE, _SENTENCES)
        )
    read: Content = load(Content, content.decode())
    served = on_day(read, day)
    data = json.loads(words)
    if data.pop("entry_ids") != sorted(e.id for e in served.entries.values() if e.status == "published"):
        return read, None
    data["rows"] = [Row(*row) for row in data["rows"]]
    data["leaves"] = tuple(data["leaves"])
    return read, assemble(
        served,
        IndexData(table=load_table(BytesIO(table)), sentence_table=load_table(BytesIO(sentences)), **data),
        like,
    )
