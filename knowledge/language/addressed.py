"""How like something said to the bot itself a text is, and no question: two linear models, fitted by `bench.talk`.

The first reads the same signs as the likeness of danger, the second a vector of the meaning. They know no intent, and keep nothing of
what they read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.language.likeness import Floats, read_signs

FILE = Path(__file__).parent / "tables/talk.npz"


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
        return _Model(
            signs=file["signs"].astype(np.float32) * float(file["scale"]),
            bias=float(file["bias"]),
            meaning=file["meaning"],
            meaning_bias=float(file["meaning_bias"]),
        )


def talk_odds(text: str) -> float:
    """Return the log odds that a text is said to the bot and asks for nothing it has; equal for equal text."""
    signs = read_signs(text)
    if not signs:
        return -np.inf
    model = _fitted()
    return float(model.signs[signs].sum() / np.sqrt(len(signs)) + model.bias)


def talk_odds_in_meaning(vector: Floats) -> float:
    """Return the log odds that a text is said to the bot, by the vector of its meaning."""
    model = _fitted()
    return float(vector @ model.meaning + model.meaning_bias)
