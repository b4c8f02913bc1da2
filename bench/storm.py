"""A quiz in a storm, on every kind of Redis: `python -m bench.storm [--takers 60] [--seconds 0] [--pushes 0] [--seed 1] [--kinds …]`.

Each taker takes one paper as the platform would let them: every push signed, cut off and delivered again now and then.
Meanwhile one sort of fault happens again and again: `tests/faults/kinds.py` has them all, from a kill at every step of load and
commit to a rolling restart behind nginx. Then what takers were told is compared with the streams, taker by taker. A kind ends
when it had its takers, seconds and pushes, or after `--at-most` seconds; `--pace 5` makes the pauses between two faults five
times as long, where each of them costs a start. Run
Sentinel alone: a machine without a free core fails over by itself. With the seed the same is hurt again; what falls
together with it is the machine's.
"""

from __future__ import annotations

import argparse
import math
import sys
import traceback

from tests.faults.kinds import KINDS
from tests.faults.storm import Length, storm

_COLUMNS = ("seconds", "faults", "pushes", "answers", "lost", "doubled", "untold", "falsely told", "unequal")
_MORE = ("unknown", "put off", "longest wait s", "seed")


def main() -> None:
    """Run each kind and print the table; end with 1 when one is not clean."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--takers", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--pushes", type=int, default=0)
    parser.add_argument("--at-most", type=float, default=math.inf)
    parser.add_argument("--pace", type=float, default=1.0)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    options = parser.parse_args()
    length = Length(options.takers, options.seconds, options.pushes, options.at_most)
    print(f"{'kind':<22}" + "".join(f"{name:>13}" for name in _COLUMNS + _MORE), flush=True)
    is_clean = True
    for kind in options.kinds.split(","):
        try:
            came_to = storm(kind, length, at_once=options.at_once, seed=options.seed, pace=options.pace)
        except Exception:
            # The others are worth a night's run all the same.
            print(f"{kind:<22} could not be run:\n{traceback.format_exc()}", flush=True)
            is_clean = False
            continue
        is_clean &= came_to.is_clean
        counts = came_to.book.counts
        row: tuple[object, ...] = (
            f"{came_to.seconds:.0f}",
            counts["faults"],
            counts["pushes"],
            came_to.told,
            came_to.lost,
            came_to.doubled,
            came_to.untold,
            counts["falsely told"],
            counts["unequal"],
            counts["unknown"],
            counts["put off"],
            f"{came_to.book.longest_s:.2f}",
            options.seed,
        )
        print(f"{kind:<22}" + "".join(f"{value:>13}" for value in row), flush=True)
        for fault in came_to.book.faults:
            print(f"  {fault}", flush=True)
    sys.exit(not is_clean)


if __name__ == "__main__":
    main()
