"""The one way into every page of the console: who asks, may they, did our own page send this, and is it small enough."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts.accounts import Account
from bot.accounts.sign_ins import SignIns
from bot.config import FIRST
from bot.editing.refused import Refused
from bot.store.wire.away import why_away
from bot.store.wire.client import PATIENCE_S, UNHURRIED_S
from bot.store.wire.runner import StoreDown
from bot.telemetry import ACCOUNT
from bot.web.admin.desk import HOME, Ask, Desk, show
from bot.web.admin.forms import Fault, Form, Upload, read_form, read_upload
from bot.web.admin.words import worded

log = logging.getLogger(__name__)

COOKIE = "qinglang-console"
_AWAY = 503
_DENIED = 403
_MAX_PATH_CHARS = 120
_PATIENCE_S = 3.0
_PAUSE_S = 0.1

Handle = Callable[[Ask], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Entrance:
    """One row of the table of pages: who may send what where, how large, and what answers it.

    One with `upload_bytes` takes a file that large with its form.
    """

    method: str
    path: str
    handle: Handle
    roles: frozenset[str]
    upload_bytes: int = 0


def guarded(desk: Desk, entrance: Entrance) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers requests at a entrance, after everything that must hold has been looked at."""

    async def answer(request: Request) -> Response:
        account: Account | None = None
        is_begun = False
        try:
            ACCOUNT.set("" if desk.account == FIRST else desk.account)
            if entrance.method == "POST":
                # What changes something is not begun again, and no push waits for it.
                PATIENCE_S.set(UNHURRIED_S)
            account = await SignIns(desk.people()).whose(request.cookies.get(COOKIE, ""))
            if account is None:
                return _to_sign_in(desk, request)
            if not account.may_enter(desk.account):
                raise Fault(
                    403, "not_your_account", account=desk.account, own="、".join(account.only.split())
                )
            if account.role not in entrance.roles:
                raise Fault(403, "not_yours", role=worded(f"role.{account.role}"))
            ask = Ask(desk, request, account, *await _sent(entrance, request))
            if entrance.method == "POST":
                _from_our_page(ask)
                is_begun = True
            return await entrance.handle(ask)
        except Exception as error:
            return tell(desk, request, error, account, is_begun=is_begun)

    return _patient(answer) if entrance.method == "GET" else answer


def _patient(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Begin a page that only shows again while Redis is away for a moment: its worker waits no longer than a reply can."""

    async def answer_patiently(request: Request) -> Response:
        until = time.monotonic() + _PATIENCE_S
        while True:
            answered = await answer(request)
            if answered.status_code != _AWAY or time.monotonic() > until:
                return answered
            await asyncio.sleep(_PAUSE_S)

    return answer_patiently


async def _sent(entrance: Entrance, request: Request) -> tuple[Form, Upload | None]:
    if entrance.method != "POST":
        return {}, None
    if entrance.upload_bytes:
        return await read_upload(request, entrance.upload_bytes)
    return await read_form(request), None


def tell(
    desk: Desk, request: Request, error: Exception, account: Account | None = None, *, is_begun: bool = False
) -> Response:
    """Return a page that says in plain words why nothing was done, or that nobody can tell: it was `is_begun`."""
    match error:
        case Fault():
            status, said = error.status, error.said
            if status == _DENIED:
                _note_denied(request, error, account)
        case Refused():
            status, said = 409, error.why
        case RedisError() | StoreDown():
            key = "fault.store_lost" if is_begun else "fault.no_store"
            status, said = _AWAY, worded(key, why=why_away(error))
        case _:
            log.error("a page of the console failed", exc_info=error)
            status, said = 500, worded("fault.broken")
    template = "fault_line.html" if "hx-request" in request.headers else "fault.html"
    return show(desk, request, template, status, said=said, me=account)


def _note_denied(request: Request, fault: Fault, account: Account | None) -> None:
    """Put into the log that somebody tried what is not theirs."""
    fields = {
        "why": str(fault),
        "by": account.name if account else "",
        "at": f"{request.method} {request.url.path[:_MAX_PATH_CHARS]}",
        "from": request.client.host if request.client else "",
    }
    log.warning("denied at the console", extra={"fields": fields})


def _to_sign_in(desk: Desk, request: Request) -> Response:
    """Ask a person to sign in; what they are in the middle of writing stays on their page."""
    if request.method != "GET" or "hx-request" in request.headers:
        return tell(desk, request, Fault(401, "signed_out"))
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{HOME}/sign-in?next={quote(address)}", 303)


def _from_our_page(ask: Ask) -> None:
    """Refuse what another site, or a page of somebody else's, makes a browser send."""
    same_site(ask.request)
    sent = ask.text("csrf") or ask.request.headers.get("x-csrf", "")
    if not hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), ask.account.csrf.encode()):
        raise Fault(403, "old_page")


def same_site(request: Request) -> None:
    """Refuse a form that another site's page sends.

    Raises:
        Fault: the browser says that it came from elsewhere.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Fault(403, "foreign")
