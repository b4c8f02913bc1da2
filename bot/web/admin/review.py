"""Review: a draft or a proposed release beside what is live, and what a person decides about it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from bot.editing.compare import Comparison, compare, files_of, proposed_files
from bot.editing.publish import Wish, publish_draft, review_of
from bot.editing.review import (
    Done,
    Refused,
    approve,
    live_line,
    record_of,
    reject,
    roll_back,
    same_person,
    sent_back,
    waiting,
)
from bot.releases.ledger import Overtaken
from bot.web.admin.desk import Ask
from bot.web.admin.guard import Fault
from bot.web.admin.jobs import Told, Work, findings_of
from bot.web.admin.words import say
from knowledge.gate.difference import lines_of
from knowledge.model import Entry, Files, Item
from knowledge.reading.quiz import LETTERS

_N_RELEASES = 50
_N_LINES = 200


async def show_review(ask: Ask) -> Response:
    """Show where the draft stands, what waits, and every release."""
    ledger = ask.parts.releases.ledger
    draft = await ask.desk.draft.read()
    return ask.page(
        "review.html",
        draft=draft,
        live=await ledger.live(),
        waiting=await waiting(ask.parts),
        returned=await sent_back(ask.settings, ask.parts),
        records=(await ledger.records())[:_N_RELEASES],
        may_edit=ask.account.role in ("editor", "approver"),
    )


async def show_log(ask: Ask) -> Response:
    """Show who did what when and why, of one entry or of all."""
    entry = ask.request.query_params.get("entry", "").strip()
    lines = await ask.parts.releases.ledger.log(entry, _N_LINES)
    return ask.page("log.html", entry=entry, lines=lines, full=len(lines) == _N_LINES)


async def show_draft(ask: Ask) -> Response:
    """Show what publishing the draft would change; the changes themselves come after."""
    draft = await ask.desk.draft.read()
    live = await ask.parts.releases.ledger.live()
    return ask.page(
        "draft.html",
        draft=draft,
        live=live,
        waits=any(one.version == draft.version for one in await waiting(ask.parts)),
        required=(await review_of(ask.settings, ask.parts)).required,
        once=secrets.token_hex(16),
        may_publish=ask.account.role in ("editor", "approver"),
    )


async def show_draft_changes(ask: Ask) -> Response:
    """Show the changed entries of the draft, and past questions that it answers otherwise."""
    draft = await ask.desk.draft.read()
    if draft.errors:
        raise Refused(say("draft.has_errors", n=len(draft.errors)))
    return await _show_changes(ask, await files_of(ask.parts, ""), draft.files)


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
        may_withdraw=own and role in ("editor", "approver"),
        may_roll_back=role == "approver" and record.state == "published" and version != live,
    )


async def show_release_changes(ask: Ask) -> Response:
    """Show what live would gain and lose by a release."""
    version = ask.path("version")
    record = await _record(ask, version)
    if record.state == "published" and version == await ask.parts.releases.ledger.live():
        if not record.parent:
            raise Refused(say("review.first"))
        old, new = await files_of(ask.parts, record.parent), await files_of(ask.parts, version)
    else:
        old, new = await files_of(ask.parts, ""), await proposed_files(ask.parts, version)
    return await _show_changes(ask, old, new)


async def publish(ask: Ask) -> Response:
    """Publish the draft, or propose it where a second person must approve."""
    wish = Wish(
        ask.account.name,
        ask.text("reason").strip(),
        ask.texts("accept"),
        ask.text("over"),
        seen=ask.text("draft"),
    )
    if not wish.reason:
        raise Refused(say("review.reason_needed"))

    async def work(told: Told) -> Mapping[str, Any]:
        async with ask.desk.heavy:
            try:
                outcome = await publish_draft(ask.settings, ask.parts, wish, told)
            except Overtaken as overtaken:
                return {"state": "overtaken", "live": overtaken.now, "made": await _made(ask)}
        made = await _made(ask) if outcome.state == "overtaken" else ""
        found = {"state": outcome.state, "version": outcome.version, "live": outcome.live, "made": made}
        return {**found, "draft": outcome.version, "reason": wish.reason, **findings_of(outcome.report)}

    return await _begin(ask, "publish", work)


async def approve_release(ask: Ask) -> Response:
    """Make a proposed release live."""
    version, reason, seen = ask.path("version"), ask.text("reason").strip(), ask.text("live")

    async def work(told: Told) -> Mapping[str, Any]:
        await _live_is(ask, seen)
        async with ask.desk.heavy:
            done = await approve(ask.settings, ask.parts, version, ask.account.name, reason)
        return _told("approved", done)

    return await _begin(ask, "approve", work)


async def return_release(ask: Ask) -> Response:
    """Give a proposed release back to its author."""
    reason = ask.text("reason").strip()
    if not reason:
        raise Refused(say("review.reason_needed"))
    await reject(ask.parts, ask.path("version"), ask.account.name, reason)
    return ask.go(f"/review/{ask.path('version')}")


async def withdraw_release(ask: Ask) -> Response:
    """Take one's own proposal back."""
    version = ask.path("version")
    asked = next((one for one in await waiting(ask.parts) if one.version == version), None)
    if asked and not same_person(asked.by, ask.account.name):
        raise Fault(403, "not_own", by=asked.by)
    reason = ask.text("reason").strip() or say("review.withdrawn")
    await reject(ask.parts, version, ask.account.name, reason)
    return ask.go(f"/review/{version}")


