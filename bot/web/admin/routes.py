"""The table of the console's pages: what may be asked for where, and by whom. There is no other way in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.accounts.accounts import ROLES
from bot.config import Settings
from bot.process import Parts
from bot.web.admin import overview, sign_in
from bot.web.admin.desk import HOME, Desk
from bot.web.admin.draft import Draft
from bot.web.admin.guard import Door, guarded

_STATIC = Path(__file__).parent.parent / "static/admin"
_ALL = frozenset(ROLES)

DOORS = (
    Door("GET", "", overview.show_overview, _ALL),
    Door("GET", "/figures", overview.show_figures, _ALL),
    Door("POST", "/sign-out", sign_in.sign_out, _ALL),
    Door("POST", "/sign-out-everywhere", sign_in.sign_out_everywhere, _ALL),
)


def admin_routes(settings: Settings, parts: Callable[[], Parts]) -> list[BaseRoute]:
    """Return the routes of the console; `parts` gives those of this process once it runs."""
    desk = Desk(settings, parts, Draft(settings))
    gate = [
        Route(HOME + path, sign_in.at_the_gate(desk, act), methods=["GET", "POST"])
        for path, act in (("/sign-in", sign_in.sign_in), ("/welcome", sign_in.welcome))
    ]
    doors = [Route(HOME + door.path, guarded(desk, door), methods=[door.method]) for door in DOORS]
    assets = Mount(f"{HOME}/static", StaticFiles(directory=_STATIC), middleware=[Middleware(GZipMiddleware)])
    return [*gate, *doors, assets]
