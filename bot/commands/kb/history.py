"""`qinglang kb releases, log, show`: what was published, who did what when and why."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bot.china import minute_of
from bot.commands.kb.release import tell_sent_back
from bot.commands.place import place_in_words, served_parts
from bot.commands.terminal import load_or_exit, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.releases.records import Line, Record
    from knowledge.matching.snapshot import Snapshot
    from knowledge.model.entries import Entry

_BANDS = {
    "answer": "直接回答",
    "answer_alone": "没有别的可选时",
    "clarify": "请选择",
    "answer_meant": "也按意思找时直接回答",
    "answer_meant_alone": "也按意思找、没有别的可选时",
    "clarify_meant": "也按意思找时请选择",
    "nearest": "列作相近",
}
ACTIONS = {
    "published": "发布",
    "proposed": "提交",
    "approved": "批准",
    "rolled-back": "退回到",
    "restored": "放回（Redis 丢了账本）",
    "asked-back": "申请退回到",
    "returned": "打回",
}
"""What was done to the releases, by the action of a line of the log."""
PART_WORDS = {
    "sources": "原文",
    "lexicon": "词语",
    "items": "题目",
    "papers": "试卷",
    "replies": "固定回复",
    "menu": "菜单",
    "care": "求助和举报",
    "talk": "闲聊",
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
        approved = f"，{record.approved_by} 批准" if record.approved_by else ""
        state = f" （{_state_of(record)}）" if record.state != "published" else ""
        click.echo(
            f"{mark} {record.version}  {minute_of(record.at)}  {record.author}{approved}{state}  "
            f"改了{_edited(record)}  {record.reason}".rstrip()
        )
    if not records:
        click.echo(f"{place_in_words(settings)}：还没有发布过")


def _state_of(record: Record) -> str:
    match record.state:
        case "waiting":
            return "等批准"
        case "asked-back":
            return f"{record.request['by']} 申请退回到它，等批准"
        case "returned":
            return f"{record.answered_by} 打回：{record.answer}"
        case "merged":
            return f"和线上的改动合成了 {record.became}"
    return "发布过"


def _edited(record: Record) -> str:
    """Return how much a release changed, in words: entries, quiz items, and what else."""
    counted = [f" {len(record.edited)} 条" if record.edited or not (record.items or record.parts) else ""]
    counted.append(f"题目 {len(record.items)} 道" if record.items else "")
    return "、".join(filter(None, (*counted, *(PART_WORDS[part] for part in record.parts))))


async def _records(settings: Settings) -> tuple[str, list[Record]]:
    async with served_parts(settings, "没有记录", code=0) as parts:
        await tell_sent_back(settings, parts)
        ledger = parts.releases.ledger
        return await ledger.live(), await ledger.records()


@click.command("log", help="谁、什么时候、做了什么、为什么；写上条目 id 就只看改过它的。")
@click.argument("entry", default="")
def kb_log(entry: str) -> None:
    """Print the log, newest first."""
    lines = asyncio.run(_log(settings_or_exit(), entry))
    for line in lines:
        click.echo(
            f"{minute_of(line.at)}  {ACTIONS[line.action]} {line.version}（之前 {line.before or '无'}）  {line.by}  {line.reason}".rstrip()
        )
        if line.edited and not entry:
            more = f" 等 {len(line.edited)} 条" if len(line.edited) > _N_SHOWN else ""
            click.echo(f"    {'、'.join(line.edited[:_N_SHOWN])}{more}")
    if not lines:
        click.echo(f"没有改过 {entry} 的记录" if entry else "还没有记录")


async def _log(settings: Settings, entry: str) -> list[Line]:
    async with served_parts(settings, "没有记录", code=0) as parts:
        return await parts.releases.ledger.log(entry)


@click.command(
    "show", help="看线上的一个条目（--draft 看草稿的）：写 id，或者写一个问题；也看一个版本的记录。"
)
@click.argument("name")
@click.option("--draft", is_flag=True, help="看草稿里的。")
def kb_show(name: str, draft: bool) -> None:
    """Print an entry with its answer, or what is known of a release."""
    settings = settings_or_exit()
    record, snapshot = asyncio.run(_find(settings, name, draft=draft))
    if record:
        _show_record(record)
    elif snapshot and (entry_id := _entry_for(snapshot, name)):
        _show_entry(snapshot, snapshot.content.entries[entry_id], draft=draft)
    else:
        click.echo(f"没有叫 {name} 的条目或版本，也没有条目直接回答它：kb find 找字句", err=True)
        sys.exit(1)


def _entry_for(snapshot: Snapshot, name: str) -> str:
    """Return the entry of an id, or the one that answers a question; "" without any."""
    from knowledge.matching.decide import decide
    from knowledge.matching.decision import Band

    if name in snapshot.content.entries:
        return name
    decision = decide(snapshot, name)
    found = decision.hits[0].entry_id if decision.band is Band.ANSWER else ""
    return found if found in snapshot.content.entries else ""


async def _find(settings: Settings, name: str, *, draft: bool) -> tuple[Record | None, Snapshot | None]:
    from bot.editing.draft.snapshots import draft_snapshot, live_snapshot

    if draft:
        written = load_or_exit(settings)
        return None, draft_snapshot(settings, written.files, read=written.content)
    async with served_parts(settings, "看不到记录") as parts:
        return await parts.releases.ledger.record(name), await live_snapshot(parts)


def _show_record(record: Record) -> None:
    click.echo(f"版本 {record.version}，改自 {record.parent or '无'}")
    click.echo(f"{minute_of(record.at)}  {record.author}  {record.reason}".rstrip())
    if record.state == "published":
        click.echo(f"批准：{record.approved_by or '不需要'}")
    else:
        click.echo(_state_of(record))
    click.echo(f"改的条目：{'、'.join(record.edited) or '无'}")
    if record.items:
        click.echo(f"改的题目：{'、'.join(record.items)}")
    if record.parts:
        click.echo(f"还改了：{'、'.join(PART_WORDS[part] for part in record.parts)}")
    click.echo(f"发布时接受的：{'、'.join(record.accepted) or '无'}")
    if record.contract:
        contract = record.contract
        measured = (
            f"标注问题 {contract['n_cases']} 个，直接回答 {contract['n_answered']} 个，"
            f"正确 {contract['precision']:.1%}（至少 {contract['min_precision']:.0%}）"
        )
        click.echo(f"约定：{measured if contract['n_cases'] else '还没有标注问题'}")
        click.echo(
            "门槛："
            + "；".join(f"{_BANDS.get(name, name)} {value}" for name, value in contract["bands"].items())
        )


def _show_entry(snapshot: Snapshot, entry: Entry, *, draft: bool) -> None:
    from bot.editing.explain import describe

    click.echo(
        f"{entry.id}（{entry.mark.file}:{entry.mark.line}）{_status(entry, draft=draft)}，{entry.owner}，复核 {entry.review_by}"
    )
    if entry.valid_from or entry.valid_to:
        click.echo(f"起止：{entry.valid_from or '……'} 到 {entry.valid_to or '……'}")
    click.echo(f"标准问：{entry.question}")
    for phrasing in entry.phrasings:
        click.echo(f"    {phrasing}")
    click.echo("回答：\n" + describe(snapshot.for_texts(entry.question), entry.question)[0]["text"])


def _status(entry: Entry, *, draft: bool) -> str:
    """Return the state in words: what stands in the draft is not live yet, whatever its status."""
    from knowledge.exchange.workbook.entry_columns import status_word

    if draft and entry.status == "published":
        return "草稿（发布以后回答）"
    return f"草稿（{status_word(entry)}）" if draft else status_word(entry)
