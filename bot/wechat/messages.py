"""A verified push → a `Message`: the last place that sees an openid."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote

from werobot.messages.messages import TextMessage, VoiceMessage

from bot.wechat.door import Push
from handlers.model.messages import Message

# Here the user is in <OpenID>; FromUserName is the platform's own sender (authorization page).
_OPENID_EVENTS = frozenset(
    {"user_authorization_revoke", "user_authorization_cancellation", "user_info_modified"}
)

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
MAX_TEXT_CHARS = 2000
"""Longer words are cut here, so that no later step can be made slow by length."""


def to_message(push: Push, hash_user: Callable[[str], str], received_ms: int) -> Message:
    """Return the message of a push, its user hashed, its key equal for every delivery of it.

    A message's key is its user and MsgId, since MsgId alone is not unique across users; an event has no
    MsgId, so its key is user, CreateTime, Event and EventKey. A message without one (absent, empty or 0) is
    known by all that it holds: two different ones of one second are two.

    Args:
        received_ms: When the push came, by the process's monotonic clock; the pipeline puts the store's time in its place.
    """
    fields, received = push.fields, push.message
    kind, text = fields["MsgType"].lower(), ""
    match received:
        case TextMessage():
            text = received.content or ""
        case VoiceMessage() if (received.recognition or "").strip():
            kind, text = "text", received.recognition
    event = fields["Event"].lower() if kind == "event" else ""
    openid = fields.get("OpenID", "") if event in _OPENID_EVENTS else ""
    user = hash_user(openid or received.source)
    text = _as_tapped(text[:MAX_TEXT_CHARS])
    event_key = fields.get("EventKey", "") if kind == "event" else ""
    whole = [f"{name}={fields[name]}" for name in sorted(fields)]
    known_by = [fields["CreateTime"], event, event_key] if kind == "event" else whole
    identity = fields.get("MsgId", "").lstrip("0") or "\n".join(known_by)
    return Message(
        push_key=hashlib.sha256(f"{user}\n{identity}".encode()).hexdigest()[:32],
        user=user,
        kind=kind,
        text=text,
        event=event,
        event_key=event_key,
        received_ms=received_ms,
    )


def _as_tapped(text: str) -> str:
    """Return the words of a tapped line, which some clients send as they stand in the link, percent-encoded."""
    try:
        return unquote(text, errors="strict") if _ENCODED.fullmatch(text) else text
    except UnicodeDecodeError:
        return text
