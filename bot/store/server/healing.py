"""Bringing a server back while people wait for replies: one start for all who ask, and nobody waits long for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

Heal = Callable[[], Awaitable[None]]
# A killed server is back within this; one that takes longer comes back without anybody waiting for it.
_PATIENCE_S = 0.5


class Healing:
    """The start of a server by `heal`, shared by everything in this process that finds it gone.

    `why` says in one line why the last start failed; it is "" while none has.
    """

    def __init__(self, heal: Heal, why: str = "") -> None:
        self._heal = heal
        self._start: asyncio.Future[None] | None = None
        self._until = 0.0
        self.why = why

    async def wait(self) -> bool:
        """Have the server started unless a start is under way; return whether it ended within a reply's patience.

        Raises:
            Exception: what `heal` raised.
        """
        if self._start is None:
            self._start = asyncio.ensure_future(self._heal())
            self._start.add_done_callback(self._ended)
            self._until = time.monotonic() + _PATIENCE_S
        start = self._start
        await asyncio.wait({start}, timeout=max(0.0, self._until - time.monotonic()))
        if start.done():
            start.result()
        return start.done()

    async def end(self) -> None:
        """Wait until a start that is under way has ended, well or badly."""
        if self._start:
            await asyncio.wait({self._start})

    def _ended(self, start: asyncio.Future[None]) -> None:
        self._start = None
        error = None if start.cancelled() else start.exception()
        self.why = str(error) if error else ""
