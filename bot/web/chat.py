"""The chat page: an official account as a phone shows it, for whoever tries the bot without one.

Only where `simulator.enabled` says so, because it can speak as anybody. What is sent is a real push, signed and sealed as the
platform does it, to this server's own `/wechat`; nothing here takes another way to the bot.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.config import Settings
from bot.conformance.faults import BadReply
from bot.conformance.own_server import modes_of, pretend_wechat
from bot.conformance.pretend_wechat import PretendWechat
from bot.editing.explain import describe, explain_in_words
from bot.web.headers import PAGE_HEADERS, AssetFiles
from knowledge.matching.snapshot import Snapshot
from knowledge.model.service import Button

_HERE = Path(__file__).parent
_MAX_BYTES = 300_000
_N_AT_ONCE = 3
_IMPATIENT_S = 0.01
_USER = re.compile(r"[\w-]{1,64}")
_TIMED = re.compile(r'(step|redis);desc="([^"]*)";dur=([\d.]+)')
_HEADERS = {**PAGE_HEADERS, "cache-control": "no-cache"}


class _BadRequest(Exception):
    """What a page that is not ours, or not of today, might send."""


def chat_routes(
    settings: Settings, live: Callable[[], Snapshot], others: Mapping[str, str]
) -> list[BaseRoute]:
    """Return the routes of an account's page, its assets and what it asks for.

    Args:
        settings: Those of the account.
        live: Gives the release that it talks about.
        others: Where the page of each account of the deployment is, this one's too.
    """

    async def page(request: Request) -> Response:
        return FileResponse(_HERE / "static/chat.html", headers=_HEADERS)

    async def about(request: Request) -> Response:
        content = live().content
        return JSONResponse(
            {"buttons": [_button(b) for b in content.buttons], "modes": modes_of(settings), "scenes": list(content.scenes),
             "accounts": others, "here": f"{settings.pages_path}/"},
            headers=_HEADERS,
        )  # fmt: skip

    async def push(request: Request) -> Response:
        asked = await _json(request)
        return JSONResponse(await asyncio.to_thread(_push, settings, asked), headers=_HEADERS)

    async def explain(request: Request) -> Response:
        asked = await _json(request)
        found = await asyncio.to_thread(_explain, live(), _text(asked, "text"))
        return JSONResponse(found, headers=_HEADERS)

    assets = Mount("/static", AssetFiles(directory=_HERE / "static"), middleware=[Middleware(GZipMiddleware)])
    return [
        Route("/", page),
        Route("/chat/about", about),
        Route("/chat/push", _guarded(push), methods=["POST"]),
        Route("/chat/explain", _guarded(explain), methods=["POST"]),
        assets,
    ]


def _guarded(
    handle: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Refuse what another site's page makes a browser send: no JSON of ours, or another origin."""

    async def guarded(request: Request) -> Response:
        origin = urlsplit(request.headers.get("origin", "")).netloc
        is_json = request.headers.get("content-type", "").split(";")[0] == "application/json"
        if not is_json or origin not in ("", request.headers.get("host", "")):
            return JSONResponse({"fault": "只有这个页面自己能发"}, 403, headers=_HEADERS)
        try:
            return await handle(request)
        except _BadRequest as bad:
            return JSONResponse({"fault": str(bad)}, 400, headers=_HEADERS)

    return guarded


async def _json(request: Request) -> Mapping[str, Any]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BYTES:
            raise _BadRequest("太长了，一次最多发 30 万字节")
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise _BadRequest("页面和服务的版本不一样，请刷新") from error
    if not isinstance(asked, dict):
        raise _BadRequest("页面和服务的版本不一样，请刷新")
    return asked


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str):
        raise _BadRequest("页面和服务的版本不一样，请刷新")
    return value


