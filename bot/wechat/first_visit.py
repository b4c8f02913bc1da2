"""The platform's first visit to our address, when its owner presses 提交: what came, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from bot.wechat.door import Door, PushRefused

_WHY = {
    "signature": "签名不对：公众平台上填的 Token 和这里的不一样，把上面的 Token 原样贴过去，再点提交",
    "timestamp outside the window": "签名对，时间差得太多：这台机器的时钟不准，打开对时（timedatectl set-ntp true），再点提交",
    "echostr": "签名对，echostr 却不是字母和数字：中间有什么改了它",
    "a parameter twice": "同一个参数来了两次：看看反向代理有没有把参数加了一遍",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What to answer a request with, and what to say of it; `is_platform` when that was the platform, and all is well."""

    status: int
    body: str
    told: str
    is_platform: bool = False


def receive(
    door: Door, address: str, method: str, target: str, headers: Mapping[str, str], now: float
) -> Visit:
    """Judge a request that came while the platform was waited for at an address of ours."""
    parts = urlsplit(target)
    query = parse_qsl(parts.query, keep_blank_values=True)
    came = f"来了 {method} {parts.path}（{headers.get('host', '没有写主机')}）："
    if parts.path.rstrip("/") != address:
        return Visit(404, "", f"{came}路径不是 {address}，公众平台上的 URL 要以 {address} 结尾")
    if not any(name == "signature" for name, _ in query):
        return Visit(200, "", f"{came}到得了这台机器，但不是微信：没有签名")
    if method != "GET":
        return Visit(200, "success", f"{came}是一条推送，不是验证；先回 success")
    try:
        echo = door.verify_url(query, now)
    except PushRefused as refused:
        return Visit(403, "", came + _WHY.get(str(refused), str(refused)))
    return Visit(200, echo, f"{came}微信的验证，签名正确，已经原样回了 echostr", is_platform=True)
