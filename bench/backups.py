"""Backups taken in traffic, one after the other: `python -m bench.backups [--rounds 5] [--takers 40] [--answers 2000]`.

In each round takers answer; when so many answers were told, a backup is taken, put back into an empty folder, and compared with
what each taker had been told before. Ends with 1 when one of those answers is missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.door.traffic import backed_up_in_traffic
from tests.serving import Server


def main() -> None:
    """Take the backups and print a line for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--takers", type=int, default=40)
    parser.add_argument("--answers", type=int, default=2000)
    options = parser.parse_args()
    is_whole = True
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "server", {"QINGLANG_SERVER__WORKERS": "2"}).start()
        try:
            for number in range(options.rounds):
                place, begun = Path(folder) / str(number), time.monotonic()
                place.mkdir()
                openids = [f"oRound{number}Taker{n}" for n in range(options.takers)]
                try:
                    before, held = backed_up_in_traffic(server, place, {}, openids, options.answers)
                except AssertionError as error:
                    print(f"round {number}: {error}", flush=True)
                    is_whole = False
                    continue
                size = (place / "b").stat().st_size
                print(
                    f"round {number}: {before} answers told before, {held} in the backup, 0 missing; "
                    f"{size / 1e6:.1f} MB, {time.monotonic() - begun:.0f} s",
                    flush=True,
                )
        finally:
            server.stop()
    sys.exit(not is_whole)


if __name__ == "__main__":
    main()
