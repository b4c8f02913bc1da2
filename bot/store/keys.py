"""Key names. All keys of one user share a hash tag, so one script may touch them on a cluster too."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

N_SHARDS = 16


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
    def clock(self) -> str:
        """A counter that gives versions, so that none of them ever comes back."""
        return f"{self.tag}:clock"

    @property
    def erased(self) -> str:
        """A counter of erasures: the version of every absent session of the shard."""
        return f"{self.tag}:erased"

    @property
    def events(self) -> str:
        """The shard's stream of effects."""
        return f"{self.tag}:events"


def keys_of(user: str) -> UserKeys:
    """Return the keys of a user; equal users give equal keys on every worker."""
    return UserKeys(f"{{s{zlib.crc32(user.encode()) % N_SHARDS}}}", user)


def event_streams() -> tuple[str, ...]:
    """Return the names of all event streams, one a shard."""
    return tuple(f"{{s{shard}}}:events" for shard in range(N_SHARDS))
