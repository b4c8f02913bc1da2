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
from bot.web.admin import overview, review, sign_in
from bot.web.admin.desk import HOME, Desk
from bot.web.admin.draft import Draft
from bot.web.admin.guard import Door, guarded
from bot.web.admin.jobs import Jobs

_STATIC = Path(__file__).parent.parent / "static/admin"
_ALL = frozenset(ROLES)
_WRITE = frozenset({"editor", "approver"})
_DECIDE = frozenset({"approver"})

DOORS = (
    Door("GET", "", overview.show_overview, _ALL),
    Door("GET", "/figures", overview.show_figures, _ALL),
    Door("GET", "/review", review.show_review, _ALL),
    Door("GET", "/review/draft", review.show_draft, _ALL),
    Door("GET", "/review/draft/changes", review.show_draft_changes, _ALL),
    Door("POST", "/review/draft/publish", review.publish, _WRITE),
    Door("GET", "/review/jobs/{job}", review.show_job, _ALL),
    Door("GET", "/review/{version}", review.show_release, _ALL),
    Door("GET", "/review/{version}/changes", review.show_release_changes, _ALL),
    Door("POST", "/review/{version}/approve", review.approve_release, _DECIDE),
    Door("POST", "/review/{version}/return", review.return_release, _DECIDE),
    Door("POST", "/review/{version}/withdraw", review.withdraw_release, _WRITE),
    Door("POST", "/review/{version}/roll-back", review.roll_back_to, _DECIDE),
    Door("GET", "/log", review.show_log, _ALL),
    Door("POST", "/sign-out", sign_in.sign_out, _ALL),
    Door("POST", "/sign-out-everywhere", sign_in.sign_out_everywhere, _ALL),
)


def admin_routes(settings: Settings, parts: Callable[[], Parts]) -> list[BaseRoute]:
    """Return the routes of the console; `parts` gives those of this process once it runs."""
    desk = Desk(settings, parts, Draft(settings), Jobs(lambda: parts().store.redis))
    gate = [
        Route(HOME + path, sign_in.at_the_gate(desk, act), methods=["GET", "POST"])
        for path, act in (("/sign-in", sign_in.sign_in), ("/welcome", sign_in.welcome))
    ]
    doors = [Route(HOME + door.path, guarded(desk, door), methods=[door.method]) for door in DOORS]
    assets = Mount(f"{HOME}/static", StaticFiles(directory=_STATIC), middleware=[Middleware(GZipMiddleware)])
    nowhere = Route(HOME + "/{path:path}", sign_in.at_the_gate(desk, sign_in.no_page))
    return [*gate, *doors, assets, nowhere]
