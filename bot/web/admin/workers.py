"""Which workers there are and what each serves: every one says so every few seconds, one that is silent is left out."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import time
from dataclasses import asdict, dataclass

from redis.exceptions import RedisError

from bot.process import Parts

_KEY = "{console}:workers"
_EVERY_S = 3.0
_SILENT_S = 15


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process: where it runs since when, the release that it answers from, and the memory that it took at most."""

    host: str
    pid: int
    since: int
    release: str
    meaning: str
    peak_mb: int
    seen: int


async def report_worker(parts: Parts) -> None:
    """Say that this worker is there, until cancelled; a store that is away is told later."""
    since, host, pid = int(time.time()), socket.gethostname(), os.getpid()
    while True:
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        live, meaning = parts.releases.live.version, parts.releases.meaning_state
        me = Worker(host, pid, since, live, meaning, peak_mb, int(time.time()))
        try:
            await parts.store.redis.hset(_KEY, f"{host}:{pid}", json.dumps(asdict(me)))
            await parts.store.redis.expire(_KEY, 3600)
        except RedisError:
            pass
        await asyncio.sleep(_EVERY_S)


async def workers(parts: Parts) -> tuple[Worker, ...]:
    """Return the workers that said something a moment ago; who did not is forgotten.

    Raises:
        RedisError: Redis is away.
    """
    found = []
    for name, said in (await parts.store.redis.hgetall(_KEY)).items():
        worker = Worker(**json.loads(said))
        if worker.seen < time.time() - _SILENT_S:
            await parts.store.redis.hdel(_KEY, name)
        else:
            found.append(worker)
    return tuple(sorted(found, key=lambda one: (one.host, one.since, one.pid)))
