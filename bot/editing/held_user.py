"""One user by a code of ours: what is held of them, as numbers, and its erasure; and how much is kept of everybody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.editing.refused import Refused
from bot.editing.sessions import sessions_of
from bot.process import Parts
from bot.store.erasure import erase
from bot.store.keys import event_streams, keys_of
from bot.store.lookups import held_data, set_aside
from handlers.codec import load_session

_USER = re.compile(r"[0-9a-f]{32}")
_SUBJECT = re.compile(r"[0-9a-f]{16}")
_SHARD_KEY = re.compile(rb"\{s\d+\}:([a-z]+)")


@dataclass(frozen=True, slots=True)
class HeldUser:
    """What is held of a user: nothing of what they said.

    `is_readable` is False where their session can't be read: it goes like any other.
    """

    user: str
    is_readable: bool
    n_results: int = 0
    n_open: int = 0
    n_cards: int = 0
    n_replies: int = 0
    n_events: int = 0
    updated_at: int = 0
    entered: bool = False


async def held_user(parts: Parts, code: str) -> HeldUser:
    """Return what is held of the user with this code: the 随机编号 of 我的数据, or the code of a command or the log.

    Raises:
        Refused: it is no code of ours, or nothing is held of anybody by it.
        RedisError, StoreDown: Redis is away.
    """
    user = await _user_of(parts, code.strip().lower())
    stored = await parts.store.redis.hget(keys_of(user).session, "d")
    aside = await set_aside(parts.store, user)
    if not stored and not aside:
        raise Refused(f"没有代号 {code} 的数据：已经删除，或者满期自动删了")
    try:
        session = load_session(stored.decode())
    except (ValueError, AttributeError):
        return HeldUser(user, is_readable=False)
    n_replies, events = await held_data(parts.store, user, session.subject)
    return HeldUser(
        user=user,
        is_readable=True,
        n_results=len(session.results),
        n_open=len(session.shelf) + (session.attempt is not None),
        n_cards=len(session.cards),
        n_replies=n_replies,
        n_events=events.total(),
        updated_at=session.updated_at,
        entered=session.roster is not None,
    )


async def erase_user(parts: Parts, user: str) -> bool:
    """Delete all that is held of a user by the code that `held_user` told; return whether there was anything.

    Raises:
        Refused: it is no code of ours.
        StoreDown: nothing was deleted.
    """
    if not _USER.fullmatch(user):
        raise Refused(f"{user} 不是用户代号，什么都没有删")
    return await erase(parts.store, user)


async def kept_numbers(parts: Parts) -> Mapping[str, int]:
    """Return how many keys of each sort are kept of users, and how many events.

    Raises:
        RedisError: Redis is away.
    """
    counts: Counter[str] = Counter()
    async for name in parts.store.redis.scan_iter(match="{s*}:*", count=1000):
        if found := _SHARD_KEY.match(name):
            counts[found.group(1).decode()] += 1
    counts["events"] = 0
    for stream in event_streams():
        counts["events"] += int(await parts.store.redis.xlen(stream))
    return counts


async def _user_of(parts: Parts, code: str) -> str:
    if _USER.fullmatch(code):
        return code
    if not _SUBJECT.fullmatch(code):
        raise Refused(
            "这不是我们的编号：请用户发“我的数据”，把“随机编号”那一行的 16 位抄过来；或者用命令、日志里的 32 位用户代号"
        )
    sessions, _ = await sessions_of(parts)
    user = next((user for user, session in sessions.items() if session.subject == code), "")
    if not user:
        raise Refused(f"没有随机编号 {code} 的用户：已经删除，或者抄错了")
    return user
