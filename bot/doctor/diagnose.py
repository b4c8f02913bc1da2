"""The whole examination, in order: first what nothing else is possible without."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.config import Settings
from bot.doctor import account, content, machine, service, stores
from bot.doctor.diagnosis import Diagnosis


async def diagnose(settings: Settings, url: str = "") -> AsyncIterator[Diagnosis]:
    """Give each finding as soon as it is there; nothing is started, and nothing written but what a command writes.

    Args:
        url: The address that was typed into the platform, "" to leave that out.
    """
    for part in (
        account.settings_of_account(settings),
        machine.rights(settings),
        machine.disk(settings),
        machine.processors(settings),
        machine.exposure(settings),
        service.here(settings),
        service.outside(settings, url),
    ):
        for found in part:
            yield found
    ours = None
    if settings.content_dir.is_dir():
        ours, found = content.draft(settings.content_dir)
        yield found
    redis, found = await stores.reachable(settings)
    yield found
    try:
        if redis is not None:
            async for found in stores.looked_after(settings, redis):
                yield found
            async for found in content.releases(settings, ours):
                yield found
        async for found in account.as_the_platform_sees_it(settings, redis, ours):
            yield found
    finally:
        if redis is not None:
            await redis.aclose()
