"""`qinglang kb new`: the content folder of an office that begins."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from bot.commands.terminal import print_problems

_MAX_TITLE_CHARS = 40
_FOLDERS = ("sources", "faq", "quiz", "lexicon", "tests")


@click.command("new", help="建一个完整、能通过检查、还没有内容的内容目录。")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", required=True, help="叫什么：单位或公众号的名字，用在欢迎语和帮助里。")
def kb_new(folder: Path, title: str) -> None:
    """Make a content folder; one that is there already, and not empty, is left as it is."""
    name = make_content_folder(folder, title)
    click.echo(f"已建好“{name}”的内容目录 {folder}：还没有原文、问答和题目。")
    click.echo(
        "接下来：把环境变量 QINGLANG_CONTENT_DIR 设成它，QINGLANG_DATA_DIR 设成一个新的文件夹，用 qinglang kb ingest 放进第一份文件"
    )


def make_content_folder(folder: Path, title: str) -> str:
    """Make a content folder that is sound and empty; return what it is called, or end the command with the reason."""
    from bot.files import write_all
    from knowledge.release.build import parse_files
    from knowledge.release.new_base import new_base

    name = title.strip()
    if not name or len(name) > _MAX_TITLE_CHARS or not name.isprintable() or set(name) & set("{}"):
        _stop(f"--title 要写 1 到 {_MAX_TITLE_CHARS} 个字，一行，不带花括号")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _stop(f"{folder} 已经有了，而且不是空的：换一个目录名")
    files = new_base(name)
    _, problems = parse_files(files)
    if any(problem.severity == "error" for problem in problems):
        print_problems(problems)
        click.echo("什么都没有写", err=True)
        sys.exit(1)
    try:
        write_all(folder, files)
        for inner in _FOLDERS:
            (folder / inner).mkdir(exist_ok=True)
    except OSError as error:
        _stop(f"{folder} 写不进去（{error.strerror}）：换一个地方，或检查权限")
    return name


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
