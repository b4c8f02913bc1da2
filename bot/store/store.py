"""What is remembered of users: load a session, commit a turn, each in one atomic step."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from bot.store.keys import UserKeys, event_streams, keys_of
from bot.store.server.healing import Heal
from bot.store.wire.client import SOCKET_TIMEOUT_S
from bot.store.wire.runner import AT_ONCE, Runner, StoreDown
from bot.store.wire.scripts import COMMIT, LOAD

_ERASED_REPLY_MS = 60_000
# Replicas answer within a millisecond or two; a silent one must not use up the patience of our own socket.
_REPLICAS_MS = 200
_TRIM = """
local now = redis.call('TIME')
local oldest_ms = math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[1]))
return {redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f', oldest_ms))}
"""


class Unsettled(Exception):
    """A commit was sent and no word of it came back: a later load of the same push tells what became of it.

    After `until_ms`, in the server's own time, it never happens any more.
    """

    def __init__(self, until_ms: int) -> None:
        super().__init__(until_ms)
        self.until_ms = until_ms


class Unconfirmed(Exception):
    """What was recorded stands on too few replicas yet: a load that does not find it tells that it was lost with its master."""


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
        at_once: int = AT_ONCE,
        down: str = "",
        min_replicas: int = 0,
    ) -> None:
        self.redis = redis
        self.runner = Runner(redis, heal, at_once, down)
        self._min_replicas = min_replicas
        self._lifetimes = lifetimes
        self._flood = flood or FloodLimit()

    async def load(self, user: str, push: str, *, counts: bool = True) -> Loaded | Replayed | Flooded:
        """Return the reply that the push got before, or the user's session as it is now.

        Args:
            counts: Whether the push is one that a flood is made of: one that wants an answer.

        Raises:
            StoreDown: no answer within the socket timeout, or the breaker is open.
        """
        keys = keys_of(user)
        limit = self._flood.n_pushes if counts else 0
        async with self.runner.turns:
            # Not before its turn: the commit's patience is reckoned from here, and must not grow with the crowd.
            sent = time.monotonic()
            result = await self.runner.run_in_turn(
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
        flat = [[part for pair in effect.items() for part in pair] for effect in effects]
        arguments = (
            "" if erase else session,
            self._lifetimes.session_ms,
            reply,
            self._lifetimes.reply_ms,
            _ERASED_REPLY_MS,
            loaded.push,
            self._lifetimes.events_ms,
            _json_list(flat),
            _json_list([] if erase else cards),
            "1" if set_aside else "",
        )
        outcome, *rest = await self._commit(loaded, arguments)
        match as_text(outcome):
            case "ok" | "replayed":
                return as_text(rest[0])
            case "conflict" | "late":
                # Late, and yet we are still here, as after a restart: nothing was recorded, so there is time to decide again.
                raise Conflict
            case outcome:
                raise StoreDown(f"unknown outcome {outcome}")

    async def _commit(self, loaded: Loaded, arguments: tuple[Any, ...]) -> list[Any]:
        """Run the script while anybody still waits for it; where its word is lost, say that nobody knows."""
        async with self.runner.turns:
            # No later than now plus our patience, in the server's own time: the clocks may differ.
            late_ms = loaded.server_ms + int((time.monotonic() - loaded.loaded_at + SOCKET_TIMEOUT_S) * 1000)
            try:
                return await self.runner.run_in_turn(
                    COMMIT,
                    _commit_keys(keys_of(loaded.user), loaded.push),
                    (loaded.version, late_ms, *arguments),
                )
            except StoreDown as down:
                if down.may_have_run:
                    raise Unsettled(late_ms) from down
                raise

    async def confirm(self, user: str) -> None:
        """Wait until all that was recorded of a user stands on as many replicas as are wanted; at once where none are.

        Raises:
            Unconfirmed: it does not yet; should the master be lost now, it may never have been.
        """
        if not self._min_replicas:
            return
        try:
            async with self.runner.turns:
                n_replicas = await self._count_replicas(keys_of(user).clock)
        except (RedisError, OSError) as error:
            raise Unconfirmed from error
        if n_replicas < self._min_replicas:
            raise Unconfirmed

    async def _count_replicas(self, clock: str) -> int:
        # WAIT speaks of its own connection alone, and the pool gave another one for the commit. A write of our own,
        # which is replicated after everything before it, makes it speak of all.
        async with self.redis.pipeline(transaction=False) as pipe:
            pipe.incr(clock)
            pipe.execute_command("WAIT", self._min_replicas, _REPLICAS_MS)
            _, n_replicas = await pipe.execute()
        return int(n_replicas)

    async def trim(self) -> None:
        """Drop every event that has had its time; a commit does so for its own shard only.

        Raises:
            StoreDown: no answer.
        """
        for stream in event_streams():
            await self.runner.run(_TRIM, (stream,), (self._lifetimes.events_ms,))


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
        keys.reply_prefix,
        keys.card_prefix,
        keys.gone_prefix,
    )


def _json_list(items: Sequence[object]) -> str:
    # Lua's cjson can't tell [] from {}; the empty list is spelled out so that nobody wonders.
    return json.dumps(items, ensure_ascii=False) if items else "[]"


def as_text(value: bytes | str) -> str:
    """Return a value of Redis as text; bytes that are none are marked, for whoever reads it to stumble over."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value
