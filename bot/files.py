"""Files written whole: a reader, or a crash, sees the old text of a file or the new one, never half."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


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


def keep_secret(data_dir: Path, name: str, given: str, n_chars: int) -> str:
    """Return `given`, or the secret kept as `name` in the data folder, made there at the first call.

    The file is created readable by its owner only, and whole: of several processes that start
    together one writes it and all read the same.
    """
    if given:
        return given
    folder = data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        draft = _draft(path, _made(n_chars))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def keep_renewed_secret(data_dir: Path, name: str, renew: Callable[[str], str], n_chars: int) -> str:
    """Put what `renew` makes of a new secret in the place of the one that is kept; return it."""
    path = data_dir / "secrets" / name
    secret = renew(_made(n_chars))
    _draft(path, secret).replace(path)
    return secret


def _draft(path: Path, secret: str) -> Path:
    """Write a secret beside where it will stand, readable by its owner only; return where."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _made(n_chars: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(n_chars))
