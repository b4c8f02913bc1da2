"""Calls to the platform's own interface: the menu, QR codes, and what it says of this server."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.telemetry import PLATFORM_CALLS
from bot.wechat.access_token import AccessTokens
from bot.wechat.api_errors import BUSY, NO_MENU, STALE_TOKEN, CallRefused, Unreachable

# Loaded where it is called: most servers never call the platform, and it takes as long to load as Redis' client.
if TYPE_CHECKING:
    import httpx

_PATIENCE_S = 12.0
"""How long a call may take whatever comes of it: one that drips a byte a second is never late by itself."""
_PAUSES_S = (0.5, 1.0)
"""How long to wait before a busy platform is asked again; then it is told as it is."""
_LATE = "没有按时回答", "看看这台机器能不能上外网，出口有没有被防火墙挡住"
FOREVER = 0
_SHAPES = {"errcode": r"-?[0-9]{1,9}", "expires_in": r"[1-9][0-9]{0,8}"}
Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose calls these are, and where the platform is."""

    app_id: str
    app_secret: str
    base: str


@dataclass(frozen=True, slots=True)
class _Request:
    """A call; `wanted` names what an answer must hold to be one."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    files: Files | None = None
    wanted: tuple[str, ...] = ()


class Platform:
    """The platform for one account. Every call raises `CallFailed` with what to tell when it comes to nothing."""

    def __init__(self, account: Credentials, http: httpx.AsyncClient, redis: Any = None) -> None:
        self._account = account
        self._http = http
        self._tokens = AccessTokens(account.app_id, self._fetch_token, redis)

    async def menu(self) -> list[dict[str, Any]]:
        """Return the buttons of the menu that users see, whoever made it; none when there is none."""
        try:
            answer = await self._call(_Request("GET", "/cgi-bin/get_current_selfmenu_info"))
        except CallRefused as refused:
            if refused.code == NO_MENU:
                return []
            raise
        try:
            # It says {"list": […]} here what menu/create wants as […].
            return [_button(button) for button in answer.get("selfmenu_info", {}).get("button", [])]
        except (AttributeError, TypeError):
            raise _odd(self._account.base, "看得懂的菜单") from None

    async def set_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Make these the buttons of the menu; users see them within minutes."""
        await self._call(_Request("POST", "/cgi-bin/menu/create", {"button": buttons}))

    async def qrcode(self, scene: str, life_s: int = FOREVER) -> str:
        """Return what a QR code with this scene has to say; whoever scans it comes to the account."""
        action: dict[str, Any] = {
            "action_name": "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if life_s != FOREVER:
            action |= {"action_name": "QR_STR_SCENE", "expire_seconds": life_s}
        answer = await self._call(_Request("POST", "/cgi-bin/qrcode/create", action, wanted=("url",)))
        return str(answer["url"])

    async def upload_image(self, png: bytes) -> str:
        """Hand in a picture of at most 2 MB and return its media id, which is good for three days."""
        files = {"media": ("card.png", png, "image/png")}
        request = _Request(
            "POST", "/cgi-bin/media/upload", query={"type": "image"}, files=files, wanted=("media_id",)
        )
        return str((await self._call(request))["media_id"])

    async def send_image(self, openid: str, media_id: str) -> None:
        """Send a picture to somebody who wrote within 48 hours, outside any reply."""
        message = {"touser": openid, "msgtype": "image", "image": {"media_id": media_id}}
        await self._call(_Request("POST", "/cgi-bin/message/custom/send", message))

    async def sees_us(self) -> None:
        """Get a token and use it once, on a call that every kind of account has."""
        await self._call(_Request("GET", "/cgi-bin/get_api_domain_ip"))

    async def _fetch_token(self, forced: bool) -> tuple[str, int]:
        asked = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.app_secret,
            "force_refresh": forced,
        }
        wanted = ("access_token", "expires_in")
        answer = await self._ask(_Request("POST", "/cgi-bin/stable_token", asked, wanted=wanted))
        return str(answer["access_token"]), int(answer["expires_in"])

    async def _call(self, request: _Request) -> dict[str, Any]:
        token = await self._tokens.current()
        try:
            return await self._ask(_with_token(request, token))
        except CallRefused as refused:
            if refused.code not in STALE_TOKEN:
                raise
        # Once: a second refusal is no matter of the token.
        return await self._ask(_with_token(request, await self._tokens.replace(token)))

    async def _ask(self, request: _Request) -> dict[str, Any]:
        for pause_s in (*_PAUSES_S, None):
            answer = await self._answer(request)
            code = int(answer.get("errcode", 0))
            PLATFORM_CALLS.labels("refused" if code else "done").inc()
            if code == 0:
                return answer
            if code != BUSY or pause_s is None:
                raise CallRefused(code, str(answer.get("errmsg", "")))
            await asyncio.sleep(pause_s)
        raise AssertionError

    async def _answer(self, request: _Request) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return _read(await self._send(request), request.wanted)
        except (TimeoutError, Unreachable) as error:
            PLATFORM_CALLS.labels("failed").inc()
            if isinstance(error, Unreachable):
                raise
            raise self._unreachable(*_LATE) from None

    async def _send(self, request: _Request) -> httpx.Response:
        import httpx

        # The platform shows \u escapes as they stand.
        content = json.dumps(request.body, ensure_ascii=False).encode() if request.body is not None else None
        try:
            return await self._http.request(
                request.method,
                self._account.base.rstrip("/") + request.path,
                params=request.query,
                content=content,
                files=request.files,
                headers={"Content-Type": "application/json; charset=utf-8"} if content else {},
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(*_why(error)) from None

    def _unreachable(self, why: str, cure: str) -> Unreachable:
        return Unreachable(f"微信的接口 {self._account.base} 用不了：{why}", cure)


def _with_token(request: _Request, token: str) -> _Request:
    return replace(request, query={**request.query, "access_token": token})


@asynccontextmanager
async def platform(account: Credentials, redis: Any = None) -> AsyncIterator[Platform]:
    """Have the platform at hand, its connections kept and closed afterwards; with a Redis its token is everybody's."""
    import httpx

    timeout = httpx.Timeout(8.0, connect=4.0)
    pool = httpx.Limits(max_connections=10, max_keepalive_connections=5)
    async with httpx.AsyncClient(timeout=timeout, limits=pool) as http:
        yield Platform(account, http, redis)


def _read(response: httpx.Response, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return the object in an answer, which has what is wanted of it or says why not.

    Raises:
        Unreachable: it is none; somebody else answered, or the platform is not well.
    """
    host = response.request.url.host
    if response.status_code != 200:
        raise Unreachable(
            f"微信的接口 {host} 回 HTTP {response.status_code}", "过一会儿再试；核对 wechat.api_base 和代理"
        )
    try:
        answer = json.loads(response.content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        is_page = response.content.lstrip()[:1] == b"<"
        what = "一张网页" if is_page else "看不懂的东西"
        raise Unreachable(
            f"微信的接口 {host} 回的是{what}，不是 JSON", "核对 wechat.api_base，看看中间有没有代理或登录页"
        )
    code = answer.get("errcode", 0)
    for name in ("errcode",) if code else wanted:
        if not re.fullmatch(_SHAPES.get(name, ".+"), str(answer.get(name, ""))):
            raise _odd(host, f"看得懂的 {name}")
    return answer


def _odd(base: str, lacking: str) -> Unreachable:
    what = f"微信的接口 {base} 回的 JSON 里没有{lacking}"
    return Unreachable(what, "核对 wechat.api_base，看看中间有没有代替微信回答的程序")


def _why(error: Exception) -> tuple[str, str]:
    """Return why nothing came back, and what to do about it."""
    import httpx

    link: BaseException | None = error
    while link is not None:
        if isinstance(link, ssl.SSLError):
            return "证书不对", "核对机器的时钟和根证书，看看中间有没有拆开 HTTPS 的代理"
        link = link.__cause__ or link.__context__
    if isinstance(error, httpx.TimeoutException):
        return _LATE
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "地址写得不对", "wechat.api_base 要像 https://api.weixin.qq.com"
    return "连不上", "看看这台机器能不能上外网、解析域名，核对 wechat.api_base"


def _button(button: Mapping[str, Any]) -> dict[str, Any]:
    below = button.get("sub_button") or {}
    listed = below.get("list", []) if isinstance(below, Mapping) else below
    kept = {name: value for name, value in button.items() if name != "sub_button"}
    return {**kept, "sub_button": [_button(b) for b in listed]} if listed else kept
