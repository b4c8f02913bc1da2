"""People with a name, one role and a password, kept in Redis: all of them in one slot, every change one step.

What a browser or a letter holds (a session, a first-sign-in link) is stored as its hash alone. A person's `stamp` is
drawn anew whenever everything they hold must end: it is what signing out everywhere, a new password and a new link do.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.accounts.passwords import MAX_PASSWORD_CHARS, check_password
from bot.editing.refused import Refused
from bot.editing.review import seen_name

ROLES = ("editor", "approver", "examiner", "operator", "viewer")
"""What a person may be; each has exactly one of them."""
_MAX_NAME_CHARS = 32
_LINK_S = 72 * 3600
_PREFIX = "{accounts}:"
_NAMES = f"{_PREFIX}names"
_HASHER = PasswordHasher()
# Verified for names that nobody has, so that they take as long as others.
_NOBODYS = _HASHER.hash(secrets.token_hex(16))

_CHANGE = """
-- KEYS  1 a person   ARGV  fields and values
-- gives 1 when it was done, 0 when there is no such person: a change brings nobody back
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
"""
_ADD = """
-- KEYS  1 a person  2 all names   ARGV  1 the key of the name, then fields and values
-- gives 1 when it was done, 0 when the name is taken
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('SADD', KEYS[2], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the console. `password` is a hash, "" before the first one; `csrf` is what their forms carry.

    `only` names the accounts of the deployment that they may enter, by spaces; "" is each of them.
    """

    name: str
    role: str
    password: str
    stamp: str
    made_at: int
    only: str = ""

    @property
    def csrf(self) -> str:
        """The token that only pages made for this person hold; it ends with the stamp."""
        return digest(f"csrf {self.stamp}")

    def may_enter(self, account: str) -> bool:
        """Return whether this person works for an account of the deployment."""
        return not self.only or account in self.only.split()


def digest(secret: str) -> str:
    """Return what is stored of a secret that somebody else holds."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Accounts:
    """The people of one deployment.

    Args:
        redis: An asyncio client that returns bytes.
    """

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def add(self, name: str, role: str, only: str = "") -> None:
        """Add a person without a password, for the accounts named in `only`, or for all.

        Raises:
            Refused: the name is empty, too long, or looks like one that is there.
        """
        name = name.strip()
        if not seen_name(name) or len(name) > _MAX_NAME_CHARS or not name.isprintable():
            raise Refused(f"名字要有字，不超过 {_MAX_NAME_CHARS} 个字，不带换行")
        fields = {
            "name": name,
            "role": role,
            "password": "",
            "stamp": _draw(),
            "made_at": int(time.time()),
            "only": only,
        }
        flat = [part for pair in fields.items() for part in pair]
        added = await self._redis.eval(_ADD, 2, _person(name), _NAMES, seen_name(name), *flat)
        if not added:
            raise Refused(f"已经有叫 {name}（或者看起来一样）的人了：accounts list 看有谁")

    async def remove(self, name: str) -> None:
        """Take a person away; every session of theirs ends with the next click.

        Raises:
            Refused: there is no such person.
        """
        if not await self._redis.delete(_person(name)):
            raise Refused(_unknown(name))
        await self._redis.srem(_NAMES, seen_name(name))

    async def everybody(self) -> list[Account]:
        """Return all people, by name."""
        found = [
            await self._read(f"{_PREFIX}person:{key.decode()}") for key in await self._redis.smembers(_NAMES)
        ]
        return sorted(filter(None, found), key=lambda account: account.name)

    async def find(self, name: str) -> Account | None:
        """Return the person of a name, however it is spelled to the eye."""
        return await self._read(_person(name)) if seen_name(name) else None

    async def set_role(self, name: str, role: str, only: str = "") -> None:
        """Give a person another role, for the accounts named in `only` or for all, in force with their next click.

        Raises:
            Refused: there is no such person.
        """
        await self._change(name, role=role, only=only)

    async def set_password(self, name: str, password: str) -> None:
        """Give a person a password; what they held until now ends. Takes a tenth of a second of a core.

        Raises:
            Refused: there is no such person, or it is no password for them.
        """
        check_password(name, password)
        await self._change(
            name, password=_HASHER.hash(password.encode("utf-8", "surrogatepass")), stamp=_draw()
        )

    async def end_sessions(self, name: str) -> None:
        """Sign a person out everywhere.

        Raises:
            Refused: there is no such person.
        """
        await self._change(name, stamp=_draw())

    async def make_link(self, name: str) -> str:
        """Return the secret of a link with which a person sets their password, once, within three days.

        Their password and all earlier links are void from now on.

        Raises:
            Refused: there is no such person.
        """
        secret, stamp = secrets.token_urlsafe(24), _draw()
        await self._change(name, password="", stamp=stamp)
        kept = f"{stamp} {name.strip()}"
        await self._redis.set(f"{_PREFIX}link:{digest(secret)}", kept, ex=_LINK_S)
        return secret

    async def of_link(self, secret: str) -> Account | None:
        """Return whose link this is, None when it was used, is too old or was replaced by another."""
        return await self._whose(await self._redis.get(f"{_PREFIX}link:{digest(secret)}"))

    async def use_link(self, secret: str) -> Account | None:
        """Return whose link this is and use it up: of two who come at once one gets it."""
        return await self._whose(await self._redis.getdel(f"{_PREFIX}link:{digest(secret)}"))

    async def _whose(self, kept: bytes | None) -> Account | None:
        stamp, _, name = (kept or b"").decode().partition(" ")
        account = await self.find(name)
        return account if account and account.stamp == stamp else None

    async def _change(self, name: str, **fields: str) -> None:
        flat = [part for pair in fields.items() for part in pair]
        if not await self._redis.eval(_CHANGE, 1, _person(name), *flat):
            raise Refused(_unknown(name))

    async def _read(self, key: str) -> Account | None:
        held = {k.decode(): v.decode() for k, v in (await self._redis.hgetall(key)).items()}
        return Account(**{**held, "made_at": int(held["made_at"])}) if held else None


def is_password(account: Account | None, password: str) -> bool:
    """Return whether this is the person's password; takes as long where there is no such person."""
    held = account.password if account and account.password else _NOBODYS
    try:
        _HASHER.verify(held, password[: MAX_PASSWORD_CHARS + 1].encode("utf-8", "surrogatepass"))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(account and account.password)


def _person(name: str) -> str:
    return f"{_PREFIX}person:{seen_name(name)}"


def _unknown(name: str) -> str:
    return f"没有叫 {name} 的人：accounts list 看有谁"


def _draw() -> str:
    return secrets.token_hex(16)
