"""The one way into every page of the console: who asks, may they, did our own page send this, and is it small enough."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from bot.accounts.accounts import Account
from bot.accounts.sign_ins import SignIns
from bot.editing.review import Refused
from bot.store.away import why_away
from bot.store.runner import StoreDown
from bot.web.admin.desk import HOME, Ask, Desk, show
from bot.web.admin.words import worded

log = logging.getLogger(__name__)

COOKIE = "qinglang-console"
MAX_FORM_BYTES = 256 * 1024
_BODY_TIMEOUT_S = 60.0
_MAX_FIELDS = 500

Handle = Callable[[Ask], Awaitable[Response]]
Form = Mapping[str, Sequence[str]]


class Fault(Exception):
    """A request that comes to nothing; `status` and the sentence say why."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status = status
        self.said = worded(f"fault.{key}", **values)


@dataclass(frozen=True, slots=True)
class Entrance:
    """One row of the table of pages: who may send what where, how large, and what answers it.

    Without `roles` nobody needs to be signed in.
    """

    method: str
    path: str
    handle: Handle
    roles: frozenset[str]


def guarded(desk: Desk, entrance: Entrance) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers requests at a entrance, after everything that must hold has been looked at."""

    async def answer(request: Request) -> Response:
        account: Account | None = None
        try:
            account = await SignIns(desk.parts().store.redis).whose(request.cookies.get(COOKIE, ""))
            if account is None:
                return _to_sign_in(desk, request)
            if account.role not in entrance.roles:
                raise Fault(403, "not_yours", role=worded(f"role.{account.role}"))
            form = await read_form(request) if entrance.method == "POST" else {}
            ask = Ask(desk, request, account, form)
            if entrance.method == "POST":
                _from_our_page(ask)
            return await entrance.handle(ask)
        except Exception as error:
            return tell(desk, request, error, account)

    return answer


def tell(desk: Desk, request: Request, error: Exception, account: Account | None = None) -> Response:
    """Return a page that says in plain words why nothing was done."""
    match error:
        case Fault():
            status, said = error.status, error.said
        case Refused():
            status, said = 409, error.why
        case RedisError() | StoreDown():
            status, said = 503, worded("fault.no_store", why=why_away(error))
        case _:
            log.error("a page of the console failed", exc_info=error)
            status, said = 500, worded("fault.broken")
    template = "fault_line.html" if "hx-request" in request.headers else "fault.html"
    return show(desk, template, status, said=said, me=account)


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


async def read_form(request: Request, max_bytes: int = MAX_FORM_BYTES) -> Form:
    """Return the fields of a form, each with all its values.

    Raises:
        Fault: it is too large (told before it is read, where the browser says its size), cut off or no form.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > max_bytes:
        raise Fault(413, "too_large", mb=max_bytes // 1024 // 1024 or 1)
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_TIMEOUT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise Fault(413, "too_large", mb=max_bytes // 1024 // 1024 or 1)
    except (ClientDisconnect, TimeoutError) as error:
        raise Fault(400, "cut_off") from error
    if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
        raise Fault(400, "no_form")
    return _fields(bytes(body))


def _fields(body: bytes) -> Form:
    try:
        text = body.decode("ascii")
        return parse_qs(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise Fault(400, "no_form") from error
