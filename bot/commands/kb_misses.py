"""`qinglang kb misses` and `kb adopt`: what people asked in vain, and its way into the draft."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from bot.china import in_a_year, minute_of
from bot.commands.place import say_place, served_parts
from bot.commands.terminal import draft_or_exit, print_problems, settings_or_exit, write_or_exit
from handlers.china import day_of

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.tally import Asked, Tally
    from knowledge.learning.misses import Topic
    from knowledge.matching.snapshot import Snapshot
    from knowledge.model import Content, Files

_STATES = {"new": "待处理", "done": "已采纳", "ignored": "已忽略"}
# Nothing to learn from: there was no question in them.
_EMPTY_RULES = frozenset({"empty", "too-short"})


@dataclass(frozen=True, slots=True)
class _Missed:
    """The topics as they are now, and the knowledge that was live when they were listed."""

    topics: tuple[Topic, ...]
    live: Snapshot


@click.command("misses", help="没答上的问题，按话题归在一起：次数、先后、能怎么办。")
@click.option("--all", "show_all", is_flag=True, help="已采纳和已忽略的也列。")
@click.option("--ignore", "ignored", multiple=True, metavar="编号", help="忽略一个话题；以后再问也不再列。")
@click.option(
    "--reopen", "reopened", multiple=True, metavar="编号", help="重新列出一个已采纳或已忽略的话题。"
)
@click.option("--json", "as_json", is_flag=True, help="每个话题输出一行 JSON。")
def kb_misses(show_all: bool, ignored: tuple[str, ...], reopened: tuple[str, ...], as_json: bool) -> None:
    """List the topics that people asked about in vain, or settle some of them."""
    settings = settings_or_exit()
    if ignored or reopened:
        asyncio.run(_settle(settings, ignored, reopened))
        return
    missed = asyncio.run(_missed(settings, code=0))
    shown = [
        topic for topic in missed.topics if show_all or topic.state == "new" or _came_back(topic, missed.live)
    ]
    for topic in shown:
        _show(topic, missed.live, as_json=as_json)
    if not as_json:
        n_settled = len(missed.topics) - len(shown)
        click.echo(
            f"{len(shown)} 个话题，{sum(topic.n for topic in shown)} 次没答上；另有已处理的 {n_settled} 个"
        )


def _came_back(topic: Topic, live: Snapshot) -> bool:
    """Whether an adopted topic is still asked in vain; an ignored one never comes back by itself."""
    from knowledge.matching.decide import decide
    from knowledge.matching.decision import Band

    if topic.settled is None or topic.state != "done":
        return False
    later = [miss.question for miss in topic.misses if miss.last_ms > topic.settled.at_ms]
    return any(decide(live, question).band is not Band.ANSWER for question in later)


async def _settle(settings: Settings, ignored: Sequence[str], reopened: Sequence[str]) -> None:

    missed = await _missed(settings)
    async with served_parts(settings, "什么都没做") as parts:
        say_place(settings)
        for topic_id in ignored:
            await _decide(parts.tally, _topic(missed.topics, topic_id), "ignored")
            click.echo(f"已忽略 {topic_id}")
        for topic_id in reopened:
            await parts.tally.forget_decision(_topic(missed.topics, topic_id).id)
            click.echo(f"{topic_id} 重新列出")


def _topic(topics: Sequence[Topic], topic_id: str) -> Topic:
    found = next((topic for topic in topics if topic.id == topic_id), None)
    if found is None:
        click.echo(f"没有话题 {topic_id}：编号见 kb misses --all", err=True)
        sys.exit(2)
    return found


async def _decide(tally: Tally, topic: Topic, state: str, entry_id: str = "") -> None:
    group = max((miss.group for miss in topic.misses), key=len)
    at_ms = int(time.time() * 1000)
    kept = {"question": topic.question, "group": group, "state": state, "at_ms": at_ms, "entry_id": entry_id}
    await tally.decide(topic.id, kept)


async def _missed(settings: Settings, code: int = 1) -> _Missed:
    from bot.store.tally import IN_VAIN
    from knowledge.learning.misses import Miss, Settled, group_misses, group_of

    async with served_parts(settings, "没有没答上的问题", code=code) as parts:
        await parts.releases.start()
        await parts.tally.fold()
        asked = await parts.tally.questions()
        decisions = await parts.tally.decisions()
        live = parts.releases.live
    in_vain: dict[str, Asked] = {}
    for question in asked:
        if question.outcome in IN_VAIN and question.rule not in _EMPTY_RULES:
            known = in_vain.setdefault(question.question, question)
            if known is not question:
                known.add(question)
    misses = [
        Miss(a.question, group_of(live, a.question), a.n, a.first_ms, a.last_ms) for a in in_vain.values()
    ]
    settled = [
        Settled(**{**decision, "group": group_of(live, decision["question"])})
        for decision in decisions.values()
    ]
    return _Missed(group_misses(misses, settled, live.content), live)


def _show(topic: Topic, live: Snapshot, *, as_json: bool) -> None:
    from knowledge.learning.misses import suggest

    suggestion = suggest(live, topic)
    if as_json:
        found: dict[str, Any] = {
            "id": topic.id,
            "state": topic.state,
            "n": topic.n,
            "first": minute_of(topic.first_ms / 1000),
            "last": minute_of(topic.last_ms / 1000),
            "questions": {miss.question: miss.n for miss in topic.misses},
            "entries": list(suggestion.entry_ids),
            "passages": [passage.id for passage in suggestion.passages],
        }
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    back = "（采纳以后又没答上，发布了吗？）" if _came_back(topic, live) else ""
    span = f"{minute_of(topic.first_ms / 1000)} 到 {minute_of(topic.last_ms / 1000)}"
    click.echo(f"{topic.id}  {topic.n} 次  {_STATES[topic.state]}{back}  {span}")
    for wording in topic.wordings[:5]:
        click.echo(f"    {wording}")
    if len(topic.wordings) > 5:
        click.echo(f"    ……共 {len(topic.wordings)} 种问法")
    for entry_id in suggestion.entry_ids:
        question = live.content.entries[entry_id].question
        click.echo(f"  相近条目 {entry_id}（{question}）：kb adopt {topic.id} --phrasing-of {entry_id}")
    for passage in suggestion.passages:
        click.echo(f"  没用过的原文 {passage.id}：kb adopt {topic.id} --quote {passage.id}")
    # What is near is a guess: that nothing fits must be as easy to say.
    other = "都不合适、" if suggestion.entry_ids or suggestion.passages else ""
    click.echo(f"  {other}原文没有官方说法：kb misses --ignore {topic.id}，或补充原文")
    click.echo("")


@click.command("adopt", help="把一个没答上的话题写进草稿：作相似问，或者引原文写成新条目。")
@click.argument("topic_id", metavar="编号")
@click.option("--phrasing-of", "entry_id", metavar="条目", help="问法加到这个条目里。")
@click.option(
    "--quote", "addresses", multiple=True, metavar="地址", help="新条目引这一段原文（可以写几次）。"
)
@click.option("--id", "new_id", metavar="编号", help="新条目的编号；不写就定一个。")
@click.option("--owner", default="内容组", show_default=True, help="新条目的负责人。")
@click.option("--ready", is_flag=True, help="新条目直接写成 published；不写就是草稿。")
@click.option("--max-wordings", default=5, show_default=True, help="最多收几种问法，问得多的优先。")
def kb_adopt(
    topic_id: str,
    entry_id: str | None,
    addresses: tuple[str, ...],
    new_id: str | None,
    owner: str,
    ready: bool,
    max_wordings: int,
) -> None:
    """Write a topic into the draft; nothing is live before the next publish."""
    from knowledge.editing.entries import CannotRewrite
    from knowledge.learning.adopt import NothingToAdopt, adopt_as_entry, adopt_as_phrasings

    if bool(entry_id) == bool(addresses):
        raise click.UsageError("写 --phrasing-of 条目，或者 --quote 地址，二者选一")
    settings = settings_or_exit()
    topic = _topic(asyncio.run(_missed(settings)).topics, topic_id)
    files, content = _draft(settings)
    wordings, note = topic.wordings[:max_wordings], _note(topic)
    target = entry_id or new_id or f"adopted-{topic.id}"
    _check_names(content, entry_id, addresses, target)
    try:
        changed = (
            adopt_as_phrasings(files, content, entry_id, wordings, note)
            if entry_id
            else adopt_as_entry(
                files, content, target, wordings, addresses, note,
                owner=owner, review_by=in_a_year(), is_ready=ready,
            )
        )  # fmt: skip
    except NothingToAdopt:
        click.echo("这些问法条目里都有了（或者含有隐去的号码），没有要写的", err=True)
        sys.exit(1)
    except CannotRewrite:
        click.echo(f"条目 {entry_id} 的写法没法自动改：请直接改文件", err=True)
        sys.exit(1)
    _refuse_faults({**files, **changed}, files)
    write_or_exit(settings, changed)
    asyncio.run(_mark_done(settings, topic, target))
    click.echo(f"已写入 {'、'.join(changed)}。看一遍，kb check，再发布；发布以前用户看不到")


def _note(topic: Topic) -> str:
    from bot.china import today

    span = f"{day_of(topic.first_ms // 1000)} 至 {day_of(topic.last_ms // 1000)}"
    return f"{today()} 采自没答上的问题 {topic.id}：{topic.n} 次，{span}"


def _draft(settings: Settings) -> tuple[Files, Content]:
    from knowledge.release.build import parse_files

    files = draft_or_exit(settings)
    return files, parse_files(files)[0]


def _check_names(content: Content, entry_id: str | None, addresses: Sequence[str], target: str) -> None:
    from knowledge.reading.fields import ID

    missing = [address for address in addresses if address not in content.passages]
    if entry_id and entry_id not in content.entries:
        click.echo(f"没有条目 {entry_id}", err=True)
    elif missing:
        click.echo(f"没有 {missing[0]} 这一段原文：地址见 sources/", err=True)
    elif not entry_id and target in content.entries:
        click.echo(f"条目 {target} 已经有了：用 --id 换一个", err=True)
    elif not ID.fullmatch(target):
        click.echo(f"编号 {target} 只能用小写字母、数字和连字符", err=True)
    else:
        return
    sys.exit(2)


def _refuse_faults(after: Files, before: Files) -> None:
    """End the command when the draft would have an error that it has not now; nothing is written then."""
    from knowledge.release.build import parse_files

    known = {(problem.code, problem.message) for problem in parse_files(before)[1]}
    new = [p for p in parse_files(after)[1] if (p.code, p.message) not in known and p.severity == "error"]
    if new:
        print_problems(new)
        click.echo("什么都没有写", err=True)
        sys.exit(1)


async def _mark_done(settings: Settings, topic: Topic, entry_id: str) -> None:

    async with served_parts(settings, "什么都没做") as parts:
        await _decide(parts.tally, topic, "done", entry_id)
