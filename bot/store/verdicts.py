"""What a release makes of the wordings that were asked in vain: each is decided once, not at every look.

A wording is named by its digest, so nothing that anybody wrote stands here. What belongs to a release that is not
looked at any more is gone after a month.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.store.wire.client import patiently
from knowledge.learning.verdicts import WordingVerdict

_STEP = 200
_KEPT_S = 30 * 86_400
_DIGEST_BYTES = 12


class Verdicts:
    """The verdicts of one deployment, by what they follow from (`verdict_basis`) and by wording.

    Args:
        redis: An asyncio client that returns bytes.
    """

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def known(self, basis: str, wordings: Sequence[str]) -> dict[str, WordingVerdict]:
        """Return the verdicts that are known on some wordings.

        Raises:
            RedisError: Redis is away.
        """
        found: dict[str, WordingVerdict] = {}
        for start in range(0, len(wordings), _STEP):
            step = wordings[start : start + _STEP]
            held = await patiently(self._redis.hmget, _key(basis), [_name(wording) for wording in step])
            for wording, stored in zip(step, held, strict=True):
                if stored:
                    is_answer, *entry_ids = json.loads(stored)
                    found[wording] = WordingVerdict(bool(is_answer), tuple(entry_ids))
        if found:
            await patiently(self._redis.expire, _key(basis), _KEPT_S)
        return found

    async def keep(self, basis: str, verdicts: Mapping[str, WordingVerdict]) -> None:
        """Keep some verdicts for whoever looks next.

        Raises:
            RedisError: Redis is away.
        """
        if verdicts:
            stored = {
                _name(wording): json.dumps([int(one.is_answer), *one.entry_ids])
                for wording, one in verdicts.items()
            }
            await patiently(self._redis.hset, _key(basis), mapping=stored)
            await patiently(self._redis.expire, _key(basis), _KEPT_S)


def _key(basis: str) -> str:
    return f"{{tally}}:verdicts:{basis}"


def _name(wording: str) -> bytes:
    return hashlib.sha256(wording.encode()).digest()[:_DIGEST_BYTES]
