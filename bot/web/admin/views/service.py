"""The service and its users: workers, store, disk, the last faults, what is kept, and erasing by a code of ours."""

from __future__ import annotations

import asyncio
import logging
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from redis.exceptions import ResponseError
from starlette.responses import Response

from bot.config import FIRST
from bot.editing.held_user import erase_user
from bot.editing.refused import Refused
from bot.editing.review import live_line
from bot.telemetry import FAULTS_FOLDER, last_faults
from bot.web.admin.desk import Ask
from bot.web.admin.words import worded
from bot.web.admin.workers import workers

log = logging.getLogger(__name__)
_N_FAULTS = 30
_PARTS = ("redis", "redis-kept", "releases", "draft", "uploads", FAULTS_FOLDER)


async def show_service(ask: Ask) -> Response:
    """Show the workers, the disk and the last faults; the examination comes after."""
    parts, settings = ask.parts, ask.settings
    info: dict[str, Any] = {}
    with suppress(ResponseError):
        # This user of it may be allowed no look.
        info = await parts.store.redis.info()
    return ask.page(
        "service.html",
        live=parts.releases.live,
        line=await live_line(parts),
        workers=await workers(parts),
        n_workers=settings.server.workers,
        store=info if "redis_version" in info else None,
        disk=await asyncio.to_thread(_disk, settings.data_dir),
        faults=await asyncio.to_thread(_faults, ask),
    )


async def show_examination(ask: Ask) -> Response:
    """Show what `qinglang doctor` says of this place."""
    return ask.page("service_examined.html", found=(await _asked(ask, "examine"))["found"])


async def show_users(ask: Ask) -> Response:
    """Show how much is kept of users, or what is held of the one with a code: numbers, never words."""
    code = ask.request.query_params.get("code", "").strip()
    held = (await _asked(ask, "look_up", code=code))["held"] if code else None
    return ask.page("users.html", code=code, held=held, erased=ask.request.query_params.get("erased", ""))


async def show_kept(ask: Ask) -> Response:
    """Show how many of everything is kept, and for how long."""
    return ask.page("users_kept.html", kept=(await _asked(ask, "count_kept"))["kept"])


async def erase_by_code(ask: Ask) -> Response:
    """Delete all that is held of a user."""
    if not ask.text("sure"):
        raise Refused(worded("users.not_sure"))
    found = await erase_user(ask.parts, ask.text("user"))
    # Who did it is on record; of whom is erased.
    log.info("a user was erased at the console", extra={"fields": {"by": ask.account.name, "found": found}})
    return ask.go(f"/users?erased={'yes' if found else 'none'}")


def _faults(ask: Ask) -> list[dict[str, Any]]:
    """Return the last faults of this account; those of the deployment itself are told with the first one."""
    own = "" if ask.desk.account == FIRST else ask.desk.account
    found = last_faults(ask.settings.redis_dir, _N_FAULTS * len(ask.desk.accounts))
    return [one for one in found if one.get("account", "") == own][:_N_FAULTS]


async def _asked(ask: Ask, name: str, **arguments: Any) -> Any:
    found = await ask.desk.do_apart(name, arguments)
    if "state" in found:
        raise Refused(str(found.get("why") or worded("fault.broken")))
    return found


def _disk(folder: Path) -> dict[str, Any]:
    usage = shutil.disk_usage(folder)
    sizes = {name: _size(folder / name) for name in _PARTS}
    return {"free": usage.free, "total": usage.total, "parts": {n: s for n, s in sizes.items() if s}}


def _size(folder: Path) -> int:
    n = 0
    for path in folder.rglob("*"):
        try:
            n += path.stat().st_size if path.is_file() else 0
        except OSError:
            # It went while we looked.
            continue
    return n
