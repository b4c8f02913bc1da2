"""`qinglang doctor`: everything that a service stands on, looked at, and each fault with its cure."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.config import ConfigError, load_settings

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.doctor.diagnosis import Diagnosis

_MARKS = {"ok": "好  ", "note": "提醒", "fault": "问题", "skipped": "没看"}


@click.command(
    help="体检：设置、密钥、时钟、端口、IP 白名单、Redis、磁盘、权限、菜单……每个问题说怎么办。有问题退出码 1。"
)
@click.option(
    "--url", default="", help="公众平台上填的地址，如 https://bot.example.cn/wechat：从外面试一次。"
)
@click.option("--json", "as_json", is_flag=True, help="打印一个 JSON，供程序看。")
def doctor(url: str, as_json: bool) -> None:
    """Print a line for each thing that was looked at, and its cure where there is something to cure."""
    try:
        settings = load_settings()
    except ConfigError as error:
        from bot.doctor.diagnosis import broken

        found = [broken("settings", problem, "改好这一项再体检") for problem in error.problems]
        _print(found, as_json=as_json)
        sys.exit(2)
    found = asyncio.run(_examined(settings, url, as_json=as_json))
    if as_json:
        _print(found, as_json=True)
    n = {state: sum(f.state == state for f in found) for state in _MARKS}
    if not as_json:
        click.echo(
            f"共 {len(found)} 项：好 {n['ok']}，提醒 {n['note']}，问题 {n['fault']}，没看 {n['skipped']}"
        )
    sys.exit(1 if n["fault"] else 0)


async def _examined(settings: Settings, url: str, *, as_json: bool) -> list[Diagnosis]:
    from bot.doctor.diagnose import diagnose

    found = []
    async for finding in diagnose(settings, url):
        found.append(finding)
        if not as_json:
            _print([finding], as_json=False)
    return found


def _print(found: list[Diagnosis], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
        return
    for finding in found:
        click.echo(f"{_MARKS[finding.state]}  {finding.what}")
        if finding.cure:
            click.echo(f"      怎么办：{finding.cure}")
