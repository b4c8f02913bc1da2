"""`qinglang simulate`: a pretend WeChat goes through the platform's rules with any bot, and prints what it found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.commands.running import running, wechat_or_exit
from bot.commands.terminal import settings_or_exit
from bot.config_faults import AES_KEY, KEY_WANTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.conformance.examine import Verdict
    from bot.conformance.pretend_wechat import Mode


@click.command(
    help="假装微信：按平台的规矩签名、加密、重发、发坏数据，逐项检查一个机器人，打印合格表和要改什么。不写 --url 就检查本机的服务。"
)
@click.option(
    "--url", default="", help="要检查的推送地址，如 https://bot.example.cn/wechat；哪家的机器人都行。"
)
@click.option("--token", default="", help="它的 Token。")
@click.option(
    "--mode", type=click.Choice(["plain", "compat", "safe"]), default="plain", help="它的消息加解密方式。"
)
@click.option("--app-id", default="", help="它的 AppID（兼容、安全模式要）。")
@click.option("--aes-key", default="", help="它的 EncodingAESKey（兼容、安全模式要）。")
@click.option("--previous-aes-key", default="", help="它的上一个 EncodingAESKey，检查换密钥。")
@click.option("--timeout-s", default=5.0, help="等多久就挂断重发，秒；微信是 5。")
def simulate(
    url: str, token: str, mode: Mode, app_id: str, aes_key: str, previous_aes_key: str, timeout_s: float
) -> None:
    """Print a line a check, and end with 1 when any failed."""
    from bot.conformance.examine import examine
    from bot.conformance.pretend_wechat import PretendWechat

    if url:
        if mode != "plain" and not (app_id and aes_key):
            raise click.UsageError(f"{mode} 模式要写 --app-id 和 --aes-key")
        for option, key in (("--aes-key", aes_key), ("--previous-aes-key", previous_aes_key)):
            if key and not AES_KEY.fullmatch(key):
                raise click.UsageError(f"{option} {KEY_WANTED}（现在有 {len(key)} 个字符）")
        wechat = PretendWechat(url, token, mode, app_id, aes_key, timeout_s)
        sys.exit(_report(examine(wechat, previous_aes_key)))
    settings = settings_or_exit()
    with running(settings):
        wechat = wechat_or_exit(settings)
        code = _report(examine(wechat, settings.wechat.previous_encoding_aes_key))
    sys.exit(code)


def _report(verdicts: Iterator[Verdict]) -> int:
    n, n_wrong, n_remarks = 0, 0, 0
    for verdict in verdicts:
        n, n_wrong, n_remarks = n + 1, n_wrong + bool(verdict.wrong), n_remarks + bool(verdict.remark)
        told = "不合格" if verdict.wrong else "合格"
        click.echo(f"{verdict.group}  {verdict.name}  {told}  {verdict.seconds * 1000:.0f} ms")
        if verdict.found.what:
            label = "问题" if verdict.wrong else "提醒"
            click.echo(f"    {label}：{verdict.found.what}\n    要改：{verdict.found.cure}")
    click.echo(f"共 {n} 项，合格 {n - n_wrong}（其中有提醒 {n_remarks}），不合格 {n_wrong}")
    return 1 if n_wrong else 0
