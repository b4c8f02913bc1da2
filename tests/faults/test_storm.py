"""A short storm: what `make faults` does for long."""

from __future__ import annotations

import pytest

from tests.faults.storm import Length, Paced, storm

# Each hurts in another place; a start of theirs costs a moment, so that few seconds are enough.
_SHORT = (
    *("embedded", "outside", "redis-frozen", "worker@committing"),
    *("refused", "paused", "line-cut", "host-clock"),
)


@pytest.mark.parametrize("kind", _SHORT)
def test_nothing_acknowledged_is_lost_or_doubled_and_nobody_is_told_what_is_not_so(kind: str) -> None:
    came_to = storm(kind, Length(takers=6, seconds=6), at_once=6, seed=7)
    assert came_to.book.counts["faults"]
    assert came_to.told >= 60
    assert came_to.is_clean, (came_to, came_to.book.faults)


@pytest.mark.parametrize(
    ("takers", "seconds", "pushes", "is_over"),
    [
        (60, 9.0, 1000, False),
        (60, 10.0, 999, False),
        (59, 10.0, 1000, False),
        (60, 10.0, 1000, True),
        (0, 99.0, 0, True),
    ],
)
def test_storm_lasts_until_it_had_everything_or_its_time_is_up(
    takers: int, seconds: float, pushes: int, is_over: bool
) -> None:
    assert Length(60, 10.0, 1000, at_most_s=99.0).is_over(takers, seconds, pushes) == is_over


def test_end_of_a_storm_is_noticed_in_the_longest_pause() -> None:
    stop = Paced(1000.0)
    assert not stop.wait(0.00001)
    stop.set()
    assert stop.wait(3600.0)
