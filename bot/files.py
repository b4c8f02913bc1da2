"""Files written whole: a reader, or a crash, sees the old text of a file or the new one, never half."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files below `folder` by their relative names; all are written out before the first is put in place.

    A file keeps its permissions. Missing folders are made.

    Raises:
        OSError: a file can't be written; then none was put in place, unless the disk itself fails between two.
    """
    drafts: list[tuple[Path, Path]] = []
    try:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            drafts.append((draft, path))
            with draft.open("w", encoding="utf-8", newline="\n") as written:
                written.write(text)
                written.flush()
                os.fsync(written.fileno())
            if path.exists():
                draft.chmod(path.stat().st_mode)
        for draft, path in drafts:
            draft.replace(path)
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` in the place of a file.

    Raises:
        OSError: it can't be written; the file then is as it was.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as written:
            written.write(data)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
