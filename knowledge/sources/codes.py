"""Short codes that lead from an answer back to its words: `7KQ2M-3F0A` names an address and a release."""

from __future__ import annotations

import hashlib
import re

from knowledge.model.content import Content
from knowledge.model.sources import Passage

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U, which people mistake."""
_CODE = re.compile(r"^([0-9A-Z]{5})-?([0-9A-F]{4})$")
READ_AS = str.maketrans("OIL", "011")
"""What people write for signs that are not in a code."""


def code_of(content: Content, address: str) -> str:
    """Return the code of an answer: five signs for its address, four for the release it was said from.

    Args:
        address: An entry id or a passage id.
    """
    return f"{address_signs(address)}-{content.version[:4].upper()}"


def address_signs(address: str) -> str:
    """Return the signs of a code that stand for an address: of thousands a few have the same."""
    value = int.from_bytes(hashlib.sha256(address.encode()).digest()[:4], "big")
    return "".join(SIGNS[(value >> shift) & 31] for shift in (0, 5, 10, 15, 20))


def release_sign(code: str) -> str:
    """Return the beginning of the release that a code names, "" when it is no code.

    >>> release_sign("gnkvm-a8cb"), release_sign("hello")
    ('a8cb', '')
    """
    match = _CODE.match(_as_written(code))
    return match.group(2).lower() if match else ""


def _as_written(code: str) -> str:
    return re.sub(r"\s", "", code).upper().translate(READ_AS)


def find_by_code(content: Content, code: str) -> tuple[str, str]:
    """Return the address and the release (its first four signs) that a code names, ("", "") when none fits.

    Case, the hyphen and the letters O, I and L for 0 and 1 make no difference.
    """
    match = _CODE.match(_as_written(code))
    if not match:
        return "", ""
    for address in (*content.entries, *content.passages):
        if address_signs(address) == match.group(1):
            return address, match.group(2)
    return "", match.group(2)


def passages_behind(content: Content, address: str) -> tuple[Passage, ...]:
    """Return the passages that an address stands for, each once: those an entry quotes, or the passage itself.

    Raises:
        KeyError: the content has no such address.
    """
    entry = content.entries.get(address)
    ids = dict.fromkeys(quote.passage_id for quote in entry.quotes) if entry else (address,)
    return tuple(content.passages[i] for i in ids)
