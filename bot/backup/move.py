"""Moving all that Redis holds to another one, also while the service goes on answering."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import ResponseError

from bot.backup.place import Contents, NotDone, fill, redis_of
from bot.backup.records import is_empty, read_rows
from bot.config import Settings
from bot.store.wire.client import try_to_write

# A server takes no writes while it has fewer replicas than this, and no server has so many.
_NEEDED = "min-replicas-to-write"
_MORE_THAN_ANY = "1000000000"


async def move_place(settings: Settings, url: str, *, is_served: bool) -> Contents:
    """Copy all that Redis holds to another one, and compare; `url` "" means the data folder's own server.

    What is here stays as it is. While a service is at it, the server here takes no more writes, from the first value that is
    read on: what users are told has been kept is there or was never told, and the service starts anew at the other.

    Raises:
        NotDone: the target is not empty, or came out different, or the server here can't be kept from writes; nothing is
            left there, and writes are taken here again.
        OSError, ServerUnavailable, RedisError: one of both can't be had; the same.
    """
    target = settings.model_copy(update={"redis": settings.redis.model_copy(update={"url": url})})
    if not url and not settings.accounts and (settings.data_dir / "redis").exists():
        raise NotDone(f"{settings.data_dir / 'redis'} 已经有数据，没有搬，什么都没有写：先把它移走")
    contents = Contents()
    async with redis_of(settings) as source, redis_of(target) as redis:
        if not await is_empty(redis):
            raise NotDone("要搬去的 Redis 里已经有数据，没有搬，什么都没有写：换一个空的")
        async with _no_writes(source) if is_served else nullcontext():
            rows = [contents.add(row) async for row in read_rows(source)]
            await fill(redis, iter(rows), contents)
    return contents


@asynccontextmanager
async def _no_writes(redis: Any) -> AsyncIterator[None]:
    """Have a server take no more writes from anybody; it takes them again unless all that follows is done."""
    stop_first = "没有搬，什么都没有写：请先停掉服务再搬"
    if isinstance(redis, RedisCluster):
        raise NotDone(f"Cluster 运行着不能搬，{stop_first}")
    try:
        before = (await redis.config_get(_NEEDED))[_NEEDED]
        await redis.config_set(_NEEDED, _MORE_THAN_ANY)
    except (ResponseError, KeyError):
        raise NotDone(f"这个 Redis 不让改设置（CONFIG SET {_NEEDED}），{stop_first}") from None
    try:
        if await _takes_writes(redis):
            raise NotDone(f"这个 Redis 停不住写入（min-replicas-max-lag 是 0），{stop_first}")
        yield
    except BaseException:
        with suppress(Exception):
            await redis.config_set(_NEEDED, "0" if before == _MORE_THAN_ANY else before)
        raise


async def _takes_writes(redis: Any) -> bool:
    try:
        await try_to_write(redis)
    except ResponseError:
        return False
    return True
