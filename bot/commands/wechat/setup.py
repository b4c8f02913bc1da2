"""`qinglang setup`: the first connection of an account, from its AppID to the platform's first visit."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import string
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.wechat.account import may_call
from bot.config import ACCOUNT_NAME, FIRST, ConfigError, Wechat, load_settings, settings_file
from bot.config_accounts import account_names, every_account, settings_of
from bot.config_faults import AES_KEY, APP_ID, APP_ID_WANTED, KEY_WANTED
from bot.config_variables import variables_of

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.wechat.door import Door

_LETTERS = string.ascii_letters + string.digits
_WANTED: dict[str, tuple[re.Pattern[str], str]] = {
    "app_id": (APP_ID, APP_ID_WANTED),
    "app_secret": (re.compile(r"([0-9a-f]{32})?"), "AppSecret 是 32 个小写字母或数字；不填就直接回车"),
    "token": (re.compile(r"[0-9A-Za-z]{3,32}"), "Token 是 3 到 32 个英文字母或数字"),
    "encoding_aes_key": (AES_KEY, f"EncodingAESKey {KEY_WANTED}"),
    "url": (
        re.compile(r"https?://[^/\s:@]+(:(80|443))?"),
        "要像 https://bot.example.cn，端口只能是 80（http）或 443（https）",
    ),
}


@click.command(help="第一次接公众号：问几个问题，写好设置，说公众平台上填什么，等微信来验证，说来了什么。")
@click.option("--app-id", help="AppID；不写就问。")
@click.option("--app-secret", help="AppSecret，只有推送菜单、画二维码要；不写就问。")
@click.option("--token", help="Token；不写就问，直接回车就生成一个。")
@click.option("--aes-key", help="EncodingAESKey；不写就问，直接回车就生成一个。")
@click.option("--url", help="网址，如 https://bot.example.cn；不写就问。")
@click.option(
    "--account",
    default=FIRST,
    metavar="名字",
    help="接第几个公众号：设置里 accounts: 下面的名字，没有就新加一段；不写就是 wechat: 里的。",
)
@click.option(
    "--content-dir", type=click.Path(path_type=Path), help="新加的公众号的内容目录；不写就问，没有就新建。"
)
@click.option("--wait-s", default=600, help="等微信来验证多少秒；0 = 不等。")
def setup(
    app_id: str | None,
    app_secret: str | None,
    token: str | None,
    aes_key: str | None,
    url: str | None,
    account: str,
    content_dir: Path | None,
    wait_s: int,
) -> None:
    """Ask, write, tell what to paste where, and wait for the platform."""
    path = settings_file()
    deployment = _settings_or_exit(path)
    is_new = account not in account_names(deployment)
    _name_or_exit(account)
    before = Wechat() if is_new else settings_of(deployment, account).wechat
    click.echo(f"设置写到 {path}\n")
    given = {
        "app_id": _ask("app_id", app_id, "AppID（公众平台“设置与开发”里）", before.app_id),
        "app_secret": _ask("app_secret", app_secret, "AppSecret（可以不填）", before.app_secret),
        "token": _ask("token", token, "Token", before.token or _random(32)),
        "encoding_aes_key": _ask(
            "encoding_aes_key", aes_key, "EncodingAESKey", before.encoding_aes_key or _random(43)
        ),
    }
    address = _ask("url", url, "别人访问这台机器的网址", "").rstrip("/")
    _one_account_each_or_exit(deployment, account, given["app_id"])
    if is_new:
        given["content_dir"] = str(_content_folder(path, account, content_dir))
    if before.encoding_aes_key not in ("", given["encoding_aes_key"]):
        # What was sent under the old key is still on its way.
        given["previous_encoding_aes_key"] = before.encoding_aes_key
    _write(path, "wechat" if account == FIRST else f"accounts.{account}", {**given, "mode": "safe"})
    settings = settings_of(_settings_or_exit(path), account)
    _warn_overridden(settings, account, given)
    _try_secret(settings)
    _tell_what_to_paste(settings, address)
    if wait_s:
        _wait(settings, wait_s)


def _settings_or_exit(path: Path) -> Settings:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    try:
        return load_settings()
    except ConfigError as error:
        click.echo("\n".join([*error.problems, "先改好这些设置，再接公众号"]), err=True)
        sys.exit(2)


def _random(n: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(n))


def _ask(name: str, given: str | None, question: str, default: str) -> str:
    pattern, wanted = _WANTED[name]
    while True:
        is_secret = name != "app_id" and name != "url"
        answer = (
            given
            if given is not None
            else click.prompt(
                question,
                default=default or ("" if name == "app_secret" else None),
                show_default=not is_secret,
            )
        )
        answer = str(answer).strip().rstrip("/" if name == "url" else "")
        if name == "url":
            answer = re.sub(r"/wechat(/[a-z0-9-]+)?$", "", answer)
        if pattern.fullmatch(answer):
            return answer
        click.echo(f"{wanted}（现在有 {len(answer)} 个字符）", err=True)
        if given is not None:
            sys.exit(2)


def _name_or_exit(account: str) -> None:
    if not ACCOUNT_NAME.fullmatch(account):
        click.echo(f"公众号的名字“{account}”只能用小写字母、数字和 -，字母开头，最多 32 个", err=True)
        sys.exit(2)


def _one_account_each_or_exit(deployment: Settings, account: str, app_id: str) -> None:
    """End where another account has this AppID already, before anything is written."""
    for name, settings in every_account(deployment):
        if name != account and settings.wechat.app_id == app_id:
            click.echo(
                f"AppID {app_id} 已经是公众号 {name} 的：一个公众号只写一次，照公众平台上的抄", err=True
            )
            sys.exit(2)


def _content_folder(path: Path, account: str, given: Path | None) -> Path:
    """Return the content folder of a new account, made where it is not there."""
    from bot.commands.kb.new import make_content_folder

    default = path.parent / f"content-{account}"
    asked = given or click.prompt("它的内容目录（没有就新建一个空的）", default=str(default))
    folder = Path(asked).expanduser().absolute()
    if not folder.is_dir() or not any(folder.iterdir()):
        make_content_folder(folder, account)
        click.echo(f"新建了内容目录 {folder}，还没有原文、问答和题目")
    return folder


def _write(path: Path, group: str, values: dict[str, str]) -> None:
    from bot.config_file import with_values
    from bot.files import write_whole

    about = path.stat()
    os.umask(0o077)
    try:
        write_whole(path, with_values(path.read_text(encoding="utf-8"), group, values).encode())
        path.chmod(0o600)
        # Root may set up what another user runs.
        if os.getuid() == 0:
            os.chown(path, about.st_uid, about.st_gid)
    except OSError as error:
        click.echo(f"{path}：写不了（{error.strerror}），什么都没有改", err=True)
        sys.exit(2)


def _warn_overridden(settings: Settings, account: str, given: dict[str, str]) -> None:
    group = ("wechat",) if account == FIRST else ("accounts", account)
    for name, value in given.items():
        if str(getattr(settings.wechat, name)) != value:
            named = "、".join(variables_of((*group, name)))
            click.echo(f"环境变量 {named} 盖过了刚写的 {name}：删掉它，或者改成一样的", err=True)
            sys.exit(2)


def _try_secret(settings: Settings) -> None:
    from bot.wechat.api import Credentials, platform
    from bot.wechat.api_errors import CallFailed

    if not may_call(settings):
        return
    wechat = settings.wechat

    async def sees_us() -> None:
        async with platform(Credentials(wechat.app_id, wechat.app_secret, wechat.api_base)) as calls:
            await calls.sees_us()

    try:
        asyncio.run(sees_us())
        click.echo("\n微信认这个 AppID 和 AppSecret")
    except CallFailed as failed:
        told = "\n".join(failed.lines)
        click.echo(f"\n推送菜单、画二维码还不行，问答和答题不受影响：\n{told}", err=True)


def _tell_what_to_paste(settings: Settings, address: str) -> None:
    wechat, host = settings.wechat, settings.server
    click.echo(
        f"""
