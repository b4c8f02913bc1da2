"""A reply → the bytes of the HTTP answer, in the mode the push came in."""

from __future__ import annotations

import re

from werobot.replies import TextReply, TransferCustomerServiceReply, WeChatReply

from bot.wechat.door import Push
from bot.wechat.xml import escape_cdata

ACKNOWLEDGEMENT = b"success"
"""Never encrypted, in no mode."""
MAX_BYTES = 2000
# A tag with all that it encloses, or an address.
_WHOLE = re.compile(
    r"<a\b[^<>]*>[^<>]*</a>|</?[a-z][^<>]{0,500}>|[a-z]+://[^\s<>\u3000-\u9fff\uff00-\uffef]+",
    re.DOTALL | re.IGNORECASE,
)
_JOINER = "\u200d"
_CLINGS = re.compile("[\u0300-\u036f\u200d\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def scrub(text: str) -> str:
    """Return `text` without what XML 1.0 forbids: controls, lone surrogates, U+FFFE and U+FFFF.

    Carriage returns go too: XML would turn them into line feeds on the way.
    """
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fit(text: str, limit_bytes: int = MAX_BYTES) -> str:
    """Return `text`, cut where it would pass the limit; replies are paged long before.

    The cut is never inside a character with its marks, a link or an address: it moves to before them.
    """
    encoded = text.encode()
    if len(encoded) <= limit_bytes:
        return text
    end = len(encoded[:limit_bytes].decode("utf-8", "ignore"))
    end = next((m.start() for m in _WHOLE.finditer(text) if m.start() < end < m.end()), end)
    while (end and _CLINGS.match(text[end])) or text[end - 1 : end] == _JOINER:
        end -= 1
    return text[:end]


def render_reply(push: Push, text: str, now: float) -> bytes:
    """Return the XML of a text reply to `push`, sealed with the key that opened it.

    Sender and receiver change places. Any text gives valid XML; the timestamp is ours, the nonce the
    request's (encryption page).
    """
    return _render(TextReply, push, now, content=escape_cdata(fit(scrub(text))))


def render_transfer(push: Push, now: float) -> bytes:
    """Return the XML that hands the conversation over to the account's human service."""
    return _render(TransferCustomerServiceReply, push, now)


def _render(kind: type[WeChatReply], push: Push, now: float, **parts: str) -> bytes:
    reply = kind(
        source=escape_cdata(scrub(push.fields["ToUserName"])),
        target=escape_cdata(scrub(push.fields["FromUserName"])),
        time=int(now),
        **parts,
    )
    xml = reply.render().strip()
    if push.cipher:
        xml = push.cipher.seal(xml, str(int(now)), push.nonce)
    return str(xml).encode()
