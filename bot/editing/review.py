"""The second person: what waits, saying yes or no to it, and going back to what was live before."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from dataclasses import dataclass, replace

from bot.config import Settings
from bot.editing.draft.snapshots import drafts_of
from bot.editing.draft.spared import known_spared
from bot.editing.publish import found_of, review_of, try_draft
from bot.editing.refused import Refused
from bot.process import Parts
from bot.releases.draft_base import bases_of
from bot.releases.ledger import Gone, Overtaken
from bot.releases.records import Line, Note, Record
from knowledge.editing.merge import Clash, merge_files
from knowledge.gate.difference import difference
from knowledge.model.problems import Files
from knowledge.reading.parse import version_of
from knowledge.release.build import content_of, parse_files

# Letters by name, blanks to the eye.
_FILLERS = "\u115f\u1160\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A release that waits for a second person: who asks for it since when and why, and what was live then.

    `is_back` says that it was live before and is asked for again.
    """

    version: str
    by: str
    at: int
    reason: str
    parent: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The release that is live now, or waits; `merged` is the one that was live and whose changes it keeps, `is_back` tells that it was live before."""

    version: str
    merged: str = ""
    is_back: bool = False
    waits: bool = False


def same_person(a: str, b: str) -> bool:
    """Return whether two names mean one person: whoever looks at them must be able to tell them apart.

    >>> same_person("小张", " 小\u200b张 "), same_person("Zhang", "zhang"), same_person("小张", "小王")
    (True, True, False)
    """
    return seen_name(a) == seen_name(b)


def seen_name(name: str) -> str:
    """Return what the eye keeps of a name: equal for names that nobody could tell apart."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN" and sign not in _FILLERS)


async def waiting(parts: Parts) -> tuple[Waiting, ...]:
    """Return what waits for a second person, the longest first."""
    records = await parts.releases.ledger.records()
    return tuple(sorted(filter(None, map(_waiting, records)), key=lambda w: (w.at, w.version)))


def _waiting(record: Record) -> Waiting | None:
    match record.state:
        case "waiting":
            return Waiting(
                record.version, record.author, record.at, record.reason, record.parent, is_back=False
            )
        case "asked-back":
            return Waiting(version=record.version, is_back=True, **record.request)
    return None


async def _asked_for(parts: Parts, version: str) -> tuple[Record, Waiting]:
    record = await record_of(parts, version)
    found = _waiting(record)
    if found is None:
        raise Refused(f"{version} 不在等批准：{_what_became(record)}。等着的见 kb waiting")
    return record, found


def _what_became(record: Record) -> str:
    match record.state:
        case "returned":
            return f"{record.answered_by}打回了它（{record.answer}）"
        case "merged":
            return f"已经批准，上线的是 {record.became}"
    return f"{record.approved_by}已经批准" if record.approved_by else "它已经发布过"


async def record_of(parts: Parts, version: str) -> Record:
    """Return what is known of a release.

    Raises:
        Refused: there is no such release.
    """
    record = await parts.releases.ledger.record(version)
    if record is None:
        raise Refused(f"没有版本 {version}，用 kb releases 看有哪些")
    return record


async def approve(settings: Settings, parts: Parts, version: str, by: str, reason: str) -> Done:
    """Make a waiting release live; what went live since it was proposed is kept, where the two don't clash.

    Raises:
        Refused: it waits no longer, it is the approver's own, it clashes, or the gate refuses both together.
        RedisError: Redis is away; nothing changed.
    """
    record, asked = await _asked_for(parts, version)
    if same_person(asked.by, by):
        did = "申请退回的" if asked.is_back else "提交的"
        raise Refused(f"{version} 是 {by} 自己{did}，要另一个人来批准（--by 姓名）")
    note = Note(by, reason, int(time.time()))
    try:
        live = await parts.releases.ledger.live()
        if asked.is_back:
            return await _approve_back(parts, record, asked, note, live)
        if live == record.parent:
            await parts.releases.publisher.approve(record, note)
            return Done(version)
        return await _approve_merged(settings, parts, record, note, live)
    except Overtaken as overtaken:
        raise Refused(f"批准的时候线上换成了 {overtaken.now}，没有批准，请再运行一次") from overtaken
    except (Gone, LookupError) as gone:
        raise Refused(f"{version} 的内容已经不在了，请作者重新提交") from gone


async def _approve_back(parts: Parts, record: Record, asked: Waiting, note: Note, live: str) -> Done:
    if live != asked.parent:
        raise Refused(
            f"{asked.by}申请的时候线上是 {asked.parent}，现在是 {live}：还要退回的话，请再申请一次（kb rollback）"
        )
    await _go_back(parts, record, note, live)
    return Done(record.version, is_back=True)


async def _approve_merged(settings: Settings, parts: Parts, record: Record, note: Note, live: str) -> Done:
    files = await as_approved(settings, parts, record)
    if version_of(files) == live:
        raise Refused(
            f"{record.version} 改的，线上的 {live} 里已经有了：kb reject {record.version} -m 已经有了"
        )
    report = await try_draft(settings, parts, files, accepted=record.accepted)
    if report.findings:
        raise Refused(f"和线上的 {live} 合在一起，把关不通过（{len(report.findings)} 处），没有批准", report)
    made = Note(record.author, record.reason, note.at, **found_of(report))
    version = await parts.releases.publisher.approve_merged(record, files, made, note.by, note.reason)
    parts.releases.take_prepared(drafts_of(settings), version)
    return Done(version, merged=live)


