"""How like something said to the bot itself a text is, and no question: two linear models, fitted by `bench.talk`.

The first reads the same signs as the likeness of danger, the second a vector of the meaning, where there is one: of another language and
of a dialect the signs are strange, and the meaning isn't. They know no intent, and keep nothing of what they read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.language.speech.likeness import Floats, read_signs
from knowledge.language.tidy import tidy

FILE = Path(__file__).parent.parent / "tables/talk.npz"
SHARE_OF_MEANING = 0.5
"""How much the log odds by meaning count beside those by signs."""
UNSURE = (-3.0, 3.0)
"""Between these log odds by signs the meaning is asked too, where it can be."""


@dataclass(frozen=True)
class _Model:
    """The fitted weights: log odds of talk by sign, and by meaning."""

    signs: Floats
    bias: float
    meaning: Floats
    meaning_bias: float


@cache
def _fitted() -> _Model:
    with np.load(FILE) as file:
        signs = file["signs"].astype(np.float32) * float(file["scale"])
        return _Model(signs, float(file["bias"]), file["meaning"], float(file["meaning_bias"]))


def talk_odds(text: str) -> float:
    """Return the log odds that a text is said to the bot and asks for nothing it has; equal for equal text."""
    signs = read_signs(text)
    if not len(signs):
        return -np.inf
    model = _fitted()
    return float(model.signs[signs].sum() / np.sqrt(len(signs)) + model.bias)


def talk_odds_in_meaning(text: str, vector_of: Callable[[str], Floats | None] | None) -> float:
    """Return the log odds by signs, and by meaning beside them where those are unsure.

    Args:
        vector_of: Gives the vector of a text, None when there is none now; None where meaning is off.
    """
    odds = talk_odds(text)
    least, most = UNSURE
    vector = vector_of(tidy(text)) if vector_of and least < odds < most else None
    if vector is None:
        return odds
    model = _fitted()
    return odds + SHARE_OF_MEANING * float(vector @ model.meaning + model.meaning_bias)
