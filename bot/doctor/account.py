"""The account's settings by themselves, and as the platform sees them."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.config import Settings
from bot.config_faults import APP_ID, APP_ID_WANTED
from bot.doctor.diagnosis import Diagnosis, broken, note, ok, skipped
from bot.editing.menu import as_platform, menu_difference
from bot.wechat.api import Credentials, platform
from bot.wechat.api_errors import NOT_ALLOWED, CallFailed, CallRefused
from knowledge.model.content import Content

_SECRET = re.compile(r"[0-9a-f]{32}")
_TOKEN_CHARS = (3, 32)
_GUESSABLE = 16
_CLOCK_OFF_S = 30


def settings_of_account(settings: Settings) -> Iterator[Diagnosis]:
    """Say of token, key, mode, AppID and AppSecret whether they are what the platform gives and takes."""
    yield _token(settings)
    yield from _mode(settings)
    wechat = settings.wechat
    if not wechat.app_id:
        yield note(
            "app-id", "没有填 wechat.app_id", "安全模式、推送菜单要它：公众平台“设置与开发”里抄，wx 开头"
        )
    elif not APP_ID.fullmatch(wechat.app_id):
        what = f"wechat.app_id（{len(wechat.app_id)} 个字符）不像 AppID"
        yield broken("app-id", what, APP_ID_WANTED)
    else:
        yield ok("app-id", f"AppID {wechat.app_id}")
    if wechat.app_secret and not _SECRET.fullmatch(wechat.app_secret):
        cure = "AppSecret 是 32 个小写字母或数字，不要多抄空格"
        yield broken(
            "app-secret", f"wechat.app_secret（{len(wechat.app_secret)} 个字符）不像 AppSecret", cure
        )


def _token(settings: Settings) -> Diagnosis:
    given = settings.wechat.token
    if not given:
        kept = settings.data_dir / "secrets" / "token"
        if kept.exists():
            return ok("token", f"Token 是自动生成的，在 {kept}")
        return note("token", "没有填 wechat.token", "第一次启动会生成一个；公众平台上要填同一个")
    least, most = _TOKEN_CHARS
    if not least <= len(given) <= most:
        cure = "换成 16 到 32 个随便打的字母和数字，公众平台上也改成同一个"
        return broken(
            "token", f"wechat.token 有 {len(given)} 个字符，公众平台只收 {least} 到 {most} 个", cure
        )
    if len(given) < _GUESSABLE:
        cure = f"换成 {_GUESSABLE} 到 {most} 个随便打的字母和数字，公众平台上也改成同一个"
        return note("token", f"wechat.token 只有 {len(given)} 个字符，猜得出来", cure)
    return ok("token", f"Token 有 {len(given)} 个字符")


def _mode(settings: Settings) -> Iterator[Diagnosis]:
    mode = settings.wechat.effective_mode
    if mode == "plain":
        cure = "公众平台上选安全模式，把 EncodingAESKey 填到 wechat.encoding_aes_key"
        yield note("mode", "明文模式：截到一个签名的人能冒充任何用户", cure)
    elif mode == "compat":
        yield note(
            "mode", "兼容模式：不加密的推送也收", "公众平台上换成安全模式以后，把 wechat.mode 改成 safe"
        )
    else:
        yield ok("mode", "安全模式")
    if settings.wechat.window_s == 0:
        cure = "wechat.window_s 改回 300；0 只给接口调试工具用"
        yield note("window", "不检查推送的时间，截到的推送随时能重放", cure)


async def as_the_platform_sees_it(
    settings: Settings, redis: Any, content: Content | None
) -> AsyncIterator[Diagnosis]:
    """Ask the platform for a token, the time and the menu."""
    yield await _clock(settings)
    wechat = settings.wechat
    missing = [f"wechat.{name}" for name in ("app_id", "app_secret") if not getattr(wechat, name)]
    if missing:
        yield skipped("platform", f"没有填 {' 和 '.join(missing)}，没有问微信；只影响推送菜单和画二维码")
        return
    async with platform(Credentials(wechat.app_id, wechat.app_secret, wechat.api_base), redis) as calls:
        try:
            await calls.sees_us()
        except CallFailed as failed:
            yield broken("platform", failed.what, failed.cure)
            return
        yield ok("platform", "微信认这个 AppID 和 AppSecret，这台机器在 IP 白名单里")
        if content is None:
            return
        try:
            lines = menu_difference(await calls.menu(), [as_platform(button) for button in content.buttons])
        except CallFailed as failed:
            is_refused = isinstance(failed, CallRefused) and failed.code in NOT_ALLOWED
            if is_refused:
                yield skipped("menu-live", failed.lines[-1])
            else:
                yield broken("menu-live", failed.what, failed.cure)
            return
    if lines:
        n = sum(line[0] in "+-" for line in lines)
        yield note(
            "menu-live",
            f"用户看到的菜单和内容目录里的有 {n} 行不同",
            "qinglang menu push --dry-run 看，menu push 推送",
        )
    else:
        yield ok("menu-live", "用户看到的菜单和内容目录里的一样")


async def _clock(settings: Settings) -> Diagnosis:
    base = settings.wechat.api_base
    try:
        async with httpx.AsyncClient(timeout=5.0) as http:
            answer = await http.head(base)
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (httpx.HTTPError, KeyError, ValueError):
        return skipped("clock", f"{base} 没有回答，没有核对时钟")
    off_s = round(time.time() - theirs)
    if abs(off_s) > _CLOCK_OFF_S:
        way = "快" if off_s > 0 else "慢"
        cure = "打开对时（timedatectl set-ntp true），否则推送会因为时间不对被拒绝"
        return broken("clock", f"这台机器的时钟{way}了 {abs(off_s)} 秒", cure)
    return ok("clock", "时钟和微信的一致")
