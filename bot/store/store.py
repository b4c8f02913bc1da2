"""What is remembered of users: load a session, commit a turn, each in one atomic step."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.away import in_words
from bot.store.client import SOCKET_TIMEOUT_S
from bot.store.healing import Heal, Healing
from bot.store.keys import UserKeys, event_streams, keys_of
from bot.store.scripts import COMMIT, LOAD

# One server answers one script after the other; more connections only make each wait longer than its 0.3 s.
_AT_ONCE = 16
_BREAK_AFTER = 3
_BREAK_S = 1.0
_ERASED_REPLY_MS = 60_000
# Replicas answer within a millisecond or two; a silent one must not use up the patience of our own socket.
_REPLICAS_MS = 200
_TRIM = """
local now = redis.call('TIME')
local oldest_ms = math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[1]))
return {redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f', oldest_ms))}
"""


# What a server says instead of executing a script.
_REFUSALS = (ResponseError, BusyLoadingError, AuthenticationError)


class StoreDown(Exception):
    """The store is away, silent or still loading: nothing was remembered, nothing will be.

    `may_have_run` says of a script that it was sent and may have been executed all the same.
    """

    def __init__(self, why: str, *, may_have_run: bool = False) -> None:
        super().__init__(why)
        self.may_have_run = may_have_run


class Unsettled(Exception):
    """A commit was sent and no word of it came back: a later load of the same push tells what became of it.

    After `until_ms`, in the server's own time, it never happens any more.
    """

    def __init__(self, until_ms: int) -> None:
        super().__init__(until_ms)
        self.until_ms = until_ms


class Conflict(Exception):
    """The session changed between load and commit: decide again on what it is now."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A push that has no reply yet, with the user's session: its JSON ("" when there is none).

    It was asked for at `loaded_at` and came at `answered_at`, by this process's own clock.
    """

    user: str
    push: str
    session: str
    version: str
    server_ms: int
    loaded_at: float
    answered_at: float

    @property
    def now_ms(self) -> int:
        """The time as the server has it, Unix milliseconds; never later than it truly is there."""
        return self.server_ms + int((time.monotonic() - self.answered_at) * 1000)

    def earlier_ms(self, ago_ms: int) -> int:
        """Return what the server's time was so long ago; never earlier than it truly was there."""
        return self.server_ms - max(0, ago_ms - int((time.monotonic() - self.loaded_at) * 1000))


@dataclass(frozen=True, slots=True)
class Replayed:
    """A push that was answered before: the reply it got, "" when its user was erased since."""

    reply: str


@dataclass(frozen=True, slots=True)
class Flooded:
    """A push too many: the `n`-th over the limit of its user's window; nothing is remembered of it."""

    n: int


@dataclass(frozen=True, slots=True)
class FloodLimit:
    """How many pushes of one user are answered in a window; 0 pushes switch the limit off."""

    n_pushes: int = 0
    window_ms: int = 10_000


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things are kept, in milliseconds."""

    session_ms: int
    reply_ms: int
    events_ms: int


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a session becomes where no push asked for it; `erase` lets all that is held of its user go."""

    session: str = ""
    effects: Sequence[Mapping[str, str]] = ()
    cards: Sequence[tuple[str, str, str]] = ()
    erase: bool = False


class Store:
    """Sessions, replies and effects in Redis.

    Args:
        redis: An asyncio client as `connect` returns it.
        heal: Called when the server is gone (not when it is silent); starts the embedded one again.
        flood: Counted where a push is loaded: before any work is done for it, by all workers together.
        at_once: How many scripts are under way at a time; the others wait, in the order they came.
        down: Why the server could not be started so far.
        min_replicas: On how many replicas a turn must stand before it is told of.
    """

    def __init__(
        self,
        redis: Any,
        lifetimes: Lifetimes,
        heal: Heal | None = None,
        flood: FloodLimit | None = None,
        at_once: int = _AT_ONCE,
        down: str = "",
        min_replicas: int = 0,
    ) -> None:
        self.redis = redis
        self._min_replicas = min_replicas
        # A crowd waits here as long as its pushes have time, not in a pool: a pool's time-out looks like
        # a store that is gone, and it starves whoever came first.
        self._turns = asyncio.Semaphore(at_once)
        self._lifetimes = lifetimes
        self._flood = flood or FloodLimit()
        self._healing = Healing(heal, down) if heal else None
        self._n_failures = 0
        self._closed_until = 0.0

    async def load(self, user: str, push: str, *, counts: bool = True) -> Loaded | Replayed | Flooded:
        """Return the reply that the push got before, or the user's session as it is now.

        Args:
            counts: Whether the push is one that a flood is made of: one that wants an answer.

        Raises:
            StoreDown: no answer within the socket timeout, or the breaker is open.
        """
        keys = keys_of(user)
        limit = self._flood.n_pushes if counts else 0
        async with self._turns:
            # Not before its turn: the commit's patience is reckoned from here, and must not grow with the crowd.
            sent = time.monotonic()
            result = await self._run_now(
                LOAD,
                (keys.session, keys.reply_prefix + push, keys.erased, keys.flood, keys.gone_prefix + push),
                (push, limit, self._flood.window_ms),
            )
            answered = time.monotonic()
        if result[0] == 1:
            return Replayed(as_text(result[1]))
        if result[0] == 2:
            return Flooded(int(result[1]))
        _, version, session, server_ms = result
        return Loaded(user, push, as_text(session), as_text(version), int(server_ms), sent, answered)

    async def commit(
        self,
        loaded: Loaded,
        *,
        session: str,
        reply: str,
        effects: Sequence[Mapping[str, str]],
        erase: bool,
        cards: Sequence[tuple[str, str, str]] = (),
        set_aside: bool = False,
    ) -> str:
        """Record a turn, all of it or nothing; return the reply to send.

        When another delivery of the push was quicker, nothing is recorded and its reply is returned.
        With `erase` the session, its cards and all stored replies of the user go, but this push's for 60 s.
        A server that was frozen refuses a commit that arrives after we gave up on it, so what
        the user was told did not count never does.

        Args:
            cards: Every card of the session as (kind, code, text); one that is missing here is dropped.
            set_aside: Whether to keep what was loaded beside the session, because nobody could read it.

        Raises:
            Conflict: the session is not the one that was loaded, the commit came too late, or somebody else's card has a new card's code.
            StoreDown: not recorded.
            Unsettled: recorded or not: nobody knows yet.
        """
        keys = keys_of(loaded.user)
        flat = [[part for pair in effect.items() for part in pair] for effect in effects]
        arguments = (
            "" if erase else session,
            self._lifetimes.session_ms,
            reply,
            self._lifetimes.reply_ms,
            _ERASED_REPLY_MS,
            loaded.push,
            keys.reply_prefix,
            self._lifetimes.events_ms,
            _json_list(flat),
            keys.card_prefix,
            _json_list([] if erase else cards),
            keys.gone_prefix,
            "1" if set_aside else "",
        )
        async with self._turns:
            # No later than now plus our patience, in the server's own time: the clocks may differ.
            late_ms = loaded.server_ms + int((time.monotonic() - loaded.loaded_at + SOCKET_TIMEOUT_S) * 1000)
            try:
                outcome, *rest = await self._run_now(
                    COMMIT, _commit_keys(keys, loaded.push), (loaded.version, late_ms, *arguments)
                )
            except StoreDown as down:
                if down.may_have_run:
                    raise Unsettled(late_ms) from down
                raise
        match as_text(outcome):
            case "ok" | "replayed":
                return as_text(rest[0])
            case "conflict" | "late":
                # Late, and yet we are still here, as after a restart: nothing was recorded, so there is time to decide again.
                raise Conflict
            case outcome:
                raise StoreDown(f"unknown outcome {outcome}")

    async def confirm(self, user: str) -> None:
        """Wait until all that was recorded of a user stands on as many replicas as are wanted; at once where none are.

        Raises:
            Unsettled: it does not yet; should the master be lost now, it may never have been.
        """
        if not self._min_replicas:
            return
        try:
            async with self._turns:
                n_replicas = await self._count_replicas(keys_of(user).clock)
        except (RedisError, OSError) as error:
            raise Unsettled(_patience_from_now_ms()) from error
        if n_replicas < self._min_replicas:
            raise Unsettled(_patience_from_now_ms())

    async def _count_replicas(self, clock: str) -> int:
        # WAIT speaks of its own connection alone, and the pool gave another one for the commit. A write of our own,
        # which is replicated after everything before it, makes it speak of all.
        async with self.redis.pipeline(transaction=False) as pipe:
            pipe.incr(clock)
            pipe.execute_command("WAIT", self._min_replicas, _REPLICAS_MS)
            _, n_replicas = await pipe.execute()
        return int(n_replicas)

    async def rewrite(self, user: str, change: Callable[[str], Rewritten | None]) -> bool:
        """Put what `change` makes of a user's session in its place; return whether it was changed.

        `change` is called again when a push was quicker; None leaves the session as it is. A user without a
        session is left alone.

        Raises:
            StoreDown: not recorded.
        """
        push = f"rewrite-{secrets.token_hex(8)}"
        while True:
            loaded = await self.load(user, push, counts=False)
            if isinstance(loaded, Replayed):
                return True
            if not isinstance(loaded, Loaded) or not loaded.session:
                return False
            after = change(loaded.session)
            if after is None:
                return False
            # Of an unsettled one the next load of the same push tells.
            with contextlib.suppress(Conflict, Unsettled):
                await self.commit(
                    loaded,
                    session=after.session,
                    reply="{}",
                    effects=after.effects,
                    erase=after.erase,
                    cards=after.cards,
                )
                return True

    async def trim(self) -> None:
        """Drop every event that has had its time; a commit does so for its own shard only.

        Raises:
            StoreDown: no answer.
        """
        for stream in event_streams():
            await self.run(_TRIM, (stream,), (self._lifetimes.events_ms,))

    async def look(self) -> None:
        """See whether the server answers, and have it started again when it is gone.

        Raises:
            StoreDown: it is silent, or could not be started.
        """
        async with self._turns:
            await self._try(self.redis.ping)

    async def trouble(self) -> str:
        """Return why nothing can be remembered now, in one line; "" when all is well."""
        try:
            await self.redis.ping()
        except (RedisError, OSError) as error:
            return (self._healing.why if self._healing else "") or in_words(error)
        return ""

    async def close(self) -> None:
        """Close every connection, after a start of the server that is under way."""
        if self._healing:
            await self._healing.end()
        await self.redis.aclose()

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> list[Any]:
        """Return what a script gives; it runs as one step.

        Raises:
            StoreDown: no answer within the socket timeout, or the breaker is open.
        """
        async with self._turns:
            return await self._run_now(script, keys, arguments)

    async def _run_now(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> list[Any]:
        result: list[Any] = await self._try(lambda: self._evaluate(script, keys, arguments))
        return result

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
        return isinstance(self.redis, RedisCluster) or not isinstance(error, _REFUSALS)

    async def _evaluate(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> list[Any]:
        # EVAL and not EVALSHA: the text is a kilobyte, and a restarted server knows no digests.
        result: list[Any] = await self.redis.eval(script, len(keys), *keys, *arguments)
        return result

    def _note_failure(self) -> None:
        self._n_failures += 1
        if self._n_failures >= _BREAK_AFTER:
            # One try goes through when the time is up; its failure closes the way again at once.
            self._closed_until = time.monotonic() + _BREAK_S


def _patience_from_now_ms() -> int:
    return int((time.time() + SOCKET_TIMEOUT_S) * 1000)


def _commit_keys(keys: UserKeys, push: str) -> tuple[str, ...]:
    return (
        keys.session,
        keys.reply_prefix + push,
        keys.erased,
        keys.clock,
        keys.pushes,
        keys.events,
        keys.flood,
        keys.aside,
    )


def _json_list(items: Sequence[object]) -> str:
    # Lua's cjson can't tell [] from {}; the empty list is spelled out so that nobody wonders.
    return json.dumps(items, ensure_ascii=False) if items else "[]"


def as_text(value: bytes | str) -> str:
    """Return a value of Redis as text; bytes that are none are marked, for whoever reads it to stumble over."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value
