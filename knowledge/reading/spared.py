"""What need not be looked at again: digests of what was found in order by this very state of the code."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass, field

DIGEST_BYTES = 16


@dataclass(slots=True)
class Spared:
    """What earlier looks found in order (`known`), and what this one did (`sound`)."""

    known: Container[bytes] = ()
    sound: set[bytes] = field(default_factory=set)

    def knows(self, digest: bytes) -> bool:
        """Return whether a thing was found in order before, by an earlier look or this one; then it is so now."""
        if digest in self.known or digest in self.sound:
            self.sound.add(digest)
            return True
        return False


class Everything:
    """Holds every digest: of files that were checked when they were published nothing need be looked at."""

    def __contains__(self, digest: object) -> bool:
        return True


def look_digest(*parts: str) -> bytes:
    """Return what stands for a thing that is looked at: the name of the look, and all that its outcome depends on."""
    looked = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.blake2b(looked.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
