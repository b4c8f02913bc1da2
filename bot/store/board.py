"""排行榜 of this process: follows the event streams, so that a skill finds the board in its context."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from redis.exceptions import RedisError

from bot.store.keys import event_streams
from handlers.model.attempts import Standing
from handlers.quiz.ranking import TAKEN, Ranking

log = logging.getLogger(__name__)
_PAGE = 200
_NOTICE_S = 3.0
_SHOWN = 50
# Most events are about other things, and every process reads all of them.
_TAKEN = frozenset(name.encode() for name in TAKEN)


class Board:
    """Who is on 排行榜, a few seconds old. Built from the beginning of the streams at each start."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._ranking = Ranking()
        self._after = dict.fromkeys(event_streams(), "-")
        self._rows: tuple[Standing, ...] = ()

    def rows(self) -> tuple[Standing, ...]:
        """Return the board as it was a moment ago."""
        return self._rows

    async def watch(self) -> None:
        """Keep the board up to date; runs until cancelled. A store that is away is tried again later."""
        while True:
            try:
                await self.catch_up()
            except RedisError:
                log.info("board not updated: the store is away")
            await asyncio.sleep(_NOTICE_S)

    async def catch_up(self) -> None:
        """Take in every effect that was recorded since the last time.

        Raises:
            RedisError: the store is away; what was taken in stays.
        """
        for stream in event_streams():
            while page := await self._redis.xrange(stream, min=self._after[stream], count=_PAGE):
                for _, fields in page:
                    self._take(fields)
                self._after[stream] = f"({page[-1][0].decode()}"
        self._rows = self._ranking.rows(_SHOWN)

    def _take(self, fields: Mapping[bytes, bytes]) -> None:
        try:
            if fields[b"name"] in _TAKEN:
                self._ranking.take({name.decode(): value.decode() for name, value in fields.items()})
        except (ValueError, KeyError):
            # One that nobody can read must not keep all that follow off the board.
            log.exception("an event was left out of the board")