async def as_approved(settings: Settings, parts: Parts, record: Record) -> Files:
    """Return what would be live once a waiting release is approved: its changes on top of what is live now.

    Raises:
        Refused: both changed the same thing, or the release is gone.
    """
    releases = parts.releases
    live = await releases.ledger.live()
    try:
        theirs = await releases.archive.files(record.version)
        if record.state == "asked-back" or live == record.parent:
            return theirs
        base, ours = await releases.archive.files(record.parent), await releases.archive.files(live)
    except LookupError as gone:
        raise Refused(f"{record.version} 或它改自的 {record.parent} 已经不在了，请作者重新提交") from gone
    try:
        merged = merge_files(base, ours, theirs)
    except Clash as clash:
        raise Refused(_clash(record, live, f"{clash.file} 的同一处")) from clash
    _, problems = await asyncio.to_thread(parse_files, merged, spared=known_spared(settings))
    if problem := next((p for p in problems if p.severity == "error"), None):
        raise Refused(_clash(record, live, f"{problem.file}（合起来以后：{problem.message}）"))
    if ids := await asyncio.to_thread(_unlike_both, base, ours, theirs, merged):
        raise Refused(_clash(record, live, "、".join(ids)))
    return merged


def _clash(record: Record, live: str, what: str) -> str:
    return (
        f"{record.author}提交 {record.version} 以后，线上换成了 {live}，两边都改了 {what}，不能自动合在一起，没有批准："
        f"kb reject {record.version} -m 请在新版本上改，让作者重新提交"
    )


def _unlike_both(base: Files, ours: Files, theirs: Files, merged: Files) -> tuple[str, ...]:
    """Return the entries and items that the merged files don't say as their editor does."""
    # What all have in common can't differ; everything refers to the sources.
    common = {(n, t) for n, t in merged.items() if not n.startswith("sources/")}
    common = common.intersection(base.items(), ours.items(), theirs.items())
    was, mine, other, both = (content_of(dict(s.items() - common)) for s in (base, ours, theirs, merged))
    change = difference(was, other)
    entries = {i: e for i, e in mine.entries.items() if i not in change.edited}
    items = {i: e for i, e in mine.items.items() if i not in change.items}
    meant = replace(
        mine,
        entries=entries | {i: other.entries[i] for i in change.edited if i in other.entries},
        items=items | {i: other.items[i] for i in change.items if i in other.items},
    )
    unlike = difference(meant, both)
    return (*sorted(unlike.edited), *unlike.items)


async def reject(parts: Parts, version: str, by: str, reason: str) -> Waiting:
    """Give a waiting release back to whoever asks for it, with the reason; return what it was.

    Raises:
        Refused: it waits no longer, or there is no reason.
        RedisError: Redis is away; nothing changed.
    """
    record, asked = await _asked_for(parts, version)
    if not reason.strip():
        raise Refused("写上为什么，作者才知道怎么改：-m 原因")
    try:
        await parts.releases.publisher.send_back(record, Note(by, reason, int(time.time())))
    except Overtaken as overtaken:
        raise Refused(f"{version} 刚才已经有人处理了，没有打回：见 kb log") from overtaken
    return asked


async def roll_back(settings: Settings, parts: Parts, version: str, by: str, reason: str) -> Done:
    """Make an older release live again, or ask a second person to where publishing needs one.

    Raises:
        Refused: it never was live, it is live, or its files are lost.
        RedisError: Redis is away; nothing changed.
    """
    record = await record_of(parts, version)
    if record.state == "asked-back":
        raise Refused(f"{record.request['by']}已经申请退回到 {version}，等另一个人批准：kb approve {version}")
    if record.state != "published":
        raise Refused(f"{version} 从来没有发布过")
    live = await parts.releases.ledger.live()
    if live == version:
        raise Refused(f"线上就是 {version}")
    note = Note(by, reason, int(time.time()))
    try:
        if (await review_of(settings, parts)).required:
            await parts.releases.publisher.ask_back(
                record, await _with_edits(parts, note, live, version), live
            )
            return Done(version, waits=True)
        await _go_back(parts, record, note, live)
    except LookupError as gone:
        raise Refused(f"{version} 的内容已经找不到了（磁盘和 Redis 都没有）") from gone
    except Overtaken as overtaken:
        raise Refused(f"线上刚换成了 {overtaken.now}，没有退回，请再看一次 kb releases") from overtaken
    return Done(version)


async def _go_back(parts: Parts, record: Record, note: Note, live: str) -> None:
    await parts.releases.publisher.roll_back(record, await _with_edits(parts, note, live, record.version))


async def _with_edits(parts: Parts, note: Note, live: str, version: str) -> Note:
    now, then = [content_of(await parts.releases.archive.files(v)) for v in (live, version)]
    change = difference(now, then)
    return replace(note, edited=tuple(sorted(change.edited)), items=change.items)


async def sent_back(settings: Settings, parts: Parts) -> tuple[Record, ...]:
    """Return what came back to the authors at this content folder, until they propose again."""
    records = await parts.releases.ledger.records()
    mine = bases_of(settings.data_dir, settings.content_dir)
    return tuple(
        record
        for record in records
        if record.state == "returned"
        and record.version in mine
        and not any(
            same_person(r.author, record.author) and r.at >= record.answered_at and r is not record
            for r in records
        )
    )


async def live_line(parts: Parts) -> Line | None:
    """Return how the live release went live."""
    return await parts.releases.ledger.made_live(await parts.releases.ledger.live())