def _push(settings: Settings, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Send one push and return what came back, as a phone and as the platform see it.

    Or the same three times at once; or twice, the first time hanging up before the reply is there.
    """
    user, mode = _text(asked, "user"), _text(asked, "mode") or modes_of(settings)[0]
    if not _USER.fullmatch(user) or mode not in modes_of(settings):
        raise _BadRequest("没有这个用户或模式，请刷新页面")
    wechat = pretend_wechat(settings, mode)
    elements = _elements(wechat, asked)
    inner = wechat.compose(user, elements)
    if asked.get("cut") is True:
        _hang_up(wechat, inner, user)
    n = _N_AT_ONCE if asked.get("at_once") is True else 1
    started = time.perf_counter()
    with ThreadPoolExecutor(n) as pool:
        answers = list(pool.map(lambda _: _answer(wechat, inner, user), range(n)))
    times = answers[0].pop("times")
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    return {
        **answers[0],
        "all": [a["text"] for a in answers],
        "ms": milliseconds,
        "sent": f"<xml>{inner}</xml>",
        "steps": _steps(times),
    }


def _hang_up(wechat: PretendWechat, inner: str, user: str) -> None:
    """Push and be gone before the reply, as the platform is after its 5 s: nobody gets what comes back, in time or not."""
    with suppress(requests.RequestException):
        replace(wechat, timeout_s=_IMPATIENT_S).request(inner, user, fresh=True)


def _answer(wechat: PretendWechat, inner: str, user: str) -> dict[str, Any]:
    times = ""
    try:
        response = wechat.request(inner, user, fresh=True)
        times = response.headers.get("server-timing", "")
        received = response.content.decode(errors="replace")
        answer = wechat.open(response)
    except requests.Timeout:
        return {"text": None, "fault": "5 秒没有回应，微信会再推两次", "received": "", "times": times}
    except requests.RequestException:
        return {"text": None, "fault": "服务没有回应，看看它的日志", "received": "", "times": times}
    except BadReply as bad:
        return {"text": None, "fault": f"微信不收这个回复：{bad}", "received": received, "times": times}
    fault = "" if answer.kind in ("", "text") else f"（公众号转给了人工客服：{answer.kind}）"
    text = answer.text if answer.kind == "text" else None
    return {"text": text, "fault": fault, "received": received, "times": times}


def _steps(times: str) -> list[dict[str, Any]]:
    """Return the steps of a push with the calls of Redis in each, from the header that tells them in their order."""
    steps: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    for kind, name, ms in _TIMED.findall(times):
        if kind == "redis":
            calls.append({"name": name, "ms": float(ms)})
        else:
            steps.append({"name": name, "ms": float(ms), "calls": calls})
            calls = []
    return steps


def _elements(wechat: PretendWechat, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the elements of a push of the kind that the page asks for."""
    text, key, msg_id = _text(asked, "text"), _text(asked, "key"), _text(asked, "msg_id") or wechat.next_id()
    match asked.get("kind"):
        case "text":
            tapped = {"bizmsgmenuid": key} if key else {}
            return wechat.text(text, msg_id) | tapped
        case "voice":
            return {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": text, "MsgId": msg_id}
        case "image":
            return {"MsgType": "image", "PicUrl": "http://mmbiz.qpic.cn/x/0", "MediaId": "m", "MsgId": msg_id}
        case "location":
            place = {"Location_X": "30.66", "Location_Y": "104.06", "Scale": "15", "Label": text or "成都市"}
            return {"MsgType": "location", **place, "MsgId": msg_id}
        case "subscribe":
            scene = {"EventKey": f"qrscene_{key}", "Ticket": "t"} if key else {"EventKey": ""}
            return {"MsgType": "event", "Event": "subscribe", **scene}
        case "unsubscribe":
            return {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}
        case "scan":
            return {"MsgType": "event", "Event": "SCAN", "EventKey": key, "Ticket": "t"}
        case "click":
            return {"MsgType": "event", "Event": "CLICK", "EventKey": key}
    raise _BadRequest("没有这种消息，请刷新页面")


def _explain(snapshot: Snapshot, question: str) -> dict[str, Any]:
    """Return why a question, asked by somebody who said nothing before, gets what it gets."""
    found, decision = describe(snapshot, question)
    ids = [
        found["entry"] or found.get("passage"),
        *(c.get("entry") or c.get("passage") for c in found["choices"]),
    ]
    return {
        "outcome": found["outcome"],
        "ids": list(dict.fromkeys(filter(None, ids))),
        "lines": [] if found["outcome"] == "command" else explain_in_words(snapshot, decision),
    }


def _button(button: Button) -> dict[str, Any]:
    return {
        "name": button.name,
        "key": button.key,
        "url": button.url,
        "buttons": [_button(inner) for inner in button.buttons],
    }
