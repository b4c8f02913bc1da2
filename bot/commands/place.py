"""Where a command works: the store and the releases of a service, opened for it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import redis_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.parts import Parts


@asynccontextmanager
async def served_parts(settings: Settings, undone: str, *, code: int = 1) -> AsyncIterator[Parts]:
    """Open the parts; end the command with the reason where that can't be, saying what therefore was not done.

    Args:
        code: What the command ends with where nothing was ever published.
    """
    from bot.parts import open_parts
    from bot.releases import NoRelease

    with redis_or_exit(undone):
        try:
            async with open_parts(settings) as parts:
                yield parts
        except NoRelease:
            click.echo(f"还没有发布过，{undone}", err=True)
            sys.exit(code)
