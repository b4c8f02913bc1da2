"""`qinglang accounts`: who may sign in at the console, and as what."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.china import minute_of
from bot.commands.kb.release import refusals
from bot.commands.place import say_place, served_parts
from bot.commands.terminal import deployment_or_exit
from bot.config_accounts import account_names

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.accounts.accounts import Accounts
    from bot.config import Settings

_ROLES = {"editor": "编辑", "approver": "审核", "examiner": "考务", "operator": "运维", "viewer": "只看"}
_ROLE = click.option(
    "--role",
    required=True,
    type=click.Choice(list(_ROLES)),
    help="、".join(f"{k} {v}" for k, v in _ROLES.items()),
)
_ONLY = click.option(
    "--account",
    "only",
    multiple=True,
    metavar="名字",
    help="只能进这个公众号（设置里 accounts: 下面的名字，main 是 wechat: 里的；可以写几次）；不写就都能进。",
)
_TYPED = click.option("--password", "typed", is_flag=True, help="在这里输入密码，不用一次性链接。")


@click.group(help="工作台的账号：谁能登录，能做什么。")
def accounts() -> None:
    """Look after who may sign in."""


@accounts.command("add", help="添一个人，给一个只能用一次的首次登录链接。")
@click.argument("name")
@_ROLE
@_ONLY
@_TYPED
def accounts_add(name: str, role: str, only: tuple[str, ...], typed: bool) -> None:
    """Add a person, and let them in with a link or with a password typed here."""
    from bot.accounts.passwords import check_password

    settings = deployment_or_exit()
    named, password = _named_or_exit(settings, only), _ask_password() if typed else ""

    async def act(people: Accounts) -> str:
        if password:
            # Before there is a person: one who could not come in would be in the way of the next try.
            check_password(name, password)
        await people.add(name, role, named)
        return await _let_in(people, name, password)

    link = _with_accounts(settings, "没有添加", act)
    click.echo(f"已添加 {name}（{_ROLES[role]}{_where(named)}）")
    _tell(settings, link)


@accounts.command("list", help="有谁，能做什么。")
def accounts_list() -> None:
    """Print a line for each person."""

    async def act(people: Accounts) -> Any:
        return await people.everybody()

    found = _with_accounts(deployment_or_exit(), "看不到账号", act)
    for one in found:
        state = "" if one.password else "，还没有设密码"
        click.echo(
            f"{one.name}  {one.role}（{_ROLES[one.role]}{_where(one.only)}）  {minute_of(one.made_at)} 添加{state}"
        )
    click.echo(f"{len(found)} 个账号" if found else "还没有账号：qinglang accounts add 名字 --role editor")


@accounts.command("remove", help="去掉一个人；他开着的页面点下一下就退出。做过的事仍记着他的名字。")
@click.argument("name")
def accounts_remove(name: str) -> None:
    """Take a person away."""
    _with_accounts(deployment_or_exit(), "没有去掉", lambda people: people.remove(name))
    click.echo(f"已去掉 {name}")


@accounts.command("role", help="换一个人能做的事，马上生效。")
@click.argument("name")
@_ROLE
@_ONLY
def accounts_role(name: str, role: str, only: tuple[str, ...]) -> None:
    """Give a person another role."""
    settings = deployment_or_exit()
    named = _named_or_exit(settings, only)
    _with_accounts(settings, "没有换", lambda people: people.set_role(name, role, named))
    click.echo(f"{name} 现在是{_ROLES[role]}{_where(named)}")


@accounts.command("reset", help="忘了密码：旧密码作废，各处退出，给一个新的一次性链接。")
@click.argument("name")
@_TYPED
def accounts_reset(name: str, typed: bool) -> None:
    """Void a person's password and sessions, and let them in anew."""
    settings, password = deployment_or_exit(), _ask_password() if typed else ""
    link = _with_accounts(settings, "没有重设", lambda people: _let_in(people, name, password))
    click.echo(f"{name} 的旧密码作废了，各处都已退出")
    _tell(settings, link)


def _named_or_exit(settings: Settings, only: tuple[str, ...]) -> str:
    """Return names of accounts as a person has them; one that there is not ends with 2."""
    names = account_names(settings)
    for name in only:
        if name not in names:
            click.echo(f"没有公众号 {name}，有的是：{'、'.join(names)}", err=True)
            sys.exit(2)
    return " ".join(only)


def _where(only: str) -> str:
    return f"，只进 {'、'.join(only.split())}" if only else ""


async def _let_in(people: Accounts, name: str, password: str) -> str:
    if password:
        await people.set_password(name, password)
        return ""
    return await people.make_link(name)


def _ask_password() -> str:
    from bot.accounts.passwords import MIN_PASSWORD_CHARS

    said = f"新密码（至少 {MIN_PASSWORD_CHARS} 个字，输入时不显示）"
    password: str = click.prompt(said, hide_input=True, confirmation_prompt="再输入一遍")
    return password


def _tell(settings: Settings, link: str) -> None:
    from bot.conformance.own_server import base_url

    if link:
        click.echo("首次登录的链接（三天内有效，只能用一次；主机名不同就换成您的）：")
        click.echo(f"{base_url(settings)}/admin/welcome?key={link}")
    if not settings.admin.enabled:
        click.echo(
            "工作台现在关着：服务要用 admin.enabled: true（QINGLANG_ADMIN__ENABLED=true）启动", err=True
        )


def _with_accounts(settings: Settings, undone: str, act: Callable[[Accounts], Awaitable[Any]]) -> Any:
    return asyncio.run(_open_and(settings, undone, act))


async def _open_and(settings: Settings, undone: str, act: Callable[[Accounts], Awaitable[Any]]) -> Any:
    from bot.accounts.accounts import Accounts

    async with served_parts(settings, undone) as parts:
        with refusals():
            done = await act(Accounts(parts.store.redis))
    say_place(settings)
    return done
