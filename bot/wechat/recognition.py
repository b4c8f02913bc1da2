"""Whether the platform knows the account that is served, told once at the start: otherwise the first menu or picture would say it."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError

from bot.config import Wechat
from bot.wechat.api import Credentials, platform
from bot.wechat.api_errors import CallFailed, CallRefused

log = logging.getLogger(__name__)
_ONCE_MS = 30_000


async def tell_if_unknown(wechat: Wechat, redis: Any) -> None:
    """Have one of the workers that start ask, and log what the platform says where it does not take AppID and AppSecret."""
    with suppress(RedisError, OSError):
        if not await redis.set(f"{{access_token}}:asked:{wechat.app_id}", "1", nx=True, px=_ONCE_MS):
            return
    async with platform(Credentials(wechat.app_id, wechat.app_secret, wechat.api_base), redis) as calls:
        try:
            await calls.sees_us()
        except CallFailed as failed:
            event = "account refused" if isinstance(failed, CallRefused) else "platform not reached"
            fields = {"app_id": wechat.app_id, "why": " ".join(failed.lines)}
            log.warning(event, extra={"fields": fields})
