"""The account's access token: kept in Redis where there is one, and fetched once a life by all processes together."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import RedisError

_EARLY_S = 300
"""How long before its end a token is replaced; the platform holds the old and the new one valid for so long."""
_LEAST_S = 30
_FETCH_MS = 20_000
_LOOK_S = 0.05
_DROP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"

Fetch = Callable[[bool], Awaitable[tuple[str, int]]]
"""Gets a token and its life in seconds from the platform; True forces a new one, which ends the old one's life."""


@dataclass(slots=True)
class AccessTokens:
    """The tokens of one account.

    The fetch in Redis is guarded by a mark that expires. Where its holder dies or is slower, a second one is made, and
    that is no harm: the platform's stable token is the same for whoever asks. Without Redis every process has its own.
    """

    app_id: str
    fetch: Fetch
    redis: Any = None
    _own: str = field(default="", init=False)
    _own_until: float = field(default=0.0, init=False)

    async def current(self) -> str:
        """Return a token that is valid as far as anybody knows.

        Raises:
            CallFailed: there is none to be had.
        """
        if self._is_fresh():
            return self._own
        try:
            return await self._shared()
        except (RedisError, OSError):
            # Merely not shared; the call itself needs no Redis.
            return self._own if self._is_fresh() else await self._fetch(forced=False)

    async def replace(self, stale: str) -> str:
        """Return another token than one that the platform did not take; whoever comes first fetches it for all.

        Raises:
            CallFailed: there is none to be had.
        """
        if self._own == stale:
            self._own = ""
        if self.redis is not None:
            with suppress(RedisError, OSError):
                await self.redis.eval(_DROP, 1, self._key, stale)
        token = await self.current()
        if token == stale:
            # The platform gives out again what it does not take: somebody ended its life by force, and so must we.
            token = await self._fetch(forced=True)
            await self._keep(token)
        return token

    def _is_fresh(self) -> bool:
        return bool(self._own) and time.monotonic() < self._own_until

    @property
    def _key(self) -> str:
        return f"{{access_token}}:{self.app_id}"

    async def _shared(self) -> str:
        if self.redis is None:
            return await self._fetch(forced=False)
        mark, ours = f"{self._key}:fetching", secrets.token_hex(8)
        while not (held := await self.redis.get(self._key)):
            if await self.redis.set(mark, ours, nx=True, px=_FETCH_MS):
                try:
                    # It may have come between our look and our mark.
                    if held := await self.redis.get(self._key):
                        break
                    token = await self._fetch(forced=False)
                    await self._keep(token)
                    return token
                finally:
                    await self.redis.eval(_DROP, 1, mark, ours)
            await asyncio.sleep(_LOOK_S)
        return held.decode() if isinstance(held, bytes) else str(held)

    async def _fetch(self, *, forced: bool) -> str:
        token, life_s = await self.fetch(forced)
        self._own, self._own_until = token, time.monotonic() + max(life_s - _EARLY_S, _LEAST_S)
        return token

    async def _keep(self, token: str) -> None:
        if self.redis is None:
            return
        left_ms = int((self._own_until - time.monotonic()) * 1000)
        if left_ms > 0:
            with suppress(RedisError, OSError):
                await self.redis.set(self._key, token, px=left_ms)
