"""`qinglang quiz regrade`: after a key was put right, the finished attempts are marked again."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import click

from bot.commands.place import own_key_or_exit, say_place, served_parts
from bot.commands.terminal import settings_or_exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.config import Settings
    from bot.process import Parts
    from handlers.quiz.regrade import MarkChange, Unclear
    from knowledge.model import Content


@click.command("regrade", help="改正答案并发布以后，按新答案重判已交的答卷；先用 --dry-run 看会改什么。")
@click.option("--dry-run", is_flag=True, help="只列出会改的分数，什么都不改。")
def quiz_regrade(dry_run: bool) -> None:
    """Mark finished attempts by the live keys; users see 已更正 in 我的成绩."""
    asyncio.run(_regrade(settings_or_exit(), dry_run=dry_run))


async def _regrade(settings: Settings, *, dry_run: bool) -> None:
    from bot.process import privacy_key
    from bot.store.events import every_event
    from handlers.quiz.regrade import regrade

    own_key_or_exit(settings, "没有重判")
    async with served_parts(settings, "可能只改了一部分，请再运行一次") as parts:
        await parts.releases.start()
        effects = [event async for event in every_event(parts.store.redis)]
        banks, gone = await banks_of(parts, effects)
        for version in gone:
            click.echo(f"版本 {version} 已经不在了，用它答的题没法重判", err=True)
        changes, unclear = regrade(effects, parts.releases.live.content, banks)
        _report(changes, unclear)
        if dry_run or not changes:
            click.echo("没有改动任何分数。" if dry_run else "没有要改的分数。")
            return
        say_place(settings)
        n = await _apply(parts, changes, privacy_key(settings))
        click.echo(f"已更正 {n} 位用户的成绩，他们下次看“我的成绩”时会看到“已更正”。")


async def banks_of(
    parts: Parts, effects: Iterable[Mapping[str, str]]
) -> tuple[dict[str, Content], tuple[str, ...]]:
    """Return the bank of every release that answers were given in, and the releases that are no longer kept."""
    versions = {e["release"] for e in effects if e["name"] == "answered" and "release" in e}
    banks = {parts.releases.live.version: parts.releases.live.content}
    gone = []
    for version in sorted(versions - banks.keys()):
        try:
            banks[version] = await parts.releases.pinned(version)
        except LookupError:
            gone.append(version)
    return banks, tuple(gone)


def _report(changes: tuple[MarkChange, ...], unclear: tuple[Unclear, ...]) -> None:
    up = Counter(change.item_id for change in changes if change.after > change.before)
    down = Counter(change.item_id for change in changes if change.after < change.before)
    for item_id in sorted(up.keys() | down.keys()):
        click.echo(f"{item_id}：加分 {up[item_id]} 份，减分 {down[item_id]} 份")
    for change in changes:
        click.echo(f"  答卷 {change.attempt_id} {change.item_id}：{change.before:g} → {change.after:g}")
    for item_id, n in sorted(Counter(u.item_id for u in unclear if u.reason == "option").items()):
        click.echo(f"{item_id}：{n} 份选的选项已经不在题里，没法重判")
    click.echo(f"共 {len({change.attempt_id for change in changes})} 份答卷的得分有变化。")


async def _apply(parts: Parts, changes: tuple[MarkChange, ...], key: str) -> int:
    """Put every session right that has a changed result, each by compare-and-set; return how many."""
    from bot.pipeline import certificate_secret

    by_subject: defaultdict[str, list[MarkChange]] = defaultdict(list)
    for change in changes:
        by_subject[change.subject].append(change)
    secret = certificate_secret(key)
    n = 0
    async for name in parts.store.redis.scan_iter(match="{s*}:session:*", count=200):
        n += await _apply_to(parts, name.decode().rpartition(":")[2], by_subject, secret)
    return n


async def _apply_to(parts: Parts, user: str, by_subject: dict[str, list[MarkChange]], secret: bytes) -> bool:
    from bot.pipeline import cards_to_keep, effects_to_record
    from bot.store.store import Rewritten
    from handlers.codec import dump_session, load_session
    from handlers.quiz.regrade import corrected

    def change(stored: str) -> Rewritten | None:
        session = load_session(stored)
        if session.subject not in by_subject:
            return None
        after, effects = corrected(session, by_subject[session.subject], secret)
        return Rewritten(dump_session(after), effects_to_record(effects, after), cards_to_keep(after))

    return await parts.store.rewrite(user, change)
