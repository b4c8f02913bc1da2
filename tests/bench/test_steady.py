"""What bench.steady makes of what it counted: lines through figures, and an even pace."""

from __future__ import annotations

import time

import pytest

from bench.steady import Pace, Sample, slope


@pytest.mark.parametrize("an_hour", [0.0, 3.0, -7.5])
def test_line_through_figures_tells_how_much_they_grow_in_an_hour(an_hour: float) -> None:
    # What goes up and down by as much does not grow.
    samples = [Sample(s, {"a": 40 + an_hour * s / 3600 + (-1) ** (s // 10)}) for s in range(0, 1810, 10)]
    assert slope(samples, "a") == pytest.approx(an_hour, abs=0.05)


def test_pushes_of_many_keep_one_pace_together() -> None:
    pace = Pace(200.0)
    for _ in range(40):
        pace.wait()
    assert time.monotonic() - pace.begun >= 40 / 200
    assert pace.n == 40
