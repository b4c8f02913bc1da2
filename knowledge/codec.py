"""Frozen values ⇄ JSON, by the types themselves.

Reading is forgiving on purpose: a field that is missing takes its default and one that is unknown is
dropped, so what an older or a newer release wrote still loads.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec


def dump(value: Any) -> str:
    """Return the JSON text of a frozen value, without spaces, Chinese as it is."""
    return msgspec.json.encode(value).decode()


def load(kind: Any, text: str | bytes | memoryview) -> Any:
    """Return the value that `dump` wrote, also one written by another version; null gives None.

    Raises:
        ValueError: when the text is no such value.
    """
    try:
        return _decoder(kind).decode(text)
    except msgspec.MsgspecError as problem:
        raise ValueError(f"not a {kind.__name__.lower()}: {problem}") from problem


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind | None, strict=False)
