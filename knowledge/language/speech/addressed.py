"""How like something said to the bot itself a text is, and no question: a linear model, fitted by `bench.talk`.

It reads the same signs as the likeness of danger, knows no intent, and keeps nothing of what it reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.language.speech.likeness import Floats, read_signs

FILE = Path(__file__).parent.parent / "tables/talk.npz"


@dataclass(frozen=True)
class _Model:
    """The fitted weights: log odds of talk by sign."""

    signs: Floats
    bias: float


@cache
def _fitted() -> _Model:
    with np.load(FILE) as file:
        return _Model(file["signs"].astype(np.float32) * float(file["scale"]), float(file["bias"]))


def talk_odds(text: str) -> float:
    """Return the log odds that a text is said to the bot and asks for nothing it has; equal for equal text."""
    signs = read_signs(text)
    if not len(signs):
        return -np.inf
    model = _fitted()
    return float(model.signs[signs].sum() / np.sqrt(len(signs)) + model.bias)
