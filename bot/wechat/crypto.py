"""Signatures and the encrypted envelope of the platform (安全模式), on WeRoBot's primitives.

WeRoBot compares signatures with `==` and does not look at the padding; both are done here.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass

from werobot.crypto import MessageCrypt
from werobot.utils import get_signature

_BLOCK_BYTES = 16
_RANDOM_BYTES = 16
_MAX_PAD = 32


class BadEnvelope(Exception):
    """An envelope that no key of ours opens; the reason is for the log, never for the sender."""


def signature_of(token: str, timestamp: str, nonce: str, *more: str) -> str:
    """Return the lower-case hex SHA-1 of the byte-sorted parts, as the platform prescribes."""
    return str(get_signature(token, timestamp, nonce, *more))


def same_signature(expected: str, given: str) -> bool:
    """Return whether two signatures are equal, in time that tells nothing about where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Cipher:
    """One EncodingAESKey of one account: opens what the platform sealed, seals what we send."""

    token: str
    app_id: str
    encoding_aes_key: str

    def open(self, sealed: str) -> bytes:
        """Return the message inside the Base64 text of `<Encrypt>`.

        Raises:
            BadEnvelope: on anything but a whole envelope of this account under this key: Base64,
                block length, padding of 1..32 equal bytes, message length, AppID are all checked.
        """
        try:
            blocks = base64.b64decode(sealed.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise BadEnvelope("not Base64") from error
        if not blocks or len(blocks) % _BLOCK_BYTES:
            raise BadEnvelope("not a whole number of blocks")
        decryptor = self._crypt().prp_crypto.cipher.decryptor()
        plain = _unpad(decryptor.update(blocks) + decryptor.finalize())
        head = plain[_RANDOM_BYTES : _RANDOM_BYTES + 4]
        if len(head) < 4:
            raise BadEnvelope("no length")
        start = _RANDOM_BYTES + 4
        end = start + struct.unpack(">I", head)[0]
        if end > len(plain):
            raise BadEnvelope("length beyond the end")
        if not hmac.compare_digest(plain[end:], self.app_id.encode()):
            # Signed with our token: it is the platform's, and says whose account was connected here.
            raise BadEnvelope(f"sealed for AppID {plain[end:][:32].decode('ascii', 'replace')!r}, not ours")
        return plain[start:end]

    def seal(self, xml: str, timestamp: str, nonce: str) -> str:
        """Return the encrypted reply as XML, signed over its own timestamp and nonce."""
        return str(self._crypt().encrypt_message(xml, timestamp, nonce))

    def _crypt(self) -> MessageCrypt:
        return MessageCrypt(self.token, self.encoding_aes_key, self.app_id)


def _unpad(padded: bytes) -> bytes:
    n = padded[-1]
    if not 1 <= n <= _MAX_PAD or n > len(padded) or padded[-n:] != bytes([n]) * n:
        raise BadEnvelope("padding")
    return padded[:-n]
