"""Hostile input for long: `python -m bench.fuzz [--executions 0] [--seconds 60] [--targets door,xml,…] [--seed 1]`.

Every target for so many seconds of this process's own time, or until so many executions; prints how many there were and
how long the slowest took. Ends with 1 when one breaks, takes longer than a second or half a gigabyte, and says what it read, made as small
as still breaks, and the seed that draws it again.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from tests.fuzz.targets import PATIENCE_S, TARGETS, attack, drawn

_WARM_UP = 20
_MOST_MB = 500


def fuzz(name: str, seed: int, executions: int, seconds: float) -> tuple[int, float, str]:
    """Return how many there were, how long the slowest took, and what broke ("" for nothing); whichever ends first."""
    # What is read once, as the content is, is nobody's input.
    for number in range(_WARM_UP):
        drawn(name, Random(f"warm {number}"))()
    n, slowest, begun = 0, 0.0, time.monotonic()
    while time.monotonic() - begun < seconds and (not executions or n < executions):
        lot = f"{seed} {name} {n}"
        call = drawn(name, Random(lot))
        took_s, broke = _outcome(call)
        if broke:
            return n, slowest, f"{lot}: {_smallest(call)!r}\n{broke}"
        n, slowest = n + 1, max(slowest, took_s)
    return n, slowest, ""


def _outcome(call: Callable[[], None]) -> tuple[float, str]:
    """Return how long a call took, and what broke: also one that takes too long, or too much memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        took_s = attack(call)
    except Exception:
        return 0.0, traceback.format_exc()
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    if took_s >= PATIENCE_S or grown_mb >= _MOST_MB:
        return took_s, f"{took_s:.1f} s, {grown_mb} MB"
    return took_s, ""


def _smallest(call: Any) -> Any:
    """Return a call that still breaks, and does not any more when anything of what it reads is left out."""
    while smaller := next((less for less in _lesser(call) if _outcome(less)[1]), None):
        call = smaller
    return call


def _lesser(call: Any) -> Iterator[Any]:
    """Return the calls that read a piece less, long pieces first."""
    for place, read in enumerate(call.args):
        if not isinstance(read, str | bytes | list):
            continue
        length = len(read)
        while length := length // 2:
            for at in range(0, len(read), length):
                less = read[:at] + read[at + length :]
                yield partial(call.func, *call.args[:place], less, *call.args[place + 1 :])


def main() -> None:
    """Run the targets and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--executions", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--targets", default=",".join(TARGETS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    has_broken, total = False, 0
    for name in options.targets.split(","):
        n, slowest, broke = fuzz(name, options.seed, options.executions, options.seconds)
        total += n
        print(
            f"{name:<10}{n:>10} executions, slowest {slowest * 1000:>6.0f} ms{'  BROKE' if broke else ''}",
            flush=True,
        )
        if broke:
            print(broke, flush=True)
        has_broken |= bool(broke)
    print(f"{'all':<10}{total:>10} executions, seed {options.seed}")
    sys.exit(has_broken)


if __name__ == "__main__":
    main()
