"""Clients of every kind of address, which fail in one way: whatever goes wrong in them is a RedisError or an OSError."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from hiredis import pack_command
from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.client import Pipeline
from redis.asyncio.cluster import ClusterNode, ClusterPipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.config_faults import hosts_of
from bot.store.wire.prefix import seen, under
from bot.telemetry import TIMES, Timed

SOCKET_TIMEOUT_S = 0.3
UNHURRIED_S = 5.0
"""How long who answers nobody on the platform waits for Redis: a busy machine is no lost store."""
PATIENCE_S: ContextVar[float | None] = ContextVar("patience", default=None)
"""How long whoever asks waits for an answer of a single Redis, where that is longer than its client would."""
_PATIENCE_S = 10.0
_PAUSE_S = 0.2


class _Single(Redis):
    prefix = ""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        command = under(self.prefix, args)
        try:
            with _noted(args):
                if args[0] == "EVALSHA":
                    return await self._evaluate(command)
                answer = await super().execute_command(*command, **options)  # type: ignore[no-untyped-call]
        except (RedisError, OSError):
            raise
        except Exception as error:
            raise _as_lost(error) from error
        return seen(self.prefix, args, answer)

    async def _evaluate(self, command: tuple[Any, ...]) -> Any:
        """Send a script and return its answer, without what redis-py does around that: it retries never, and nobody reads its metrics."""
        connection = await self.connection_pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.send_command(*command)
            return await connection.read_response()
        finally:
            await self.connection_pool.release(connection)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        pipe = _SinglePipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipe.prefix = self.prefix
        return pipe


class _SinglePipeline(Pipeline):
    prefix = ""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        return super().execute_command(*under(self.prefix, args), **options)


class _Cluster(RedisCluster):
    prefix = ""

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        command = under(self.prefix, args)
        try:
            with _noted(args):
                answer = await super().execute_command(*command, **kwargs)
        except (RedisError, OSError):
            raise
        except Exception as error:
            raise _as_lost(error) from error
        return seen(self.prefix, args, answer)

    def pipeline(self, transaction: Any = None, shard_hint: Any = None) -> ClusterPipeline:
        pipe = _ClusterPipeline(self, transaction)  # type: ignore[abstract]
        pipe.prefix = self.prefix
        return pipe


class _ClusterPipeline(ClusterPipeline):
    prefix = ""

    def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        return super().execute_command(*under(self.prefix, args), **kwargs)


class _Noted:
    """Notes how long a call took, where somebody wants to know."""

    __slots__ = ("_name", "_started", "_times")

    def __init__(self, name: str, times: list[Timed]) -> None:
        self._name, self._times = name, times

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *failed: object) -> None:
        self._times.append(("redis", self._name, time.perf_counter() - self._started))


_UNNOTED: nullcontext[None] = nullcontext()


def _noted(command: tuple[Any, ...]) -> AbstractContextManager[None]:
    times = TIMES.get()
    return _UNNOTED if times is None else _Noted(str(command[0]), times)


class _Packing:
    """Packs the commands of a connection in C: in Python that costs more than all else of asking, a script has so many arguments.

    It is as patient as whoever asks.
    """

    _usual_timeout: float | None = None
    is_connected: bool
    health_check_interval: float
    disconnect: Callable[..., Awaitable[None]]
    _writer: asyncio.StreamWriter

    @property
    def socket_timeout(self) -> float | None:
        return PATIENCE_S.get() or self._usual_timeout

    @socket_timeout.setter
    def socket_timeout(self, timeout_s: float | None) -> None:
        self._usual_timeout = timeout_s

    async def send_packed_command(self, command: list[bytes], check_health: bool = True) -> None:
        if self.is_connected and not self.health_check_interval:
            try:
                self._writer.writelines(command)
            except BaseException:
                await self.disconnect(nowait=True)
                raise
            # Mostly the system takes all of it at once, and there is nothing to wait for.
            if not self._writer.transport.get_write_buffer_size():
                return
            command = []
        await super().send_packed_command(command, check_health=check_health)  # type: ignore[misc]

    def pack_command(self, *args: Any) -> list[bytes]:
        try:
            return [pack_command((*args[0].split(), *args[1:]))]
        except TypeError:
            # Of a value that is none redis-py tells more.
            packed: list[bytes] = super().pack_command(*args)  # type: ignore[misc]
            return packed


def _packing(client: Any) -> Any:
    """Return a client whose connections pack in C."""
    pool = client.connection_pool
    pool.connection_class = type("Packing", (_Packing, pool.connection_class), {})
    return client


def _as_lost(error: Exception) -> RedisConnectionError:
    # While slots move, a connection is swapped under a command: redis-py 8.1 then raises RuntimeError or
    # AttributeError from its inside. The command may have been executed, as with any lost connection.
    return RedisConnectionError(f"{type(error).__name__}: {error}")


def connect(url: str, timeout_s: float = SOCKET_TIMEOUT_S, prefix: str = "") -> Any:
    """Return an asyncio client for `url` that gives up after 0.3 s, unless told otherwise, and never retries on its own.

    Schemes: redis, rediss, unix, `redis+sentinel://host:port,host:port/name/db`, `redis+cluster://host:port,host:port`.
    The reply path can't afford more: the platform's whole patience is 5 s. It sees the keys under `prefix` alone, by
    what follows it.
    """
    client = _client(url, timeout_s)
    client.prefix = prefix
    return client


def _client(url: str, timeout_s: float) -> Any:
    options: dict[str, Any] = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
    }
    parts = urlsplit(url)
    if parts.scheme == "redis+cluster":
        # The client's own reading of an address knows one host; any of them may be the one that is away.
        first, *others = hosts_of(url)
        alone = parts._replace(scheme="redis", netloc=_netloc(parts.netloc, first)).geturl()
        return _Cluster.from_url(alone, startup_nodes=[ClusterNode(*host) for host in others], **options)
    options["retry"] = Retry(NoBackoff(), 0)
    if parts.scheme == "redis+sentinel":
        name, _, database = parts.path.strip("/").partition("/")
        login = {"password": parts.password} if parts.password else {}
        sentinel = Sentinel(  # type: ignore[no-untyped-call]
            hosts_of(url), **options, **login
        )
        settings: dict[str, Any] = {"db": int(database or 0), **options, **login}
        return _packing(sentinel.master_for(name, redis_class=_Single, **settings))
    return _packing(_Single.from_url(url, **options))


def _netloc(netloc: str, host: tuple[str, int]) -> str:
    login, at, _ = netloc.rpartition("@")
    name = f"[{host[0]}]" if ":" in host[0] else host[0]
    return f"{login}{at}{name}:{host[1]}"


async def try_to_write(redis: Any) -> None:
    """Ask for a write that changes nothing: a server whose memory is full, or that wants replicas, still answers a PING.

    Raises:
        RedisError, OSError: it takes no writes.
    """
    # Nothing put at the beginning of nothing makes no key, https://redis.io/commands/setrange.
    await redis.setrange("{tried}", 0, "")


async def patiently(call: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Any:
    """Call Redis and, where nobody waits for a reply, again when it is slow for a moment.

    Raises:
        RedisError: it is away, or silent for long.
    """
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            return await call(*arguments, **options)
        except RedisTimeoutError:
            await asyncio.sleep(_PAUSE_S)
    return await call(*arguments, **options)
