"""Signing in and out, and the link with which a person sets their first password."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.accounts.accounts import Account, Accounts, is_password
from bot.accounts.passwords import MIN_PASSWORD_CHARS, check_password
from bot.accounts.sign_ins import LOCK_S, SignIns
from bot.config import FIRST
from bot.editing.refused import Refused
from bot.web.admin.desk import HOME, LARGE, Ask, Desk, home_of, show
from bot.web.admin.forms import Fault, Form, read_form
from bot.web.admin.guard import COOKIE, same_site, tell
from bot.web.admin.words import worded

log = logging.getLogger(__name__)
_MAX_FORM_BYTES = 8 * 1024
_DENIED = ("sign-in locked", "sign-in wrong")
_YEAR_S = 365 * 24 * 3600

Act = Callable[[Desk, Request, Form], Awaitable[Response]]


def at_the_gate(desk: Desk, act: Act) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers somebody who has not signed in."""

    async def answer(request: Request) -> Response:
        try:
            if request.method == "POST":
                same_site(request)
                return await act(desk, request, await read_form(request, _MAX_FORM_BYTES))
            return await act(desk, request, {})
        except Exception as error:
            return tell(desk, request, error)

    return answer


async def sign_in(desk: Desk, request: Request, form: Form) -> Response:
    """Show the form, or let somebody in whose name and password are right."""
    onward = _onward(request.query_params.get("next", "") if request.method == "GET" else _one(form, "next"))
    if request.method == "GET":
        return show(desk, request, "sign_in.html", onward=onward, name="", fault="")
    name, redis = _one(form, "name").strip(), desk.people()
    if not await SignIns(redis).may_try(name):
        account = await Accounts(redis).find(name)
        _note(request, "sign-in locked", account.name if account else "")
        fault = worded("sign_in.locked", minutes=LOCK_S // 60)
        return show(desk, request, "sign_in.html", 429, onward=onward, name=name, fault=fault)
    account = await Accounts(redis).find(name)
    # One at a time: each takes many megabytes and a tenth of a second of a core.
    async with desk.passwords:
        is_right = await asyncio.to_thread(is_password, account, _one(form, "password"))
    if account is None or not is_right:
        # What is typed for a name may be a password: only one that somebody has is written down.
        _note(request, "sign-in wrong", account.name if account else "")
        return show(
            desk, request, "sign_in.html", 403, onward=onward, name=name, fault=worded("sign_in.wrong")
        )
    return await _let_in(desk, request, account, onward)


async def welcome(desk: Desk, request: Request, form: Form) -> Response:
    """Let the holder of a first-sign-in link set their password, once."""
    people = Accounts(desk.people())
    key = request.query_params.get("key", "") if request.method == "GET" else _one(form, "key")
    account = await people.of_link(key)
    if account is None:
        raise Fault(410, "used_link")
    password, again = _one(form, "password"), _one(form, "again")
    fault = ""
    if request.method == "POST":
        # The link is used up by a password that will be taken, and by no other.
        fault = worded("welcome.unequal") if password != again else _unfit(account.name, password)
        if not fault and await people.use_link(key) is None:
            raise Fault(410, "used_link")
    if request.method == "GET" or fault:
        context = {"key": key, "name": account.name, "fault": fault, "n": MIN_PASSWORD_CHARS}
        return show(desk, request, "welcome.html", 400 if fault else 200, **context)
    await people.set_password(account.name, password)
    _note(request, "password set", account.name)
    renewed = await people.find(account.name)
    if renewed is None:
        raise Fault(410, "used_link")
    return await _let_in(desk, request, renewed, HOME)


async def no_page(desk: Desk, request: Request, form: Form) -> Response:
    """Say that there is no such page."""
    raise Fault(404, "not_found")


async def sign_out(ask: Ask) -> Response:
    """Sign out in this browser."""
    _note(ask.request, "signed out", ask.account.name)
    await SignIns(ask.desk.people()).end(ask.request.cookies.get(COOKIE, ""))
    return _leave(ask)


async def sign_out_everywhere(ask: Ask) -> Response:
    """Sign out in every browser."""
    _note(ask.request, "signed out everywhere", ask.account.name)
    await Accounts(ask.desk.people()).end_sessions(ask.account.name)
    return _leave(ask)


async def switch_size(ask: Ask) -> Response:
    """Show pages in large letters in this browser from now on, or in usual ones again; go back to the page."""
    came_from = urlsplit(ask.request.headers.get("referer", ""))
    response = RedirectResponse(
        _onward(came_from.path + (f"?{came_from.query}" if came_from.query else "")), 303
    )
    if LARGE in ask.request.cookies:
        response.delete_cookie(LARGE, path=HOME)
    else:
        is_tls = ask.request.url.scheme == "https"
        response.set_cookie(
            LARGE, "yes", path=HOME, max_age=_YEAR_S, httponly=True, samesite="lax", secure=is_tls
        )
    return response


def _leave(ask: Ask) -> Response:
    response = RedirectResponse(f"{HOME}/sign-in", 303)
    response.delete_cookie(COOKIE, path=HOME)
    # What the browser kept of pages is no longer this person's to see.
    response.headers["clear-site-data"] = '"cache"'
    return response


async def _let_in(desk: Desk, request: Request, account: Account, onward: str) -> Response:
    if onward == HOME and not account.may_enter(FIRST):
        onward = home_of(account.only.split()[0])
    # What the browser held until now must be worth nothing any more, whoever put it there.
    await SignIns(desk.people()).end(request.cookies.get(COOKIE, ""))
    secret = await SignIns(desk.people()).begin(account)
    _note(request, "signed in", account.name)
    response = Response(status_code=303, headers={"location": onward})
    is_tls = request.url.scheme == "https"
    response.set_cookie(COOKIE, secret, path=HOME, httponly=True, samesite="lax", secure=is_tls)
    return response


def _note(request: Request, what: str, name: str) -> None:
    """Put into the log who came or went, and from where."""
    level = logging.WARNING if what in _DENIED else logging.INFO
    where = request.client.host if request.client else ""
    log.log(level, what, extra={"fields": {"by": name, "from": where}})


def _unfit(name: str, password: str) -> str:
    """Return why somebody may not have a password, "" when they may."""
    try:
        check_password(name, password)
    except Refused as refused:
        return refused.why
    return ""


def _onward(address: str) -> str:
    """Return where to go after signing in: a page of the console, never another site's."""
    plain = address.isascii() and address.isprintable() and "\\" not in address
    return address if plain and (address == HOME or address.startswith((f"{HOME}/", f"{HOME}?"))) else HOME


def _one(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")
