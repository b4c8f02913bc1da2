"""`qinglang kb releases, diff, log, show`: what was published, what differs, who did what when and why."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bot.china import minute_of
from bot.commands.place import place_of, served_parts
from bot.commands.terminal import load_or_exit, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.ledger import Line, Record
    from bot.parts import Parts
    from knowledge.gate.difference import Difference
    from knowledge.gate.gate import Flip
    from knowledge.matching.snapshot import Snapshot
    from knowledge.model import Entry, Files

_BANDS = {"answer": "直接回答", "answer_alone": "没有别的可选时", "clarify": "请选择", "nearest": "列作相近"}
_ACTIONS = {"published": "发布", "proposed": "提交", "approved": "批准", "rolled-back": "退回"}
_PARTS = {
    "sources": "原文",
    "lexicon": "词语",
    "items": "题目",
    "papers": "试卷",
    "replies": "固定回复",
    "menu": "菜单",
    "care": "求助和举报",
    "sensitive": "敏感词",
    "pledge": "承诺",
    "tests": "测试",
    "protected": "保护用语",
}
_N_SHOWN = 20


@click.command("releases", help="列出发布过的版本，新的在前；* 是线上。")
def kb_releases() -> None:
    """Print a line for each release."""
    settings = settings_or_exit()
    live, records = asyncio.run(_records(settings))
    for record in records:
        mark = "*" if record.version == live else " "
        state = " （等批准）" if record.state == "waiting" else ""
        approved = f"，{record.approved_by} 批准" if record.approved_by else ""
        click.echo(
            f"{mark} {record.version}  {minute_of(record.at)}  {record.author}{approved}{state}  "
            f"改了 {len(record.edited)} 条  {record.reason}".rstrip()
        )
    if not records:
        click.echo(f"{place_of(settings)}：还没有发布过")


async def _records(settings: Settings) -> tuple[str, list[Record]]:

    async with served_parts(settings, "没有记录", code=0) as parts:
        ledger = parts.releases.ledger
        return await ledger.live(), await ledger.records()


@click.command("log", help="谁、什么时候、做了什么、为什么；写上条目 id 就只看改过它的。")
@click.argument("entry", default="")
def kb_log(entry: str) -> None:
    """Print the log, newest first."""
    lines = asyncio.run(_log(settings_or_exit(), entry))
    for line in lines:
        click.echo(
            f"{minute_of(line.at)}  {_ACTIONS[line.action]} {line.version}（之前 {line.before or '无'}）  {line.by}  {line.reason}".rstrip()
        )
        if line.edited and not entry:
            more = f" 等 {len(line.edited)} 条" if len(line.edited) > _N_SHOWN else ""
            click.echo(f"    {'、'.join(line.edited[:_N_SHOWN])}{more}")
    if not lines:
        click.echo(f"没有改过 {entry} 的记录" if entry else "还没有记录")


async def _log(settings: Settings, entry: str) -> list[Line]:

    async with served_parts(settings, "没有记录", code=0) as parts:
        return await parts.releases.ledger.log(entry)


@click.command("diff", help="草稿和线上差在哪里，以前的问题有哪些回答会变；写两个版本就比较它们。")
@click.argument("before", default="")
@click.argument("after", default="")
def kb_diff(before: str, after: str) -> None:
    """Print what changes between two releases, or from the live one to the draft."""
    differs, flips = asyncio.run(_diff(settings_or_exit(), before, after))
    click.echo(f"条目 +{len(differs.added)} -{len(differs.removed)} ~{len(differs.changed)}")
    for sign, ids in (("+", differs.added), ("-", differs.removed)):
        for entry_id in ids:
            click.echo(f"{sign} {entry_id}")
    for change in differs.changes:
        click.echo(f"~ {change.entry_id} {change.field}")
        for sign, pieces in (("-", change.gone), ("+", change.new)):
            for piece in pieces:
                click.echo(f"    {sign} {piece.strip()}")
    if differs.parts:
        click.echo(f"还改了：{'、'.join(_PARTS[part] for part in differs.parts)}")
    click.echo(f"以前的问题里有 {len(flips)} 个回答会变")
    for flip in flips:
        click.echo(f"    “{flip.question}”：{flip.before} → {flip.after}")


async def _diff(settings: Settings, before: str, after: str) -> tuple[Difference, tuple[Flip, ...]]:
    from bot.publishing import draft_snapshot
    from bot.store.events import past_questions
    from knowledge.gate.difference import difference
    from knowledge.gate.gate import Trial, replay
    from knowledge.release.build import content_of

    async with served_parts(settings, "没有比较") as parts:
        ledger = parts.releases.ledger
        old = await _files(parts, before or await ledger.live())
        new = await _files(parts, after) if after else load_or_exit(settings)
        asked = await past_questions(parts.store.redis)
    differs = difference(content_of(old), content_of(new))
    if not asked:
        return differs, ()
    return differs, replay(Trial(draft_snapshot(settings, new), draft_snapshot(settings, old), asked))


async def _files(parts: Parts, version: str) -> Files:
    if not version:
        click.echo("还没有发布过，没有可比的", err=True)
        sys.exit(1)
    try:
        return await parts.releases.files(version)
    except LookupError:
        click.echo(f"没有版本 {version}，或者它的内容已经不在了：用 kb releases 看有哪些", err=True)
        sys.exit(1)


@click.command("show", help="看线上的一个条目（--draft 看草稿的），或者一个版本的记录。")
@click.argument("name")
@click.option("--draft", is_flag=True, help="看草稿里的。")
def kb_show(name: str, draft: bool) -> None:
    """Print an entry with its answer, or what is known of a release."""
    settings = settings_or_exit()
    record, snapshot = asyncio.run(_find(settings, name, draft=draft))
    if record:
        _show_record(record)
    elif snapshot and name in snapshot.content.entries:
        _show_entry(snapshot, snapshot.content.entries[name])
    else:
        click.echo(f"没有叫 {name} 的条目或版本", err=True)
        sys.exit(1)


async def _find(settings: Settings, name: str, *, draft: bool) -> tuple[Record | None, Snapshot | None]:
    from bot.publishing import draft_snapshot, live_snapshot

    if draft:
        return None, draft_snapshot(settings, load_or_exit(settings))
    async with served_parts(settings, "看不到记录") as parts:
        return await parts.releases.ledger.record(name), await live_snapshot(parts)


def _show_record(record: Record) -> None:
    click.echo(f"版本 {record.version}，改自 {record.parent or '无'}")
    click.echo(f"{minute_of(record.at)}  {record.author}  {record.reason}".rstrip())
    click.echo("等批准" if record.state == "waiting" else f"批准：{record.approved_by or '不需要'}")
    click.echo(f"改的条目：{'、'.join(record.edited) or '无'}")
    click.echo(f"发布时接受的：{'、'.join(record.accepted) or '无'}")
    if record.contract:
        contract = record.contract
        click.echo(
            f"约定：标注问题 {contract['n_cases']} 个，直接回答 {contract['n_answered']} 个，"
            f"正确 {contract['precision']:.1%}（至少 {contract['min_precision']:.0%}）"
        )
        click.echo(
            "门槛："
            + "、".join(f"{_BANDS.get(name, name)} {value}" for name, value in contract["bands"].items())
        )


def _show_entry(snapshot: Snapshot, entry: Entry) -> None:
    from bot.inspect import describe
    from knowledge.exchange.workbook.entry_columns import status_word

    click.echo(
        f"{entry.id}（{entry.mark.file}:{entry.mark.line}）{status_word(entry)}，{entry.owner}，复核 {entry.review_by}"
    )
    if entry.valid_from or entry.valid_to:
        click.echo(f"起止：{entry.valid_from or '……'} 到 {entry.valid_to or '……'}")
    click.echo(f"标准问：{entry.question}")
    for phrasing in entry.phrasings:
        click.echo(f"    {phrasing}")
    click.echo("回答：\n" + describe(snapshot, entry.question)[0]["text"])