async def roll_back_to(ask: Ask) -> Response:
    """Make an older release live again, or ask a second person to."""
    version, reason, seen = ask.path("version"), ask.text("reason").strip(), ask.text("live")
    if not reason:
        raise Refused(say("review.reason_needed"))

    async def work(told: Told) -> Mapping[str, Any]:
        await _live_is(ask, seen)
        async with ask.desk.heavy:
            done = await roll_back(ask.settings, ask.parts, version, ask.account.name, reason)
        return _told("back", done)

    return await _begin(ask, "roll_back", work)


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


async def _begin(ask: Ask, kind: str, work: Work) -> Response:
    job_id = ask.text("once")
    await ask.desk.jobs.begin(job_id, ask.account.name, kind, work)
    return ask.go(f"/review/jobs/{job_id}")


def _told(state: str, done: Done) -> Mapping[str, Any]:
    return {"state": "waiting" if done.waits else state, "version": done.version, "merged": done.merged}


async def _live_is(ask: Ask, seen: str) -> None:
    """Refuse a decision about what would change on a live release that is no longer live."""
    live = await ask.parts.releases.ledger.live()
    if seen != live:
        raise Refused(say("review.live_moved", seen=seen, live=live, made=await _made(ask)))


async def _made(ask: Ask) -> str:
    line = await live_line(ask.parts)
    return say("review.made", by=line.by, reason=line.reason or say("no_reason")) if line else ""


async def _record(ask: Ask, version: str) -> Any:
    try:
        return await record_of(ask.parts, version)
    except Refused as unknown:
        raise Fault(404, "not_found") from unknown


async def _show_changes(ask: Ask, old: Files, new: Files) -> Response:
    async with ask.desk.heavy:
        found = await compare(ask.settings, ask.parts, old, new)
    return ask.page("changes.html", found=found, entries=_entries(found), questions=_items(found))


def _entries(found: Comparison) -> list[dict[str, Any]]:
    """Return every touched entry with its fields that differ, as lines that went and came."""
    differs = found.differs
    shown = []
    for sign, ids, content in (("new", differs.added, found.after), ("gone", differs.removed, found.before)):
        for entry_id in ids:
            entry = content.entries[entry_id]
            fields = [(name, {sign: lines}) for name, lines in _whole(entry) if lines]
            shown.append({"id": entry_id, "sign": sign, "question": entry.question, "fields": fields})
    for entry_id in differs.changed:
        changes = [c for c in differs.changes if c.entry_id == entry_id]
        fields = [(c.field, {"gone": c.gone, "new": c.new}) for c in changes]
        entry = found.after.entries[entry_id]
        shown.append({"id": entry_id, "sign": "changed", "question": entry.question, "fields": fields})
    return shown


def _whole(entry: Entry) -> list[tuple[str, tuple[str, ...]]]:
    names = ("question", "phrasings", "lead", "quotes", "status", "owner", "review_by")
    return [(name, lines_of(getattr(entry, name))) for name in names]


def _items(found: Comparison) -> list[dict[str, Any]]:
    shown = []
    for item_id in found.differs.items:
        old, new = found.before.items.get(item_id), found.after.items.get(item_id)
        gone, came = (tuple(_item_lines(item)) if item else () for item in (old, new))
        sign = "changed" if old and new else "new" if new else "gone"
        lines = {"gone": [x for x in gone if x not in came], "new": [x for x in came if x not in gone]}
        shown.append({"id": item_id, "sign": sign, **lines})
    return shown


def _item_lines(item: Item) -> list[str]:
    lines = [item.stem]
    lines += [
        f"{'√' if i in item.key else '　'} {LETTERS[i]}. {option}" for i, option in enumerate(item.options)
    ]
    lines += [f"√ {word}" for word in item.accepted]
    return [*lines, f"{item.source.passage_id} {' '.join(item.source.text.split())}", item.why]
