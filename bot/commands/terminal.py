"""What every sub-command says in the same way: wrong settings, Problems, and what the gate found."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from bot.commands.usage import account_asked_for
from bot.config import ConfigError, Settings, load_settings
from bot.config_accounts import account_names, settings_of

if TYPE_CHECKING:
    from bot.editing.draft.sound_draft import SoundDraft
    from knowledge.gate.gate import Report
    from knowledge.model.problems import Files, Problem

_WORTH_TELLING = 40
_MANY_REMOVED = 5


def settings_or_exit() -> Settings:
    """Return the settings of the account that the command is about; without any or with wrong ones end with 2.

    Every wrong setting is named, a line each. Where there are several accounts, the command has to say which.
    """
    settings = deployment_or_exit()
    names, asked = account_names(settings), account_asked_for()
    if asked in names:
        return settings_of(settings, asked)
    if not asked and len(names) == 1:
        return settings
    listed = "、".join(names)
    why = f"没有公众号 {asked}，有的是：{listed}" if asked else f"这里有 {len(names)} 个公众号：{listed}"
    hint = "" if len(names) == 1 else f"\n加上 --account 名字，说是哪一个；{names[0]} 是 wechat: 里的那一个"
    click.echo(why + hint, err=True)
    sys.exit(2)


def deployment_or_exit() -> Settings:
    """Return the settings of the whole deployment, which are those of its first account too; wrong ones end with 2."""
    try:
        return load_settings()
    except ConfigError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(2)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print a line for each Problem: where, which, and the cure; warnings after the errors."""
    problems = tuple(problems)
    errors = [p for p in problems if p.severity == "error"]
    warnings = [p for p in problems if p.severity != "error"]
    for p in errors:
        click.echo(problem_line(p))
    if warnings:
        click.echo(f"提醒 {len(warnings)} 处（不影响发布）：")
    for p in warnings:
        click.echo(problem_line(p))
    if errors:
        click.echo(f"共 {len(errors)} 处错误", err=True)


def problem_line(p: Problem, place: str = "") -> str:
    """Return the line for a Problem; `place` stands in for file, line and column where these mean something else."""
    return f"{place or f'{p.file}:{p.line}:{p.column}'}: {p.code}: {p.message} → {p.hint}"


def draft_or_exit(settings: Settings) -> Files:
    """Return the files of the content folder, right or wrong; one that can't be read ends the command with 1.

    An edit must not build on files that could not be read.
    """
    from knowledge.reading.load import read_folder

    files, problems = read_folder(settings.content_dir)
    if any(problem.severity == "error" for problem in problems):
        print_problems(problems)
        sys.exit(1)
    return files


def load_or_exit(settings: Settings) -> SoundDraft:
    """Return the draft of the content folder; with errors in it, list all Problems and end with 1."""
    from bot.editing.draft.sound_draft import sound_draft
    from knowledge.model.problems import KnowledgeError

    try:
        return sound_draft(settings)
    except KnowledgeError as error:
        print_problems(error.problems)
        click.echo("先改好这些错误；线上版本不变", err=True)
        sys.exit(1)


def print_report(report: Report) -> None:
    """Print what the gate found, how to accept what may be meant so, and what changes."""
    removed = [finding for finding in report.findings if finding.code == "entry-removed"]
    if len(removed) > _MANY_REMOVED:
        _print_removed([finding.key for finding in removed])
    for finding in report.findings:
        if finding in removed and len(removed) > _MANY_REMOVED:
            continue
        click.echo(f"{finding.code}: {finding.message}")
        if finding.acceptable:
            click.echo(f"    确实要这样：--accept {shlex.quote(finding.key)}")
    for finding in report.accepted:
        click.echo(f"已接受 {finding.code}: {finding.message}")
    for flip in report.flips:
        if flip.inside:
            click.echo(f"回答会变（改动所致）：“{flip.question}”，线上{flip.before}，草稿{flip.after}")
    contract = report.contract
    measured = (
        f"标注问题 {contract.n_cases} 个，直接回答 {contract.answered:.0%}，"
        f"其中正确 {contract.precision:.1%}（约定至少 {contract.min_precision:.0%}）"
    )
    click.echo(
        f"试了 {report.n_phrasings} 个问法；{measured if contract.n_cases else '还没有标注问题，没有量准确率'}"
    )


def _print_removed(entries: Sequence[str]) -> None:
    """Say once of many entries that they are gone: a folder that is not whole, or that of another office."""
    click.echo(f"entry-removed: 线上的 {len(entries)} 个条目不见了：{'、'.join(entries[:5])}……")
    click.echo("    内容目录不全：先找回文件。停用的条目不要删，把 status 改成 archived")
    click.echo(
        "    是另一份内容：换一个新的数据目录（QINGLANG_DATA_DIR），再 kb publish --new，服务也用它启动"
    )
    click.echo(f"    确实都要去掉：{' '.join(f'--accept {shlex.quote(entry)}' for entry in entries)}")


def say_unread(users: Iterable[str], undone: str) -> None:
    """Name, on the error output, each user by the code whose session can't be read, and what therefore was not done."""
    for user in users:
        click.echo(
            f"用户代号 {user}：存的答题记录读不出来，{undone}；本人下次发消息时会知道，记录原样另存、从头开始",
            err=True,
        )


def write_or_exit(settings: Settings, files: Mapping[str, str]) -> None:
    """Write files of the content folder and name the folder; when that can't be, end with 2 and nothing written."""
    from bot.files import write_all

    try:
        write_all(settings.content_dir, files)
    except OSError as error:
        click.echo(f"内容目录 {settings.content_dir}：写不了（{error.strerror}），什么都没有写", err=True)
        sys.exit(2)
    click.echo(f"内容目录：{settings.content_dir}", err=True)


def encoding_progress() -> Callable[[int, int], None]:
    """Return what tells, on the error output, how many of how many new texts are encoded, with the time left."""
    started = time.monotonic()

    def told(done: int, n: int) -> None:
        if n < _WORTH_TELLING:
            return
        left_s = (time.monotonic() - started) * (n - done) / done if done else 0.0
        rest = f"，还要约 {left_s:.0f} 秒" if done else ""
        if sys.stderr.isatty():
            click.echo(f"\r正在为新内容编码：{done}/{n}{rest}   ", err=True, nl=done == n)
        elif not done:
            click.echo(f"正在为 {n} 句新内容编码……", err=True)

    return told
