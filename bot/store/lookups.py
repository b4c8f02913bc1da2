"""What is looked up beside a user's session: cards by code, how many there are, and all that is held of a user."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from bot.store.keys import card_indexes, card_key, keys_of
from bot.store.store import Store, as_text

_ROWS = 1000
_EVENTS = "return redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])"
_REPLIES = """
local kept = {}
for _, push in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local reply = redis.call('GET', KEYS[2] .. push)
  if reply then kept[#kept + 1] = reply end
end
return kept
"""


async def card(store: Store, code: str) -> str | None:
    """Return the text of the card with this code, whoever holds it; None when there is none (any more).

    Raises:
        StoreDown: no answer.
    """
    key = card_key(code)
    if key is None:
        return None
    (found,) = await store.runner.run("return {redis.call('GET', KEYS[1])}", (key,), ())
    return as_text(found) if found else None


async def n_cards(store: Store, kind: str) -> int:
    """Return how many cards of a kind are in force, over all shards.

    Raises:
        StoreDown: no answer.
    """
    now_ms = int(time.time() * 1000)
    counts = await asyncio.gather(
        *(
            store.runner.run("return {redis.call('ZCOUNT', KEYS[1], ARGV[1], '+inf')}", (key,), (now_ms,))
            for key in card_indexes(kind)
        )
    )
    return sum(int(count) for (count,) in counts)


async def held_data(store: Store, user: str, subject: str) -> tuple[int, Counter[str]]:
    """Return how many replies are kept for a user's repeated pushes, and the events of a subject by name.

    Raises:
        StoreDown: no answer.
    """
    (n_replies,) = await store.runner.run(
        "return {redis.call('ZCARD', KEYS[1])}", (keys_of(user).pushes,), ()
    )
    return int(n_replies), Counter(event["name"] for event in await events_of(store, user, subject))


async def replies(store: Store, user: str) -> list[str]:
    """Return the replies that are kept for a user's repeated pushes.

    Raises:
        StoreDown: no answer.
    """
    keys = keys_of(user)
    kept = await store.runner.run(_REPLIES, (keys.pushes, keys.reply_prefix), ())
    return [as_text(reply) for reply in kept]


async def set_aside(store: Store, user: str) -> str:
    """Return what nobody could read of a user's session; "" for nothing.

    Raises:
        StoreDown: no answer.
    """
    (kept,) = await store.runner.run("return {redis.call('GET', KEYS[1])}", (keys_of(user).aside,), ())
    return as_text(kept) if kept else ""


async def events_of(store: Store, user: str, subject: str) -> list[dict[str, str]]:
    """Return the events of a subject, oldest first; `user` says where they lie.

    Reads the shard's whole event stream: for rare questions, not for every push.

    Raises:
        StoreDown: no answer.
    """
    found: list[dict[str, str]] = []
    start = "-"
    while True:
        rows = await store.runner.run(_EVENTS, (keys_of(user).events,), (start, _ROWS))
        for at, flat in rows:
            event = {as_text(k): as_text(v) for k, v in zip(flat[::2], flat[1::2], strict=True)}
            if event.get("subject") == subject:
                found.append({"at": as_text(at), **event})
        if len(rows) < _ROWS:
            return found
        start = "(" + as_text(rows[-1][0])
