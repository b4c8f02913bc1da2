"""What takes the console longer than a click: each piece a function of the deployment that returns plain data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.config import Settings
from bot.editing.compare import Comparison, compare, files_of, proposed_files
from bot.editing.publish import Wish, publish_draft
from bot.editing.record.item_fields import fields_of_item
from bot.editing.refused import Refused
from bot.editing.review import Done, approve, live_line, record_of, roll_back
from bot.process import Parts
from bot.releases.ledger import Overtaken
from bot.web.admin.background import documents, exchange, regrade, service
from bot.web.admin.background.jobs import Result, Told
from bot.web.admin.draft import DraftFolder, packed
from bot.web.admin.words import worded
from knowledge.gate.difference import lines_of
from knowledge.gate.gate import Report
from knowledge.model.bank import Item
from knowledge.model.entries import Entry
from knowledge.model.problems import Files
from knowledge.reading.quiz import LETTERS
from knowledge.release.build import load_folder


async def publication(
    settings: Settings,
    parts: Parts,
    told: Told,
    *,
    by: str,
    reason: str,
    accept: Sequence[str],
    over: str,
    seen: str,
) -> Result:
    """Publish the draft that was seen, or propose it where a second person must approve."""
    try:
        outcome = await publish_draft(settings, parts, Wish(by, reason, accept, over, seen=seen), told)
    except Overtaken as overtaken:
        return {"state": "overtaken", "live": overtaken.now, "made": await how_live(parts), "reason": reason}
    made = await how_live(parts) if outcome.state == "overtaken" else ""
    found = {"state": outcome.state, "version": outcome.version, "live": outcome.live, "made": made}
    return {**found, "draft": outcome.version, "reason": reason, **findings_of(outcome.report)}


async def approval(
    settings: Settings, parts: Parts, told: Told, *, by: str, reason: str, version: str, seen: str
) -> Result:
    """Make a proposed release live, if the release that it was compared with still is."""
    await _live_is(parts, seen)
    return _told("approved", await approve(settings, parts, version, by, reason))


async def putting_back(
    settings: Settings, parts: Parts, told: Told, *, by: str, reason: str, version: str, seen: str
) -> Result:
    """Make an older release live again, or ask a second person to."""
    await _live_is(parts, seen)
    return _told("back", await roll_back(settings, parts, version, by, reason))


async def changes(settings: Settings, parts: Parts, told: Told, *, version: str) -> Result:
    """Return what live gains and loses by a release, "" for the draft; of the live one, what it changed itself."""
    old, new = await _sides(settings, parts, version)
    found = await compare(settings, parts, old, new)
    differs = found.differs
    return {
        "counts": {"new": len(differs.added), "changed": len(differs.changed), "gone": len(differs.removed)},
        "entries": _entries(found),
        "questions": _items(found),
        "lines": {file: list(lines) for file, lines in found.lines.items()},
        "parts": list(differs.parts),
        "flipped": [
            {
                "question": one.flip.question,
                "inside": one.flip.inside,
                "was": one.flip.before,
                "now": one.flip.after,
                "before": one.before,
                "after": one.after,
            }
            for one in found.flipped
        ],
    }


async def reading(settings: Settings, parts: Parts, told: Told, *, changed: Mapping[str, str]) -> Result:
    """Return the draft as it lies there now, or as it would be with these files changed."""
    return {"read": packed(await DraftFolder(settings).read_with(changed))}


WORK: Mapping[str, Callable[..., Awaitable[Result]]] = {
    "publish": publication,
    "approve": approval,
    "roll_back": putting_back,
    "changes": changes,
    "read": reading,
    "find_document": documents.finding,
    "take_in": documents.taking_in,
    "adopt": documents.adopting,
    "plan_entries": exchange.plan_entries,
    "plan_bank": exchange.plan_bank,
    "write_entries": exchange.write_entries_in,
    "write_bank": exchange.write_bank_in,
    "export": exchange.export,
    "plan_regrade": regrade.plan_marking,
    "regrade": regrade.marking,
    "examine": service.examination,
    "count_kept": service.numbers,
    "look_up": service.looking_up,
}


async def how_live(parts: Parts) -> str:
    """Return who made live what is live, and why."""
    line = await live_line(parts)
    return worded("review.made", by=line.by, reason=line.reason or worded("no_reason")) if line else ""


def findings_of(report: Report | None) -> dict[str, Any]:
    """Return what the gate found, as a result keeps it."""
    if report is None:
        return {}
    findings = report.findings
    return {"findings": [{"key": f.key, "message": f.message, "acceptable": f.acceptable} for f in findings]}


async def _live_is(parts: Parts, seen: str) -> None:
    """Refuse a decision about what would change on a live release that is no longer live."""
    live = await parts.releases.ledger.live()
    if seen != live:
        raise Refused(worded("review.live_moved", seen=seen, live=live, made=await how_live(parts)))


def _told(state: str, done: Done) -> Result:
    return {"state": "waiting" if done.waits else state, "version": done.version, "merged": done.merged}


async def _sides(settings: Settings, parts: Parts, version: str) -> tuple[Files, Files]:
    if not version:
        return await files_of(parts, ""), load_folder(settings.content_dir)
    record = await record_of(parts, version)
    if record.state != "published" or version != await parts.releases.ledger.live():
        return await files_of(parts, ""), await proposed_files(settings, parts, version)
    if not record.parent:
        raise Refused(worded("review.first"))
    return await files_of(parts, record.parent), await files_of(parts, version)


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
    shown = fields_of_item(item)
    others = [
        f"{worded(f'record.item.{name}')}：{'、'.join(shown[name].split(chr(10)))}"
        for name in ("claim", "truth", "hint", "track", "difficulty", "tags", "excludes")
        if shown[name]
    ]
    return [*lines, f"{item.source.passage_id} {' '.join(item.source.text.split())}", item.why, *others]
