"""Sessions and cards ⇄ JSON; one written by an older or a newer release still loads."""

from __future__ import annotations

import json

from msgspec.structs import replace

from handlers.model.attempts import Try
from handlers.model.session import Card, Session
from knowledge.codec import dump, load

_EARLIER = "exam_starts"


def dump_session(session: Session) -> str:
    """Return the JSON text of a session, without spaces, Chinese as it is."""
    return dump(session)


def load_session(text: str) -> Session:
    """Return the session that `dump_session` wrote, also one written by another version.

    Raises:
        ValueError: when the text is not a session at all.
    """
    session = load(Session, text)
    if not isinstance(session, Session):
        raise ValueError("not a session: null")
    if session.tries or _EARLIER not in text:
        return session
    return replace(session, tries=_earlier_tries(text))


def _earlier_tries(text: str) -> tuple[Try, ...]:
    """Return the tries of a session from when only the 正式测评 had a limit, and only its beginnings were kept."""
    return tuple(Try("exam", at) for at in json.loads(text).get(_EARLIER, ()))


def dump_card(card: Card) -> str:
    """Return the JSON text of a card, for those who look it up."""
    return dump(card)


def load_card(text: str) -> Card:
    """Return the card that `dump_card` wrote."""
    card: Card = load(Card, text)
    return card
