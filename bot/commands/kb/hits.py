"""`qinglang kb hits` and `kb said`: which entries are asked for, and which release said what on which day."""

from __future__ import annotations

import asyncio
import datetime
import json
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from bot.commands.place import served_parts
from bot.commands.terminal import settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.editing.learning.asked_passages import AskedPassage
    from bot.store.asked import Asked, Count
    from knowledge.matching.snapshot import Snapshot

_MAX_TOP = 10
_MAX_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class _Sums:
    """What was counted, and the content that was live when it was read."""

    counts: list[Count]
    questions: list[Asked]
    live: Snapshot


@dataclass(frozen=True, slots=True)
class _Figures:
    """What `kb hits` tells: outcomes by day, hits by entry, entries without any, passages that answered, top questions."""

    by_day: dict[str, Counter[str]]
    hits: Counter[str]
    never: list[str]
    passages: list[AskedPassage]
    top: list[tuple[str, int]]


@click.command(
    "hits",
    help="每天答了多少、问了多少、没答上多少；哪些条目用得多，哪些从没用过；哪些原文没有条目而常被问到；大家最常问什么。",
)
@click.option("--days", default=30, show_default=True, type=click.IntRange(1), help="最近几天，今天也算。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON。")
def kb_hits(days: int, as_json: bool) -> None:
    """Print answers, clarifications and declines by day, hits by entry, entries never hit, and top questions."""
    from bot.china import today

    sums = asyncio.run(_sums(settings_or_exit()))
    first = datetime.date.fromisoformat(today()) - datetime.timedelta(days=days - 1)
    figures = _figures(sums, first.isoformat())
    if as_json:
        click.echo(json.dumps(_as_json(figures), ensure_ascii=False))
    else:
        _show(figures, sums.live)


def _figures(sums: _Sums, first_day: str) -> _Figures:
    """Return what was counted from a day on."""
    from bot.editing.learning.asked_passages import asked_passages

    by_day: dict[str, Counter[str]] = {}
    hits: Counter[str] = Counter()
    for count in sums.counts:
        if count.day >= first_day:
            by_day.setdefault(count.day, Counter())[count.outcome] += count.n
            if (count.outcome == "told" and "#" not in count.entry) or (
                count.outcome == "missed" and count.entry
            ):
                hits[count.entry] += count.n
    return _Figures(
        by_day,
        hits,
        [entry_id for entry_id in sorted(sums.live.entry_ids) if not hits[entry_id]],
        list(asked_passages(sums.counts, sums.questions, first_day).values()),
        _top_questions(sums.questions, first_day),
    )


def _as_json(figures: _Figures) -> dict[str, Any]:
    return {
        "days": figures.by_day,
        "hits": dict(figures.hits.most_common()),
        "never": figures.never,
        "passages": {p.id: {"n": p.n, "questions": dict(p.questions)} for p in figures.passages},
        "questions": dict(figures.top),
    }


def _show(figures: _Figures, live: Snapshot) -> None:
    from bot.store.asked import OUTCOMES

    click.echo("日期        直接回答  请选择  没有收录  都不是  没用")
    for day, outcomes in sorted(figures.by_day.items()):
        told, back, missed, none, useless = (outcomes[outcome] for outcome in OUTCOMES)
        click.echo(f"{day}  {told:8}  {back:6}  {missed:8}  {none:6}  {useless:4}")
    click.echo("\n条目（次数）")
    for entry_id, n in figures.hits.most_common():
        click.echo(f"  {n:6}  {entry_id}")
    _show_passages(live, figures.passages[:_MAX_TOP])
    click.echo(f"\n从没用过（{len(figures.never)} 条）：{'、'.join(figures.never)}\n\n最常问的")
    for question, n in figures.top:
        click.echo(f"  {n:6}  {question}")


def _show_passages(live: Snapshot, passages: list[AskedPassage]) -> None:
    from bot.editing.learning.asked_passages import entries_quoting

    if not passages:
        return
    click.echo("\n没有条目、由原文直接回答的（次数）")
    for passage in passages:
        quoting = entries_quoting(live, passage.id)
        what = f"已有条目 {'、'.join(quoting)}" if quoting else f"写成条目：kb adopt {passage.id}"
        click.echo(f"  {passage.n:6}  {passage.id}  {what}")
        for question, n in passage.questions.most_common(_MAX_QUESTIONS):
            click.echo(f"          {n:6}  {question}")


def _top_questions(questions: list[Asked], first_day: str) -> list[tuple[str, int]]:
    """Return the questions asked most; 都不是 and 没用 come after an asking that was counted already."""
    asked: Counter[str] = Counter()
    for question in (q for q in questions if q.outcome in ("told", "clarified", "missed")):
        asked[question.question] += sum(n for day, n in question.n_by_day.items() if day >= first_day)
    return [(question, n) for question, n in asked.most_common(_MAX_TOP) if n]


@click.command("said", help="某一天，哪个版本说了什么：每个版本用了哪些条目；--entry 看当时的原话。")
@click.option("--date", "day", required=True, metavar="2026-12-31", help="哪一天。")
@click.option("--entry", "entry_id", metavar="条目", help="给出这一条当时的全文。")
def kb_said(day: str, entry_id: str | None) -> None:
    """Print what each release told on a day; with an entry, its words in each of them."""
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        click.echo(f"“{day}”不是日期：写成 2026-12-31 这样", err=True)
        sys.exit(2)
    settings = settings_or_exit()
    sums = asyncio.run(_sums(settings))
    told: dict[str, Counter[str]] = {}
    for count in sums.counts:
        if count.day == day and count.entry and entry_id in (None, count.entry):
            told.setdefault(count.release, Counter())[count.entry] += count.n
    if not told:
        click.echo(f"{day} 没有回答过{f' {entry_id}' if entry_id else ''}")
    for release, entries in told.items():
        click.echo(f"版本 {release or '（没有记下）'}")
        for name, n in entries.most_common():
            click.echo(f"  {n:6}  {name}")
        if entry_id:
            click.echo(asyncio.run(_words(settings, release, entry_id)))


async def _words(settings: Settings, release: str, entry_id: str) -> str:

    async with served_parts(settings, "什么都没做") as parts:
        try:
            content = await parts.releases.pinned(release)
        except LookupError:
            return "这个版本的内容已经不在了"
    entry = content.entries.get(entry_id)
    if entry is None:
        passage = content.passages.get(entry_id)
        return passage.text if passage else ""
    return "\n".join(filter(None, (entry.lead.strip(), *(quote.text for quote in entry.quotes))))


async def _sums(settings: Settings) -> _Sums:

    async with served_parts(settings, "没有统计", code=0) as parts:
        await parts.releases.start()
        await parts.tally.fold()
        counts, questions = await parts.tally.counts(), await parts.tally.questions()
        return _Sums(counts, questions, parts.releases.live)
