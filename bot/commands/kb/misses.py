"""`qinglang kb misses` and `kb adopt`: what people asked in vain, and its way into the draft."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from bot.china import minute_of
from bot.commands.kb.release import refusals
from bot.commands.place import say_place, served_parts
from bot.commands.terminal import draft_or_exit, print_problems, settings_or_exit, write_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.editing.learning.adopt import Adoption
    from bot.editing.learning.unanswered import ListedTopic, Unanswered
    from knowledge.learning.misses import Miss
    from knowledge.matching.snapshot import Snapshot

_STAGES = {
    "new": "待处理",
    "drafted": "已写进草稿，发布以后离开这里",
    "again": "采纳并发布以后又没答上",
    "gap": "已写进这样的条目：只说没有收录",
    "done": "线上已能答上",
    "ignored": "已忽略",
}
_WHY = {"missed": "没有收录", "rejected": "都不是", "useless": "没用"}
_MAX_WORDINGS = 8
_PATIENCE_S = 10.0


@click.command("misses", help="没答上的问题，按话题归在一起：次数、为什么算、答了什么、能怎么办。")
@click.option("--all", "show_all", is_flag=True, help="线上已能答上的和已忽略的也列。")
@click.option("--ignore", "ignored", multiple=True, metavar="话题", help="忽略一个话题；以后再问也不再列。")
@click.option(
    "--only",
    multiple=True,
    metavar="问法",
    help="和 --ignore 一起：只忽略这一个问法（写编号或原话），可以写几次。",
)
@click.option(
    "--reopen", "reopened", multiple=True, metavar="话题", help="重新列出一个已采纳或已忽略的话题。"
)
@click.option(
    "--move",
    "moved",
    multiple=True,
    metavar="问法",
    help="把一个问法（写编号或原话）移到 --to 的话题；不写 --to 就自成一个话题。",
)
@click.option("--to", default="", metavar="话题", help="--move 移到哪里。")
@click.option("--json", "as_json", is_flag=True, help="每个话题输出一行 JSON。")
def kb_misses(
    show_all: bool,
    ignored: tuple[str, ...],
    only: tuple[str, ...],
    reopened: tuple[str, ...],
    moved: tuple[str, ...],
    to: str,
    as_json: bool,
) -> None:
    """List the topics that people asked about in vain, or settle some of them."""
    settings = settings_or_exit()
    if only and len(ignored) != 1:
        raise click.UsageError("--only 要和一个 --ignore 一起用")
    if ignored or reopened or moved:
        asyncio.run(_settle(settings, ignored, only, reopened, moved, to))
        return
    found = asyncio.run(_unanswered(settings, code=0))
    shown = [one for one in found.listed if show_all or one.is_open]
    for one in shown:
        if as_json:
            click.echo(json.dumps(_as_json(one, found), ensure_ascii=False))
        else:
            _show(one, found)
    if not as_json:
        n_asked = sum(one.topic.n for one in shown)
        click.echo(
            f"{len(shown)} 个话题，{n_asked} 次没答上；另有已处理的 {len(found.listed) - len(shown)} 个"
        )
    if found.n_undecided:
        click.echo(
            f"还有 {found.n_undecided} 种问法没来得及看线上能不能答上，先按没答上列；服务空闲时会接着看，过一会儿再运行一次",
            err=True,
        )


async def _unanswered(settings: Settings, code: int = 1) -> Unanswered:
    from bot.editing.learning.unanswered import unanswered

    async with served_parts(settings, "没有没答上的问题", code=code) as parts:
        await parts.releases.start()
        return await unanswered(parts, _PATIENCE_S)


async def _settle(
    settings: Settings,
    ignored: Iterable[str],
    only: tuple[str, ...],
    reopened: Iterable[str],
    moved: Iterable[str],
    to: str,
) -> None:
    from bot.editing.learning.unanswered import move, reopen, settle_topic, unanswered

    async with served_parts(settings, "什么都没做") as parts:
        say_place(settings)
        await parts.releases.start()
        found = await unanswered(parts)
        with refusals(code=2):
            for topic_id in ignored:
                await settle_topic(parts, found.topic(topic_id), "ignored", only=only)
                click.echo(f"已忽略 {topic_id}{' 的 ' + '、'.join(only) if only else ''}")
            for topic_id in reopened:
                await reopen(parts, found.topic(topic_id))
                click.echo(f"{topic_id} 重新列出")
            for wording in moved:
                await move(parts, found, wording, to)
                click.echo(f"{wording} 移到了{f'话题 {to}' if to else '自己的话题'}")


def _as_json(one: ListedTopic, found: Unanswered) -> dict[str, Any]:
    topic, suggestion = one.topic, found.suggestion(one.topic)
    return {
        "id": topic.id,
        "state": one.stage,
        "n": topic.n,
        "first": minute_of(topic.first_ms / 1000),
        "last": minute_of(topic.last_ms / 1000),
        "questions": {miss.question: miss.n for miss in topic.misses},
        "why": {miss.question: dict(miss.why) for miss in topic.misses},
        "voted_down": {miss.question: sorted(miss.voted_down) for miss in topic.misses if miss.voted_down},
        "answered": sorted(one.answered),
        "entries": list(suggestion.entry_ids),
        "passages": [passage.id for passage in suggestion.passages],
    }


def _show(one: ListedTopic, found: Unanswered) -> None:
    from bot.editing.learning.unanswered import chosen

    topic, live = one.topic, found.live
    span = f"{minute_of(topic.first_ms / 1000)} 到 {minute_of(topic.last_ms / 1000)}"
    click.echo(f"{topic.id}  {topic.n} 次  {_STAGES[one.stage]}  {span}")
    for miss in chosen(topic, ())[:_MAX_WORDINGS]:
        now = "；现在线上已能答上" if miss.question in one.answered else ""
        click.echo(f"    {miss.id}  {miss.question}  {_why(miss, live)}{now}")
    if len(topic.misses) > _MAX_WORDINGS:
        click.echo(f"    ……共 {len(topic.misses)} 种问法")
    if one.is_open and one.stage != "drafted":
        suggestion = found.suggestion(topic)
        for entry_id in suggestion.entry_ids:
            entry = live.content.entries[entry_id]
            vain = "；这条只说没有收录，采纳了还是没有答案" if entry.gap else ""
            click.echo(
                f"  相近条目 {entry_id}（{entry.question}{vain}）：kb adopt {topic.id} --phrasing-of {entry_id}"
            )
        for passage in suggestion.passages:
            click.echo(f"  没用过的原文 {passage.id}：kb adopt {topic.id} --quote {passage.id}")
        # What is near is a guess: that nothing fits must be as easy to say.
        other = "都不合适、" if suggestion.entry_ids or suggestion.passages else ""
        click.echo(f"  {other}原文没有官方说法：kb misses --ignore {topic.id}，或补充原文")
    click.echo("")


def _why(miss: Miss, live: Snapshot) -> str:
    """Return why a wording counts, and what it was answered: 没用 3（答的是 place：会议在哪里召开？）."""
    reasons = "、".join(f"{_WHY[outcome]} {n}" for outcome, n in miss.why.items())
    entries = live.content.entries
    answers = "、".join(
        f"{name}：{entries[name].question}" if name in entries else name for name in sorted(miss.voted_down)
    )
    word = "给的选项是" if set(miss.why) == {"rejected"} else "答的是"
    return f"{reasons}（{word} {answers}）" if answers else reasons


@click.command(
    "adopt",
    help="把一个没答上的话题写进草稿：作相似问，或者引原文写成新条目。编号写成一段原文的地址（见 kb hits），"
    "就把由它直接回答的问题写成引它的新条目。",
)
@click.argument("topic_id", metavar="编号或地址")
@click.option("--phrasing-of", "entry_id", default="", metavar="条目", help="问法加到这个条目里。")
@click.option(
    "--quote", "addresses", multiple=True, metavar="地址", help="新条目引这一段原文（可以写几次）。"
)
@click.option(
    "--only",
    multiple=True,
    metavar="问法",
    help="只采这一个问法（写编号或原话），可以写几次；不写就采整个话题。",
)
@click.option("--id", "new_id", default="", metavar="编号", help="新条目的编号；不写就定一个。")
@click.option("--owner", default="内容组", show_default=True, help="新条目的负责人。")
@click.option("--ready", is_flag=True, help="新条目直接写成 published；不写就是草稿。")
@click.option("--max-wordings", default=5, show_default=True, help="最多收几种问法，问得多的优先。")
def kb_adopt(
    topic_id: str,
    entry_id: str,
    addresses: tuple[str, ...],
    only: tuple[str, ...],
    new_id: str,
    owner: str,
    ready: bool,
    max_wordings: int,
) -> None:
    """Write a topic into the draft; nothing is live before the next publish."""
    from bot.editing.learning.adopt import Adoption

    is_passage = "#" in topic_id
    if is_passage and (addresses or only):
        raise click.UsageError("给的是原文地址，就引那一段、采它的问法：不用写 --quote、--only")
    if not is_passage and bool(entry_id) == bool(addresses):
        raise click.UsageError("写 --phrasing-of 条目，或者 --quote 地址，二者选一")
    choice = Adoption(
        entry_id,
        addresses,
        new_id=new_id,
        owner=owner,
        is_ready=ready,
        only=only,
        max_wordings=max_wordings,
    )
    write = _adopt_passage if is_passage else _adopt
    written = asyncio.run(write(settings_or_exit(), topic_id, choice))
    if is_passage:
        click.echo(f"已写入 {'、'.join(written)}。改好标准问，kb check，再发布；发布以前仍由原文自己回答")
        return
    click.echo(f"已写入 {'、'.join(written)}。看一遍，kb check，再发布；发布以前用户看不到，话题也还列着")


async def _adopt_passage(settings: Settings, address: str, choice: Adoption) -> tuple[str, ...]:
    from bot.editing.learning.asked_passages import adopt_passage

    files = draft_or_exit(settings)
    async with served_parts(settings, "什么都没有写") as parts:
        await parts.releases.start()
        await parts.tally.fold()
        questions = await parts.tally.questions()
        with _adopting():
            adopted = adopt_passage(files, parts.releases.live, questions, address, choice)
        write_or_exit(settings, adopted.files)
        return tuple(adopted.files)


@contextlib.contextmanager
def _adopting() -> Iterator[None]:
    """End the command with one line, or with the draft's new errors, when something can't be adopted."""
    from bot.editing.learning.adopt import BadChoice, Faulty

    try:
        with refusals(code=1, but=(BadChoice, 2)):
            yield
    except Faulty as faulty:
        print_problems(faulty.problems)
        click.echo("什么都没有写", err=True)
        sys.exit(1)


async def _adopt(settings: Settings, topic_id: str, choice: Adoption) -> tuple[str, ...]:
    from bot.editing.learning.adopt import adopt
    from bot.editing.learning.unanswered import settle_topic, unanswered

    files = draft_or_exit(settings)
    async with served_parts(settings, "什么都没有写") as parts:
        await parts.releases.start()
        found = await unanswered(parts)
        with refusals(code=2):
            topic = found.topic(topic_id)
        with _adopting():
            adopted = adopt(files, topic, choice)
        write_or_exit(settings, adopted.files)
        await settle_topic(parts, topic, "done", adopted.entry_id, choice.only)
        return tuple(adopted.files)
