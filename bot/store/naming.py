"""Whether every host of one Redis names people by the same key: under two keys one person would be two."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

_KEY = "{privacy}:naming"


def _sign(key: str) -> str:
    # Tells whether a key is the same, and nothing of the key.
    return hmac.new(key.encode(), b"whose names these are", hashlib.sha256).hexdigest()[:16]


async def names_as_others(redis: Any, key: str) -> bool:
    """Return whether the people in a Redis are named by this key; one in which nobody is yet is named by any.

    Raises:
        RedisError: Redis is away.
    """
    held = await redis.get(_KEY)
    return held is None or held.decode() == _sign(key)


async def keep_naming(redis: Any, key: str) -> bool:
    """Write down by which key people are named here, where nothing stands yet; return whether it is this one.

    Raises:
        RedisError: Redis is away.
    """
    await redis.set(_KEY, _sign(key), nx=True)
    return await names_as_others(redis, key)
