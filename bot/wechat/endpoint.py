"""`/wechat`, as a bare ASGI app: bytes in, bytes out, and never a stack trace."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from bot.telemetry import ACCOUNT, MESSAGES, PUSHES, REPLY_SECONDS, TIMES, UNDER_WAY, Step, Timed
from bot.traces import traced
from bot.wechat.door import PushRefused, PushUnreadable
from bot.wechat.messages import to_message
from bot.wechat.render import ACKNOWLEDGEMENT, render_reply, render_transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import Receive, Scope, Send

    from bot.pipeline import Pipeline
    from bot.wechat.courier import Courier
    from bot.wechat.door import Door

log = logging.getLogger(__name__)
_BODY_TIMEOUT_S = 5.0
_XML = b"application/xml; charset=utf-8"
_TEXT = b"text/plain; charset=utf-8"
# What is signed in plain mode may hold any word for one.
_KINDS = frozenset({"text", "image", "voice", "video", "shortvideo", "location", "link", "event"})
_OUTCOMES = {"text": "answered", "transfer": "transferred", "none": "acknowledged"}


class _TooLarge(Exception):
    pass


def _parse_query(query: bytes) -> list[tuple[str, str]]:
    """Return the parameters, none where there are more than the platform ever sends: nothing is signed then."""
    try:
        return parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=32)
    except ValueError:
        return []


def server_timing(times: Sequence[Timed]) -> bytes:
    """Return what took how long as the header of that name has it, in milliseconds."""
    return ", ".join(f'{kind};desc="{name}";dur={took_s * 1000:.2f}' for kind, name, took_s in times).encode()


class WechatEndpoint:
    """The one address the platform knows: GET proves it is ours, POST is a push.

    Args:
        pipeline: Gives the pipeline when a push comes, because it opens later than the routes are made.
        account: What the lines of the log call it, "" for the first one.
        courier: Gives what sends a picture after a reply, None where the account may not.
        tells_times: Whether a reply says in a header how long each step took.
    """

    def __init__(
        self,
        door: Door,
        hash_user: Callable[[str], str],
        max_body_bytes: int,
        pipeline: Callable[[], Pipeline],
        courier: Callable[[], Courier | None] = lambda: None,
        account: str = "",
        *,
        tells_times: bool = False,
    ) -> None:
        self._door = door
        self._hash_user = hash_user
        self._max_body_bytes = max_body_bytes
        self._pipeline = pipeline
        self._courier = courier
        self._account = account
        self._tells_times = tells_times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever it holds, the status is 200, 403, 405 or 413."""
        started = time.perf_counter()
        ACCOUNT.set(self._account)
        times: list[Timed] | None = [] if self._tells_times else None
        TIMES.set(times)
        query = _parse_query(scope["query_string"])
        match scope["method"]:
            case "GET":
                status, kind, body = self._verify(query)
            case "POST":
                with UNDER_WAY.track_inprogress(), traced("push"):
                    status, kind, body = await self._push(scope, receive, query)
            case _:
                status, kind, body = 405, _TEXT, b""
        REPLY_SECONDS.observe(time.perf_counter() - started)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if times:
            headers.append((b"server-timing", server_timing(times)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _verify(self, query: list[tuple[str, str]]) -> tuple[int, bytes, bytes]:
        try:
            return 200, _TEXT, self._door.verify_url(query, time.time()).encode()
        except PushRefused as refused:
            log.warning("verification refused", extra={"fields": {"why": str(refused)}})
            return 403, _TEXT, b""

    async def _push(
        self, scope: Scope, receive: Receive, query: list[tuple[str, str]]
    ) -> tuple[int, bytes, bytes]:
        # By a clock that nobody sets: the pipeline only asks how long ago that was.
        received_ms = int(time.monotonic() * 1000)
        try:
            body = await self._read(scope, receive)
            with Step("door"):
                push = self._door.open_push(query, body, time.time())
                message = to_message(push, self._hash_user, received_ms)
        except (_TooLarge, TimeoutError):
            PUSHES.labels("too_large").inc()
            return 413, _TEXT, b""
        except PushRefused as refused:
            PUSHES.labels("refused").inc()
            log.warning("push refused", extra={"fields": {"why": str(refused)}})
            return 403, _TEXT, b""
        except PushUnreadable as unreadable:
            PUSHES.labels("unreadable").inc()
            log.warning("push unreadable", extra={"fields": {"why": str(unreadable)}})
            return 200, _TEXT, ACKNOWLEDGEMENT
        MESSAGES.labels(message.kind if message.kind in _KINDS else "other").inc()
        reply = await self._pipeline().reply_to(message)
        PUSHES.labels(_OUTCOMES[reply.kind]).inc()
        if reply.card and (courier := self._courier()):
            courier.post(push.fields["FromUserName"], message.push_key, reply.card)
        at = reply.at or time.time()
        with Step("render"):
            match reply.kind:
                case "text":
                    return 200, _XML, render_reply(push, reply.text, at)
                case "transfer":
                    return 200, _XML, render_transfer(push, at)
                case _:
                    return 200, _TEXT, ACKNOWLEDGEMENT

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self._max_body_bytes:
            raise _TooLarge
        body = bytearray()
        async with asyncio.timeout(_BODY_TIMEOUT_S):
            while True:
                event = await receive()
                body += event.get("body", b"")
                if len(body) > self._max_body_bytes:
                    raise _TooLarge
                if event["type"] == "http.disconnect" or not event.get("more_body"):
                    return bytes(body)
