"""A list of takers that an examiner keeps: numbers with their units, nothing of who is behind a number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

Roster = Mapping[str, str]
"""The unit of each number, as `plain_number` writes it."""

MAX_NUMBER_CHARS = 24
_BETWEEN = re.compile(r"[\s\-_－—–·]+")


def plain_number(text: str) -> str:
    """Return a number of a list however it is typed: width, case, blanks and hyphens don't matter.

    >>> plain_number("a-017 "), plain_number("A 017"), plain_number("①中 3")
    ('A017', 'A017', '1中3')
    """
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
