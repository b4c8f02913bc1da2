"""The Redis: whether it can be had, and whether it keeps what people were promised to find again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import RedisCluster
from redis.exceptions import RedisError

from bot.backup.age import days_since_backup
from bot.config import Settings
from bot.config_faults import shown_address
from bot.doctor.diagnosis import Diagnosis, broken, note, ok, skipped
from bot.releases.ledger import Ledger
from bot.store.naming import names_as_others
from bot.store.server.embedded import Embedded
from bot.store.server.faults import ServerUnavailable
from bot.store.wire.away import why_away
from bot.store.wire.client import connect, try_to_write
from bot.store.wire.eviction import evicts

_OLDEST = (6, 2)
_FULL = 0.9
_MANY = 0.7
_MIB = 1 << 20
_OLD_BACKUP_DAYS = 7
_OUTSIDE = "核对 redis.url、防火墙和它的密码；先用 redis-cli 从这台机器连一下"
_NO_WRITES = "数据搬走了就改 redis.url；没有搬，就在它那里 CONFIG SET min-replicas-to-write 0，或者把副本接上"
_EMBEDDED = "看数据目录里的 redis/redis.log，照 docs/operators.md“起不来的时候”做；没有服务在运行就不要紧，启动时会拉起来"
Info = Mapping[str, Any]


async def reachable(settings: Settings) -> tuple[Any, Diagnosis]:
    """Return a client of the Redis that the service has or will have, None when there is none now, and what was seen."""
    if not settings.redis.url:
        embedded = Embedded(settings.redis_dir, settings.redis.server_binary)
        try:
            embedded.check()
        except ServerUnavailable as error:
            what, _, cure = str(error).partition("：")
            return None, broken("redis", what, cure or "见 docs/operators.md“起不来的时候”")
        if not embedded.socket.exists():
            return None, skipped("redis", "自带的 Redis 没有在运行；服务启动时会拉起来")
        url, place = embedded.url, "自带的 Redis"
    else:
        url, place = settings.redis.url, f"Redis {shown_address(settings.redis.url)}"
    client = connect(url, prefix=settings.key_prefix)
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        await client.aclose()
        cure = _OUTSIDE if settings.redis.url else _EMBEDDED
        return None, broken("redis", f"{place}：{why_away(error)}", cure)
    return client, ok("redis", f"{place} 连得上")


async def looked_after(settings: Settings, redis: Any) -> AsyncIterator[Diagnosis]:
    """Say of a Redis that answers whether it will keep its data."""
    if why := await evicts(redis):
        what, _, cure = why.partition("：")
        yield broken("redis-eviction", what, cure.removeprefix("请"))
    try:
        infos = await _infos(redis)
    except (RedisError, OSError):
        yield skipped("redis-info", "这个用户不能看 INFO：请自己确认持久化、内存和 maxmemory-policy")
        return
    is_sentinel = settings.redis.url.startswith("redis+sentinel:")
    faults = [found for info in infos for found in judge_store(info, is_sentinel=is_sentinel)]
    for found in dict.fromkeys(faults):
        yield found
    if not faults and (refused := await _refused(redis)):
        yield broken("redis-writes", f"提问照常回答，答题记不下：{refused}", _NO_WRITES)
    elif not faults and not why:
        yield ok("redis-keeps", f"{_named(infos[0])}：持久化、内存、淘汰策略都对")


async def _refused(redis: Any) -> str:
    try:
        await try_to_write(redis)
    except (RedisError, OSError) as error:
        return why_away(error)
    return ""


async def same_naming(settings: Settings, redis: Any) -> AsyncIterator[Diagnosis]:
    """Say that the people in this Redis are named by another host's key."""
    kept = settings.data_dir / "secrets" / "privacy_key"
    with suppress(RedisError, OSError):
        key = settings.privacy.key or (kept.read_text(encoding="utf-8").strip() if kept.exists() else "")
        if key and not await names_as_others(redis, key):
            cure = "把最先用这个 Redis 的那台主机的 privacy.key（没有写的在它的 data/secrets/privacy_key）写到每台主机，再重启"
            yield broken(
                "naming", "这台主机的 privacy.key 和用这个 Redis 的别的主机不一样，一个用户变成两个", cure
            )


async def backed_up(redis: Any) -> AsyncIterator[Diagnosis]:
    """Say how old the last backup is, where there is something to lose."""
    try:
        days = await days_since_backup(redis)
        is_served = await Ledger(redis, 0).live()
    except (RedisError, OSError):
        return
    cure = "qinglang backup 文件（服务不用停），每天由 cron 或 systemd 的 timer 做一次，文件放到别的机器上"
    if days is None and is_served:
        yield note("backup", "还没有备份过", cure)
    elif days is not None and days > _OLD_BACKUP_DAYS:
        yield note("backup", f"最近一次备份是 {days:.0f} 天以前", cure)
    elif days is not None:
        yield ok("backup", f"{days:.0f} 天以前备份过" if days >= 1 else "一天之内备份过")


def judge_store(info: Info, *, is_sentinel: bool = False) -> Iterator[Diagnosis]:
    """Say what is wrong with a server, by what its INFO tells."""
    release = tuple(int(part) for part in re.findall(r"\d+", str(info.get("redis_version", "")))[:2])
    if release and release < _OLDEST:
        cure = "换成 Redis 6.2 以上或 Valkey；或者把 redis.url 留空，用自带的"
        yield broken("redis-version", f"Redis {info['redis_version']} 太旧", cure)
    if not int(info.get("aof_enabled", 1)):
        cure = "CONFIG SET appendonly yes，并写进它的配置文件"
        yield broken("redis-persistence", "Redis 没有开 AOF：它一重启，用户答到一半的题就没有了", cure)
    elif info.get("aof_last_write_status", "ok") != "ok":
        yield broken("redis-persistence", "Redis 写不进磁盘", "清出它那台机器的空间，看它的日志")
    if info.get("role", "master") not in ("master", b"master"):
        yield broken(
            "redis-role", "这是只读的副本，答题存不进去", "redis.url 写主库，或者用 redis+sentinel://"
        )
    yield from _memory(int(info.get("used_memory", 0)), int(info.get("maxmemory", 0)))
    if is_sentinel and "min_slaves_good_slaves" not in info:
        cure = "主、备都设 min-replicas-to-write 1、min-replicas-max-lag 2，并写进配置文件"
        yield note("redis-replicas", "换主库时，旧的主库会再收几秒的作答，都会丢掉", cure)


def _memory(used: int, most: int) -> Iterator[Diagnosis]:
    if not most:
        return
    told = f"Redis 的内存用了 {used / _MIB:.0f} MB，上限 {most / _MIB:.0f} MB"
    cure = "加大 maxmemory，或者把 privacy.stream_days 改小"
    if used > _FULL * most:
        yield broken("redis-memory", f"{told}：快满了，满了就不收作答", cure)
    elif used > _MANY * most:
        yield note("redis-memory", told, cure)


async def _infos(redis: Any) -> list[Info]:
    if isinstance(redis, RedisCluster):
        return list((await redis.info(target_nodes=RedisCluster.PRIMARIES)).values())
    return [await redis.info()]


def _named(info: Info) -> str:
    name = "Valkey" if "valkey_version" in info else "Redis"
    return f"{name} {info.get('valkey_version') or info.get('redis_version', '')}"
