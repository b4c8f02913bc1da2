"""Calls to the platform's own interface: the menu, QR codes, and what it says of this server."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.wechat.access_token import AccessTokens
from bot.wechat.api_errors import BUSY, NO_MENU, STALE_TOKEN, CallRefused, Unreachable

# Loaded where it is called: most servers never call the platform, and it takes as long to load as Redis' client.
if TYPE_CHECKING:
    import httpx

_PAUSES_S = (0.5, 1.0)
"""How long to wait before a busy platform is asked again; then it is told as it is."""
FOREVER = 0
Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whose calls these are, and where the platform is."""

    app_id: str
    app_secret: str
    base: str


class Platform:
    """The platform for one account. Every call raises `CallFailed` with what to tell when it comes to nothing."""

    def __init__(self, account: Credentials, http: httpx.AsyncClient, redis: Any = None) -> None:
        self._account = account
        self._http = http
        self._tokens = AccessTokens(account.app_id, self._fetch_token, redis)

    async def menu(self) -> list[dict[str, Any]]:
        """Return the buttons of the menu that users see, whoever made it; none when there is none."""
        try:
            answer = await self._call("GET", "/cgi-bin/get_current_selfmenu_info")
        except CallRefused as refused:
            if refused.code == NO_MENU:
                return []
            raise
        # It says {"list": […]} here what menu/create wants as […].
        return [_button(button) for button in answer.get("selfmenu_info", {}).get("button", [])]

    async def set_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Make these the buttons of the menu; users see them within minutes."""
        await self._call("POST", "/cgi-bin/menu/create", {"button": buttons})

    async def qrcode(self, scene: str, life_s: int = FOREVER) -> str:
        """Return what a QR code with this scene has to say; whoever scans it comes to the account."""
        action: dict[str, Any] = {
            "action_name": "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if life_s != FOREVER:
            action |= {"action_name": "QR_STR_SCENE", "expire_seconds": life_s}
        answer = await self._call("POST", "/cgi-bin/qrcode/create", action)
        return str(answer["url"])

    async def upload_image(self, png: bytes) -> str:
        """Hand in a picture of at most 2 MB and return its media id, which is good for three days."""
        files = {"media": ("card.png", png, "image/png")}
        answer = await self._call("POST", "/cgi-bin/media/upload", files=files, query={"type": "image"})
        return str(answer["media_id"])

    async def send_image(self, openid: str, media_id: str) -> None:
        """Send a picture to somebody who wrote within 48 hours, outside any reply."""
        message = {"touser": openid, "msgtype": "image", "image": {"media_id": media_id}}
        await self._call("POST", "/cgi-bin/message/custom/send", message)

    async def sees_us(self) -> None:
        """Get a token and use it once, on a call that every kind of account has."""
        await self._call("GET", "/cgi-bin/get_api_domain_ip")

    async def _fetch_token(self, forced: bool) -> tuple[str, int]:
        asked = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.app_secret,
            "force_refresh": forced,
        }
        answer = await self._ask("POST", "/cgi-bin/stable_token", asked, {})
        return str(answer["access_token"]), int(answer["expires_in"])

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        files: Files | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        token = await self._tokens.current()
        try:
            return await self._ask(method, path, body, {**(query or {}), "access_token": token}, files)
        except CallRefused as refused:
            if refused.code not in STALE_TOKEN:
                raise
        # Once: a second refusal is no matter of the token.
        token = await self._tokens.replace(token)
        return await self._ask(method, path, body, {**(query or {}), "access_token": token}, files)

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str],
        files: Files | None = None,
    ) -> dict[str, Any]:
        for pause_s in (*_PAUSES_S, None):
            answer = _read(await self._send(method, path, body, query, files))
            code = int(answer.get("errcode", 0))
            if code == 0:
                return answer
            if code != BUSY or pause_s is None:
                raise CallRefused(code, str(answer.get("errmsg", "")))
            await asyncio.sleep(pause_s)
        raise AssertionError

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str],
        files: Files | None,
    ) -> httpx.Response:
        import httpx

        # The platform shows \u escapes as they stand.
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        try:
            return await self._http.request(
                method,
                self._account.base.rstrip("/") + path,
                params=query,
                content=content,
                files=files,
                headers={"Content-Type": "application/json; charset=utf-8"} if content else {},
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why, cure = _why(error)
            raise Unreachable(f"微信的接口 {self._account.base} 用不了：{why}", cure) from None


@asynccontextmanager
async def platform(account: Credentials, redis: Any = None) -> AsyncIterator[Platform]:
    """Have the platform at hand, its connections kept and closed afterwards; with a Redis its token is everybody's."""
    import httpx

    timeout = httpx.Timeout(8.0, connect=4.0)
    pool = httpx.Limits(max_connections=10, max_keepalive_connections=5)
    async with httpx.AsyncClient(timeout=timeout, limits=pool) as http:
        yield Platform(account, http, redis)


def _read(response: httpx.Response) -> dict[str, Any]:
    """Return the object in an answer.

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
    return answer


def _why(error: Exception) -> tuple[str, str]:
    """Return why nothing came back, and what to do about it."""
    import httpx

    link: BaseException | None = error
    while link is not None:
        if isinstance(link, ssl.SSLError):
            return "证书不对", "核对机器的时钟和根证书，看看中间有没有拆开 HTTPS 的代理"
        link = link.__cause__ or link.__context__
    if isinstance(error, httpx.TimeoutException):
        return "没有按时回答", "看看这台机器能不能上外网，出口有没有被防火墙挡住"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "地址写得不对", "wechat.api_base 要像 https://api.weixin.qq.com"
    return "连不上", "看看这台机器能不能上外网、解析域名，核对 wechat.api_base"


def _button(button: Mapping[str, Any]) -> dict[str, Any]:
    below = button.get("sub_button") or {}
    listed = below.get("list", []) if isinstance(below, Mapping) else below
    kept = {name: value for name, value in button.items() if name != "sub_button"}
    return {**kept, "sub_button": [_button(b) for b in listed]} if listed else kept
