"""Session ⇄ JSON, by the types themselves.

Reading is forgiving on purpose: a field that is missing takes its default and one that is unknown is
dropped, so a session written by an older or a newer release still loads.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from handlers.model import Card, Session


def dump_session(session: Session) -> str:
    """Return the JSON text of a session, without spaces, Chinese as it is."""
    return json.dumps(asdict(session), ensure_ascii=False, separators=(",", ":"))


def load_session(text: str) -> Session:
    """Return the session that `dump_session` wrote, also one written by another version.

    Raises:
        ValueError: when the text is not a session at all.
    """
    try:
        raw = json.loads(text)
        session = _load(Session, raw)
    except (TypeError, KeyError, AttributeError) as problem:
        raise ValueError(f"not a session: {problem}") from problem
    if not isinstance(session, Session):
        raise ValueError("not a session: null")
    return session


def dump_card(card: Card) -> str:
    """Return the JSON text of a card, for those who look it up."""
    return json.dumps(asdict(card), ensure_ascii=False, separators=(",", ":"))


def load_card(text: str) -> Card:
    """Return the card that `dump_card` wrote."""
    card: Card = _load(Card, json.loads(text))
    return card


def _load(kind: Any, raw: Any) -> Any:
    if isinstance(kind, UnionType):
        return None if raw is None else _load(next(k for k in get_args(kind) if k is not type(None)), raw)
    if get_origin(kind) is tuple:
        return tuple(_load(get_args(kind)[0], value) for value in raw)
    if isinstance(kind, type) and is_dataclass(kind):
        given = {name: _load(hint, raw[name]) for name, hint in _hints(kind) if name in raw}
        return kind(**given)
    return kind(raw)


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    # Working them out takes longer than all the rest, and a full session holds a hundred records.
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))
