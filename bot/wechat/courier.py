"""Pictures that follow a reply as customer-service messages: one a push, after the reply, never in its way.

An openid is held here for as long as its picture waits, in memory alone. Each push is followed by one picture at most, so
the platform's five messages after one of a user can't be used up.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from bot.telemetry import PICTURES
from bot.wechat.api import Platform
from bot.wechat.api_errors import LOST_MEDIA, OF_ONE_USER, CallFailed, CallRefused

log = logging.getLogger(__name__)
_MOST_WAITING = 200
# The platform keeps a picture for three days, and delivers a push again within seconds.
_MEDIA_MS = (3 * 24 - 1) * 3_600_000
_ONCE_MS = 600_000
_REST_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Parcel:
    openid: str
    push: str
    card: str


class Courier:
    """Draws, uploads and sends one picture after the other.

    Args:
        draw: Gives the PNG of the card with a code; None when there is none (any more).
    """

    def __init__(
        self, calls: Platform, redis: Any, app_id: str, draw: Callable[[str], Awaitable[bytes | None]]
    ) -> None:
        self._calls = calls
        self._redis = redis
        self._app_id = app_id
        self._draw = draw
        self._waiting: asyncio.Queue[_Parcel] = asyncio.Queue(_MOST_WAITING)
        self._rests_until = 0.0

    def post(self, openid: str, push: str, card: str) -> None:
        """Have a card's picture follow the reply to a push; with too many waiting it does not: the words have been sent."""
        try:
            self._waiting.put_nowait(_Parcel(openid, push, card))
        except asyncio.QueueFull:
            PICTURES.labels("crowded").inc()

    async def deliver(self) -> None:
        """Send what is posted, until cancelled."""
        while True:
            parcel = await self._waiting.get()
            PICTURES.labels(await self._try(parcel)).inc()

    async def _try(self, parcel: _Parcel) -> str:
        """Send one; return what came of it."""
        if time.monotonic() < self._rests_until:
            return "resting"
        try:
            # Another delivery of the push may have come to another process.
            if not await self._redis.set(f"{{media}}:sent:{parcel.push}", "1", nx=True, px=_ONCE_MS):
                return "again"
            return "sent" if await self._send(parcel) else "gone"
        except CallRefused as refused:
            if refused.code not in OF_ONE_USER:
                # Asked again at once it would say the same, and counts each time.
                self._rests_until = time.monotonic() + _REST_S
            log.warning("picture refused", extra={"fields": {"why": " ".join(refused.lines)}})
            return "refused"
        except (CallFailed, RedisError, OSError) as error:
            log.warning("picture not sent", extra={"fields": {"why": str(error)}})
            return "failed"

    async def _send(self, parcel: _Parcel) -> bool:
        key = f"{{media}}:{self._app_id}:{parcel.card}"
        for kept in (await self._redis.get(key), None):
            media = kept.decode() if kept else await self._upload(key, parcel.card)
            if not media:
                return False
            try:
                await self._calls.send_image(parcel.openid, media)
            except CallRefused as refused:
                if refused.code != LOST_MEDIA or not kept:
                    raise
                continue
            return True
        raise AssertionError

    async def _upload(self, key: str, card: str) -> str:
        png = await self._draw(card)
        if png is None:
            return ""
        media = await self._calls.upload_image(png)
        await self._redis.set(key, media, px=_MEDIA_MS)
        return media
