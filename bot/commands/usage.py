"""A command written wrongly, told in Chinese: what is wrong, and where the right way is described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

# What click's own types say of a value, and how we say it.
_SAYINGS = (
    (r"(?:File|Path|Directory) '(.*)' does not exist\.", r"没有“\1”这个文件：看看名字和文件夹对不对"),
    (r"File '(.*)' is a directory\.", r"“\1”是文件夹，要写文件"),
    (r"Directory '(.*)' is a file\.", r"“\1”是文件，要写文件夹"),
    (r"\w+ '(.*)' is not readable\.", r"“\1”不让读：检查文件权限"),
    (r"'(.*)' is not a valid (?:integer|float)(?: range)?\.", r"“\1”不是数字"),
    (r"(\S+) is not in the range (.*)\.", r"\1 不在范围里（\2）"),
    (r"'(.*)' is not one of (.*)\.", r"没有“\1”，只能写：\2"),
    (r"Option '(.*)' requires (?:an argument|\d+ arguments)\.", r"\1 后面要写内容"),
    (r"Option '(.*)' does not take a value\.", r"\1 后面不写内容"),
    (r"Got unexpected extra arguments? \((.*)\)", r"多写了“\1”；一句话里有空格要加引号"),
    (r"Missing command\.", "少写了要做什么"),
)


_ARGUMENTS = {
    "code": "编号",
    "entry": "条目",
    "file": "文件",
    "folder": "文件夹",
    "name": "名字",
    "openid": "OpenID",
    "text": "问题",
    "version": "版本",
    "words": "字句",
}
"""What an argument is called where its command gives it no name of its own."""


class Commands(click.Group):
    """The commands of `qinglang`; what is wrong with a command line is told in Chinese."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the options that stand before any command."""
        with _in_chinese():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Read the rest of the line and run the command."""
        with _in_chinese():
            return super().invoke(ctx)


class WrongUsage(click.ClickException):
    """A command line that can't be run; the text is for whoever wrote it."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the text alone."""
        click.echo(self.message, file=file, err=file is None)


@contextmanager
def _in_chinese() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "qinglang"
        raise WrongUsage(f"{_fault(error)}\n怎么写：{command} --help") from error


def _fault(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有 {error.option_name} 这个选项{_instead(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"没有 {error.command_name} 这个命令{_instead(error.possibilities)}"
        case click.MissingParameter(param=click.Parameter() as param):
            return f"缺少 {_name(param)}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_name(param)} 写得不对：{_said(error.message)}"
    return _said(error.message)


def _instead(possibilities: Any) -> str:
    return f"，是不是 {' 或 '.join(sorted(possibilities))}？" if possibilities else ""


def _name(param: click.Parameter) -> str:
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.metavar or _ARGUMENTS.get(param.name or "") or (param.name or "").upper()


def _said(message: str) -> str:
    for pattern, ours in _SAYINGS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            return match.expand(ours)
    return message
