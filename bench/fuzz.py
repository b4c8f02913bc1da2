"""Hostile input for long: `python -m bench.fuzz [--seconds 600] [--targets door,xml,…] [--seed 1]`.

Every target for so many seconds, with new examples in each round; prints how many there were and how long the slowest
took. Ends with 1 and the smallest example when one breaks or takes longer than a second.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import PATIENCE_S, TARGETS, attack

_ROUND = 2000


def fuzz(name: str, seconds: float, first: int) -> tuple[int, float, str]:
    """Return how many examples there were, how long the slowest took, and what broke ("" for nothing)."""
    n, slowest, until = 0, 0.0, time.monotonic() + seconds
    # What is read once, as the content is, is no example.
    settings(max_examples=3, deadline=None, database=None)(given(call=TARGETS[name])(lambda call: call()))()

    def one(call: Callable[[], None]) -> None:
        nonlocal n, slowest
        n += 1
        took_s = attack(call)
        slowest = max(slowest, took_s)
        assert took_s < PATIENCE_S, f"{took_s:.1f} s"

    checks = settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    number = first
    while time.monotonic() < until:
        try:
            seed(number)(checks(given(call=TARGETS[name])(one)))()
        except Exception:
            return n, slowest, traceback.format_exc()
        number += 1
    return n, slowest, ""


def main() -> None:
    """Run the targets and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--targets", default=",".join(sorted(TARGETS)))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    has_broken = False
    for name in options.targets.split(","):
        n, slowest, broke = fuzz(name, options.seconds, options.seed)
        print(
            f"{name:<10}{n:>10} executions, slowest {slowest * 1000:>6.0f} ms{'  BROKE' if broke else ''}",
            flush=True,
        )
        if broke:
            print("\n".join(line for line in broke.splitlines() if "site-packages" not in line), flush=True)
        has_broken |= bool(broke)
    sys.exit(has_broken)


if __name__ == "__main__":
    main()
