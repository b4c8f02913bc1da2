"""A pretend WeChat: signs, encrypts, posts pushes and opens the replies as the platform does, in any of the three modes.

It also has the platform's impatience: it hangs up after 5 s and pushes again, three times in all, each time with a
new timestamp, nonce and signature. Usable against any bot that speaks the protocol.
"""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import escape

import requests

from bot.conformance.faults import BadReply, bad_body, bad_status
from bot.wechat.crypto import BadEnvelope, Cipher, same_signature, signature_of
from bot.wechat.xml import WORDS, BadXml, parse_fields

Mode = Literal["plain", "compat", "safe"]
ACCOUNT = "gh_simulated"
N_TRIES = 3
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_REPLY_ELEMENTS = frozenset(
    [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
        "Encrypt",
        "MsgSignature",
        "TimeStamp",
        "Nonce",
    ]
)


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What came back for one push: `kind` is the reply's MsgType, "" when it was only acknowledged.

    Attributes:
        declared: The encoding that the reply's XML says it is in, "" when it says none. The platform reads UTF-8.
    """

    kind: str = ""
    text: str = ""
    to: str = ""
    sender: str = ""
    content_type: str = ""
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a push over all its tries: the first answer in time, None when there was none."""

    answer: PushAnswer | None
    n_tries: int
    seconds: float


