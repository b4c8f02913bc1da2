"""`qinglang kb diff`: what a reviewer needs to say yes or no."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot.commands.kb.history import PART_WORDS
from bot.commands.kb.release import refusals, tell_sent_back
from bot.commands.place import served_parts
from bot.commands.terminal import load_or_exit, settings_or_exit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config import Settings
    from bot.editing.compare import Comparison
    from knowledge.model.bank import Item
    from knowledge.model.entries import Entry

_MAX_LINES = 6


@click.command(
    "diff",
    help="草稿和线上差在哪里，以前的问题有哪些回答会变；写两个版本就比较它们，--release 看等批准的会改什么。",
)
@click.argument("before", default="")
@click.argument("after", default="")
@click.option("--release", "proposed", default="", metavar="版本", help="批准这个版本，线上会怎么变。")
def kb_diff(before: str, after: str, proposed: str) -> None:
    """Print what changes between two releases, from the live one to the draft, or by an approval."""
    if proposed and before:
        raise click.UsageError("--release 只和线上比；要比两个版本，就只写两个版本")
    found = asyncio.run(_compared(settings_or_exit(), before, after, proposed))
    _show_entries(found)
    _show_items(found)
    for file, lines in found.lines.items():
        click.echo(f"~ {file}")
        _show_lines(lines)
    # Items were shown one by one.
    if parts := [PART_WORDS[part] for part in found.differs.parts if part != "items"]:
        click.echo(f"还改了：{'、'.join(parts)}")
    click.echo(f"以前的问题里有 {len(found.flipped)} 个回答会变")
    for flipped in found.flipped:
        click.echo(f"    “{flipped.flip.question}”：{flipped.flip.before} → {flipped.flip.after}")
        for side, text in (("改前", flipped.before), ("改后", flipped.after)):
            first, *rest = text.splitlines()[:_MAX_LINES]
            click.echo(f"        {side}：{first}")
            _show_lines(rest, indent=14)


async def _compared(settings: Settings, before: str, after: str, proposed: str) -> Comparison:
    from bot.editing.compare import compare, files_of, proposed_files

    async with served_parts(settings, "没有比较") as parts:
        await tell_sent_back(settings, parts)
        with refusals():
            old, read = await files_of(parts, before), None
            if proposed:
                new = await proposed_files(settings, parts, proposed)
            elif after:
                new = await files_of(parts, after)
            else:
                new, read = load_or_exit(settings)
        return await compare(settings, parts, old, new, read)


def _show_entries(found: Comparison) -> None:
    differs = found.differs
    click.echo(f"条目 +{len(differs.added)} -{len(differs.removed)} ~{len(differs.changed)}")
    for sign, ids, content in (("+", differs.added, found.after), ("-", differs.removed, found.before)):
        for entry_id in ids:
            click.echo(f"{sign} {entry_id}")
            _show_lines(_whole(content.entries[entry_id]))
    for change in differs.changes:
        click.echo(f"~ {change.entry_id} {_field(change.field)}")
        _show_lines((*(f"- {line}" for line in change.gone), *(f"+ {line}" for line in change.new)))
        if not change.gone and not change.new:
            _show_lines(["只换了先后"])


def _whole(entry: Entry) -> list[str]:
    from knowledge.exchange.workbook.entry_columns import status_word
    from knowledge.gate.difference import lines_of

    lines = [f"标准问：{entry.question}", *(f"问法：{text}" for text in entry.phrasings)]
    lines += [f"引导语：{line}" for line in lines_of(entry.lead)]
    lines += [f"原话：{line}" for line in lines_of(entry.quotes)]
    return [*lines, f"{status_word(entry)}，{entry.owner}，复核 {entry.review_by}"]


def _field(name: str) -> str:
    return {
        "question": "标准问",
        "phrasings": "问法",
        "lead": "引导语",
        "quotes": "原话",
        "about": "关于",
        "related": "相关",
        "gap": "没有收录",
        "status": "状态",
        "owner": "负责人",
        "review_by": "复核日期",
        "valid_from": "开始",
        "valid_to": "停用",
    }.get(name, name)


def _show_items(found: Comparison) -> None:
    for item_id in found.differs.items:
        old, new = found.before.items.get(item_id), found.after.items.get(item_id)
        click.echo(f"题目 {'~' if old and new else '+' if new else '-'} {item_id}")
        for side, item in (("改前", old), ("改后", new)):
            if item:
                _show_lines([f"{side}：{item.stem}", *_proof(item)])


def _proof(item: Item) -> list[str]:
    from knowledge.reading.quiz import LETTERS

    options = [
        f"{'√' if i in item.key else '　'} {LETTERS[i]}. {option}" for i, option in enumerate(item.options)
    ]
    if item.accepted:
        options.append(f"√ {'／'.join(item.accepted)}")
    if item.claim:
        options.append(f"判断依据 {item.claim}，原文写法 {item.truth}")
    quote = " ".join(item.source.text.split())
    return [*options, f"出处 {item.source.passage_id}：{quote}", *([f"解析：{item.why}"] if item.why else [])]


def _show_lines(lines: Iterable[str], indent: int = 4) -> None:
    for line in lines:
        click.echo(f"{' ' * indent}{line}".rstrip())
