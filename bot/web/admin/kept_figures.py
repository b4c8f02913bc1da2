"""The figures of the bank, counted again only when somebody answered or another release went live."""

from __future__ import annotations

import asyncio

from bot.china import today
from bot.editing.bank.bank_figures import BankFigures, figures_from
from bot.editing.bank.given_answers import given_answers
from bot.process import Parts
from bot.store.events import newest_events


class KeptFigures:
    """The last figures of one process, with what they were counted from."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[str, ...], BankFigures] | None = None
        self._one = asyncio.Lock()

    async def read(self, parts: Parts) -> BankFigures:
        """Return the figures as they are now.

        Raises:
            RedisError: Redis is away.
        """
        async with self._one:
            key = (today(), parts.releases.live.version, *await newest_events(parts.store.redis))
            if self._kept is None or self._kept[0] != key:
                given = await given_answers(parts)
                found = await asyncio.to_thread(figures_from, given, parts.releases.live.content)
                self._kept = (key, found)
            return self._kept[1]
