"""What bench.scale makes of measured costs: queues, and how the shards lie on a cluster."""

from __future__ import annotations

import pytest

from bench.scale import Cost, burst, needs, shards_on

COST = Cost(
    pushes=1, bot_ms=2.0, redis_ms=0.25, commands=20, bytes_at_once=2000, bytes_kept=1000, bytes_logged=1500
)
FOUND = {
    "costs": {"follower": COST, "question": COST, "attempt": COST},
    "bot us an event read": 10.0,
    "redis us an event read": 2.0,
}


def test_queue_grows_where_more_come_than_are_answered() -> None:
    # At its densest this is 2000 pushes a second of 2 ms each: four workers are just enough.
    too_few, few, enough = (burst(60_000, 60.0, 0.002, n)[1] for n in (1, 2, 5))
    assert too_few > few >= enough == 0
    longest, late = burst(1, 60.0, 0.002, 1)
    assert (longest, late) == (pytest.approx(0.002), 0)


def test_twice_the_followers_need_twice_of_everything() -> None:
    once, twice = (needs(FOUND, n, 0.1, 10.0) for n in (500_000, 1_000_000))
    for name in ("pushes", "peak pushes/s", "GB kept", "MB/s logged at the peak"):
        assert twice[name] == pytest.approx(2 * once[name], rel=0.01)
    assert once["workers"] < twice["workers"]


@pytest.mark.parametrize("n_masters", [1, 2, 3, 4, 8, 12, 16])
def test_every_shard_lies_on_a_master(n_masters: int) -> None:
    assert sum(shards_on(n_masters)) == 16
