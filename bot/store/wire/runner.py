"""Scripts executed on the server: in turns, behind a breaker, and after a server that was gone has been brought back."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import AuthenticationError, BusyLoadingError, NoScriptError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.server.healing import Heal, Healing
from bot.store.wire.away import in_words
from bot.store.wire.client import try_to_write
from bot.telemetry import BREAKER

# One server answers one script after the other; more connections only make each wait longer than its 0.3 s.
AT_ONCE = 16
_BREAK_AFTER = 3
_BREAK_S = 1.0
# What a server says instead of executing a script.
_REFUSALS = (ResponseError, BusyLoadingError, AuthenticationError)


class StoreDown(Exception):
    """The store is away, silent or still loading: nothing was remembered, nothing will be.

    `may_have_run` says of a script that it was sent and may have been executed all the same.
    """

    def __init__(self, why: str, *, may_have_run: bool = False) -> None:
        super().__init__(why)
        self.may_have_run = may_have_run


class Runner:
    """One process's way to execute scripts on its server.

    `turns` is how many are under way at a time: who computes something that must be true when a script is sent
    takes a turn and calls `run_in_turn`; everybody else calls `run`.

    Args:
        redis: An asyncio client as `connect` returns it.
        heal: Called when the server is gone (not when it is silent); starts the embedded one again.
        at_once: How many scripts are under way at a time; the others wait, in the order they came.
        down: Why the server could not be started so far.
    """

    def __init__(self, redis: Any, heal: Heal | None = None, at_once: int = AT_ONCE, down: str = "") -> None:
        self._redis = redis
        # A crowd waits here as long as its pushes have time, not in a pool: a pool's time-out looks like
        # a store that is gone, and it starves whoever came first.
        self.turns = asyncio.Semaphore(at_once)
        self._healing = Healing(heal, down) if heal else None
        self._n_failures = 0
        self._closed_until = 0.0

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> list[Any]:
        """Return what a script gives; it runs as one step.

        Raises:
            StoreDown: no answer within the socket timeout, or the breaker is open.
        """
        async with self.turns:
            return await self.run_in_turn(script, keys, arguments)

    async def run_in_turn(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> list[Any]:
        """Return what a script gives, for a caller that holds one of the `turns`.

        Raises:
            StoreDown: as `run`.
        """
        result: list[Any] = await self._try(lambda: self._evaluate(script, keys, arguments))
        return result

    async def look(self) -> None:
        """See whether the server answers, and have it started again when it is gone.

        Raises:
            StoreDown: it is silent, or could not be started.
        """
        async with self.turns:
            await self._try(self._redis.ping)

    async def trouble(self) -> str:
        """Return why nothing can be remembered now, in one line; "" when all is well."""
        try:
            await try_to_write(self._redis)
        except (RedisError, OSError) as error:
            return (self._healing.why if self._healing else "") or in_words(error)
        return ""

    async def close(self) -> None:
        """Close every connection, after a start of the server that is under way."""
        if self._healing:
            await self._healing.end()
        await self._redis.aclose()

    async def _try(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        if time.monotonic() < self._closed_until:
            raise StoreDown("the breaker is open")
        try:
            result = await self._ask(ask)
        except StoreDown:
            self._note_failure()
            raise
        except (RedisError, OSError) as error:
            self._note_failure()
            raise StoreDown(in_words(error), may_have_run=self._may_have_run(error)) from error
        self._n_failures = 0
        if self._healing:
            self._healing.why = ""
        return result

    async def _ask(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask, and ask again when the server was gone and could be brought back."""
        try:
            return await ask()
        except RedisConnectionError as gone:
            # A time-out while connecting comes wrapped: a silent server is alive and must not get a twin.
            if self._healing is None or isinstance(gone.__cause__, RedisTimeoutError | TimeoutError):
                raise
            may_have_run = self._may_have_run(gone)
            try:
                is_back = await self._healing.wait()
            except StoreDown as down:
                raise StoreDown(str(down), may_have_run=may_have_run) from gone
            if not is_back:
                raise StoreDown("自带的 Redis 正在启动", may_have_run=may_have_run) from gone
            try:
                return await ask()
            except (RedisError, OSError) as again:
                may_have_run = may_have_run or self._may_have_run(again)
                raise StoreDown(in_words(again), may_have_run=may_have_run) from again

    def _may_have_run(self, error: BaseException) -> bool:
        # A cluster's client tries again by itself: what it raises last tells nothing of its first try.
        return isinstance(self._redis, RedisCluster) or not isinstance(error, _REFUSALS)

    async def _evaluate(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> list[Any]:
        result: list[Any]
        try:
            result = await self._redis.evalsha(_digest(script), len(keys), *keys, *arguments)
        except NoScriptError:
            # A server that was restarted, or took over, knows no digests; it did nothing.
            result = await self._redis.eval(script, len(keys), *keys, *arguments)
        return result

    def _note_failure(self) -> None:
        self._n_failures += 1
        if self._n_failures >= _BREAK_AFTER:
            BREAKER.inc()
            # One try goes through when the time is up; its failure closes the way again at once.
            self._closed_until = time.monotonic() + _BREAK_S


@cache
def _digest(script: str) -> str:
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
