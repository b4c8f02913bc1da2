"""A small version of `bench/quiz_takers.py`: duplicates, cuts and kills, and the books agree."""

from __future__ import annotations

from collections.abc import Callable

from bench.quiz_takers import N_ITEMS, compare, run
from tests.serving import Server


def test_no_answer_is_lost_or_counted_twice_while_workers_and_redis_are_killed(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(SERVER__WORKERS="2")
    takers, book = run(server, n_takers=12, at_once=6, every=80)
    assert book.counts["workers killed"] + book.counts["Redis killed"] > 0
    assert book.counts["delivered twice at once"] > 0
    assert sum(taker.n_judged for taker in takers) == 12 * N_ITEMS
    assert {what: n for what, n in compare(takers, server).items() if n} == {}
    assert book.counts["twins with different replies"] == 0
