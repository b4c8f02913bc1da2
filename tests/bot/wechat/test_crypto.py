"""An envelope is whole or it is refused: what only the key's owner could get wrong is looked at, too."""

from __future__ import annotations

import base64
import struct

import pytest
from werobot.crypto import MessageCrypt

from bot.wechat.crypto import BadEnvelope, Cipher
from tests.serving import AES_KEY, APP_ID, TOKEN

_XML = b"<xml><Content>a</Content></xml>"


def sealed(padded: bytes) -> str:
    """Encrypt what is padded already, whatever it is."""
    encryptor = MessageCrypt(TOKEN, AES_KEY, APP_ID).prp_crypto.cipher.encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def inside(padding: bytes) -> bytes:
    return b"r" * 16 + struct.pack(">I", len(_XML)) + _XML + APP_ID.encode() + padding


def padding(n: int) -> bytes:
    """Return n right bytes, of which there may be more blocks than needed."""
    return bytes([n]) * n


N_RIGHT = 32 - len(inside(b"")) % 32
CIPHER = Cipher(TOKEN, APP_ID, AES_KEY)


def test_right_padding_opens() -> None:
    assert CIPHER.open(sealed(inside(padding(N_RIGHT)))) == _XML


@pytest.mark.parametrize(
    "wrong",
    [
        b"\1" * (N_RIGHT - 1) + bytes([N_RIGHT]),
        bytes([N_RIGHT]) * (N_RIGHT - 1) + b"\0",
        b"\0" * N_RIGHT,
        b"\x30" * (N_RIGHT + 16) if N_RIGHT == 32 else bytes([N_RIGHT + 32]) * (N_RIGHT + 32),
    ],
    ids=["unequal", "zero last", "all zero", "too long"],
)
def test_wrong_padding_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadEnvelope, match="padding"):
        CIPHER.open(sealed(inside(wrong)))
