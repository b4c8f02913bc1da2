"""The examiner's list of takers: the unit of each number. It belongs to no user and says nothing of one."""

from __future__ import annotations

import json

from bot.store.store import Store, as_text
from knowledge.quiz.roster import Roster

_KEY = "{roster}:units"
_REPLACE = """
redis.call('DEL', KEYS[1])
local pairs_given = cjson.decode(ARGV[1])
for _, pair in ipairs(pairs_given) do redis.call('HSET', KEYS[1], pair[1], pair[2]) end
return {#pairs_given}
"""


async def unit_of(store: Store, number: str) -> str:
    """Return the unit of a number, "" when it is not on the list.

    Raises:
        StoreDown: no answer.
    """
    (unit,) = await store.runner.run("return {redis.call('HGET', KEYS[1], ARGV[1])}", (_KEY,), (number,))
    return as_text(unit) if unit else ""


async def read_list(store: Store) -> Roster:
    """Return the list; empty when there is none.

    Raises:
        StoreDown: no answer.
    """
    flat = [
        as_text(part) for part in await store.runner.run("return redis.call('HGETALL', KEYS[1])", (_KEY,), ())
    ]
    return dict(zip(flat[::2], flat[1::2], strict=True))


async def replace_list(store: Store, units: Roster) -> None:
    """Put a list in place of the one there is; an empty one takes it away.

    Raises:
        StoreDown: no answer.
    """
    await store.runner.run(_REPLACE, (_KEY,), (json.dumps(sorted(units.items()), ensure_ascii=False),))
