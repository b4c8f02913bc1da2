"""What every page of the console works with: the deployment, who asks, and how a page is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.accounts.accounts import Account
from bot.china import minute_of
from bot.config import FIRST, Settings
from bot.editing.refused import Refused
from bot.process import Parts
from bot.web.admin.background.apart import Apart, unheard
from bot.web.admin.background.jobs import Jobs, Result, Told
from bot.web.admin.draft import DraftFolder, Read
from bot.web.admin.forms import Form, Upload
from bot.web.admin.kept_figures import KeptFigures
from bot.web.admin.tray import Tray
from bot.web.admin.words import worded, words
from bot.web.headers import PAGE_HEADERS
from knowledge.model.content import Content

LARGE = "qinglang-large"
"""The cookie of a browser that wants large letters."""
HOME = "/admin"
"""Where the console begins, and that of the first account: people sign in there for all of them."""
WRITERS = frozenset({"editor", "approver"})
"""The roles that may change the draft."""
EXAMINERS = WRITERS | {"examiner"}
"""The roles that may change the bank of the draft."""
_HEADERS = {**PAGE_HEADERS, "cache-control": "private, no-cache"}


def home_of(account: str) -> str:
    """Return what the addresses of an account's pages begin with."""
    return HOME if account == FIRST else f"{HOME}/a/{account}"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(w=words(), say=worded, minute_of=minute_of, root=HOME)
    made.filters["part_word"] = lambda part: worded(f"part.{part}")
    return made


@dataclass(frozen=True, slots=True)
class Desk:
    """The console of one account in one process.

    `people` gives the Redis of the first account, where those who may sign in are kept; `accounts` all accounts there are.
    `heavy` lets one long piece of work at a time take the processor, `passwords` one password be looked at, over all
    accounts: who signs in waits for no editor's work. `apart` does what takes its time, `soon` what somebody waits for.
    """

    account: str
    accounts: tuple[str, ...]
    settings: Settings
    parts: Callable[[], Parts]
    people: Callable[[], Any]
    draft: DraftFolder
    jobs: Jobs
    apart: Apart
    soon: Apart
    tray: Tray
    heavy: asyncio.Semaphore
    passwords: asyncio.Semaphore
    figures: KeptFigures = field(default_factory=KeptFigures)
    environment: Environment = field(default_factory=_environment)

    @property
    def home(self) -> str:
        """What the addresses of this account's pages begin with."""
        return home_of(self.account)

    async def do_apart(self, name: str, arguments: Mapping[str, Any], told: Told = unheard) -> Result:
        """Do a piece of `WORK` for this account in the process beside this one."""
        return await self.apart.do(self.account, name, arguments, told)

    async def do_soon(self, name: str, **arguments: Any) -> Result:
        """Do a piece of `WORK` that somebody waits for beside this process, though a publication is going on.

        Raises:
            Refused: it came to nothing.
        """
        done = await self.soon.do(self.account, name, arguments)
        if "state" in done:
            raise Refused(str(done.get("why") or worded("fault.broken")))
        return done


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of one person; `form` and `upload` are what they sent with it, checked by nobody."""

    desk: Desk
    request: Request
    account: Account
    form: Form = field(default_factory=dict)
    upload: Upload | None = None

    @property
    def parts(self) -> Parts:
        """The parts of this process."""
        return self.desk.parts()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.desk.settings

    @property
    def is_part(self) -> bool:
        """Whether a script of the page asks for a piece of it, not a person for a page."""
        return "hx-request" in self.request.headers

    async def lately(self) -> tuple[Read, bool]:
        """Return the draft as it was read last, at once, and whether it lies there so now: for what lists it."""
        return await self.desk.draft.lately(self.parts.releases.live)

    async def at_hand(self, holds: Callable[[Content], object]) -> tuple[Read, bool]:
        """Return the draft as `lately` does, but as it lies there now where somebody just saved, or where it must hold something.

        Who edits what was read before is told if another was quicker.
        """
        found, is_now = await self.lately()
        if not is_now and ("saved" in self.request.query_params or not holds(found.content)):
            return await self.desk.draft.read(), True
        return found, is_now

    def text(self, name: str) -> str:
        """Return what was typed into a field, "" for nothing; line ends are those of our files."""
        return next(iter(self.form.get(name, ())), "").replace("\r\n", "\n")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that may come several times."""
        return tuple(self.form.get(name, ()))

    def path(self, name: str) -> str:
        """Return a part of the address."""
        return cast(str, self.request.path_params[name])

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """Return a page, or a piece of one, made for this person."""
        return show(self.desk, self.request, template, status, me=self.account, **context)

    def at_fields(self, template: str, **context: Any) -> Response:
        """Return what is wrong at the fields of the form that is on the page, and leave the form itself as it is.

        A form put in its place is deaf until htmx has settled, and what is typed into it until then is not checked.
        """
        response = self.page(template, **context)
        response.headers["hx-reswap"] = "none"
        return response

    def go(self, path: str) -> Response:
        """Send the browser to another page of the console."""
        if self.is_part:
            return Response(headers={**_HEADERS, "hx-redirect": self.desk.home + path})
        return RedirectResponse(self.desk.home + path, 303, headers=_HEADERS)

    async def begin(self, kind: str, **arguments: Any) -> Response:
        """Begin a long piece of `WORK` in this person's name, and lead to where it is followed.

        Raises:
            Refused: something else is being done.
        """
        job_id, by = self.text("once"), self.account.name

        async def work(told: Told) -> Result:
            return await self.desk.do_apart(kind, {"by": by, **arguments}, told)

        await self.desk.jobs.begin(job_id, by, kind, work)
        return self.go(f"/review/jobs/{job_id}")


def show(desk: Desk, request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Return a page for somebody who may be nobody in particular, in the size of letters that this browser wants."""
    me: Account | None = context.setdefault("me", None)
    others = [(name, home_of(name)) for name in desk.accounts if me and me.may_enter(name)]
    context.update(
        is_large=LARGE in request.cookies,
        home=desk.home,
        account=desk.account,
        accounts=others if len(desk.accounts) > 1 else [],
    )
    text = desk.environment.get_template(template).render(**context)
    return HTMLResponse(text, status, headers=_HEADERS)
