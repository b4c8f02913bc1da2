"""`qinglang kb ingest`: a new document becomes a source and draft entries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from bot.china import in_a_year
from bot.commands.terminal import draft_or_exit, print_problems, settings_or_exit, write_or_exit

_MAX_BYTES = 2_000_000


@click.command("ingest", help="把一份新文件（.txt 或 .md）变成原文和草稿条目，等编辑完成。")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "source_id", required=True, help="原文编号：小写字母、数字、连字符，例如 forum-2026。")
@click.option("--title", default="", help="标题；不写就从文件里找。")
@click.option("--date", default="", metavar="2026-12-31", help="日期；不写就从文件里找。")
@click.option("--publisher", default="", help="发布者；不写就留“待填写”。")
@click.option("--rights", default="", help="版权说明；不写就留“待填写”。")
def kb_ingest(file: Path, source_id: str, title: str, date: str, publisher: str, rights: str) -> None:
    """Write `sources/ID.md` and `faq/ID.yaml` for a document; nothing that is there already is touched."""
    from knowledge.learning.ingest import About, about_text, ingest
    from knowledge.model import UNFINISHED
    from knowledge.reading.fields import ID
    from knowledge.release.build import parse_files

    settings = settings_or_exit()
    files = draft_or_exit(settings)
    content, before = parse_files(files)
    if not ID.fullmatch(source_id):
        _stop(f"编号“{source_id}”只能用小写字母、数字和连字符，例如 forum-2024")
    if source_id in content.sources or {f"sources/{source_id}.md", f"faq/{source_id}.yaml"} & files.keys():
        _stop(f"原文 {source_id} 已经有了：换一个 --id")
    text = _read(file)
    about = about_text(text, About(source_id, title, "", date, publisher, rights))
    if not about.date:
        _stop("文件里找不到日期：用 --date 2026-12-31 写上")
    new = ingest(text, about, content, in_a_year())
    after, problems = parse_files({**files, **new})
    known = {(problem.code, problem.message) for problem in before}
    faults = [p for p in problems if p.severity == "error" and (p.code, p.message) not in known]
    if faults:
        print_problems(faults)
        click.echo("什么都没有写", err=True)
        sys.exit(1)
    write_or_exit(settings, new)
    source = after.sources[source_id]
    n_passages = sum(passage.source_id == source_id for passage in after.passages.values())
    n_entries = len(after.entries) - len(content.entries)
    click.echo(
        f"已写入 {'、'.join(new)}：《{source.title}》（{source.date}），段落 {n_passages} 段，"
        f"发言人 {len(source.speakers)} 位，草稿 {n_entries} 条"
    )
    for speaker in source.speakers.values():
        click.echo(f"  {speaker.name}：{speaker.post}（{speaker.organisation}）——请核对")
    if UNFINISHED in new[f"sources/{source_id}.md"]:
        click.echo(f"还有“{UNFINISHED}”：填好以前，引用它的条目发布不了")


def _read(file: Path) -> str:
    """Return the text of a document; one in the old Chinese encoding is read as what it is, and that is said."""
    data = file.read_bytes()
    if len(data) > _MAX_BYTES:
        _stop("文件超过 2 MB：拆成几份")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            _stop("文件不是文字（不是 UTF-8，也不是 GBK）：另存为 UTF-8 的 .txt")
        click.echo("文件是 GBK 编码，已按 GBK 读入；请看一眼有没有乱码")
    if not text.strip() or "\0" in text:
        _stop("文件里没有文字：另存为 UTF-8 的 .txt（Word 文件请先复制成纯文本）")
    return text


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
