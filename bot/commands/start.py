"""What a service needs before its workers start: each fault is a line here, where a worker would leave a trace."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from typing import TYPE_CHECKING

import click

from bot.commands.place import place_in_words, reachable_or_exit
from bot.commands.terminal import print_problems

if TYPE_CHECKING:
    from bot.config import Settings


def extras_or_exit(settings: Settings) -> None:
    """End with 2 where a setting asks for what is not installed."""
    from bot.config_accounts import every_account
    from bot.traces import lacks_tracing

    asked = []
    if settings.telemetry.traces and lacks_tracing():
        asked.append("telemetry.traces")
    wants_pictures = any(account.wechat.customer_service for _, account in every_account(settings))
    if wants_pictures and importlib.util.find_spec("resvg_py") is None:
        asked.append("customer_service")
    if asked:
        told = f"{'、'.join(asked)} 要另装的程序没有装，没有启动：pip install --require-hashes -r requirements-extras.lock"
        click.echo(told, err=True)
        sys.exit(2)


def ready_or_exit(settings: Settings) -> None:
    """Name the place, and end with 2 (with 1 for faulty content) where no service can start.

    A service that has a release on the disk starts without its Redis; one without makes its first release here.
    """
    from knowledge.model.problems import KnowledgeError

    click.echo(f"用的是：{place_in_words(settings)}；内容目录：{settings.content_dir}", err=True)
    _tell_odd_app_ids(settings)
    has_release = (settings.data_dir / "releases" / "live").exists()
    if has_release and not settings.redis.url:
        return
    with reachable_or_exit(settings, "没有启动", code=2):
        try:
            asyncio.run(_look(settings) if has_release else _publish_first(settings))
        except KnowledgeError as error:
            print_problems(error.problems)
            click.echo("内容有错误，没有启动：先改好这些错误", err=True)
            sys.exit(1)


def _tell_odd_app_ids(settings: Settings) -> None:
    """Say which AppID can't be one: every push would be refused, and the platform's check of the address would not show it."""
    from bot.config_accounts import every_account
    from bot.config_faults import APP_ID, APP_ID_WANTED

    for name, account in every_account(settings):
        app_id = account.wechat.app_id
        if app_id and not APP_ID.fullmatch(app_id):
            click.echo(f"公众号 {name} 的 app_id {app_id} 不像 AppID：{APP_ID_WANTED}", err=True)


async def _look(settings: Settings) -> None:
    """Say that an outside Redis is away, or would drop data; one that refuses us is a wrong setting.

    Raises:
        RedisError: our login is refused.
    """
    from redis.exceptions import RedisError

    from bot.store.wire.away import is_refused, why_away
    from bot.store.wire.client import connect
    from bot.store.wire.eviction import evicts

    redis = connect(settings.redis.url, prefix=settings.key_prefix)
    try:
        await redis.ping()
        if warning := await evicts(redis):
            click.echo(warning, err=True)
    except (RedisError, OSError) as error:
        if is_refused(error):
            raise
        told = f"Redis 连不上（{place_in_words(settings)}：{why_away(error)}）：先只回答提问，答题说稍后再来；恢复后自动继续"
        click.echo(told, err=True)
    finally:
        await redis.aclose()


async def _publish_first(settings: Settings) -> None:
    from bot.process import open_parts, publish_first

    async with open_parts(settings) as parts:
        await publish_first(settings, parts)
    if settings.redis.url:
        await _look(settings)
