"""`qinglang kb`: check the content folder and publish it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.terminal import print_problems, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from knowledge.model import Files


@click.group(help="知识库：检查、发布。")
def kb() -> None:
    """Look after the content."""


@kb.command("check", help="检查内容目录，一次列出所有错误；没有错误退出码 0，有错误 1。")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--coverage", "list_unsent", is_flag=True, help="列出没有条目用到的原文句子。")
def kb_check(folder: Path | None, list_unsent: bool) -> None:
    """Print every Problem of the content folder, and how much of the sources is reached."""
    from bot.china import today
    from knowledge.build import check_folder, coverage_of, parse_files

    files, problems = check_folder(folder or settings_or_exit().content_dir, today())
    print_problems(problems)
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)
    content, _ = parse_files(files)
    reached = coverage_of(files)
    for sentence in reached.unsent if list_unsent else ():
        click.echo(
            f"{sentence.mark.file}:{sentence.mark.line}:{sentence.mark.column}: 没有条目用到：{sentence.text}"
        )
    click.echo(
        f"没有错误：原文 {len(content.sources)} 份、段落 {len(content.passages)} 段、条目 {len(content.entries)} 条"
        f"（问法 {sum(1 + len(e.phrasings) for e in content.entries.values())} 个）、题目 {len(content.items)} 道。"
        f"原文 {reached.n_sentences} 句，条目用到 {reached.share:.0%}。版本 {content.version}"
    )


@kb.command("publish", help="检查通过就发布：几秒内所有进程换成新版本；有错误则什么都不变。")
def kb_publish() -> None:
    """Check the draft and make it the live release."""
    from knowledge.build import load_folder
    from knowledge.model import KnowledgeError

    settings = settings_or_exit()
    try:
        files = load_folder(settings.content_dir)
    except KnowledgeError as error:
        print_problems(error.problems)
        click.echo("没有发布，线上版本不变", err=True)
        sys.exit(1)
    version = asyncio.run(_publish(settings, files))
    click.echo(f"已发布 {version}")


async def _publish(settings: Settings, files: Files) -> str:
    from redis.exceptions import RedisError

    from bot.parts import open_parts

    async with open_parts(settings) as parts:
        try:
            return await parts.releases.publish(files)
        except RedisError as error:
            click.echo(f"Redis 连不上，没有发布：{error}", err=True)
            sys.exit(1)
