"""WeChat's events: follow, unfollow, taps and scans that stand for nothing we know; every other one is acknowledged in silence."""

from __future__ import annotations

from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import say

# The platform obliges an account to delete a user's data on these (event page, authorization page).
ERASING = frozenset({"unsubscribe", "user_authorization_revoke", "user_authorization_cancellation"})
"""The events after which nothing of the user may stay."""
# The user did something and waits; to the rest a message may not be sent in answer.
_WAITED_FOR = frozenset({"click", "scan", "scancode_waitmsg"})
ANSWERED = _WAITED_FOR | {"subscribe"}
"""The events that are answered with a message."""


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Welcome a follower, erase who leaves, help whose tap or scan we don't know; taps that we know never get here."""
    if message.kind != "event":
        return None
    if message.event == "subscribe":
        return say(context, session, "welcome")
    if message.event in ERASING:
        return Turn(Reply("none"), session, (Effect("erased", {"event": message.event}),), erase=True)
    if message.event in _WAITED_FOR:
        return say(context, session, "help")
    return Turn(Reply("none"), session)
