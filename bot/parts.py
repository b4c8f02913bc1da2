"""The parts of a running process, opened in order and closed in reverse: store, releases, pipeline."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.config import keep_secret
from bot.pipeline import Pipeline
from bot.releases import Releases
from bot.store.embedded import Embedded
from bot.store.store import Store, connect
from bot.wechat.door import Door
from handlers.model import Limits

if TYPE_CHECKING:
    from bot.config import Settings

_DAY_S = 86_400
# A replaced release must outlive any unfinished quiz that is pinned to it.
_RELEASE_MARGIN_DAYS = 10


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker or a command works with."""

    store: Store
    releases: Releases
    pipeline: Pipeline


def privacy_key(settings: Settings) -> str:
    """Return the secret behind every user hash, made in the data folder at the first call."""
    return keep_secret(settings.data_dir, "privacy_key", settings.privacy.key, 48)


def token(settings: Settings) -> str:
    """Return the account's token, made in the data folder at the first call when none is set."""
    return keep_secret(settings.data_dir, "token", settings.wechat.token, 32)


def user_hash(settings: Settings) -> Callable[[str], str]:
    """Return the function that turns an openid into the only name we ever store or log for it."""
    key = privacy_key(settings).encode()
    return lambda openid: hmac.new(key, openid.encode(), hashlib.sha256).hexdigest()[:32]


def open_door(settings: Settings) -> Door:
    """Return the door of the configured account."""
    wechat = settings.wechat
    keys = tuple(filter(None, (wechat.encoding_aes_key, wechat.previous_encoding_aes_key)))
    return Door(token(settings), wechat.app_id, keys, wechat.effective_mode, wechat.window_s)
