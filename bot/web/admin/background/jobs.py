"""Work that takes longer than a click: begun once whoever presses twice, one at a time, followed from any worker."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from redis.exceptions import RedisError

from bot.editing.refused import Refused
from bot.store.wire.runner import StoreDown
from bot.web.admin.words import worded

log = logging.getLogger(__name__)
Told = Callable[[int, int], None]
"""Hears how much of how much is done."""
Result = Mapping[str, Any]
Work = Callable[[Told], Awaitable[Result]]

_BUSY = "{console}:busy"
_KEPT_S = 24 * 3600
_BEAT_S = 0.5
_SILENT_S = 60
_TRIES = 60
_ID = re.compile(r"[0-9a-f]{32}")

_BEGIN = """
-- KEYS  1 the job  2 what is being done   ARGV  1 id  2 the job  3 seconds kept  4 seconds of silence
-- gives the id of what is being done already, '' when this one may begin, 'known' when it began before
if redis.call('EXISTS', KEYS[1]) == 1 then return 'known' end
local busy = redis.call('GET', KEYS[2])
if busy then return busy end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[4])
return ''
"""

_TELL = """
-- KEYS  1 the job  2 what is being done   ARGV  1 id  2 the job  3 seconds kept  4 seconds of silence, 0 when it is done
-- a word that comes late, when it is done or given up already, changes nothing
local mine = redis.call('GET', KEYS[2]) == ARGV[1]
if ARGV[4] == '0' then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  if mine then redis.call('DEL', KEYS[2]) end
elseif mine then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
  redis.call('EXPIRE', KEYS[2], ARGV[4])
end
"""

_LOOK = """
-- KEYS  1 the job  2 what is being done   gives both, '' for what is not there
return {redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or ''}
"""


@dataclass(frozen=True, slots=True)
class Job:
    """Somebody's work: `state` is running or done; a running one that was silent too long is lost.

    `done` of `n` tells how far it is, where that is known; `result` says what came of it.
    """

    by: str
    kind: str
    state: str = "running"
    done: int = 0
    n: int = 0
    result: Mapping[str, Any] = field(default_factory=dict)


class Jobs:
    """The long work of one process.

    Args:
        redis: Gives an asyncio client that returns bytes.
    """

    def __init__(self, redis: Callable[[], Any]) -> None:
        self._redis = redis
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, job_id: str, by: str, kind: str, work: Work) -> None:
        """Begin `work` in the background; one of the same id that was begun before is left as it is.

        Raises:
            Refused: something else is being done, or the id is none.
        """
        if not _ID.fullmatch(job_id):
            raise Refused(worded("fault.no_form"))
        job = Job(by, kind)
        busy = (
            await self._redis().eval(_BEGIN, 2, _key(job_id), _BUSY, job_id, _dump(job), _KEPT_S, _SILENT_S)
        ).decode()
        if busy == "known":
            return
        if busy:
            other = await self.find(busy)
            raise Refused(
                worded(
                    "job.busy",
                    by=other.by if other else "",
                    what=worded(f"job.{other.kind if other else kind}"),
                )
            )
        task = asyncio.create_task(self._do(job_id, job, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def find(self, job_id: str) -> Job | None:
        """Return a job of the last day, None when there is none."""
        if not _ID.fullmatch(job_id):
            return None
        # In one step: a job that ends between two looks would seem lost.
        held, busy = await self._redis().eval(_LOOK, 2, _key(job_id), _BUSY)
        if not held:
            return None
        job = Job(**json.loads(held))
        if job.state == "running" and busy.decode() != job_id:
            return Job(job.by, job.kind, "done", result={"state": "lost"})
        return job

    async def _do(self, job_id: str, job: Job, work: Work) -> None:
        so_far = [0, 0]

        def told(done: int, n: int) -> None:
            so_far[:] = [done, n]

        beat = asyncio.create_task(self._beat(job_id, job, so_far))
        try:
            result = await _outcome(work, told)
        finally:
            beat.cancel()
        done = Job(job.by, job.kind, "done", result=result)
        for _ in range(_TRIES):
            try:
                await self._tell(job_id, done, 0)
                return
            except (RedisError, StoreDown):
                await asyncio.sleep(_BEAT_S)

    async def _beat(self, job_id: str, job: Job, so_far: list[int]) -> None:
        while True:
            with suppress(RedisError, StoreDown):
                await self._tell(job_id, Job(job.by, job.kind, "running", so_far[0], so_far[1]), _SILENT_S)
            await asyncio.sleep(_BEAT_S)

    async def _tell(self, job_id: str, job: Job, silent_s: int) -> None:
        kept = (job_id, _dump(job), _KEPT_S, silent_s)
        await self._redis().eval(_TELL, 2, _key(job_id), _BUSY, *kept)


async def _outcome(work: Work, told: Told) -> Result:
    try:
        return await work(told)
    except Exception:
        log.exception("work of the console failed")
        return {"state": "broken"}


def _key(job_id: str) -> str:
    return f"{{console}}:job:{job_id}"


def _dump(job: Job) -> str:
    return json.dumps(asdict(job), ensure_ascii=False)
