"""Giving all users of a store other names, while no service is at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.store.keys import N_SHARDS, keys_of

if TYPE_CHECKING:
    from bot.store.store import Store

_BATCH = 500
_KEY = re.compile(r"\{s\d+\}:(session|aside|pushes|reply|flood):([0-9a-f]{32})(?::|$)")
_RENAME = """
-- KEYS  1 session  2 its new name  3 what was set aside  4 its new name  5 who has a new name already
-- ARGV  1 user  2 the new name
-- gives {1} | {0} for who has been renamed before
if redis.call('SISMEMBER', KEYS[5], ARGV[1]) == 1 then return {0} end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('RENAME', KEYS[1], KEYS[2]) end
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('RENAME', KEYS[3], KEYS[4]) end
redis.call('SADD', KEYS[5], ARGV[2])
return {1}
"""


async def rename_users(store: Store, rename: Callable[[str], str], sign: str) -> int:
    """Give every user the name that `rename` makes of theirs; return of how many that was done now.

    What is kept for a push that may be delivered again goes: its name is made of the user's. Broken off, it goes on where
    it was with the next call of this `sign`, until `forget_renamed`.

    Raises:
        RedisError: Redis is away.
        StoreDown: so it is.
    """
    users: set[str] = set()
    passing: list[bytes] = []
    async for key in store.redis.scan_iter(match="{s*}:*", count=1000):
        if found := _KEY.match(key.decode()):
            kept = found[1] in ("session", "aside")
            users.add(found[2]) if kept else passing.append(key)
        if len(passing) >= _BATCH:
            await _drop(store, passing)
    await _drop(store, passing)
    n_renamed = 0
    for user in users:
        old, new = keys_of(user), keys_of(rename(user))
        keys = (old.session, new.session, old.aside, new.aside, _done(old.tag, sign))
        n_renamed += int((await store.runner.run(_RENAME, keys, (user, new.user)))[0])
    return n_renamed


async def forget_renamed(store: Store, sign: str) -> None:
    """Forget who was renamed: all were.

    Raises:
        RedisError: Redis is away.
    """
    for shard in range(N_SHARDS):
        await store.redis.delete(_done(f"{{s{shard}}}", sign))


async def _drop(store: Store, keys: list[bytes]) -> None:
    # One at a time: on a cluster they lie on several hosts.
    for key in keys:
        await store.redis.delete(key)
    keys.clear()


def _done(tag: str, sign: str) -> str:
    return f"{tag}:renamed:{sign}"
