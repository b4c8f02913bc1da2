"""Reading the event streams: from their beginning, or what was asked last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.store.keys import event_streams

# Small enough that a page arrives within the patience of the reply path, whose client this is.
_PAGE = 200
N_QUESTIONS = 1000
"""So many past questions are replayed when a draft is tried."""


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


async def newest_events(redis: Any) -> tuple[str, ...]:
    """Return the id of the newest event of every shard, "" for one without any: equal ids, equal events.

    Raises:
        RedisError: when Redis is away.
    """
    found = []
    for stream in event_streams():
        rows = await redis.xrevrange(stream, count=1)
        found.append(_text(rows[0][0]) if rows else "")
    return tuple(found)


async def events_named(redis: Any, name: str) -> AsyncIterator[tuple[int, dict[str, str]]]:
    """Yield every effect of a name that is still kept with its time in Unix milliseconds, a shard after the other.

    Raises:
        RedisError: when Redis is away.
    """
    for stream in event_streams():
        after = "-"
        while page := await redis.xrange(stream, min=after, count=_PAGE):
            for event_id, fields in page:
                told = {_text(key): _text(value) for key, value in fields.items()}
                if told.get("name") == name:
                    yield _time(_text(event_id))[0], told
            after = f"({_text(page[-1][0])}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


async def past_questions(redis: Any) -> tuple[str, ...]:
    """Return the newest questions of every shard, masked as they were recorded, newest first, each once.

    Raises:
        RedisError: when Redis is away.
    """
    found: list[tuple[tuple[int, int], str]] = []
    for stream in event_streams():
        for event_id, fields in await redis.xrevrange(stream, count=_PAGE):
            told = {_text(name): _text(value) for name, value in fields.items()}
            if told.get("question"):
                found.append((_time(_text(event_id)), told["question"]))
    return tuple(dict.fromkeys(question for _, question in sorted(found, reverse=True)))[:N_QUESTIONS]


def _time(event_id: str) -> tuple[int, int]:
    ms, _, number = event_id.partition("-")
    return int(ms), int(number)
