"""`qinglang menu`: the custom menu of `menu.yaml` as the platform wants it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.commands.terminal import print_problems, settings_or_exit

if TYPE_CHECKING:
    from knowledge.model import Button, Content


@click.group(help="自定义菜单：看、推送。")
def menu() -> None:
    """Look after the custom menu."""


@menu.command("show", help="看菜单：每个按钮等于说哪句话，每个二维码场景打开什么。")
def menu_show() -> None:
    """Print the menu of the content folder as a tree."""
    content = _content()
    for button in content.buttons:
        click.echo(_line(button, content))
        for below in button.buttons:
            click.echo("  " + _line(below, content))
    for scene, say in content.scenes.items():
        click.echo(f"二维码场景 {scene} → {say}")


@menu.command(
    "push", help="打印推送给微信的菜单 JSON。现在只能 --dry-run：真正推送请贴到公众平台的接口调试工具。"
)
@click.option("--dry-run", is_flag=True, help="只打印，不推送。")
def menu_push(dry_run: bool) -> None:
    """Print the body of the platform's menu/create call."""
    body = json.dumps(
        {"button": [as_platform(button) for button in _content().buttons]}, ensure_ascii=False, indent=1
    )
    click.echo(body)
    if not dry_run:
        click.echo(
            "没有推送：这一版还不会调用微信的接口。请把上面的 JSON 贴到接口调试工具的“自定义菜单/创建”。",
            err=True,
        )
        sys.exit(1)


def as_platform(button: Button) -> dict[str, Any]:
    """Return a button as the platform's menu/create call wants it."""
    if button.buttons:
        return {"name": button.name, "sub_button": [as_platform(below) for below in button.buttons]}
    if button.url:
        return {"type": "view", "name": button.name, "url": button.url}
    return {"type": "click", "name": button.name, "key": button.key}


def _content() -> Content:
    from knowledge.release.build import check_folder, parse_files

    files, problems = check_folder(settings_or_exit().content_dir)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        print_problems(errors)
        sys.exit(1)
    return parse_files(files)[0]


def _line(button: Button, content: Content) -> str:
    leads = f"{button.key} → {content.menu[button.key]}" if button.key else button.url
    return f"{button.name}  {leads}" if leads else button.name
