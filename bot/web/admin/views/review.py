"""Review: a draft or a proposed release beside what is live, and what a person decides about it."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from bot.editing.publish import review_of
from bot.editing.refused import Refused
from bot.editing.review import record_of, reject, same_person, sent_back, waiting
from bot.web.admin.desk import WRITERS, Ask
from bot.web.admin.forms import Fault
from bot.web.admin.words import worded

_N_RELEASES = 50
_N_LINES = 200
_PATIENCE_S = 2.0


async def show_review(ask: Ask) -> Response:
    """Show where the draft stands, what waits, and every release."""
    ledger = ask.parts.releases.ledger
    draft, is_now = await ask.lately()
    return ask.page(
        "review.html",
        draft=draft,
        is_now=is_now,
        live=await ledger.live(),
        waiting=await waiting(ask.parts),
        returned=await sent_back(ask.settings, ask.parts),
        records=(await ledger.records())[:_N_RELEASES],
        may_edit=ask.account.role in WRITERS,
    )


async def show_log(ask: Ask) -> Response:
    """Show who did what when and why, of one entry or of all."""
    entry = ask.request.query_params.get("entry", "").strip()
    lines = await ask.parts.releases.ledger.log(entry, _N_LINES)
    return ask.page("log.html", entry=entry, lines=lines, full=len(lines) == _N_LINES)


async def show_draft(ask: Ask) -> Response:
    """Show what publishing the draft would change; the changes themselves come after."""
    draft, is_now = await ask.desk.draft.soon(ask.parts.releases.live, _PATIENCE_S)
    live = await ask.parts.releases.ledger.live()
    return ask.page(
        "draft.html",
        draft=draft,
        is_now=is_now,
        live=live,
        waits=any(one.version == draft.version for one in await waiting(ask.parts)),
        required=(await review_of(ask.settings, ask.parts)).required,
        once=secrets.token_hex(16),
        may_publish=ask.account.role in WRITERS,
    )


async def show_draft_changes(ask: Ask) -> Response:
    """Show the changed entries of the draft, and past questions that it answers otherwise."""
    return await _show_changes(ask, "")


async def show_release(ask: Ask) -> Response:
    """Show a release: who asks for it and why, what became of it, and what this person may do about it."""
    version = ask.path("version")
    record = await _record(ask, version)
    asked = next((one for one in await waiting(ask.parts) if one.version == version), None)
    live = await ask.parts.releases.ledger.live()
    own = asked is not None and same_person(asked.by, ask.account.name)
    role = ask.account.role
    return ask.page(
        "release.html",
        record=record,
        asked=asked,
        live=live,
        once=secrets.token_hex(16),
        may_decide=asked is not None and role == "approver" and not own,
        is_own=own,
        may_withdraw=own and role in WRITERS,
        may_roll_back=role == "approver" and record.state == "published" and version != live,
    )


async def show_release_changes(ask: Ask) -> Response:
    """Show what live would gain and lose by a release."""
    await _record(ask, ask.path("version"))
    return await _show_changes(ask, ask.path("version"))


async def publish(ask: Ask) -> Response:
    """Publish the draft, or propose it where a second person must approve."""
    accept, over = list(ask.texts("accept")), ask.text("over")
    return await ask.begin("publish", reason=_reason(ask), accept=accept, over=over, seen=ask.text("draft"))


async def approve_release(ask: Ask) -> Response:
    """Make a proposed release live."""
    reason = ask.text("reason").strip()
    return await ask.begin("approve", reason=reason, version=ask.path("version"), seen=ask.text("live"))


async def return_release(ask: Ask) -> Response:
    """Give a proposed release back to its author."""
    await reject(ask.parts, ask.path("version"), ask.account.name, _reason(ask))
    return ask.go(f"/review/{ask.path('version')}")


async def withdraw_release(ask: Ask) -> Response:
    """Take one's own proposal back."""
    version = ask.path("version")
    asked = next((one for one in await waiting(ask.parts) if one.version == version), None)
    if asked and not same_person(asked.by, ask.account.name):
        raise Fault(403, "not_own", by=asked.by)
    reason = ask.text("reason").strip() or worded("review.withdrawn")
    await reject(ask.parts, version, ask.account.name, reason)
    return ask.go(f"/review/{version}")


async def roll_back_to(ask: Ask) -> Response:
    """Make an older release live again, or ask a second person to."""
    return await ask.begin(
        "roll_back", reason=_reason(ask), version=ask.path("version"), seen=ask.text("live")
    )


async def show_job(ask: Ask) -> Response:
    """Show how far some work is, or what came of it."""
    job = await ask.desk.jobs.find(ask.path("job"))
    if job is None:
        raise Fault(404, "not_found")
    return ask.page(
        "job_state.html" if ask.is_part else "job.html",
        job=job,
        job_id=ask.path("job"),
        once=secrets.token_hex(16),
        is_mine=same_person(job.by, ask.account.name),
    )


def _reason(ask: Ask) -> str:
    reason = ask.text("reason").strip()
    if not reason:
        raise Refused(worded("review.reason_needed"))
    return reason


async def _record(ask: Ask, version: str) -> Any:
    try:
        return await record_of(ask.parts, version)
    except Refused as unknown:
        raise Fault(404, "not_found") from unknown


async def _show_changes(ask: Ask, version: str) -> Response:
    found = await ask.desk.do_apart("changes", {"version": version})
    if "state" in found:
        raise Refused(found.get("why") or worded("fault.broken"))
    return ask.page("changes.html", found=found)
