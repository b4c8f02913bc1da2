"""The platform as a command calls it: what is missing for that, and what it refuses, in lines."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.wechat.api import Platform


def may_call(settings: Settings) -> bool:
    """Return whether the settings have what calls of the platform need."""
    return bool(settings.wechat.app_id and settings.wechat.app_secret)


@asynccontextmanager
async def platform_or_exit(settings: Settings, undone: str, redis: Any = None) -> AsyncIterator[Platform]:
    """Have the platform at hand; with settings missing end with 2, and with 1 when it refuses or is away.

    Args:
        undone: What therefore was not done, such as 没有推送.
        redis: Where the token is kept for every process; None keeps it in this one.
    """
    from bot.wechat.api import Credentials, platform

    wechat = settings.wechat
    if not may_call(settings):
        missing = " 和 ".join(f"wechat.{n}" for n in ("app_id", "app_secret") if not getattr(wechat, n))
        click.echo(f"{undone}：调用微信的接口要先填 {missing}（公众平台“设置与开发”里抄）", err=True)
        sys.exit(2)
    with told_or_exit(undone):
        async with platform(Credentials(wechat.app_id, wechat.app_secret, wechat.api_base), redis) as calls:
            yield calls


@contextmanager
def told_or_exit(undone: str) -> Iterator[None]:
    """Say in the platform's words and ours why a call came to nothing, and end with 1."""
    from bot.wechat.api_errors import CallFailed

    try:
        yield
    except CallFailed as failed:
        click.echo("\n".join([undone, *failed.lines]), err=True)
        sys.exit(1)
