"""`/k/CODE` the words behind an answer, `/v/CODE` a card or certificate, `/privacy` what is kept of whom and how long.

Each is the same for everybody, made from releases and codes alone: no cookie, nothing noted of who looks.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.config import Settings
from bot.pipeline import certificate_secret
from bot.process import Parts, limits, privacy_key
from bot.store import lookups
from bot.store.store import StoreDown
from bot.web.headers import PAGE_HEADERS
from bot.web.public.passages import shown_by
from handlers.cards.cards import N_SIGNS, day, spell
from handlers.cards.signed_codes import unseal
from handlers.china import spell_day
from handlers.codec import load_card
from knowledge.sources.codes import READ_AS, release_sign

_HERE = Path(__file__).parent
_STATIC = _HERE.parent / "static/public"
_FRESH_S = 300
_HEADERS = {**PAGE_HEADERS, "cache-control": f"public, max-age={_FRESH_S}"}


def public_routes(settings: Settings, parts: Callable[[], Parts]) -> list[BaseRoute]:
    """Return the routes of the public pages and of their style."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    secret = certificate_secret(privacy_key(settings))

    def show(request: Request, template: str, status: int = 200, **values: Any) -> Response:
        text = environment.get_template(template).render(
            icp=settings.server.icp, is_large="large" in request.query_params, path=request.url.path, **values
        )
        return _cached(request, text, status)

    async def words(request: Request) -> Response:
        releases, code = parts().releases, request.path_params["code"]
        then = await releases.said_at(release_sign(code))
        found = await asyncio.to_thread(shown_by, code, releases.live.content, then)
        if found is None:
            return show(request, "unknown.html", 404, what="核对码")
        return show(request, "words.html", found=found)

    async def card(request: Request) -> Response:
        code = request.path_params["code"]
        certificate = unseal(code, parts().releases.live.content.papers, secret)
        if certificate:
            paper = parts().releases.live.content.papers[certificate.paper_id]
            return show(
                request,
                "certificate.html",
                code=code.upper(),
                title=paper.title,
                percent=certificate.percent,
                date=spell_day(certificate.day),
            )
        signs = re.sub(r"[^0-9A-Z]", "", code.upper()).translate(READ_AS)
        try:
            kept = await lookups.card(parts().store, signs) if len(signs) == N_SIGNS else None
        except StoreDown:
            return show(request, "later.html", 503)
        if not kept:
            return show(request, "unknown.html", 404, what="编号")
        pledge = load_card(kept)
        return show(request, "pledge.html", title=pledge.title, date=day(pledge.at), code=spell(pledge.code))

    async def privacy(request: Request) -> Response:
        kept = limits(settings)
        text = (
            parts()
            .releases.live.content.replies["privacy.about"]
            .format(
                session_days=kept.session_days, stream_days=kept.stream_days, reply_minutes=kept.reply_minutes
            )
        )
        return show(request, "privacy.html", lines=text.strip().splitlines())

    return [
        Route("/k/{code}", words),
        Route("/v/{code}", card),
        Route("/privacy", privacy),
        Mount(
            "/static/public",
            StaticFiles(directory=_STATIC),
            middleware=[Middleware(GZipMiddleware)],
        ),
    ]


def _cached(request: Request, text: str, status: int) -> Response:
    """Return a page, or that the one the browser has is still right; what may change by the minute is not kept."""
    if status >= 400:
        return HTMLResponse(text, status, headers={**_HEADERS, "cache-control": "no-store"})
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    headers = {**_HEADERS, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(text, headers=headers)
