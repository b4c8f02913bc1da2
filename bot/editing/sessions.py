"""The sessions of everybody, for who counts or marks again; one that nobody can read is named and stops nothing."""

from __future__ import annotations

from redis.exceptions import ResponseError

from bot.process import Parts
from handlers.codec import load_session
from handlers.model.session import Session

_SESSIONS = "{s*}:session:*"


async def sessions_of(parts: Parts) -> tuple[dict[str, Session], tuple[str, ...]]:
    """Return every session by its user's code, and the codes of those that can't be read.

    Raises:
        RedisError: Redis is away.
    """
    sessions, unread = {}, []
    async for name in parts.store.redis.scan_iter(match=_SESSIONS, count=200):
        user = name.decode().rpartition(":")[2]
        try:
            stored = await parts.store.redis.hget(name, "d")
            if stored:
                sessions[user] = load_session(stored.decode())
        except (ValueError, ResponseError):
            # Also what is no text, and a key that is no hash.
            unread.append(user)
    return sessions, tuple(sorted(unread))
