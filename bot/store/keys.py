"""Key names. All keys of one user share a hash tag, so one script may touch them on a cluster too."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

N_SHARDS = 16
_SIGNS = "0123456789ABCDEF"


@dataclass(frozen=True, slots=True)
class UserKeys:
    """The keys of one user's shard. `user` is the keyed hash of an openid, never the openid."""

    tag: str
    user: str

    @property
    def session(self) -> str:
        """A hash: `d` the session's JSON, `v` its version."""
        return f"{self.tag}:session:{self.user}"

    @property
    def pushes(self) -> str:
        """A sorted set of the user's recent push keys by time, so that an erase finds every stored reply."""
        return f"{self.tag}:pushes:{self.user}"

    @property
    def reply_prefix(self) -> str:
        """A push key after it names the stored reply of that push."""
        return f"{self.tag}:reply:{self.user}:"

    @property
    def aside(self) -> str:
        """What nobody could read of a session, kept in case that somebody can."""
        return f"{self.tag}:aside:{self.user}"

    @property
    def gone_prefix(self) -> str:
        """A push key after it says that the push was answered and its user erased since; no user stands in it."""
        return f"{self.tag}:gone:"

    @property
    def clock(self) -> str:
        """A counter that gives versions, so that none of them ever comes back."""
        return f"{self.tag}:clock"

    @property
    def erased(self) -> str:
        """A counter of erasures: the version of every absent session of the shard."""
        return f"{self.tag}:erased"

    @property
    def flood(self) -> str:
        """A sorted set of the pushes of the user's current window, each with its place in it."""
        return f"{self.tag}:flood:{self.user}"

    @property
    def home(self) -> str:
        """The sign of this shard, with which the codes of all its cards begin."""
        return _SIGNS[int(self.tag[2:-1])]

    @property
    def card_prefix(self) -> str:
        """Before `card:CODE` (a card's JSON) and `cards:KIND` (a sorted set of codes by when they end)."""
        return f"{self.tag}:"

    @property
    def events(self) -> str:
        """The shard's stream of effects."""
        return f"{self.tag}:events"


def keys_of(user: str) -> UserKeys:
    """Return the keys of a user; equal users give equal keys on every worker."""
    return UserKeys(f"{{s{zlib.crc32(user.encode()) % N_SHARDS}}}", user)


def card_key(code: str) -> str | None:
    """Return where a card lies, by its code alone; None when no code of ours begins so."""
    shard = _SIGNS.find(code[:1]) if code else -1
    return f"{{s{shard}}}:card:{code}" if shard >= 0 else None


def card_indexes(kind: str) -> tuple[str, ...]:
    """Return the names of the sets of a kind's codes, one a shard."""
    return tuple(f"{{s{shard}}}:cards:{kind}" for shard in range(N_SHARDS))


def event_streams() -> tuple[str, ...]:
    """Return the names of all event streams, one a shard."""
    return tuple(f"{{s{shard}}}:events" for shard in range(N_SHARDS))
