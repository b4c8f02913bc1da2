"""The whole examination, in order: first what nothing else is possible without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

from bot.config import FIRST, Settings
from bot.config_accounts import AccountSettings, every_account
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
        machine.fonts(settings),
        service.here(settings),
        service.outside(settings, url),
    ):
        for found in part:
            yield found
    for name, account_settings in every_account(settings):
        async for found in _of_account(account_settings):
            yield found if name == FIRST else replace(found, what=f"公众号 {name}：{found.what}")


async def _of_account(settings: Settings) -> AsyncIterator[Diagnosis]:
    """Look at what each account has of its own; at the Redis for the first one alone, since they share it."""
    is_first = not isinstance(settings, AccountSettings)
    if not is_first:
        for found in (*account.settings_of_account(settings), *machine.rights(settings)):
            yield found
    ours = None
    if settings.content_dir.is_dir():
        ours, found = content.draft(settings)
        yield found
    redis, found = await stores.reachable(settings)
    if is_first:
        yield found
    async with AsyncExitStack() as opened:
        looks = [account.as_the_platform_sees_it(settings, redis, ours)]
        if redis is not None:
            opened.push_async_callback(redis.aclose)
            looks[:0] = [
                content.releases(settings, ours),
                stores.backed_up(redis),
                stores.same_naming(settings, redis),
            ]
            if is_first:
                looks.insert(0, stores.looked_after(settings, redis))
        for look in looks:
            async for found in look:
                yield found
