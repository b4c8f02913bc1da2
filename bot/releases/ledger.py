"""The ledger of releases in Redis: which is live, what each is, and who did what when and why.

Everything lies in one slot, and every change is one script: a process that dies in the middle leaves the old
release live or the new one, with its record and its line in the log, never a part of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.releases.records import Line, Record, read_record

_LIVE = "{release}:live"
_RECORDS = "{release}:records"
_LOG = "{release}:log"
_REVIEW = "{release}:review"
_PREFIX = "{release}:"
_SECOND_LOOK_S = 2.0
_GO_LIVE = frozenset({"published", "approved", "rolled-back", "restored"})
_ALL = 1_000_000
ANY = "*"
"""Stands for whatever release is live, where nobody's work can be lost."""

_SWITCH = """
-- KEYS  1 live  2 the release  3 records  4 log   5 prefix of releases
-- ARGV  1 the release that must be live now, '*' for any   2 version   3 its files, '' when stored already
--       4 its record   5 '1' to make it live, '2' to let go of it   6 lifetime of a replaced release, s
--       7 its state before, '' for any   8 another release whose record changes with it, '' for none   9 that record
--       10… fields of the line in the log
-- gives {'ok'} | {'conflict', live} | {'gone'} | {'state', state}
local live = redis.call('GET', KEYS[1]) or ''
if ARGV[1] ~= '*' and live ~= ARGV[1] then return {'conflict', live} end
if ARGV[7] ~= '' then
  local held = redis.call('HGET', KEYS[3], ARGV[2])
  local state = held and cjson.decode(held)['state'] or ''
  if state ~= ARGV[7] then return {'state', state} end
end
if ARGV[5] == '2' then
  redis.call('EXPIRE', KEYS[2], ARGV[6])
elseif ARGV[3] ~= '' then
  redis.call('SET', KEYS[2], ARGV[3])
elseif redis.call('PERSIST', KEYS[2]) == 0 and redis.call('EXISTS', KEYS[2]) == 0 then
  return {'gone'}
end
redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
if ARGV[8] ~= '' then redis.call('HSET', KEYS[3], ARGV[8], ARGV[9]) end
if ARGV[5] == '1' then
  redis.call('SET', KEYS[1], ARGV[2])
  if live ~= '' and live ~= ARGV[2] then redis.call('EXPIRE', KEYS[5] .. live, ARGV[6]) end
end
redis.call('XADD', KEYS[4], '*', unpack(ARGV, 10))
return {'ok'}
"""


class Overtaken(Exception):
    """Another release went live meanwhile, or the release is no longer what it was; `now` names it."""

    def __init__(self, now: str) -> None:
        super().__init__(now)
        self.now = now


class Gone(Exception):
    """The files of a release are not in Redis any more."""


def release_key(version: str) -> str:
    """Return the key of a release's files."""
    return f"{_PREFIX}{version}"


class Ledger:
    """Reads and writes the ledger; `keep_s` is how long a replaced release outlives its last use."""

    def __init__(self, redis: Any, keep_s: int) -> None:
        self._redis = redis
        self._keep_s = keep_s

    async def live(self) -> str:
        """Return the version that is live, "" when nothing was ever published."""
        stored = await self._redis.get(_LIVE)
        return stored.decode() if stored else ""

    async def files(self, version: str) -> bytes | None:
        """Return the stored files of a release, None when they are gone."""
        stored: bytes | None = await self._redis.get(release_key(version))
        return stored

    async def use(self, version: str) -> None:
        """Push the expiry of a replaced release away; the live one and waiting ones have none and get none."""
        await self._redis.expire(release_key(version), self._keep_s, xx=True)

    async def write(
        self,
        record: Record,
        line: Line,
        *,
        packed: bytes = b"",
        expected: str = ANY,
        live: bool,
        was: str = "",
        let_go: bool = False,
        beside: Record | None = None,
    ) -> None:
        """Store a release with its record and its line in the log, and make it live; all of it or nothing.

        Args:
            packed: Its files; empty when they are stored already.
            expected: The version that must be live now.
            was: The state its record must have now.
            let_go: It will not be live: its files need not be kept for ever.
            beside: The record of another release that changes in the same step.

        Raises:
            Overtaken: something else is live, or the record is in another state.
            Gone: the files are not stored and were not given.
        """
        try:
            mode = "1" if live else "2" if let_go else "0"
            answer, *rest = await self._switch(record, line, packed, expected, mode, was, beside)
        except RedisTimeoutError:
            # Megabytes may take a slow disk longer than the patience of one call; then look what became of it.
            await asyncio.sleep(_SECOND_LOOK_S)
            if await self.record(record.version) != record or (live and await self.live() != record.version):
                raise
            return
        match answer.decode():
            case "conflict" | "state":
                raise Overtaken(rest[0].decode())
            case "gone":
                raise Gone(record.version)

    async def _switch(
        self,
        record: Record,
        line: Line,
        packed: bytes,
        expected: str,
        mode: str,
        was: str,
        beside: Record | None,
    ) -> list[bytes]:
        fields = asdict(line) | {"edited": json.dumps(line.edited)}
        answer: list[bytes] = await self._redis.eval(
            _SWITCH,
            5,
            _LIVE,
            release_key(record.version),
            _RECORDS,
            _LOG,
            _PREFIX,
            expected,
            record.version,
            packed,
            _dump(record),
            mode,
            self._keep_s,
            was,
            beside.version if beside else "",
            _dump(beside) if beside else "",
            *(part for pair in fields.items() for part in pair),
        )
        return answer

    async def keep_review(self, required: bool, min_precision: float) -> None:
        """Write down what the running service wants of a draft, for whoever publishes from another shell."""
        await self._redis.set(_REVIEW, json.dumps([required, min_precision]))

    async def review(self) -> tuple[bool, float] | None:
        """Return what the service wants of a draft: a second person, and so many right answers; None before the first."""
        stored = await self._redis.get(_REVIEW)
        if stored is None:
            return None
        required, min_precision = json.loads(stored)
        return bool(required), float(min_precision)

    async def records(self) -> list[Record]:
        """Return what is known of every release, newest first."""
        stored = await self._redis.hgetall(_RECORDS)
        return sorted((_record(text) for text in stored.values()), key=lambda r: (-r.at, r.version))

    async def record(self, version: str) -> Record | None:
        """Return what is known of a release."""
        stored = await self._redis.hget(_RECORDS, version)
        return _record(stored) if stored else None

    async def log(self, entry_id: str = "", n: int = 100) -> list[Line]:
        """Return at most `n` lines of the log, newest first; with an entry, those that touched it."""
        lines = [_line(fields) for _, fields in await self._redis.xrevrange(_LOG)]
        return [line for line in lines if not entry_id or entry_id in line.edited][:n]

    async def made_live(self, version: str) -> Line | None:
        """Return the line of the log that tells how `version` last went live."""
        lines = await self.log(n=_ALL)
        found = (line for line in lines if line.version == version and line.action in _GO_LIVE)
        return next(found, None)


def _dump(record: Record) -> str:
    return json.dumps(asdict(record), ensure_ascii=False)


def _record(stored: bytes) -> Record:
    return read_record(json.loads(stored))


def _line(stored: Mapping[bytes, bytes]) -> Line:
    fields = {key.decode(): value.decode() for key, value in stored.items()}
    return Line(
        at=int(fields["at"]),
        action=fields["action"],
        version=fields["version"],
        before=fields["before"],
        by=fields["by"],
        reason=fields["reason"],
        edited=tuple(json.loads(fields["edited"])),
    )
