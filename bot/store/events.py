"""Reading the event streams from their beginning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.store.keys import event_streams

# Small enough that a page arrives within the patience of the reply path, whose client this is.
_PAGE = 200


async def every_event(redis: Any) -> AsyncIterator[dict[str, str]]:
    """Yield every effect that is still kept, a shard after the other, the oldest of each first.

    All effects of one user are in one shard, so those of an attempt come in order.
    """
    for stream in event_streams():
        after = "-"
        while page := await redis.xrange(stream, min=after, count=_PAGE):
            for _, fields in page:
                yield {_text(name): _text(value) for name, value in fields.items()}
            after = f"({_text(page[-1][0])}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
