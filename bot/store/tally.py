"""What was asked, counted: the event streams folded into sums, each event exactly once.

A shard's stream is read on from a cursor, and one script writes the sums and moves the cursor, unless somebody
else has moved it: two workers, a command beside them, or a crash in between count nothing twice and lose
nothing. The sums carry no user; questions not asked for as long as events are kept are forgotten.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from redis.exceptions import RedisError

from bot.store.asked import (
    Asked,
    Count,
    Event,
    add_askings,
    asked_events,
    by_name,
    read_asked,
    sums_of,
    write_asked,
)
from bot.store.keys import N_SHARDS
from bot.store.wire.client import patiently
from handlers.china import day_of

# Small enough that a page arrives within the patience of the reply path, whose client this is.
_BATCH = 200
_EVERY_S = 60.0
# One slot for what editors decided about topics: it belongs to no user.
_DECIDED = "{tally}:decided"

FOLD = """
-- KEYS  1 cursor   2 counts, a hash   3 questions, a hash
-- ARGV  1 cursor as it was read ('' for none)   2 cursor now
--       3 counts to add: a JSON list {field, number}   4 questions to set: a JSON list {field, value}
--       5 questions to forget: a JSON list of fields
-- gives 1 when it was done, 0 when somebody else moved the cursor
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
for _, pair in ipairs(cjson.decode(ARGV[3])) do redis.call('HINCRBY', KEYS[2], pair[1], pair[2]) end
for _, pair in ipairs(cjson.decode(ARGV[4])) do redis.call('HSET', KEYS[3], pair[1], pair[2]) end
for _, name in ipairs(cjson.decode(ARGV[5])) do redis.call('HDEL', KEYS[3], name) end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


class Tally:
    """The sums of one deployment.

    Args:
        redis: An asyncio client that returns bytes.
        keep_days: How long a question is remembered after it was last asked.
    """

    def __init__(self, redis: Any, keep_days: int) -> None:
        self._redis = redis
        self._keep_ms = keep_days * 86_400_000
        self._tidied: dict[str, str] = {}

    async def fold(self) -> int:
        """Count every event that was not counted yet; return how many.

        Raises:
            RedisError: Redis is away; what was folded until then stays folded.
        """
        n = 0
        # Workers that fold at the same time would count the same events, of which all but one do so in vain.
        first = random.randrange(N_SHARDS)
        for number in range(N_SHARDS):
            shard, n_shard = (first + number) % N_SHARDS, 0
            while read := await self._fold_some(f"{{s{shard}}}"):
                n_shard += read
            if n_shard:
                await self._forget_stale_once_a_day(f"{{s{shard}}}")
            n += n_shard
        return n

    async def keep_folding(self) -> None:
        """Fold once a minute, so that nothing is trimmed from the streams uncounted; runs until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await self.fold()
            except RedisError:
                continue

    async def _fold_some(self, tag: str) -> int:
        cursor = (await patiently(self._redis.get, f"{tag}:tally:at") or b"").decode()
        start = f"({cursor}" if cursor else "-"
        read = await patiently(self._redis.xrange, f"{tag}:events", min=start, count=_BATCH)
        if not read:
            return 0
        told = asked_events(read)
        questions = await self._updated(tag, told)
        counts = list(sums_of(told).items())
        kept = [(name, write_asked(asked)) for name, asked in questions.items()]
        if not await self._write(tag, cursor, read[-1][0].decode(), counts, kept, []):
            # Somebody else counted these; go on from where they got to.
            return await self._fold_some(tag)
        return len(read)

    async def _forget_stale_once_a_day(self, tag: str) -> None:
        cursor = (await patiently(self._redis.get, f"{tag}:tally:at") or b"").decode()
        now_ms = int(cursor.partition("-")[0])
        if self._tidied.get(tag) == day_of(now_ms // 1000):
            return
        stale: list[str] = []
        async for name, stored in self._steps(f"{tag}:tally:questions"):
            asked = read_asked(name, stored)
            if asked is None or asked.last_ms < now_ms - self._keep_ms:
                stale.append(name)
        for first in range(0, len(stale), _BATCH):
            await self._write(tag, cursor, cursor, [], [], stale[first : first + _BATCH])
        self._tidied[tag] = day_of(now_ms // 1000)

    async def _write(
        self,
        tag: str,
        before: str,
        after: str,
        counts: list[tuple[str, int]],
        questions: list[tuple[str, str]],
        stale: list[str],
    ) -> bool:
        keys = (f"{tag}:tally:at", f"{tag}:tally:counts", f"{tag}:tally:questions")
        lists = (json.dumps(part, ensure_ascii=False) for part in (counts, questions, stale))
        # Sent again after a time-out it does nothing: the cursor has moved.
        return bool(await patiently(self._redis.eval, FOLD, len(keys), *keys, before, after, *lists))

    async def _updated(self, tag: str, events: Sequence[Event]) -> dict[str, Asked]:
        """Return the questions of `events` with their askings added to what was counted before."""
        askings = by_name(events)
        names = list(askings)
        held = await patiently(self._redis.hmget, f"{tag}:tally:questions", names) if names else []
        return {
            name: add_askings(name, stored, askings[name]) for name, stored in zip(names, held, strict=True)
        }

    async def _questions(self, tag: str) -> dict[str, Asked]:
        found: dict[str, Asked] = {}
        async for name, stored in self._steps(f"{tag}:tally:questions"):
            asked = read_asked(name, stored)
            if asked:
                found[name] = asked
        return found

    async def _steps(self, key: str) -> AsyncIterator[tuple[str, bytes]]:
        """Yield the fields of a hash, a bounded number at a time: a whole one would hold up the replies of everybody."""
        at = 0
        while True:
            at, page = await patiently(self._redis.hscan, key, at, count=_BATCH)
            for name, value in page.items():
                yield name.decode(), value
            if not at:
                return

    async def questions(self) -> list[Asked]:
        """Return every question that was asked, all shards together, the oldest first."""
        found: dict[str, Asked] = {}
        for shard in range(N_SHARDS):
            for name, asked in (await self._questions(f"{{s{shard}}}")).items():
                if name in found:
                    found[name].add(asked)
                else:
                    found[name] = asked
        return sorted(found.values(), key=lambda asked: (asked.first_ms, asked.question))

    async def counts(self) -> list[Count]:
        """Return how often which outcome came of which entry, by day and release, all shards together."""
        sums: Counter[str] = Counter()
        for shard in range(N_SHARDS):
            # A field may come twice while others are added; it is one sum all the same.
            sums.update({name: int(n) async for name, n in self._steps(f"{{s{shard}}}:tally:counts")})
        parts = ((name.split("|"), n) for name, n in sorted(sums.items()))
        return [Count(day, release, outcome, entry, n) for (day, release, outcome, entry), n in parts]

    async def decide(self, topic_id: str, decision: Mapping[str, Any]) -> None:
        """Keep what an editor decided about a topic; it stays until decided anew."""
        kept = json.dumps(decision, ensure_ascii=False)
        await patiently(self._redis.hset, _DECIDED, topic_id, kept)

    async def forget_decision(self, topic_id: str) -> None:
        """Make a topic new again."""
        await patiently(self._redis.hdel, _DECIDED, topic_id)

    async def decisions(self) -> dict[str, dict[str, Any]]:
        """Return what was decided, by topic."""
        held = await patiently(self._redis.hgetall, _DECIDED)
        return {name.decode(): json.loads(stored) for name, stored in held.items()}
