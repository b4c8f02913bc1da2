"""`qinglang kb find`: words → the files and lines that hold them."""

from __future__ import annotations

import sys

import click

from bot.commands.terminal import draft_or_exit, settings_or_exit

_MAX_CHARS = 40
_MAX_FOUND = 40


@click.command("find", help="字句在哪个文件第几行：标准问、问法、引导语、原话、题目、固定回复和编号里都找。")
@click.argument("words", nargs=-1, required=True)
def kb_find(words: tuple[str, ...]) -> None:
    """Print where the draft holds all the words."""
    from bot.editing.find import find, folded_texts
    from knowledge.release.build import content_of

    settings = settings_or_exit()
    files = draft_or_exit(settings)
    found = find(files, folded_texts(content_of(files)), words)
    for one in found[:_MAX_FOUND]:
        text = " ".join(one.text.split())
        cut = text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + "……"
        click.echo(f"{settings.content_dir / one.file}:{one.line}: {one.id} {one.kind}：{cut}")
    if len(found) > _MAX_FOUND:
        click.echo(f"……共 {len(found)} 处：多写几个字就少了")
    if not found:
        click.echo("没有找到。换短一点的字句；想看一个问题由哪一条回答：kb show 问题", err=True)
        sys.exit(1)
