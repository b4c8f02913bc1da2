"""Which passwords may be chosen: long enough, and none that somebody who guesses tries first."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from bot.editing.refused import Refused
from bot.editing.review import seen_name

MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 200
# With fewer it is a key held down, or two pressed in turns.
_MIN_DIFFERENT = 5
# So much must be left of a password without the name of whoever has it.
_MIN_OWN_CHARS = 6
_DIGITS = 12


def check_password(name: str, password: str) -> None:
    """Say nothing about a password that a person of this name may have.

    Raises:
        Refused: it is too short, too long, or easily guessed.
    """
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise Refused(
            f"密码要 {MIN_PASSWORD_CHARS} 到 {MAX_PASSWORD_CHARS} 个字，现在是 {len(password)} 个。"
        )
    plain, own = password.casefold(), seen_name(name)
    if len(set(plain)) < _MIN_DIFFERENT or _digest(plain) in _common():
        raise Refused("这个密码太常见，别人一猜就中，请换一个：一句自己记得住的话就好。")
    if own in seen_name(password) and len(seen_name(password).replace(own, "")) < _MIN_OWN_CHARS:
        raise Refused("密码不要用自己的名字，请换一个：一句自己记得住的话就好。")


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


@cache
def _common() -> frozenset[str]:
    """Return what is kept of passwords that many people have: not the words themselves, of which not all are fit to be read."""
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text("ascii").split())
