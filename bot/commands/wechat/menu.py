"""`qinglang menu` and `qinglang qrcode`: the menu and the scenes of `menu.yaml`, and the platform's side of them."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.place import may_be_served, served_parts
from bot.commands.terminal import print_problems, settings_or_exit
from bot.commands.wechat.account import may_call, platform_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from knowledge.model.content import Content
    from knowledge.model.service import Button

_DAY_S = 86_400


@click.group(help="自定义菜单：看、推送。")
def menu() -> None:
    """Look after the custom menu."""


@menu.command("show", help="看菜单：每个按钮等于说哪句话，每个二维码场景打开什么。")
@click.option("--live", is_flag=True, help="看用户现在看到的菜单（向微信查）。")
def menu_show(live: bool) -> None:
    """Print the menu of the content folder as a tree, or the one that users see."""
    if live:
        asyncio.run(_show_live(settings_or_exit()))
        return
    content = _content(settings_or_exit())
    for button in content.buttons:
        click.echo(_line(button, content))
        for below in button.buttons:
            click.echo("  " + _line(below, content))
    for scene, say in content.scenes.items():
        click.echo(f"二维码场景 {scene} → {say}")


@menu.command(
    "push", help="把内容目录里的菜单推送给微信：先核对每个按钮在线上都有回答，再说和线上的有什么不同。"
)
@click.option("--dry-run", is_flag=True, help="只核对、比较，不推送。没有填 AppSecret 就打印要推送的 JSON。")
@click.option("--json", "as_json", is_flag=True, help="只打印要推送的 JSON，不问微信。")
def menu_push(dry_run: bool, as_json: bool) -> None:
    """Make the menu of the content folder the one that users see."""
    from bot.editing.menu import as_platform

    settings = settings_or_exit()
    content = _content(settings)
    buttons = [as_platform(button) for button in content.buttons]
    if as_json or (dry_run and not may_call(settings)):
        click.echo(json.dumps({"button": buttons}, ensure_ascii=False, indent=1))
        if not as_json:
            click.echo("没有填 wechat.app_id、wechat.app_secret，不能和线上的菜单比较", err=True)
        return
    asyncio.run(_push(settings, content, buttons, dry_run=dry_run))


async def _push(
    settings: Settings, content: Content, buttons: list[dict[str, object]], *, dry_run: bool
) -> None:
    from bot.editing.draft.snapshots import live_snapshot
    from bot.editing.menu import keys_led_nowhere, menu_difference

    undone = "没有比较" if dry_run else "没有推送"
    async with served_parts(settings, undone) as parts:
        live = await live_snapshot(parts)
        bad = list(keys_led_nowhere(content, live)) if live else ["还没有发布过：先 kb publish"]
        if bad:
            click.echo("\n".join([*bad, f"{undone}：这些按钮没有回答"]), err=True)
            sys.exit(1)
        async with platform_or_exit(settings, undone, parts.store.redis) as calls:
            lines = menu_difference(await calls.menu(), buttons)
            click.echo("\n".join(lines) or "线上的菜单已经是这样")
            if dry_run or not lines:
                return
            await calls.set_menu(buttons)
    click.echo("已推送，用户几分钟后看到；想马上看，取消关注再关注")


async def _show_live(settings: Settings) -> None:
    from bot.editing.menu import menu_lines

    async with platform_or_exit(settings, "没有查到") as calls:
        click.echo("\n".join(menu_lines(await calls.menu())) or "公众号还没有自定义菜单")


@click.command(
    help="画一张带场景的二维码：NAME 是 menu.yaml 里 scenes 的一个，扫的人等于说了那句话。写成图片，供印刷。"
)
@click.argument("name")
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写到哪里（.png 或 .svg）；不写就是 NAME.png。",
)
@click.option(
    "--days",
    type=click.IntRange(1, 30),
    help="临时码，几天后失效；不写就是永久的（一个公众号最多 10 万个）。",
)
def qrcode(name: str, out: Path | None, days: int | None) -> None:
    """Write the picture of a QR code that opens a scene."""
    settings = settings_or_exit()
    scenes = _content(settings).scenes
    if name not in scenes:
        click.echo(
            f"没有 {name} 这个场景：menu.yaml 的 scenes 里有 {'、'.join(scenes) or '（空）'}", err=True
        )
        sys.exit(2)
    out = out or Path(f"{name}.png")
    if out.suffix not in (".png", ".svg"):
        raise click.UsageError("图片只能是 .png 或 .svg")
    url = asyncio.run(_scene_url(settings, name, (days or 0) * _DAY_S))
    _draw(url, out)
    click.echo(f"{out}：扫了等于说“{scenes[name]}”{f'，{days} 天后失效' if days else '，长期有效'}")


async def _scene_url(settings: Settings, name: str, life_s: int) -> str:
    if not may_be_served(settings):
        async with platform_or_exit(settings, "没有画") as calls:
            return await calls.qrcode(name, life_s)
    async with (
        served_parts(settings, "没有画") as parts,
        platform_or_exit(settings, "没有画", parts.store.redis) as calls,
    ):
        return await calls.qrcode(name, life_s)


def _draw(url: str, out: Path) -> None:
    import segno

    try:
        # A quarter of the picture may be dirty or covered; printed sheets are both.
        segno.make(url, error="q", micro=False).save(str(out), scale=20, border=4)
    except OSError as error:
        click.echo(f"{out}：写不了（{error.strerror}）", err=True)
        sys.exit(2)


def _content(settings: Settings) -> Content:
    from knowledge.release.build import check_folder, parse_files

    files, problems = check_folder(settings.content_dir)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        print_problems(errors)
        sys.exit(1)
    return parse_files(files)[0]


def _line(button: Button, content: Content) -> str:
    leads = f"{button.key} → {content.menu[button.key]}" if button.key else button.url
    return f"{button.name}  {leads}" if leads else button.name
