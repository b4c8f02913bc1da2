"""`/wechat`, as a bare ASGI app: bytes in, bytes out, and never a stack trace."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from bot.telemetry import PUSHES, REPLY_SECONDS

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from bot.config import Settings

log = logging.getLogger(__name__)
_BODY_TIMEOUT_S = 5.0
