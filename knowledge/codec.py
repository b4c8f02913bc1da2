"""Frozen values ⇄ JSON, by the types themselves.

Reading is forgiving on purpose: a field that is missing takes its default and one that is unknown is
dropped, so what an older or a newer release wrote still loads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def dump(value: Any) -> str:
    """Return the JSON text of a dataclass, without spaces, Chinese as it is."""
    return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"))


def load(kind: type, text: str) -> Any:
    """Return the value of a dataclass that `dump` wrote, also one written by another version; null gives None.

    Raises:
        ValueError: when the text is no such value.
    """
    try:
        raw = json.loads(text)
        return None if raw is None else _loader(kind)(raw)
    except (TypeError, KeyError, AttributeError) as problem:
        raise ValueError(f"not a {kind.__name__.lower()}: {problem}") from problem


@cache
def _loader(kind: Any) -> Callable[[Any], Any]:
    """Return what makes a value of a type from its JSON; worked out once, for a release holds fifty thousand records."""
    if isinstance(kind, UnionType):
        inner = _loader(next(k for k in get_args(kind) if k is not type(None)))
        return lambda raw: None if raw is None else inner(raw)
    if get_origin(kind) is tuple:
        each = _loader(get_args(kind)[0])
        return lambda raw: tuple(map(each, raw))
    if get_origin(kind) is Mapping:
        value = _loader(get_args(kind)[1])
        return lambda raw: {key: value(found) for key, found in raw.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return _record_loader(kind)
    load_leaf: Callable[[Any], Any] = kind
    return load_leaf


def _record_loader(kind: type) -> Callable[[Any], Any]:
    # A type may hold itself (a button its buttons): its fields are looked at when the first value is read.
    @cache
    def loaders() -> list[tuple[str, Callable[[Any], Any]]]:
        hints = get_type_hints(kind)
        return [(field.name, _loader(hints[field.name])) for field in fields(kind)]

    return lambda raw: kind(**{name: each(raw[name]) for name, each in loaders() if name in raw})
