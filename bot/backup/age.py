"""When the last backup of a place was taken, kept where every host sees it."""

from __future__ import annotations

import time
from typing import Any

_KEY = "{backup}:at"


async def note_backup(redis: Any) -> None:
    """Write down that a backup was taken and checked just now.

    Raises:
        RedisError: Redis is away.
    """
    await redis.set(_KEY, int(time.time()))


async def days_since_backup(redis: Any) -> float | None:
    """Return how long ago the last backup was taken, None when there never was one.

    Raises:
        RedisError: Redis is away.
    """
    at = await redis.get(_KEY)
    return (time.time() - int(at)) / 86_400 if at else None
