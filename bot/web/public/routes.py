"""`/k/CODE` the words behind an answer, `/v/CODE` a card or certificate, `/privacy` what is kept of whom and how long.

Each is the same for everybody, made from releases and codes alone: no cookie, nothing noted of who looks.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.config import Settings
from bot.deciding import certificate_secret
from bot.process import Parts, lifetimes, limits, privacy_key
from bot.store.retention import KEPT
from bot.store.wire.runner import StoreDown
from bot.web.headers import PAGE_HEADERS, AssetFiles
from bot.web.public.cards import ShownCard, card_by, title_lines
from bot.web.public.passages import shown_by
from knowledge.sources.codes import release_sign

_HERE = Path(__file__).parent
_STATIC = _HERE.parent / "static/public"
_FRESH_S = 300
_DRAWN_S = 30.0
_HEADERS = {**PAGE_HEADERS, "cache-control": f"public, max-age={_FRESH_S}"}
_UNKEPT = {**PAGE_HEADERS, "cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Pages:
    """Makes the pages and pictures from their templates."""

    settings: Settings
    templates: Environment

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        text = self.templates.get_template(template).render(
            icp=self.settings.server.icp,
            home=self.settings.pages_path,
            is_large="large" in request.query_params,
            path=request.url.path,
            **values,
        )
        return _cached(request, text, status)

    def picture(self, request: Request, card: ShownCard) -> Response:
        return _cached(request, self.drawing(card), media_type="image/svg+xml")

    def drawing(self, card: ShownCard) -> str:
        url = self.settings.server.public_url
        return self.templates.get_template("card.svg").render(
            card=card,
            kind="好网民承诺卡" if card.percent is None else "答题证书",
            lines=title_lines(card.title),
            how=f"核对：{url}/v/{card.code}" if url else f"核对：在公众号回复“验证 {card.code}”",
        )


def drawn_cards(settings: Settings, parts: Parts) -> Callable[[str], Awaitable[bytes | None]]:
    """Return what gives the PNG of a card by its code, None for one that there is not."""
    pages, secret = _Pages(settings, _templates()), certificate_secret(privacy_key(settings))

    async def draw(code: str) -> bytes | None:
        card = await card_by(code, parts, secret)
        return await _drawn(pages.drawing(card)) if card else None

    return draw


async def _drawn(svg: str) -> bytes:
    """Return a drawing as PNG.

    Raises:
        OSError: it could not be drawn in time.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.web.public.draw", stdin=pipe, stdout=pipe
    )
    try:
        png, _ = await asyncio.wait_for(process.communicate(svg.encode()), _DRAWN_S)
    except TimeoutError as error:
        process.kill()
        raise OSError("a card was not drawn in time") from error
    if process.returncode or not png:
        raise OSError("a card could not be drawn")
    return png


def public_routes(settings: Settings, parts: Callable[[], Parts]) -> list[BaseRoute]:
    """Return the routes of an account's public pages and of their style."""
    pages = _Pages(settings, _templates())
    # One look at a time: however many codes are tried, pushes lose one thread's share of the processor at most.
    looking = asyncio.Lock()

    async def words(request: Request) -> Response:
        releases, code = parts().releases, request.path_params["code"]
        then = await releases.said_at(release_sign(code))
        async with looking:
            found = await asyncio.to_thread(shown_by, code, releases.live.content, then)
        if found is None:
            return pages.page(request, "unknown.html", 404, what="核对码")
        return pages.page(request, "words.html", found=found)

    async def privacy(request: Request) -> Response:
        kept = limits(settings)
        text = parts().releases.live.content.replies["privacy.about"]
        lines = text.format(
            session_days=kept.session_days, stream_days=kept.stream_days, reply_minutes=kept.reply_minutes
        )
        return pages.page(
            request,
            "privacy.html",
            lines=lines.strip().splitlines(),
            kept=KEPT,
            lifetimes=lifetimes(settings),
        )

    return [
        Route("/k/{code}", words),
        *_card_routes(pages, parts),
        Route("/privacy", privacy),
        Mount(
            "/static/public",
            AssetFiles(directory=_STATIC),
            middleware=[Middleware(GZipMiddleware)],
        ),
    ]


def _card_routes(pages: _Pages, parts: Callable[[], Parts]) -> list[BaseRoute]:
    secret = certificate_secret(privacy_key(pages.settings))

    async def card(request: Request) -> Response:
        try:
            found = await card_by(request.path_params["code"], parts(), secret)
        except StoreDown:
            return pages.page(request, "later.html", 503)
        if found is None:
            return pages.page(request, "unknown.html", 404, what="编号")
        if request.url.path.endswith(".svg"):
            return pages.picture(request, found)
        return pages.page(request, "pledge.html" if found.percent is None else "certificate.html", card=found)

    return [Route("/v/{code}.svg", card), Route("/v/{code}", card)]


def _templates() -> Environment:
    # All that editors wrote is words, never markup, in a drawing as on a page.
    return Environment(
        loader=FileSystemLoader(_HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _cached(request: Request, text: str, status: int = 200, media_type: str = "text/html") -> Response:
    """Return a page, or that the one the browser has is still right; what may change by the minute is not kept."""
    if status >= 400:
        return HTMLResponse(text, status, headers=_UNKEPT)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    headers = {**_HEADERS, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type=media_type)
