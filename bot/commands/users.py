"""`qinglang users`: what an operator does when a user asks in writing: hand over all that is held, or erase it."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any

import click

from bot.commands.place import own_key_or_exit, say_place, served_parts
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
