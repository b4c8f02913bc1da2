"""What is near in meaning to what people in danger wrote is told from what only sounds like it."""

from __future__ import annotations

import numpy as np

from knowledge.language.speech.likeness import UNSURE, is_like_danger, likeness
from knowledge.language.speech.told import LEVELS, N_AXES, odds_nearby, shipped, shortened


def vector_of(line: int) -> np.ndarray:
    """Return a vector that is shortened to one of the lines that are shipped."""
    told = shipped()
    return told.middle + told.axes @ (told.lines[line] / LEVELS).astype(np.float32)


def test_vector_is_near_to_the_lines_it_lies_at() -> None:
    told = shipped()
    assert told.n_danger >= 2000
    assert len(told.lines) - told.n_danger >= 4000
    danger = [odds_nearby(vector_of(line)) for line in range(0, told.n_danger, 50)]
    calm = [odds_nearby(vector_of(line)) for line in range(told.n_danger, len(told.lines), 50)]
    assert sum(odds > 0 for odds in danger) >= 0.85 * len(danger)
    assert sum(odds < 0 for odds in calm) >= 0.9 * len(calm)


def test_short_vector_has_length_one_and_that_of_nothing_none() -> None:
    short = shortened(np.stack([vector_of(0), shipped().middle]), shipped())
    assert short.shape == (2, N_AXES)
    assert np.allclose(np.linalg.norm(short, axis=1), [1, 0], atol=1e-3)
    assert np.isfinite(odds_nearby(np.zeros(len(shipped().middle), np.float32)))


def test_words_that_characters_are_unsure_of_are_told_by_the_lines_nearest_in_meaning() -> None:
    text = "这日子到头了吧"
    assert UNSURE[0] < likeness(text) < UNSURE[1]
    assert is_like_danger(text, lambda _: vector_of(0))
    assert not is_like_danger(text, lambda _: vector_of(shipped().n_danger))
