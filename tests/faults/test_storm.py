"""A short storm: what `make faults` does for long."""

from __future__ import annotations

import pytest

from tests.faults.storm import Length, storm


@pytest.mark.parametrize("kind", ["embedded", "outside"])
def test_nothing_acknowledged_is_lost_or_doubled_and_nobody_is_told_what_is_not_so(kind: str) -> None:
    came_to = storm(kind, Length(takers=6, seconds=6), at_once=6, seed=7)
    counts = came_to.book.counts
    assert counts["faults"] > 1
    assert came_to.told >= 60
    assert came_to.is_clean, (came_to, came_to.book.faults)
