"""Which release each draft folder was made from, so that nobody undoes another editor's work unknowingly."""

from __future__ import annotations

import json
from pathlib import Path

from bot.files import write_all

_FILE = "bases.json"


def base_of(data_dir: Path, folder: Path) -> str:
    """Return the release that a content folder was last equal to, "" when that is not known."""
    return _bases(data_dir).get(str(folder.resolve()), "")


def keep_base(data_dir: Path, folder: Path, version: str) -> None:
    """Note that a content folder equals the release `version` now."""
    bases = _bases(data_dir) | {str(folder.resolve()): version}
    write_all(data_dir, {_FILE: json.dumps(bases, ensure_ascii=False, indent=1)})


def _bases(data_dir: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((data_dir / _FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found
