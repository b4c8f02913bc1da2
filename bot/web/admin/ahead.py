"""What a first visit to the console would wait for, made ready after a start in steps that no push notices."""

from __future__ import annotations

import asyncio

from bot.editing.find import fold_a_few
from bot.process import Parts

_PAUSE_S = 0.01


async def make_ready(parts: Parts) -> None:
    """Fold the texts of the live release, so that they can be searched at once."""
    for _ in fold_a_few(parts.releases.live.content):
        await asyncio.sleep(_PAUSE_S)
