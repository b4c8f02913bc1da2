"""How near the meaning of a text is to what people in danger wrote, and to what others wrote that sounds like it.

The lines are there as short vectors that `bench.danger` makes, not as words. Who tells of danger in words of his own stands near to some few
who did before, and on no one side of all others: no line parts the two, so the nearest are weighed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FILE = Path(__file__).parent.parent / "tables/told.npz"
N_AXES = 96
LEVELS = 381.0
"""A number of a short vector, of length 1, is kept as so many of a byte's steps."""
_SHARPNESS = 20.0
_LEAST = 1e-12

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Neighbours:
    """Lines as short vectors, the `n_danger` that tell of danger first, and how a vector is made short."""

    middle: Floats
    axes: Floats
    lines: npt.NDArray[np.int8]
    n_danger: int


@cache
def shipped() -> Neighbours:
    """Return the lines as they are shipped."""
    with np.load(FILE) as file:
        axes = file["axes"].astype(np.float32)
        return Neighbours(file["middle"], axes, file["lines"], int(file["n_danger"]))


def odds_nearby(vector: Floats, told: Neighbours | None = None) -> float:
    """Return the log odds that a text tells of danger, by the lines that its vector is near to.

    Args:
        told: The lines to go by; None for those that are shipped.
    """
    told = told or shipped()
    near = np.exp(_SHARPNESS / LEVELS * (told.lines @ shortened(vector, told)))
    danger = float(near[: told.n_danger].sum())
    return float(np.log((danger + _LEAST) / (float(near[told.n_danger :].sum()) + _LEAST)))


def shortened(vector: Floats, told: Neighbours) -> Floats:
    """Return a vector, or each row of several, on few axes and of length 1; of nothing, nothing."""
    short = (vector - told.middle) @ told.axes
    length = np.linalg.norm(short, axis=-1, keepdims=True)
    return np.asarray(short / np.where(length > 0, length, 1), np.float32)
