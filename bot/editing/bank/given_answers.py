"""Every answer that takers gave, with the bank of the release it was given in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.process import Parts
from bot.store.events import every_event
from knowledge.model.content import Content


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """What takers did, oldest first; the bank of each release they answered in; the releases that are no longer kept."""

    effects: tuple[Mapping[str, str], ...]
    banks: Mapping[str, Content]
    gone: tuple[str, ...]


async def given_answers(parts: Parts) -> GivenAnswers:
    """Return all answers that are still recorded; nothing is changed.

    Raises:
        RedisError: Redis is away.
    """
    await parts.releases.start()
    effects = [event async for event in every_event(parts.store.redis)]
    versions = {e["release"] for e in effects if e["name"] == "answered" and "release" in e}
    banks = {parts.releases.live.version: parts.releases.live.content}
    gone = []
    for version in sorted(versions - banks.keys()):
        try:
            banks[version] = await parts.releases.pinned(version)
        except LookupError:
            gone.append(version)
    return GivenAnswers(tuple(effects), banks, tuple(gone))
