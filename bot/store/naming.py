"""What users are called in everything that is stored or logged, and whether every host of one Redis calls them the same.

It is a keyed hash of the openid. Where the key was renewed ("first->second", see `keys_within`) it is one of that name under
the second: nobody knows the openids any more. A new name stays in the shard of the old one, and with it all that lies there.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Callable
from functools import reduce
from typing import Any

from bot.config_accounts import joined, keys_within
from bot.store.keys import keys_of

_KEY = "{privacy}:naming"


def namer(key: str) -> Callable[[str], str]:
    """Return the function that turns an openid into the only name we ever store or log for it.

    >>> namer("old->new")("oSomebody") == name_under(namer("old")("oSomebody"), "new")
    True
    """
    first, *later = keys_within(key)
    secret = first.encode()

    def name_of(openid: str) -> str:
        return reduce(name_under, later, _sealed(secret, openid))

    return name_of


def name_under(name: str, key: str) -> str:
    """Return what a user is called under one more key."""
    tag, secret = keys_of(name).tag, key.encode()
    names = (_sealed(secret, f"{name} {number}") for number in itertools.count())
    return next(new for new in names if keys_of(new).tag == tag)


def _sealed(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def before_last(key: str) -> str:
    """Return the key before it was renewed last, "" when it never was."""
    return joined(keys_within(key)[:-1])


def sign_of(key: str) -> str:
    """Return what tells whether a key is the same, and nothing of the key."""
    return hmac.new(key.encode(), b"whose names these are", hashlib.sha256).hexdigest()[:16]


async def names_as_others(redis: Any, key: str) -> bool:
    """Return whether the people in a Redis are named by this key; one in which nobody is yet is named by any.

    Raises:
        RedisError: Redis is away.
    """
    held = await redis.get(_KEY)
    return held is None or held.decode() == sign_of(key)


async def set_naming(redis: Any, key: str) -> None:
    """Write down that people are named by this key from now on.

    Raises:
        RedisError: Redis is away.
    """
    await redis.set(_KEY, sign_of(key))


async def keep_naming(redis: Any, key: str) -> bool:
    """Write down by which key people are named here, where nothing stands yet; return whether it is this one.

    Raises:
        RedisError: Redis is away.
    """
    await redis.set(_KEY, sign_of(key), nx=True)
    return await names_as_others(redis, key)
