"""A deployment's part of a Redis: every key it names stands under its prefix there, and it sees no other.

What is asked of a client goes through here, so nothing else knows of prefixes. The hash tag of a key stays what it
is, and so do the slots of a cluster. A script must be given every key that it uses, or the beginning of one, among its KEYS.
"""

from __future__ import annotations

from typing import Any

# A command that stands in neither is refused: half of what it names might be somebody else's.
_ONE_KEY = frozenset(
    {
        "EXPIRE",
        "GET",
        "GETDEL",
        "HDEL",
        "HGET",
        "HGETALL",
        "HMGET",
        "HSCAN",
        "HSET",
        "INCRBY",
        "PEXPIREAT",
        "PTTL",
        "SET",
    }
    | {"SMEMBERS", "SREM", "TYPE", "XADD", "XLEN", "XRANGE", "XREVRANGE", "ZADD"}
)
_KEYS_ALONE = frozenset({"DEL", "UNLINK"})
_NO_KEY = frozenset({"INFO", "PING", "WAIT"})


def under(prefix: str, command: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a command with its keys as they stand in Redis.

    >>> under("a:", ("HGET", "{s1}:session:u", "d"))
    ('HGET', 'a:{s1}:session:u', 'd')
    >>> under("a:", ("EVAL", "return KEYS[1]", 1, "k", "argument"))
    ('EVAL', 'return KEYS[1]', 1, 'a:k', 'argument')
    """
    if not prefix:
        return command
    name, *rest = command
    match name:
        case "EVAL" | "EVALSHA":
            script, n_keys, *more = rest
            keys = [_join(prefix, key) for key in more[:n_keys]]
            return (name, script, n_keys, *keys, *more[n_keys:])
        case "SCAN":
            at = rest.index(b"MATCH") if b"MATCH" in rest else rest.index("MATCH")
            return (name, *rest[: at + 1], _join(prefix, rest[at + 1]), *rest[at + 2 :])
        case _ if name in _KEYS_ALONE:
            return (name, *(_join(prefix, key) for key in rest))
        case _ if name in _ONE_KEY:
            return (name, _join(prefix, rest[0]), *rest[1:])
        case _ if name in _NO_KEY:
            return command
    raise ValueError(f"nobody said where the keys of {name} are")


def seen(prefix: str, command: tuple[Any, ...], answer: Any) -> Any:
    """Return an answer with keys as the deployment knows them; only a scan names any."""
    if not prefix or command[0] != "SCAN":
        return answer
    cursor, keys = answer
    return cursor, [key[len(prefix) :] for key in keys]


def _join(prefix: str, key: Any) -> Any:
    return prefix.encode() + key if isinstance(key, bytes) else prefix + key
