"""Where a command works: the data folder or the Redis of a service, named, and never made by looking at it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.config_faults import shown_address

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.process import Parts


def place_in_words(settings: Settings) -> str:
    """Return what these settings lead to, in words: an outside Redis by its address, or the data folder."""
    if settings.redis.url:
        named = f"（前缀 {settings.key_prefix}）" if settings.key_prefix else ""
        return f"Redis {shown_address(settings.redis.url)}{named}"
    return f"数据目录 {settings.data_dir}"


def may_be_served(settings: Settings) -> bool:
    """Return whether a service may have been at this place: False is certain, and nothing was opened to find out."""
    return bool(settings.redis.url) or (settings.redis_dir / "redis").is_dir()


def say_place(settings: Settings) -> None:
    """Name the place that is written to, apart from the result."""
    click.echo(f"用的是：{place_in_words(settings)}", err=True)


def end_unserved(settings: Settings, undone: str, *more: str, code: int = 1) -> NoReturn:
    """End the command where nothing was ever published, with the ways out."""
    lines = (
        f"{place_in_words(settings)}：这里还没有发布过，{undone}",
        "要是服务在别处：在这个终端里也设好它的 QINGLANG_CONFIG、QINGLANG_DATA_DIR 或 QINGLANG_REDIS__URL",
        *more,
    )
    click.echo("\n".join(lines), err=True)
    sys.exit(code)


def own_key_or_exit(settings: Settings, undone: str) -> None:
    """End the command where the key of the user hash is not: with a new one every user would be somebody unknown."""
    if settings.privacy.key or (settings.data_dir / "secrets" / "privacy_key").exists():
        return
    click.echo(
        f"数据目录 {settings.data_dir}：没有计算用户代号的密钥（secrets/privacy_key），{undone}："
        "在这个终端里也设好服务的 QINGLANG_DATA_DIR 或 QINGLANG_PRIVACY__KEY",
        err=True,
    )
    sys.exit(1)


@asynccontextmanager
async def served_parts(settings: Settings, undone: str, *ways: str, code: int = 1) -> AsyncIterator[Parts]:
    """Open the parts of a place that a service has been at; end the command with the reason where that can't be.

    Args:
        undone: What therefore was not done, such as 没有比较.
        ways: Further ways out, where nothing was ever published.
        code: What the command ends with there; 0 when that there is nothing yet is the answer.
    """
    if not may_be_served(settings):
        end_unserved(settings, undone, *ways, code=code)
    if settings.data_dir.is_dir():
        async with open_parts_or_exit(settings, undone, code) as parts:
            yield parts
        return
    # An outside Redis seen from another machine: what is kept beside it is kept for this command alone.
    with tempfile.TemporaryDirectory() as folder:
        passing = settings.model_copy(update={"data_dir": Path(folder)})
        async with open_parts_or_exit(passing, undone, code) as parts:
            yield parts


@asynccontextmanager
async def open_parts_or_exit(settings: Settings, undone: str, unserved_code: int = 1) -> AsyncIterator[Parts]:
    """Open the parts, making what is missing; a fault is told in one line and ends the command with 1."""
    from bot.process import open_parts
    from bot.releases.releases import NoRelease

    with reachable_or_exit(settings, undone):
        try:
            async with open_parts(settings) as parts:
                yield parts
        except NoRelease:
            end_unserved(settings, undone, code=unserved_code)


@contextmanager
def reachable_or_exit(settings: Settings, undone: str, code: int = 1) -> Iterator[None]:
    """Say in one line why the place can't be used, and what therefore was not done, and end with `code`."""
    from redis.exceptions import RedisError

    from bot.store.server.faults import ServerUnavailable
    from bot.store.wire.away import why_away
    from bot.store.wire.runner import StoreDown

    try:
        yield
    except ServerUnavailable as error:
        told = f"{undone}：{error}"
    except (RedisError, StoreDown) as error:
        told = f"Redis 连不上，{undone}：{place_in_words(settings)}：{why_away(error)}"
    except PermissionError:
        told = f"{place_in_words(settings)}：不属于现在的用户，或者没有权限，{undone}"
    except OSError as error:
        told = f"{place_in_words(settings)}：用不了（{error.strerror or error}），{undone}"
    else:
        return
    click.echo(told, err=True)
    sys.exit(code)
