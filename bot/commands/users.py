"""`qinglang users`: what an operator does when a user asks in writing: hand over all that is held, or erase it."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.commands.place import own_key_or_exit, say_place, served_parts
from bot.commands.running import is_up
from bot.commands.terminal import settings_or_exit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.config import Settings
    from bot.store.store import Store


@click.group(help="用户数据：按用户书面要求导出或删除。OPENID 只在这条命令里用，不会存下来。")
def users() -> None:
    """Look after what is held of users."""


@users.command("export", help="导出存着的关于这个用户的全部数据，一个 JSON。")
@click.argument("openid")
def users_export(openid: str) -> None:
    """Print everything that is held of the user."""
    click.echo(json.dumps(_with_store(settings_or_exit(), openid, _export), ensure_ascii=False, indent=1))


@users.command("erase", help="删除存着的关于这个用户的全部数据（统计数字里分不出是谁，留着）。")
@click.argument("openid")
def users_erase(openid: str) -> None:
    """Erase the user, as 删除我的数据 does."""
    from bot.store.erasure import erase

    settings = settings_or_exit()
    found = _with_store(settings, openid, erase)
    say_place(settings)
    click.echo("已删除" if found else "没有这个用户的数据")


@users.command("rename", help="换一把计算用户代号的密钥，给所有用户换代号；数据都在。先停掉所有的服务。")
def users_rename() -> None:
    """Renew the key behind the names of users, and rename them all."""
    settings, undone = settings_or_exit(), "没有换"
    own_key_or_exit(settings, undone)
    if is_up(settings):
        click.echo(f"服务正在运行，{undone}：请先停掉它（几台主机的都停）", err=True)
        sys.exit(1)
    n_renamed = asyncio.run(_rename(settings, undone))
    say_place(settings)
    click.echo(f"换好了：{n_renamed} 个用户换了代号。以前的备份里还是旧的代号和密钥，请到期销毁")


async def _rename(settings: Settings, undone: str) -> int:
    from functools import partial

    from bot.config_accounts import keys_within
    from bot.store.naming import name_under, set_naming, sign_of
    from bot.store.renaming import forget_renamed, rename_users

    async with served_parts(settings, undone) as parts:
        key = await _renewed_or_exit(settings, parts.store.redis, undone)
        # Who is owed an erasure is noted under the old name.
        await parts.owed.settle(parts.store)
        n_renamed = await rename_users(
            parts.store, partial(name_under, key=keys_within(key)[-1]), sign_of(key)
        )
        await set_naming(parts.store.redis, key)
        await forget_renamed(parts.store, sign_of(key))
    return n_renamed


async def _renewed_or_exit(settings: Settings, redis: Any, undone: str) -> str:
    """Return the renewed key: the one of a renaming that was broken off, else a new one, which is kept now."""
    from bot.config_accounts import joined, keys_within
    from bot.files import keep_renewed_secret
    from bot.process import privacy_key
    from bot.store.naming import before_last, names_as_others

    key = privacy_key(settings)
    before = before_last(key)
    if before and await names_as_others(redis, before):
        return key
    if not await names_as_others(redis, key):
        click.echo(
            f"用这个 Redis 的别的主机的 privacy.key 和这台的不一样，{undone}：先看 qinglang doctor", err=True
        )
        sys.exit(1)
    if settings.privacy.key:
        click.echo(
            f"设置里有 privacy.key，{undone}：请在每台主机的 privacy.key 后面写上“->”和新的密钥（旧的->新的），再来一次",
            err=True,
        )
        sys.exit(2)
    return keep_renewed_secret(
        settings.data_dir, "privacy_key", lambda made: joined([*keys_within(key), made]), 48
    )


def _with_store(settings: Settings, openid: str, act: Callable[[Store, str], Awaitable[Any]]) -> Any:
    own_key_or_exit(settings, "什么都没做")
    return asyncio.run(_open_and(settings, openid, act))


async def _open_and(settings: Settings, openid: str, act: Callable[[Store, str], Awaitable[Any]]) -> Any:
    from bot.process import user_hash

    async with served_parts(settings, "什么都没做") as parts:
        return await act(parts.store, user_hash(settings)(openid))


async def _export(store: Store, user: str) -> dict[str, Any]:
    from bot.store.lookups import events_of, replies, set_aside

    stored, aside = await _session(store, user), await set_aside(store, user)
    session = _read(stored)
    subject = str(session.get("subject", "")) if isinstance(session, dict) else ""
    return {
        "user": user,
        "session": session,
        "replies": await replies(store, user),
        "events": await events_of(store, user, subject) if subject else [],
        **({"set_aside": aside} if aside else {}),
    }


def _read(stored: str) -> Any:
    """Return a stored session as it is meant, as it stands where nobody can read it, None where there is none."""
    try:
        return json.loads(stored) if stored else None
    except ValueError:
        return stored


async def _session(store: Store, user: str) -> str:
    from bot.store.store import Loaded

    loaded = await store.load(user, f"export-{secrets.token_hex(8)}", counts=False)
    return loaded.session if isinstance(loaded, Loaded) else ""
