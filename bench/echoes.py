"""Bots that only echo, each as its own documentation runs it: what a push costs with the peers, and at the least.

`LIMIT` knows nothing of the platform: one POST, one script in Redis, one small answer. Settings come from the environment.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

_SCRIPT = "redis.call('INCR', KEYS[1]); return redis.call('GET', KEYS[1])"
_REPLY = "<xml><Content><![CDATA[{}]]></Content></xml>"


def _redis_path() -> str:
    return os.environ["ECHO_REDIS"]


def werobot() -> Any:
    """Return WeRoBot's WSGI app with a session in Redis."""
    from redis import Redis
    from werobot import WeRoBot
    from werobot.session.redisstorage import RedisStorage

    storage = RedisStorage(Redis(unix_socket_path=_redis_path()), prefix="echo_")
    robot = WeRoBot(token=os.environ["ECHO_TOKEN"], enable_session=True, session_storage=storage)
    robot.config["APP_ID"] = os.environ["ECHO_APP_ID"]
    robot.config["ENCODING_AES_KEY"] = os.environ["ECHO_AES_KEY"]

    @robot.text
    def echo(message: Any, session: Any) -> str:
        session["n"] = session.get("n", 0) + 1
        return str(message.content)

    return robot.wsgi


def wechatpy() -> Any:
    """Return the echo of wechatpy's example for Flask; it keeps nothing."""
    from flask import Flask, Response, abort, request
    from wechatpy import create_reply, parse_message
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.exceptions import InvalidSignatureException
    from wechatpy.utils import check_signature

    app, token = Flask(__name__), os.environ["ECHO_TOKEN"]
    crypto = WeChatCrypto(token, os.environ["ECHO_AES_KEY"], os.environ["ECHO_APP_ID"])

    @app.post("/wechat")
    def echo() -> Response:
        given = request.args
        try:
            check_signature(token, given["signature"], given["timestamp"], given["nonce"])
        except InvalidSignatureException:
            abort(403)
        sealed = given.get("encrypt_type") == "aes"
        body = request.data
        if sealed:
            body = crypto.decrypt_message(body, given["msg_signature"], given["timestamp"], given["nonce"])
        message = parse_message(body)
        xml = create_reply(message.content, message).render()
        return Response(
            crypto.encrypt_message(xml, given["nonce"], given["timestamp"]) if sealed else xml,
            mimetype="application/xml",
        )

    return app


class _Limit:
    def __init__(self) -> None:
        from redis.asyncio import Redis

        self._redis = Redis(unix_socket_path=_redis_path())
        self._script = self._redis.register_script(_SCRIPT)

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        user = parse_qs(scope["query_string"].decode()).get("openid", [""])[0]
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        n = await self._script(keys=[user])
        body = _REPLY.format(int(n)).encode()
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]}
        )
        await send({"type": "http.response.body", "body": body})


def limit() -> _Limit:
    """Return a bare ASGI app with one round trip to Redis, that checks and reads nothing."""
    return _Limit()
