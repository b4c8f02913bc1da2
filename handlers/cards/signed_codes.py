"""Codes that prove themselves: what a certificate says, sealed with a secret, so that no list of them is kept.

A code is `Z` and 17 signs: day, percent and serial number, then a seal over them. Whoever has the secret can
read it back; nobody else can make one. It holds nothing about the person.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from msgspec import Struct

from handlers.china import day_number
from knowledge.sources.codes import READ_AS, SIGNS

PREFIX = "Z"
_N_SIGNS = 17
_SEAL_BITS = 37
_UNNAMED_PAPER = "exam"
_SERIAL_BITS = 26
_PERCENT_BITS = 7
_ALIKE = READ_AS | str.maketrans("U", "V", "- －—")


class Certificate(Struct, frozen=True):
    """What a code says: the day (days since 1970), the percent of points earned, its number; and for which paper."""

    day: int
    percent: int
    serial: int
    paper_id: str


def seal(certificate: Certificate, secret: bytes) -> str:
    """Return the code of a certificate in groups of four: ZABC-DEFG-…."""
    body = (certificate.day << _PERCENT_BITS | certificate.percent) << _SERIAL_BITS | certificate.serial
    number = body << _SEAL_BITS | _seal_of(body, certificate.paper_id, secret)
    signs = "".join(SIGNS[number >> 5 * i & 31] for i in reversed(range(_N_SIGNS)))
    code = PREFIX + signs
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def unseal(code: str, paper_ids: Iterable[str], secret: bytes) -> Certificate | None:
    """Return what a code says, None when it was not sealed with `secret`; hyphens, case and O for 0 don't matter.

    Args:
        paper_ids: The papers that it may be for: there is no room for the paper, it is part of the seal alone.
    """
    signs = code.strip().upper().translate(_ALIKE)
    if len(signs) != _N_SIGNS + 1 or signs[0] != PREFIX or any(sign not in SIGNS for sign in signs):
        return None
    number = 0
    for sign in signs[1:]:
        number = number << 5 | SIGNS.index(sign)
    body = number >> _SEAL_BITS
    given = (number & (1 << _SEAL_BITS) - 1).to_bytes(5, "big")
    for paper_id in paper_ids:
        if hmac.compare_digest(given, _seal_of(body, paper_id, secret).to_bytes(5, "big")):
            serial = body & (1 << _SERIAL_BITS) - 1
            rest = body >> _SERIAL_BITS
            return Certificate(rest >> _PERCENT_BITS, rest & (1 << _PERCENT_BITS) - 1, serial, paper_id)
    return None


def _seal_of(body: int, paper_id: str, secret: bytes) -> int:
    # Certificates were first given for one paper alone, whose id their seal leaves out.
    paper = b"" if paper_id == _UNNAMED_PAPER else b":" + paper_id.encode()
    digest = hmac.new(secret, b"certificate:%d" % body + paper, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") >> 64 - _SEAL_BITS


def certify(attempt_id: str, share: float, at: int, paper_id: str, secret: bytes) -> str:
    """Return the code of the certificate for an attempt that earned `share` of its points, finished at `at`."""
    serial = int.from_bytes(hashlib.sha256(attempt_id.encode()).digest()[:4], "big") >> 32 - _SERIAL_BITS
    return seal(Certificate(day_number(at), int(100 * share + 1e-9), serial, paper_id), secret)
