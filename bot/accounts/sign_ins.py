"""Who is signed in where, and who tried too often: server-side, in Redis, each with an end of its own."""

from __future__ import annotations

import secrets
from typing import Any

from bot.accounts.accounts import Account, Accounts, digest
from bot.editing.review import seen_name

IDLE_S = 8 * 3600
"""So long a session lives without a click."""
LOCK_S = 15 * 60
MAX_TRIES = 5
"""After so many wrong passwords in a row a name is locked for `LOCK_S`, whether anybody has it or not."""
_LONGEST_S = 7 * 24 * 3600
_PREFIX = "{accounts}:"

_USE = """
-- KEYS  1 a session   ARGV  1 idle seconds
-- gives what it holds, and lets it live on as long as it may, not longer than it was made for
local held = redis.call('GET', KEYS[1])
if not held then return false end
local now = tonumber(redis.call('TIME')[1])
local ends = tonumber(string.match(held, '^(%d+) '))
if ends <= now then redis.call('DEL', KEYS[1]) return false end
redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[1]), ends - now))
return held
"""
_BEGIN = """
-- KEYS  1 a session   ARGV  1 idle seconds  2 longest life, seconds  3 what it holds
local ends = tonumber(redis.call('TIME')[1]) + tonumber(ARGV[2])
redis.call('SET', KEYS[1], string.format('%d ', ends) .. ARGV[3], 'EX', ARGV[1])
"""
_TRY = """
-- KEYS  1 tries of a name   ARGV  1 seconds  2 most tries
-- gives 1 when one more may be made; those beyond the last don't make the wait longer
local n = redis.call('INCR', KEYS[1])
if n > tonumber(ARGV[2]) then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""


class SignIns:
    """The sessions of one deployment.

    Args:
        redis: An asyncio client that returns bytes.
    """

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._accounts = Accounts(redis)

    async def begin(self, account: Account) -> str:
        """Sign a person in; return the secret that their browser holds."""
        secret = secrets.token_urlsafe(32)
        held = f"{account.stamp} {account.name}"
        await self._redis.eval(_BEGIN, 1, _session(secret), IDLE_S, _LONGEST_S, held)
        await self._redis.delete(_tries(account.name))
        return secret

    async def whose(self, secret: str) -> Account | None:
        """Return who is signed in with this secret as they are now; None when the session is over."""
        held = await self._redis.eval(_USE, 1, _session(secret), IDLE_S)
        if not held:
            return None
        _, stamp, name = held.decode().split(" ", 2)
        account = await self._accounts.find(name)
        return account if account and account.stamp == stamp else None

    async def end(self, secret: str) -> None:
        """Sign out where this secret is held."""
        await self._redis.delete(_session(secret))

    async def may_try(self, name: str) -> bool:
        """Count a try to sign in with a name, before the password is looked at; return whether it may be made."""
        return bool(await self._redis.eval(_TRY, 1, _tries(name), LOCK_S, MAX_TRIES))


def _session(secret: str) -> str:
    return f"{_PREFIX}session:{digest(secret)}"


def _tries(name: str) -> str:
    # By hash: what is typed for a name may be a password, and may be long.
    return f"{_PREFIX}tries:{digest(seen_name(name))}"
