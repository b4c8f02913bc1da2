"""The ASGI app and its wiring: with `cli.py` the only composition root."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bot.config import FIRST, Settings, load_settings
from bot.config_accounts import every_account
from bot.editing.learning.deciding import keep_deciding
from bot.process import (
    Parts,
    keep_alive,
    open_door,
    open_parts,
    open_pipeline,
    publish_first,
    tell_naming,
    tell_review,
    user_hash,
)
from bot.store.wire.eviction import evicts
from bot.telemetry import ACCOUNT, faults_kept, metrics_page, start_logging
from bot.traces import start_tracing
from bot.web.admin.ahead import make_ready
from bot.web.admin.workers import report_worker
from bot.web.chat import chat_routes
from bot.web.public.routes import drawn_cards, public_routes
from bot.wechat.api import Credentials, platform
from bot.wechat.courier import Courier
from bot.wechat.endpoint import WechatEndpoint
from bot.wechat.recognition import tell_if_unknown

if TYPE_CHECKING:
    from bot.pipeline import Pipeline

log = logging.getLogger(__name__)
_LOOK_S = 0.2
_BEGIN_AGAIN_S = 5.0
_TURN_S = 0.0005
"""How long a thread that works in the background may keep the others from theirs: a push takes some ten turns, and by
default each would wait 5 ms while a release is taken up."""


@dataclass(frozen=True, slots=True)
class Service:
    """One account at work in this process."""

    parts: Parts
    pipeline: Pipeline
    courier: Courier | None = None


@asynccontextmanager
async def serve_account(settings: Settings) -> AsyncIterator[Service]:
    """Open the store of an account, build its live release, and look after both until we leave."""
    async with AsyncExitStack() as opened:
        parts = await opened.enter_async_context(open_parts(settings, serving=True))
        await publish_first(settings, parts)
        with suppress(RedisError):
            await tell_review(settings, parts)
            await tell_naming(settings, parts)
        background: tuple[Callable[[], Awaitable[None]], ...] = (
            parts.releases.watch,
            parts.board.watch,
            partial(keep_alive, settings, parts),
            parts.tally.keep_folding,
            partial(keep_deciding, parts),
            *((partial(report_worker, parts), partial(make_ready, parts)) if settings.admin.enabled else ()),
        )
        if settings.wechat.app_id and settings.wechat.app_secret:
            background += (partial(tell_if_unknown, settings.wechat, parts.store.redis),)
        courier = (
            await opened.enter_async_context(open_courier(settings, parts))
            if settings.wechat.customer_service
            else None
        )
        if courier:
            background += (courier.deliver,)
        tasks = [asyncio.create_task(keep_going(work)) for work in background]
        try:
            yield Service(parts, open_pipeline(settings, parts), courier)
        finally:
            for task in tasks:
                await end(task)


@asynccontextmanager
async def open_courier(settings: Settings, parts: Parts) -> AsyncIterator[Courier]:
    """Have what sends pictures after replies."""
    wechat = settings.wechat
    account = Credentials(wechat.app_id, wechat.app_secret, wechat.api_base)
    async with platform(account, parts.store.redis) as calls:
        yield Courier(calls, parts.store.redis, wechat.app_id, drawn_cards(settings, parts))


class _App(Starlette):
    """The pages, and in front of them the platform's addresses: what pages need costs a push more than reading it."""

    def __init__(self, pushes: Mapping[str, WechatEndpoint], **options: Any) -> None:
        super().__init__(**options)
        self._pushes = pushes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wechat = self._pushes.get(scope["path"]) if scope["type"] == "http" else None
        if wechat:
            await wechat(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> Starlette:
    """Return the app; entering its lifespan opens the store and builds the live release before the port opens."""
    services: dict[str, Service] = {}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        sys.setswitchinterval(_TURN_S)
        following = asyncio.create_task(keep_going(follow_supervisor))
        try:
            async with AsyncExitStack() as opened:
                if settings.admin.enabled:
                    opened.enter_context(faults_kept(settings.data_dir))
                for name, account in every_account(settings):
                    # What is begun from here on keeps it.
                    ACCOUNT.set("" if name == FIRST else name)
                    services[name] = await opened.enter_async_context(serve_account(account))
                app.state.services = services
                yield
        finally:
            await end(following)

    chats = {name: f"{account.pages_path}/" for name, account in every_account(settings)}
    # One address with and without the slash: the platform follows no redirect, and ours names an inner host.
    return _App(
        {
            path: wechat
            for name, account in every_account(settings)
            for wechat in [_endpoint(account, name, services)]
            for path in (account.push_path, f"{account.push_path}/")
        },
        routes=[
            *(
                route
                for name, account in every_account(settings)
                for route in _pages(account, name, services, chats)
            ),
            Route("/healthz", endpoint=healthz),
            Route("/readyz", endpoint=readyz),
            Route("/metrics", endpoint=metrics),
            *(_console(settings, lambda name: services[name].parts) if settings.admin.enabled else ()),
        ],
        lifespan=lifespan,
    )


def _endpoint(settings: Settings, name: str, services: Mapping[str, Service]) -> WechatEndpoint:
    return WechatEndpoint(
        open_door(settings),
        user_hash(settings),
        settings.server.max_body_bytes,
        lambda: services[name].pipeline,
        lambda: services[name].courier,
        "" if name == FIRST else name,
        tells_times=settings.simulator.enabled,
    )


def _pages(
    settings: Settings, name: str, services: Mapping[str, Service], chats: Mapping[str, str]
) -> list[BaseRoute]:
    pages = public_routes(settings, lambda: services[name].parts)
    if settings.simulator.enabled:
        pages += chat_routes(settings, lambda: services[name].parts.releases.live, chats)
    return [Mount(settings.pages_path, routes=pages)] if settings.pages_path else pages


def _console(settings: Settings, parts: Callable[[str], Parts]) -> list[BaseRoute]:
    # What editors need is a fifth of all there is to import, and most services have no console.
    from bot.web.admin.routes import admin_routes

    return admin_routes(settings, parts)


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
    parts: Parts = request.app.state.services[FIRST].parts
    return PlainTextResponse(f"ok {parts.releases.live.version}\n")


async def readyz(request: Request) -> Response:
    """Say whether everything works, or why not: degraded means that questions are answered, and nothing is remembered or not for certain."""
    services: Mapping[str, Service] = request.app.state.services
    # All accounts are in one Redis.
    parts = services[FIRST].parts
    if why := await parts.store.runner.trouble():
        status = {"status": "degraded", "redis": "down", "why": why}
    elif why := await evicts(parts.store.redis):
        status = {"status": "degraded", "redis": "up", "why": why}
    else:
        status = {"status": "ready", "redis": "up"}
    others = {name: _answers_from(service) for name, service in services.items() if name != FIRST}
    return JSONResponse(
        {**status, **_answers_from(services[FIRST]), **({"accounts": others} if others else {})}
    )


def _answers_from(service: Service) -> dict[str, str]:
    releases = service.parts.releases
    return {"release": releases.live.version, "meaning": releases.meaning_state}


async def metrics(request: Request) -> Response:
    """Serve Prometheus' text form, all workers together."""
    return Response(await asyncio.to_thread(metrics_page), media_type="text/plain; version=0.0.4")


def from_environment() -> Starlette:
    """Return the app of this working directory's settings: what each worker process runs."""
    start_logging()
    if multiprocessing.parent_process():
        # A lost terminal tells every process; what comes of it is the supervisor's, which replaces us one by one.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    settings = load_settings()
    if settings.telemetry.traces:
        start_tracing(settings.telemetry.traces)
    return create_app(settings)
