"""Which release each draft folder was made from, so that nobody undoes another editor's work unknowingly."""

from __future__ import annotations

import json
from pathlib import Path

from bot.files import write_all

_FILE = "bases.json"


def bases_of(data_dir: Path, folder: Path) -> list[str]:
    """Return the release that a content folder was last equal to, then what it proposed since; [] when that is not known."""
    return _bases(data_dir).get(str(folder.resolve()), "").split()


def keep_base(data_dir: Path, folder: Path, version: str, *proposed: str) -> None:
    """Note that a content folder equals the release `version` now, or was made from it and is `proposed` to be the next."""
    bases = _bases(data_dir) | {str(folder.resolve()): " ".join((version, *proposed))}
    write_all(data_dir, {_FILE: json.dumps(bases, ensure_ascii=False, indent=1)})


def _bases(data_dir: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found
