"""Kills somebody at a step of load or commit. Python runs this first where a storm puts this folder on PYTHONPATH; nothing of the product knows it.

FAULT_POINT names the step: "load", "loaded", "commit", "committing" (a moment after it was sent) or "committed";
FAULT_VICTIM who is killed, "worker", "supervisor" or "redis"; FAULT_BOOK is a file with a line for each kill.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

_CHANCE, _REST_S = 0.05, 3.0


def _pid() -> int:
    victim = os.environ["FAULT_VICTIM"]
    if victim == "redis":
        return int((Path(os.environ["QINGLANG_DATA_DIR"]) / "redis/redis.pid").read_text())
    return os.getppid() if victim == "supervisor" else os.getpid()


def _strike(last: list[float]) -> None:
    if time.monotonic() - last[0] < _REST_S or random.random() > _CHANCE:
        return
    last[0] = time.monotonic()
    try:
        pid = _pid()
        with Path(os.environ["FAULT_BOOK"]).open("a") as book:
            book.write(f"{os.environ['FAULT_POINT']} {pid}\n")
        os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError):
        pass


def _install(point: str) -> None:
    from bot.store.store import Store

    # A process that has just begun lives a little, or none would ever answer.
    last = [time.monotonic()]
    load, commit = Store.load, Store.commit

    async def faulty_load(self: Store, *arguments: Any, **more: Any) -> Any:
        if point == "load":
            _strike(last)
        loaded = await load(self, *arguments, **more)
        if point == "loaded":
            _strike(last)
        return loaded

    async def faulty_commit(self: Store, *arguments: Any, **more: Any) -> Any:
        if point == "commit":
            _strike(last)
        if point == "committing":
            asyncio.get_running_loop().call_later(random.uniform(0, 0.002), _strike, last)
        stored = await commit(self, *arguments, **more)
        if point == "committed":
            _strike(last)
        return stored

    Store.load, Store.commit = faulty_load, faulty_commit  # type: ignore[method-assign]


if os.environ.get("FAULT_POINT"):
    _install(os.environ["FAULT_POINT"])
