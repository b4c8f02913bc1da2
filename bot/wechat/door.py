"""The door: nothing behind it has seen an unverified byte.

Every refusal looks the same from outside (403, empty); why it was refused is for the log alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from bot.wechat.crypto import BadEnvelope, Cipher, same_signature, signature_of
from bot.wechat.werobot_messages import build_message
from bot.wechat.xml import BadXml, parse_push

Mode = Literal["plain", "compat", "safe"]
Query = Sequence[tuple[str, str]]
_ECHO = re.compile(r"[0-9A-Za-z_-]{1,128}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_SIGNED = ("signature", "timestamp", "nonce")


class PushRefused(Exception):
    """A request that may not come in: unsigned, stale, forged, downgraded, or sealed for somebody else."""


class PushUnreadable(Exception):
    """A verified push that is no message; the platform gets `success`, or it would ask again."""


@dataclass(frozen=True, slots=True)
class Push:
    """One verified push: its fields, WeRoBot's object of it, and how to seal the reply (None = plain)."""

    fields: Mapping[str, str]
    message: Any
    cipher: Cipher | None
    nonce: str


@dataclass(frozen=True, slots=True)
class Door:
    """Verifies and opens requests for one account.

    Attributes:
        aes_keys: EncodingAESKeys, the current first, then the previous; the one that opens a push seals its reply.
        window_s: How far a timestamp may be off, in seconds; 0 switches the check off.
    """

    token: str
    app_id: str
    aes_keys: tuple[str, ...]
    mode: Mode
    window_s: int

    def verify_url(self, query: Query, now: float) -> str:
        """Return the `echostr` to send back when the platform checks our address.

        It is plain in every mode of an official account.

        Raises:
            Refused: signature, time, or an echostr that is not letters and digits.
        """
        given = self._signed(query, now)
        echo = given.get("echostr", "")
        if not _ECHO.fullmatch(echo):
            raise PushRefused("echostr")
        return echo

    def open_push(self, query: Query, body: bytes, now: float) -> Push:
        """Return the push in `body`, decided mode by mode for this push alone.

        In safe mode only an encrypted push comes in. In compat mode one with `<Encrypt>` must verify and
        only its decrypted copy is used; one without is plain. In plain mode `<Encrypt>` is not ours to read.

        Raises:
            Refused: until the signature of the mode holds and the envelope opens.
            Unreadable: verified, but not a message.
        """
        given = self._signed(query, now)
        try:
            outer = parse_push(body)
        except BadXml as error:
            if self.mode == "safe" or given.get("encrypt_type") == "aes":
                raise PushRefused(f"outer XML: {error}") from error
            raise PushUnreadable(str(error)) from error
        sealed = outer.get("Encrypt", "")
        is_sealed = bool(sealed.strip()) or given.get("encrypt_type") == "aes"
        if self.mode == "plain" and is_sealed:
            raise PushRefused("encrypted push in plain mode")
        if self.mode == "safe" and not is_sealed:
            raise PushRefused("plain push in safe mode")
        if not is_sealed:
            return _push(outer, None, given["nonce"])
        xml, cipher = self._open(given, sealed)
        try:
            fields = parse_push(xml)
        except BadXml as error:
            raise PushUnreadable(f"inner XML: {error}") from error
        return _push(fields, cipher, given["nonce"])

    def _signed(self, query: Query, now: float) -> dict[str, str]:
        given = dict(query)
        if len(given) != len(query):
            raise PushRefused("a parameter twice")
        signature, timestamp, nonce = (given.get(name, "") for name in _SIGNED)
        expected = signature_of(self.token, timestamp, nonce)
        if not (signature and nonce and _NUMBER.fullmatch(timestamp) and same_signature(expected, signature)):
            raise PushRefused("signature")
        if self.window_s and abs(now - int(timestamp)) > self.window_s:
            raise PushRefused("timestamp outside the window")
        return given

    def _open(self, given: Mapping[str, str], sealed: str) -> tuple[bytes, Cipher]:
        text = "".join(sealed.split())
        # Senders that break their Base64 into lines sign it with or without the breaks; XML has made CR LF an LF.
        signed = (sealed, text, sealed.strip(), sealed.replace("\n", "\r\n"))
        sign = partial(signature_of, self.token, given["timestamp"], given["nonce"])
        if not (text and any(same_signature(sign(form), given.get("msg_signature", "")) for form in signed)):
            raise PushRefused("msg_signature")
        reason = "no key"
        for key in self.aes_keys:
            cipher = Cipher(self.token, self.app_id, key)
            try:
                return cipher.open(text), cipher
            except BadEnvelope as error:
                reason = str(error)
        raise PushRefused(f"envelope: {reason}")


def _push(outer: Mapping[str, str], cipher: Cipher | None, nonce: str) -> Push:
    # Blanks around a value are layout, as they are to WeRoBot and wechatpy.
    fields = {name: text.strip() for name, text in outer.items()}
    for name in ("MsgType", "FromUserName", "ToUserName", "CreateTime"):
        if not fields.get(name):
            raise PushUnreadable(f"no {name}")
    for name in ("CreateTime", "MsgId"):
        if fields.get(name) and not _NUMBER.fullmatch(fields[name]):
            raise PushUnreadable(f"{name} is no number")
    if fields["MsgType"].lower() == "event" and not fields.get("Event"):
        raise PushUnreadable("no Event")
    return Push(fields, build_message(fields), cipher, nonce)
