"""How long a question takes, how long building takes, and what it holds in memory, by the number of rows.

Time is that of the thread's own CPU clock, so that a busy machine only blurs it. Memory is asked of a fresh
process (`python -m bench.speed ROWS.txt` is that process), for one process cannot tell who left what behind.
"""

from __future__ import annotations

import json
import mmap
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.engine import Engine
from bench.peers import Method
from knowledge.matching.index.table import Table, load_table

SIZES = (1_000, 10_000, 100_000)
BUDGET_S = 10.0
N_WARM = 5
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU time of one method at one number of rows: of a question in ms, of building in s."""

    n_rows: int
    n_asked: int
    p50: float
    p99: float
    longest: float
    build_s: float


def measure(method: Method, rows: Sequence[str], texts: Sequence[str]) -> Speed:
    """Return how fast a method answers `texts`, one after the other, as many as it manages in ten seconds."""
    method.build(rows[:100]).search(texts[0])  # what is compiled or loaded once is no part of building
    started = time.thread_time()
    searcher = method.build(rows)
    build_s = time.thread_time() - started
    for text in texts[:N_WARM]:
        searcher.search(text)
    each: list[float] = []
    until = time.thread_time() + BUDGET_S
    for text in texts[: method.sample]:
        started = time.thread_time()
        searcher.search(text)
        each.append((time.thread_time() - started) * 1000)
        if time.thread_time() > until:
            break
    p50, p99 = np.quantile(each, (0.5, 0.99))
    return Speed(len(rows), len(each), float(p50), float(p99), max(each), build_s)


def footprint(rows: Sequence[str]) -> dict[str, float]:
    """Return what our index of `rows` holds, in MiB, and its load time in s, as a fresh process finds them."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(rows))
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "bench.speed", file.name], capture_output=True, text=True, check=True
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / _MIB


def _forget_peak() -> None:
    """Let the highest memory be counted from here on; what loading the libraries took is not ours to count."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _arrays_mib(table: Table) -> float:
    return sum(getattr(table, name).nbytes for name in table.__slots__) / _MIB


def main() -> None:
    """Build over the rows of a file and print what that took, as JSON."""
    rows = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    Engine(rows[:100]).search(rows[0])
    _forget_peak()
    before = _resident_mib()
    engine = Engine(rows)
    after, peak = _resident_mib(), _peak_mib()
    with tempfile.TemporaryFile() as saved:
        engine.table.save(saved)
        saved_bytes = saved.tell()
        saved.flush()
        started = time.perf_counter()
        load_table(memoryview(mmap.mmap(saved.fileno(), 0, access=mmap.ACCESS_READ)))
        load_s = time.perf_counter() - started
    print(
        json.dumps(
            {
                "arrays_mib": _arrays_mib(engine.table),
                "resident_mib": after - before,
                "peak_mib": peak - before,
                "saved_mib": saved_bytes / _MIB,
                "load_s": load_s,
            }
        )
    )


if __name__ == "__main__":
    main()
