"""A reply → the bytes of the HTTP answer, in the mode the push came in."""

from __future__ import annotations

import re

from werobot.replies import TextReply

from bot.wechat.door import Push

ACKNOWLEDGEMENT = b"success"
"""Never encrypted, in no mode."""
MAX_BYTES = 2000
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def scrub(text: str) -> str:
    """Return `text` without what XML 1.0 forbids: controls, lone surrogates, U+FFFE and U+FFFF.

    Carriage returns go too: XML would turn them into line feeds on the way.
    """
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fit(text: str, limit_bytes: int = MAX_BYTES) -> str:
    """Return `text`, cut between characters where it would pass the limit; replies are paged long before."""
    encoded = text.encode()
    return text if len(encoded) <= limit_bytes else encoded[:limit_bytes].decode("utf-8", "ignore")


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")


def render_reply(push: Push, text: str, now: float) -> bytes:
    """Return the XML of a text reply to `push`, sealed with the key that opened it.

    Sender and receiver change places. Any text gives valid XML; the timestamp is ours, the nonce the
    request's (encryption page).
    """
    reply = TextReply(
        source=_cdata(scrub(push.fields["ToUserName"])),
        target=_cdata(scrub(push.fields["FromUserName"])),
        time=int(now),
        content=_cdata(fit(scrub(text))),
    )
    xml = reply.render().strip()
    if push.cipher:
        xml = push.cipher.seal(xml, str(int(now)), push.nonce)
    return str(xml).encode()
