"""All that Redis holds of us ⇄ records, each small, read while people are served.

A user is read in one step: session, stored replies and cards as they were at one moment, with the place in the event stream
up to which they go. The streams are read after that, and an event that is later than its user's step is left out, so that
no taker comes back to an item that is counted already, and none is ahead of the counts.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.store.keys import N_SHARDS
from handlers.codec import load_session

_PAGE = 200
_TRIES = 20
_SESSION = ":session:"
# Read with their user, or of so short a life that nobody misses them.
_OF_USERS = re.compile(rb"^\{s\d+\}:(session|pushes|reply|flood|aside|card|cards):?")
# Read before all else, or worked out again by whoever needs it.
_TALLY = re.compile(rb"^(\{s\d+\}:tally:|\{tally\}:verdicts:)")
_STREAM = re.compile(rb"^\{s\d+\}:events$")
# Who left is off the board by these, whoever they were.
_ALWAYS = frozenset({b"erased", b"unranked"})

Kind = Literal["string", "hash", "zset", "stream"]

_READ_USER = """
-- KEYS  1 session   2 pushes   3 aside   4 events   5 prefix of replies   6 prefix of cards
-- ARGV  1 length of the last as it is known outside: what stands before it is the deployment's own
-- gives {{kind, key, its end, flat values}, …} and where the stream stood
local rows, now = {}, redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
local before = #KEYS[6] - tonumber(ARGV[1])
local function add(kind, key, values)
  local left = redis.call('PTTL', key)
  rows[#rows + 1] = {kind, string.sub(key, before + 1), left < 0 and -1 or now_ms + left, values}
end
if redis.call('EXISTS', KEYS[1]) == 0 then return {{}, '0-0'} end
add('hash', KEYS[1], redis.call('HGETALL', KEYS[1]))
local pushes = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
if #pushes > 0 then add('zset', KEYS[2], pushes) end
for at = 1, #pushes, 2 do
  local reply = redis.call('GET', KEYS[5] .. pushes[at])
  if reply then add('string', KEYS[5] .. pushes[at], {reply}) end
end
local aside = redis.call('GET', KEYS[3])
if aside then add('string', KEYS[3], {aside}) end
for kind, code in string.gmatch(redis.call('HGET', KEYS[1], 'c') or '', '(%l+):(%w+)') do
  local card = redis.call('GET', KEYS[6] .. 'card:' .. code)
  if card then
    add('string', KEYS[6] .. 'card:' .. code, {card})
    add('zset', KEYS[6] .. 'cards:' .. kind, {code, redis.call('ZSCORE', KEYS[6] .. 'cards:' .. kind, code)})
  end
end
local last = redis.call('XREVRANGE', KEYS[4], '+', '-', 'COUNT', 1)
return {rows, last[1] and last[1][1] or '0-0'}
"""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key with some of its values: one of a string, field and value of a hash, member and score of a set, id and flat fields of a stream.

    `until_ms` is when it ends, in Unix time; negative for never.
    """

    kind: Kind
    key: bytes
    until_ms: int
    values: list[Any]


@dataclass(slots=True)
class _Taken:
    """How far each subject's events go, by shard, and how far everybody's."""

    begun: dict[str, bytes] = field(default_factory=dict)
    of_subject: dict[bytes, bytes] = field(default_factory=dict)


async def read_rows(redis: Any) -> AsyncIterator[KeyRow]:
    """Yield all that is kept here, in the order in which it may be written back.

    Raises:
        RedisError: Redis is away.
    """
    taken = _Taken()
    for shard in range(N_SHARDS):
        tag = f"{{s{shard}}}"
        # The sums come first: what they count is then among the events that are read in any case.
        for row in await _sums(redis, tag):
            yield row
        taken.begun[tag] = await _last_id(redis, f"{tag}:events")
    users = [key async for key in _scan(redis, f"*{_SESSION}*")]
    for key in users:
        for row in await _read_user(redis, key, taken):
            yield row
    async for key in _scan(redis, "{*"):
        if _STREAM.match(key):
            async for row in _events(redis, key, taken):
                yield row
        elif not _OF_USERS.match(key) and not _TALLY.match(key):
            async for row in _key_rows(redis, key):
                yield row


async def _scan(redis: Any, pattern: str) -> AsyncIterator[bytes]:
    seen: set[bytes] = set()
    async for key in redis.scan_iter(match=pattern, count=_PAGE):
        if key not in seen and key.startswith(b"{"):
            seen.add(key)
            yield key


async def _last_id(redis: Any, stream: str) -> bytes:
    last = await redis.xrevrange(stream, count=1)
    return bytes(last[0][0]) if last else b"0-0"


async def _sums(redis: Any, tag: str) -> list[KeyRow]:
    cursor = f"{tag}:tally:at"
    for _ in range(_TRIES):
        before = await redis.get(cursor)
        rows = [
            row
            for name in ("at", "counts", "questions")
            async for row in _key_rows(redis, f"{tag}:tally:{name}".encode())
        ]
        if await redis.get(cursor) == before:
            return rows
    raise TimeoutError("the sums don't come to rest")


async def _read_user(redis: Any, key: bytes, taken: _Taken) -> list[KeyRow]:
    tag, _, user = key.decode().partition(_SESSION)
    names = ("pushes:" + user, "aside:" + user, "events", f"reply:{user}:", "")
    keys = (key, *(f"{tag}:{name}" for name in names))
    found, last = await redis.eval(_READ_USER, len(keys), *keys, len(keys[-1]))
    rows = [KeyRow(kind.decode(), name, int(until_ms), values) for kind, name, until_ms, values in found]
    if rows:
        held = dict(zip(rows[0].values[::2], rows[0].values[1::2], strict=True))
        # Of one that can't be read nobody can tell which events are its.
        with suppress(ValueError, KeyError):
            taken.of_subject[load_session(held[b"d"].decode()).subject.encode()] = last
    return rows


async def _events(redis: Any, key: bytes, taken: _Taken) -> AsyncIterator[KeyRow]:
    begun = taken.begun[key.decode().partition(":")[0]]
    start, until_ms = "-", await _end(redis, key)
    while page := await redis.xrange(key, min=start, count=_PAGE):
        kept: list[Any] = []
        for at, fields in page:
            upto = max(begun, taken.of_subject.get(fields.get(b"subject", b""), begun), key=_order)
            if _order(at) <= _order(upto) or fields.get(b"name") in _ALWAYS:
                kept += [at, [part for pair in fields.items() for part in pair]]
        if kept:
            yield KeyRow("stream", key, until_ms, kept)
        start = f"({page[-1][0].decode()}"


async def _end(redis: Any, key: bytes) -> int:
    left_ms = int(await redis.pttl(key))
    return -1 if left_ms < 0 else int(time.time() * 1000) + left_ms


def _order(at: bytes) -> tuple[int, ...]:
    return tuple(int(part) for part in at.split(b"-"))


async def _key_rows(redis: Any, key: bytes) -> AsyncIterator[KeyRow]:
    kind, until_ms = (await redis.type(key)).decode(), await _end(redis, key)
    match kind:
        case "string":
            value = await redis.get(key)
            if value is not None:
                yield KeyRow("string", key, until_ms, [value])
        case "hash":
            async for values in _fields(redis, key):
                yield KeyRow("hash", key, until_ms, values)
        case "stream":
            start = "-"
            while entries := await redis.xrange(key, min=start, count=_PAGE):
                flat: list[Any] = []
                for at, fields in entries:
                    flat += [at, [part for pair in fields.items() for part in pair]]
                yield KeyRow("stream", key, until_ms, flat)
                start = f"({entries[-1][0].decode()}"


async def _fields(redis: Any, key: bytes) -> AsyncIterator[list[bytes]]:
    # A scan may give twice what is moved while it goes on.
    seen: set[bytes] = set()
    at = 0
    while True:
        at, page = await redis.hscan(key, at, count=_PAGE)
        yield [part for name, value in page.items() if name not in seen for part in (name, value)]
        seen.update(page)
        if not at:
            return


class RowWriter:
    """Writes rows into a Redis, beside what is there of their keys already."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._ends: dict[bytes, int] = {}

    async def write(self, row: KeyRow) -> None:
        """Write what a row holds, unless its time is over.

        Raises:
            RedisError: Redis is away, or refuses.
        """
        if not row.values or 0 < row.until_ms <= time.time() * 1000:
            return
        pipe = self._redis.pipeline(transaction=False)
        pairs = [] if row.kind == "string" else list(zip(row.values[::2], row.values[1::2], strict=True))
        match row.kind:
            case "string":
                pipe.set(row.key, row.values[0])
            case "hash":
                pipe.hset(row.key, mapping=dict(pairs))
            case "zset":
                pipe.zadd(row.key, {member: float(score) for member, score in pairs})
            case "stream":
                for at, flat in pairs:
                    pipe.xadd(row.key, dict(zip(flat[::2], flat[1::2], strict=True)), id=at)
        # A key that many users' rows make up ends with the last of them.
        end = self._ends[row.key] = max(row.until_ms, self._ends.get(row.key, -1))
        if end > 0:
            pipe.pexpireat(row.key, end)
        await pipe.execute()


def sort_of(row: KeyRow) -> str:
    """Return what a row holds, for counting; "" for what is kept for minutes only, or in parts that are counted elsewhere.

    >>> sort_of(KeyRow("hash", b"{s3}:session:0a1b", -1, []))
    'session'
    """
    parts = row.key.decode("utf-8", "replace").split(":")
    if parts[0] == "{release}" and parts[1] not in ("live", "records", "log", "review"):
        return "release"
    sort = ":".join(parts[1:3]) if parts[1] == "tally" else parts[1]
    return "" if sort in ("reply", "pushes", "gone", "cards") else sort


async def is_empty(redis: Any) -> bool:
    """Return whether nothing of ours lies in a Redis."""
    async for _ in _scan(redis, "{*"):
        return False
    return True


async def clear(redis: Any) -> None:
    """Delete every key of ours."""
    async for key in _scan(redis, "{*"):
        await redis.unlink(key)
