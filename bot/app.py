"""The ASGI app and its wiring: with `cli.py` the only composition root."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.endpoint import WechatEndpoint
from bot.parts import Parts, open_parts
from bot.telemetry import metrics_page, start_logging

if TYPE_CHECKING:
    from bot.config import Settings

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> Starlette:
    """Return the app; entering its lifespan opens the store and builds the live release."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_parts(settings) as parts:
            app.state.parts = parts
            await parts.releases.start()
            watching = asyncio.create_task(parts.releases.watch())
            try:
                yield
            finally:
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching

    app = Starlette(
        routes=[
            Route("/wechat", endpoint=WechatEndpoint(settings)),
            Route("/healthz", endpoint=healthz),
            Route("/readyz", endpoint=readyz),
            Route("/metrics", endpoint=metrics),
        ],
        lifespan=lifespan,
    )
    return app


async def healthz(request: Request) -> Response:
    """Say 200 while questions can be answered, whatever Redis does."""
    parts: Parts = request.app.state.parts
    return PlainTextResponse("ok" if parts.releases.live else "")


async def readyz(request: Request) -> Response:
    """Say whether everything works: degraded means questions are answered and nothing is remembered."""
    parts: Parts = request.app.state.parts
    alive = await parts.store.ping()
    return JSONResponse(
        {
            "status": "ready" if alive else "degraded",
            "redis": "up" if alive else "down",
            "release": parts.releases.live.version,
        }
    )


async def metrics(request: Request) -> Response:
    """Serve Prometheus' text form."""
    return Response(await asyncio.to_thread(metrics_page), media_type="text/plain; version=0.0.4")


def from_environment() -> Starlette:
    """Return the app of this working directory's settings: what each worker process runs."""
    from bot.config import load_settings

    start_logging()
    return create_app(load_settings())
