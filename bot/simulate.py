"""A pretend WeChat: signs, encrypts, posts a user's words and opens the reply, in any of the three modes."""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

import requests

from bot.wechat.crypto import Cipher, same_signature, signature_of
from bot.wechat.xml import parse_fields

ACCOUNT = "gh_simulated"


class BadReply(Exception):
    """The bot's answer is none that WeChat would take."""


@dataclass(slots=True)
class PretendWechat:
    """Talks to one bot as the platform does.

    Attributes:
        mode: How pushes are sent: "plain", "compat" (plain fields beside `<Encrypt>`) or "safe".
    """

    url: str
    token: str
    mode: Literal["plain", "compat", "safe"] = "plain"
    app_id: str = ""
    encoding_aes_key: str = ""
    timeout_s: float = 5.0
    _http: requests.Session = field(default_factory=requests.Session)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(secrets.randbits(60)))

    def __post_init__(self) -> None:
        # A proxy of the environment has no business between this machine and itself.
        self._http.trust_env = False

    def say(self, openid: str, text: str, msg_id: str = "") -> str:
        """Send a user's words and return the text of the reply ("" when it is only acknowledged).

        Raises:
            BadReply: status, signature or XML of the answer is not what WeChat accepts.
            requests.RequestException: no answer within 5 s.
        """
        return self.push(
            openid, {"MsgType": "text", "Content": text, "MsgId": msg_id or str(next(self._ids))}
        )

    def push(self, openid: str, elements: dict[str, str]) -> str:
        """Send any message or event by its elements and return the text of the reply."""
        now = str(int(time.time()))
        common = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": now}
        xml = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in {**common, **elements}.items())
        nonce = secrets.token_hex(5)
        query = {
            "signature": signature_of(self.token, now, nonce),
            "timestamp": now,
            "nonce": nonce,
            "openid": openid,
        }
        body = f"<xml>{xml}</xml>"
        if self.mode != "plain":
            sealed = parse_fields(self._cipher.seal(body, now, nonce).encode())["Encrypt"]
            shown = xml if self.mode == "compat" else f"<ToUserName>{ACCOUNT}</ToUserName>"
            body = f"<xml>{shown}<Encrypt>{sealed}</Encrypt></xml>"
            query |= {"encrypt_type": "aes", "msg_signature": signature_of(self.token, now, nonce, sealed)}
        response = self._http.post(self.url, params=query, data=body.encode(), timeout=self.timeout_s)
        if response.status_code != 200:
            raise BadReply(f"HTTP {response.status_code}")
        return self._open(response.content)

    @property
    def _cipher(self) -> Cipher:
        return Cipher(self.token, self.app_id, self.encoding_aes_key)

    def _open(self, content: bytes) -> str:
        if content in (b"success", b""):
            return ""
        fields = parse_fields(content, {"Encrypt", "MsgSignature", "TimeStamp", "Nonce", "Content"})
        if self.mode == "plain":
            return fields["Content"]
        sealed = fields.get("Encrypt", "")
        expected = signature_of(self.token, fields.get("TimeStamp", ""), fields.get("Nonce", ""), sealed)
        if not same_signature(expected, fields.get("MsgSignature", "")):
            raise BadReply("MsgSignature")
        return parse_fields(self._cipher.open(sealed))["Content"]
