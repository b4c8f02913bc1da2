"""Whether a Redis would drop what people were promised to find again."""

from __future__ import annotations

from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import RedisError

_SAFE = "noeviction"


async def evicts(redis: Any) -> str:
    """Return in one line that this Redis drops data when its memory is full; "" when it does not, or does not say."""
    try:
        if isinstance(redis, RedisCluster):
            answers = list((await redis.info("memory", target_nodes=RedisCluster.PRIMARIES)).values())
        else:
            answers = [await redis.info("memory")]
    except (RedisError, OSError):
        return ""
    policies = {answer.get("maxmemory_policy", _SAFE) for answer in answers} - {_SAFE}
    if not policies:
        return ""
    return (
        f"Redis 内存满了会悄悄丢掉没答完的题（maxmemory-policy 是 {'、'.join(sorted(policies))}）："
        f"请改成 {_SAFE}（CONFIG SET maxmemory-policy {_SAFE}，并写进它的配置文件）"
    )