@dataclass(slots=True)
class PretendWechat:
    """Talks to one bot as the platform does.

    Attributes:
        mode: How pushes are sent: "plain", "compat" (plain fields beside `<Encrypt>`) or "safe".
    """

    url: str
    token: str
    mode: Mode = "plain"
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
        return self.push(openid, self.text(text, msg_id))

    def push(self, openid: str, elements: Mapping[str, Any]) -> str:
        """Send any message or event by its elements and return the text of the reply."""
        return self.post(openid, elements).text

    def post(self, openid: str, elements: Mapping[str, Any]) -> PushAnswer:
        """Send any message or event once and return what came back; a mapping as a value is a group of elements."""
        return self.open(self.request(self.compose(openid, elements), openid))

    def deliver(self, openid: str, elements: Mapping[str, Any]) -> Delivery:
        """Push as the platform does: hang up at the time-out or on a fault, and push again, three times in all."""
        inner, started = self.compose(openid, elements), time.monotonic()
        for n in range(1, N_TRIES + 1):
            try:
                answer = self.open(self.request(inner, openid))
            except (requests.RequestException, BadReply):
                continue
            return Delivery(answer, n, time.monotonic() - started)
        return Delivery(None, N_TRIES, time.monotonic() - started)

    def copies(self, openid: str, elements: Mapping[str, Any], n: int = N_TRIES) -> list[PushAnswer]:
        """Push the same thing n times at once, each delivery with a signature of its own."""
        inner = self.compose(openid, elements)
        with ThreadPoolExecutor(n) as pool:
            return list(pool.map(lambda _: self.open(self.request(inner, openid, fresh=True)), range(n)))

    def text(self, content: str, msg_id: str = "") -> dict[str, str]:
        """Return the elements of a text message; each has an id of its own unless one is given."""
        return {"MsgType": "text", "Content": content, "MsgId": msg_id or self.next_id()}

    def next_id(self) -> str:
        """Return a MsgId that was not used before."""
        return str(next(self._ids))

    def compose(self, openid: str, elements: Mapping[str, Any]) -> str:
        """Return the inside of a push's `<xml>`, which stays the same over its deliveries."""
        common = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": str(int(time.time()))}
        return _xml({**common, **elements})

    def request(self, inner: str, openid: str = "", *, fresh: bool = False) -> requests.Response:
        """Sign, seal and post the inside of a push; `fresh` uses a connection of its own."""
        now, nonce = str(int(time.time())), secrets.token_hex(5)
        query = self.signed(now, nonce) | {"openid": openid}
        body = f"<xml>{inner}</xml>"
        if self.mode != "plain":
            sealed = self.seal(body, now, nonce)
            shown = inner if self.mode == "compat" else f"<ToUserName>{ACCOUNT}</ToUserName>"
            body = f"<xml>{shown}<Encrypt>{sealed}</Encrypt></xml>"
            query |= {"encrypt_type": "aes", "msg_signature": signature_of(self.token, now, nonce, sealed)}
        return self.send("POST", query, body.encode(), fresh=fresh)

    def send(
        self, method: str, query: Mapping[str, str], body: bytes = b"", *, fresh: bool = False
    ) -> requests.Response:
        """Send any request at all to the bot's address, signed or not, and return the raw answer."""
        with nullcontext(self._http) if not fresh else requests.Session() as session:
            session.trust_env = False
            return session.request(
                method,
                self.url,
                params=query,
                data=body,
                headers={"Content-Type": "text/xml"} if method == "POST" else {},
                timeout=self.timeout_s,
                # The platform follows none.
                allow_redirects=False,
            )

    def signed(self, timestamp: str, nonce: str) -> dict[str, str]:
        """Return the query of a request that is signed for this moment."""
        signature = signature_of(self.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def seal(self, xml: str, timestamp: str, nonce: str) -> str:
        """Return the Base64 text of `<Encrypt>` for a push."""
        return self._read(self.cipher.seal(xml, timestamp, nonce).encode())["Encrypt"]

    @property
    def cipher(self) -> Cipher:
        """The key of this account."""
        return Cipher(self.token, self.app_id, self.encoding_aes_key)

    def open(self, response: requests.Response) -> PushAnswer:
        """Return the answer in a response as the platform would read it.

        Raises:
            BadReply: status, XML, signature or envelope is none that it takes.
        """
        if response.status_code != 200:
            raise bad_status(response.status_code)
        if response.content.strip() in (b"success", b""):
            return PushAnswer()
        declared = _DECLARED.match(response.content)
        fields = self._read(response.content)
        if self.mode == "safe" or "Encrypt" in fields:
            fields = self._read(self._unseal(fields))
        missing = [
            name for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType") if not fields.get(name)
        ]
        if missing:
            raise BadReply(f"回复里没有 {missing[0]}", f"在 <xml> 里写上 <{missing[0]}>，大小写一样")
        return PushAnswer(
            fields["MsgType"],
            fields.get("Content", ""),
            fields["ToUserName"],
            fields["FromUserName"],
            response.headers.get("content-type", ""),
            declared[1].decode() if declared else "",
        )

    @staticmethod
    def _read(content: bytes) -> dict[str, str]:
        try:
            content.decode()
            return parse_fields(content, _REPLY_ELEMENTS)
        except (BadXml, UnicodeDecodeError) as error:
            raise bad_body(content) from error

    def _unseal(self, fields: Mapping[str, str]) -> bytes:
        sealed = fields.get("Encrypt", "")
        if not sealed:
            raise BadReply("安全模式的回复没有加密", "除了 success 和空的正文，回复都要加密成 <Encrypt>")
        expected = signature_of(self.token, fields.get("TimeStamp", ""), fields.get("Nonce", ""), sealed)
        if not same_signature(expected, fields.get("MsgSignature", "")):
            cure = "MsgSignature 是 Token、回复里的 TimeStamp 和 Nonce、密文四项排序后的 SHA-1"
            raise BadReply("回复的 MsgSignature 不对", cure)
        try:
            return self.cipher.open(sealed)
        except BadEnvelope as error:
            cure = "用同一个 EncodingAESKey 和 AppID，按 32 字节补位，msg_len 写 4 字节网络序"
            raise BadReply(f"回复的密文解不开（{error}）", cure) from error


def _xml(elements: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{_inside(name, value)}</{name}>" for name, value in elements.items())


def _inside(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return _xml(value)
    # As on the platform: a user's words stand in CDATA, and nothing in them is escaped.
    return f"<![CDATA[{value}]]>" if name in WORDS else escape(str(value))
