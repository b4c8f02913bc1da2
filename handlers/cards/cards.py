"""Cards that a user may show around: how their codes are made and spelled, and what they tell."""

from __future__ import annotations

import hashlib

from handlers.china import day_number, spell_day
from handlers.model.session import Card
from handlers.model.turn import Context
from handlers.replies import linked
from knowledge.sources.codes import SIGNS

N_SIGNS = 8


def make_code(home: str, seed: str) -> str:
    """Return the code that follows from a seed, beginning with the sign of where its card will lie."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    return home + "".join(SIGNS[(number >> (5 * i)) % len(SIGNS)] for i in range(N_SIGNS - 1))


def code_in_halves(code: str) -> str:
    """Return a code as it is shown, in two halves.

    >>> code_in_halves("7K3M9QPX")
    '7K3M-9QPX'
    """
    return f"{code[:4]}-{code[4:]}"


def day(at: int) -> str:
    """Return the day of a Unix time as people in China write it."""
    return spell_day(day_number(at))


def card_facts(context: Context, card: Card) -> dict[str, str]:
    """Return what a card tells anyone, for the places of a fixed sentence."""
    return {
        "code": linked(context, "v", code_in_halves(card.code)),
        "title": card.title,
        "date": day(card.at),
    }
