"""What the live release makes of wordings that were asked in vain, decided once: by the service while it has time, or by whoever looks."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import time
from collections.abc import Sequence

from redis.exceptions import RedisError

from bot.process import Parts
from bot.releases.encoder import NAME
from bot.store.asked import Asked, is_in_vain
from knowledge.learning.verdicts import WordingVerdict, verdict_basis, verdict_on
from knowledge.matching.snapshot import Snapshot
from knowledge.release.prepared import maker

log = logging.getLogger(__name__)
_STEP = 16
# However slow a machine is, so many are decided for whoever looks.
_AT_LEAST = 100
_LOOK_S = 60.0
_LOOKS = 10
# Of its time a worker spends a fifth on this: pushes come first.
_REST = 4.0


async def verdicts_on(
    parts: Parts, live: Snapshot, wordings: Sequence[str], patience_s: float
) -> dict[str, WordingVerdict]:
    """Return the verdicts on wordings: all that are known, and those that can be decided in some seconds, the first first.

    Raises:
        RedisError: Redis is away.
    """
    begun, basis = time.monotonic(), _basis(live)
    found = await parts.verdicts.known(basis, wordings)
    missing = [wording for wording in wordings if wording not in found]
    for start in range(0, len(missing), _STEP):
        if start >= _AT_LEAST and time.monotonic() - begun > patience_s:
            break
        made = await asyncio.to_thread(_decided, live, missing[start : start + _STEP])
        await parts.verdicts.keep(basis, made)
        found |= made
    return found


async def keep_deciding(parts: Parts) -> None:
    """Decide what was asked in vain and not decided yet, at every new release and every ten minutes; runs until cancelled."""
    before = ""
    for look in itertools.count():
        await asyncio.sleep(_LOOK_S)
        live = parts.releases.live
        if _basis(live) == before and look % _LOOKS:
            continue
        try:
            asked = await parts.tally.questions()
            before = _basis(live) if await decide_slowly(parts, live, asked) else ""
        except RedisError:
            continue


async def decide_slowly(parts: Parts, live: Snapshot, asked: Sequence[Asked]) -> bool:
    """Decide wordings with long pauses; return whether the release was live to the end."""
    basis = _basis(live)
    wordings = list({one.question for one in asked if is_in_vain(one)})
    # Every worker does so, each in another order: what one has decided the others find.
    random.shuffle(wordings)
    for start in range(0, len(wordings), _STEP):
        step = wordings[start : start + _STEP]
        known = await parts.verdicts.known(basis, step)
        made: dict[str, WordingVerdict] = {}
        for wording in step:
            if wording not in known:
                begun = time.monotonic()
                made |= await asyncio.to_thread(_decided, live, [wording])
                await asyncio.sleep(_REST * (time.monotonic() - begun))
        await parts.verdicts.keep(basis, made)
        if _basis(parts.releases.live) != basis:
            return False
    return True


def _basis(live: Snapshot) -> str:
    return verdict_basis(live, f"{maker()} {NAME}")


def _decided(live: Snapshot, wordings: Sequence[str]) -> dict[str, WordingVerdict]:
    found = ((wording, verdict_on(live, wording)) for wording in wordings)
    return {wording: verdict for wording, verdict in found if verdict is not None}
