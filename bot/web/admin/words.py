"""Every word that the console says, from its one language file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("words.yaml")


@cache
def words() -> dict[str, Any]:
    """Return the language file, nested as it is written."""
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def worded(key: str, **values: object) -> str:
    """Return the sentence of a dotted key with its `{name}` filled in.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """
    found: Any = words()
    for name in key.split("."):
        found = found[name]
    return str(found).format_map(values) if values else str(found)
