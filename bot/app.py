"""The ASGI app and its wiring: with `cli.py` the only composition root."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.config import Settings, load_settings
from bot.process import (
    Parts,
    keep_alive,
    open_door,
    open_parts,
    open_pipeline,
    publish_first,
    tell_review,
    user_hash,
)
from bot.store.eviction import evicts
from bot.telemetry import metrics_page, start_logging
from bot.web.chat import chat_routes
from bot.web.public.routes import public_routes
from bot.wechat.endpoint import WechatEndpoint

log = logging.getLogger(__name__)
# One address with and without the slash: the platform follows no redirect, and ours names an inner host.
_WECHAT = frozenset({"/wechat", "/wechat/"})
_LOOK_S = 0.2
_BEGIN_AGAIN_S = 5.0


class _App(Starlette):
    """The pages, and in front of them the platform's address: what pages need costs a push more than reading it."""

    def __init__(self, wechat: WechatEndpoint, **options: Any) -> None:
        super().__init__(**options)
        self._wechat = wechat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in _WECHAT:
            await self._wechat(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> Starlette:
    """Return the app; entering its lifespan opens the store and builds the live release before the port opens."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_parts(settings, serving=True) as parts:
            await publish_first(settings, parts)
            with suppress(RedisError):
                await tell_review(settings, parts)
            app.state.parts, app.state.pipeline = parts, open_pipeline(settings, parts)
            background: tuple[Callable[[], Awaitable[None]], ...] = (
                parts.releases.watch,
                parts.board.watch,
                partial(keep_alive, settings, parts),
                parts.tally.keep_folding,
                follow_supervisor,
            )
            tasks = [asyncio.create_task(keep_going(work)) for work in background]
            try:
                yield
            finally:
                for task in tasks:
                    await end(task)

    wechat = WechatEndpoint(
        open_door(settings),
        user_hash(settings),
        settings.server.max_body_bytes,
        lambda: app.state.pipeline,
    )
    app = _App(
        wechat,
        routes=[
            Route("/healthz", endpoint=healthz),
            Route("/readyz", endpoint=readyz),
            Route("/metrics", endpoint=metrics),
            *public_routes(settings, lambda: app.state.parts),
            *(
                chat_routes(settings, lambda: app.state.parts.releases.live)
                if settings.simulator.enabled
                else ()
            ),
            *(_console(settings, lambda: app.state.parts) if settings.admin.enabled else ()),
        ],
        lifespan=lifespan,
    )
    return app


def _console(settings: Settings, parts: Callable[[], Parts]) -> list[BaseRoute]:
    # What editors need is a fifth of all there is to import, and most services have no console.
    from bot.web.admin.routes import admin_routes

    return [*admin_routes(settings, parts)]


async def keep_going(work: Callable[[], Awaitable[None]]) -> None:
    """Do background work that never ends by a fault: log it, and begin again a little later."""
    while True:
        try:
            return await work()
        except Exception:
            log.exception("background work failed")
        await asyncio.sleep(_BEGIN_AGAIN_S)


async def follow_supervisor() -> None:
    """Stop this worker when its supervisor is gone without a word: an orphan would hold the port for ever."""
    supervisor = multiprocessing.parent_process()
    while supervisor is None or supervisor.is_alive():  # noqa: ASYNC110 - another process sets no event of ours
        await asyncio.sleep(_LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)


async def end(task: asyncio.Task[None]) -> None:
    """Cancel a task until it is done: a cancellation in the middle of a Redis call may come out as a time-out."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)


async def healthz(request: Request) -> Response:
    """Say 200 while questions can be answered, whatever Redis does."""
    return PlainTextResponse(f"ok {request.app.state.parts.releases.live.version}\n")


async def readyz(request: Request) -> Response:
    """Say whether everything works, or why not: degraded means that questions are answered, and nothing is remembered or not for certain."""
    parts: Parts = request.app.state.parts
    if why := await parts.store.trouble():
        status = {"status": "degraded", "redis": "down", "why": why}
    elif why := await evicts(parts.store.redis):
        status = {"status": "degraded", "redis": "up", "why": why}
    else:
        status = {"status": "ready", "redis": "up"}
    return JSONResponse(
        {**status, "release": parts.releases.live.version, "meaning": parts.releases.meaning_state}
    )


async def metrics(request: Request) -> Response:
    """Serve Prometheus' text form, all workers together."""
    return Response(await asyncio.to_thread(metrics_page), media_type="text/plain; version=0.0.4")


def from_environment() -> Starlette:
    """Return the app of this working directory's settings: what each worker process runs."""
    start_logging()
    if multiprocessing.parent_process():
        # A lost terminal tells every process; what comes of it is the supervisor's, which replaces us one by one.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return create_app(load_settings())
