"""The file of a backup: a head that says what it is, then sealed pieces, the last of which tells how many there were.

With a passphrase every piece is encrypted and bound to its place (AES-256-GCM, the key by scrypt); without one it carries
a digest. A file that was cut, altered or put together of two does not open.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_MAGIC = b"qinglang-backup 1\n"
_PIECE_BYTES = 1 << 20
# A file that is none must not make us ask for its memory.
_MAX_PIECE_BYTES = 256 << 20
_MAX_HEAD_BYTES = 1 << 16
_LENGTH = struct.Struct(">I")
_KDF = {"n": 1 << 15, "r": 8, "p": 1}


class BadBackup(Exception):
    """A file that can't be taken for a backup; `why` is one line for the operator."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class _Seal:
    def __init__(self, head: bytes, key: bytes | None) -> None:
        self._head, self._cipher, self._n = head, AESGCM(key) if key else None, 0

    def _place(self, is_last: bool) -> bytes:
        self._n += 1
        # No place comes twice under a key: the salt in the head, and with it the key, is new for every file.
        return self._n.to_bytes(11, "big") + bytes([is_last])

    def close(self, plain: bytes, *, is_last: bool) -> bytes:
        packed, place = zlib.compress(plain, 6), self._place(is_last)
        if self._cipher:
            return self._cipher.encrypt(place, packed, self._head)
        return hashlib.sha256(self._head + place + packed).digest() + packed

    def open(self, sealed: bytes, *, is_last: bool) -> bytes:
        place = self._place(is_last)
        if self._cipher:
            return zlib.decompress(self._cipher.decrypt(place, sealed, self._head))
        digest, packed = sealed[:32], sealed[32:]
        if hashlib.sha256(self._head + place + packed).digest() != digest:
            raise InvalidTag
        return zlib.decompress(packed)


def _key(passphrase: str, salt: str) -> bytes:
    return Scrypt(salt=bytes.fromhex(salt), length=32, **_KDF).derive(passphrase.encode())


class Writer:
    """Writes things into a file that is open for writing; `end` seals it."""

    def __init__(self, file: IO[bytes], about: dict[str, Any], passphrase: str = "") -> None:
        self._file, self._held, self._n_bytes, self._n = file, list[Any](), 0, 0
        head = {**about, "encrypted": bool(passphrase), "salt": secrets.token_hex(16)}
        stored = json.dumps(head, ensure_ascii=False).encode()
        self._seal = _Seal(stored, _key(passphrase, head["salt"]) if passphrase else None)
        file.write(_MAGIC + _LENGTH.pack(len(stored)) + stored)

    def write(self, thing: Any) -> None:
        """Add one thing that msgpack knows.

        Raises:
            OSError: the disk is full.
        """
        packed = msgspec.msgpack.encode(thing)
        self._held.append(packed)
        self._n_bytes += len(packed)
        self._n += 1
        if self._n_bytes >= _PIECE_BYTES:
            self._put(is_last=False)

    def end(self) -> None:
        """Write what is left, and the end.

        Raises:
            OSError: the disk is full.
        """
        self._put(is_last=False)
        self._held = [msgspec.msgpack.encode({"n": self._n})]
        self._put(is_last=True)

    def _put(self, *, is_last: bool) -> None:
        sealed = self._seal.close(msgspec.msgpack.encode(self._held), is_last=is_last)
        self._file.write(bytes([is_last]) + _LENGTH.pack(len(sealed)) + sealed)
        self._held, self._n_bytes = [], 0


def read_head(file: IO[bytes]) -> dict[str, Any]:
    """Return what a backup says of itself; the file stands behind its head then.

    Raises:
        BadBackup: it is none, or of a later version.
    """
    return dict(json.loads(_stored_head(file)))


def _stored_head(file: IO[bytes]) -> bytes:
    magic = file.read(len(_MAGIC))
    if magic != _MAGIC:
        if magic.startswith(_MAGIC.split(b" ")[0]):
            raise BadBackup("是另一个版本的清朗写的备份，这个版本读不了：请用写它的版本或更新的")
        raise BadBackup("不是清朗的备份文件")
    length = file.read(_LENGTH.size)
    if len(length) == _LENGTH.size and (size := _LENGTH.unpack(length)[0]) <= _MAX_HEAD_BYTES:
        stored = file.read(size)
        try:
            if len(stored) == size and {"encrypted", "salt"} <= json.loads(stored).keys():
                return stored
        except (ValueError, AttributeError):
            pass
    raise BadBackup("备份文件的开头坏了")


def read_all(file: IO[bytes], passphrase: str = "") -> Iterator[Any]:
    """Yield everything that was written, in order; only when it has come to its end the file was whole.

    Raises:
        BadBackup: it is none, was cut or altered, or the passphrase is another.
    """
    stored = _stored_head(file)
    head = json.loads(stored)
    if head["encrypted"] and not passphrase:
        raise BadBackup("备份是加密的：请给出口令（--passphrase-file）")
    seal = _Seal(stored, _key(passphrase, head["salt"]) if head["encrypted"] else None)
    n, is_first = 0, True
    while True:
        is_last, sealed = _piece(file)
        try:
            things = msgspec.msgpack.decode(seal.open(sealed, is_last=is_last))
        except (InvalidTag, zlib.error, msgspec.DecodeError):
            wrong = (
                "口令不对，或者备份文件坏了"
                if head["encrypted"] and is_first
                else "备份文件坏了（内容被改过）"
            )
            raise BadBackup(wrong) from None
        decoded = [msgspec.msgpack.decode(thing) for thing in things]
        if is_last:
            if decoded[0]["n"] != n or file.read(1):
                raise BadBackup("备份文件坏了（结尾对不上）")
            return
        is_first = False
        n += len(decoded)
        yield from decoded


def _piece(file: IO[bytes]) -> tuple[bool, bytes]:
    start = file.read(1 + _LENGTH.size)
    if len(start) == 1 + _LENGTH.size:
        size = _LENGTH.unpack(start[1:])[0]
        if size > _MAX_PIECE_BYTES:
            raise BadBackup("备份文件坏了（内容被改过）")
        sealed = file.read(size)
        if len(sealed) == size:
            return bool(start[0]), sealed
    raise BadBackup("备份文件不完整（没有写完，或者没有复制完）")