在公众平台（mp.weixin.qq.com“设置与开发”，或者微信开发者平台的“消息推送”）打开“服务器配置”，填：

  URL               {address}{settings.push_path}
  Token             {wechat.token}
  EncodingAESKey    {wechat.encoding_aes_key}
  消息加解密方式    安全模式
  数据格式          XML

微信从 {"443" if address.startswith("https") else "80"} 端口来，要由 nginx 或 caddy 转到 {host.host}:{host.port}（例子在 deploy/）。填好点“提交”。
"""
    )


def _wait(settings: Settings, wait_s: int) -> None:
    from bot.process import open_door

    came = threading.Event()
    try:
        server = ThreadingHTTPServer(
            (settings.server.host, settings.server.port),
            _handler(open_door(settings), settings.push_path, came),
        )
    except OSError as error:
        cure = "服务在运行就先停掉它（它用的还是旧的设置），再运行一次 setup；或者加 --wait-s 0 不等，直接启动服务"
        click.echo(
            f"{settings.server.host}:{settings.server.port} 不能监听（{error.strerror}）：{cure}", err=True
        )
        sys.exit(2)
    click.echo(f"等微信来验证（最多 {wait_s} 秒，Ctrl-C 停）……")
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        is_there = came.wait(wait_s)
    finally:
        server.shutdown()
        server.server_close()
    if not is_there:
        click.echo(
            "没有等到微信的验证。什么都没有来：核对域名的解析、80/443 的防火墙、nginx 转到的端口，"
            "在别的机器上用浏览器打开那个网址，这里会说到了没有",
            err=True,
        )
        sys.exit(1)
    click.echo(
        "接上了。现在启动服务：.venv/bin/qinglang serve（或者 systemctl start qinglang），再用 .venv/bin/qinglang doctor 体检"
    )


def _handler(door: Door, address: str, came: threading.Event) -> Callable[..., BaseHTTPRequestHandler]:
    from bot.wechat.first_visit import receive

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            visit = receive(door, address, self.command, self.path, headers, time.time())
            click.echo(visit.told)
            self.send_response(visit.status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(visit.body)))
            self.end_headers()
            self.wfile.write(visit.body.encode())
            if visit.is_platform:
                came.set()

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            return

    return Handler
