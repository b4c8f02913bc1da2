"""Logs and metrics. A log line carries keys and hashes, never an openid and never a user's words."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from bot.traces import note_failed, traced

ACCOUNT: ContextVar[str] = ContextVar("account", default="")
"""Which of several accounts is being served, "" for the first one: each line of the log tells."""
# As `bot.config`, which stands above this, calls the first one.
_FIRST = "main"


class _OfAccount:
    """A metric that each account has for itself: as many times its series as there are accounts."""

    def __init__(self, metric: Counter | Histogram) -> None:
        self._metric = metric
        # As many as the library keeps; looking one up there takes a lock and makes text of each value.
        self._found: dict[tuple[str, ...], Any] = {}

    def labels(self, *values: str) -> Any:
        """Return the one of the account that is being served, with the values of the other labels."""
        key = (ACCOUNT.get() or _FIRST, *values)
        one = self._found.get(key)
        if one is None:
            one = self._found[key] = self._metric.labels(*key)
        return one

    def inc(self) -> None:
        """Count one more."""
        self.labels().inc()

    def observe(self, amount: float) -> None:
        """Take one amount in."""
        self.labels().observe(amount)


MESSAGES = _OfAccount(
    Counter("qinglang_messages_total", "Messages that were let in, by their kind.", ["account", "kind"])
)
UNDER_WAY = Gauge(
    "qinglang_pushes_under_way",
    "Pushes that are being answered, or wait for it.",
    multiprocess_mode="livesum",
)
PUSHES = _OfAccount(
    Counter("qinglang_pushes_total", "Pushes by what became of them.", ["account", "outcome"])
)
MEANING = _OfAccount(
    Counter(
        "qinglang_meaning",
        "Questions whose meaning was asked, or not for want of time.",
        ["account", "outcome"],
    )
)
TURNS = _OfAccount(
    Counter("qinglang_turns_total", "Turns by the skill that decided them.", ["account", "skill"])
)
QUESTIONS = _OfAccount(
    Counter("qinglang_questions_total", "Questions by what they came to.", ["account", "outcome"])
)
BREAKER = Counter(
    "qinglang_breaker_opened_total", "How often a worker left a silent store alone for a moment."
)
PICTURES = _OfAccount(
    Counter(
        "qinglang_pictures_total",
        "Pictures that were to follow a reply, by what became of them.",
        ["account", "outcome"],
    )
)
PLATFORM_CALLS = _OfAccount(
    Counter(
        "qinglang_platform_calls_total",
        "Calls of the platform's own interface, by what came of them.",
        ["account", "outcome"],
    )
)
RELEASES = _OfAccount(
    Counter("qinglang_releases_taken_total", "How often a worker went over to another release.", ["account"])
)
FAILURES = _OfAccount(
    Counter(
        "qinglang_failed_turns_total",
        "Pushes that came to nothing, by what their users were told.",
        ["account", "told"],
    )
)
# What the worker that looked last saw; a worker that was killed says nothing any more.
STORE_UP = Gauge(
    "qinglang_store_up", "1 while sessions can be read and written, else 0.", multiprocess_mode="mostrecent"
)
REPLY_SECONDS = _OfAccount(
    Histogram(
        "qinglang_reply_seconds",
        "Time from the body's arrival to the reply.",
        ["account"],
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5),
    )
)
STEP_SECONDS = _OfAccount(
    Histogram(
        "qinglang_step_seconds",
        "Time of each step of a push: door, load, decide, commit, render.",
        ["account", "step"],
        buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4),
    )
)


Timed = tuple[str, str, float]
"""What took so many seconds: "step" or "redis", its name, the time."""
TIMES: ContextVar[list[Timed] | None] = ContextVar("times", default=None)
"""Where the steps of the push that is being answered are noted, None where nobody asks; a call before the step that made it."""


class Step:
    """A step of a push, timed and traced from where it is entered to where it is left."""

    __slots__ = ("_inner", "_span", "_started", "name")

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        """Begin."""
        self._span = traced(self.name)
        self._inner = self._span.__enter__()
        self._started = time.perf_counter()

    def __exit__(self, *failed: Any) -> None:
        """End, well or not."""
        took_s = time.perf_counter() - self._started
        STEP_SECONDS.labels(self.name).observe(took_s)
        if (times := TIMES.get()) is not None:
            times.append(("step", self.name, took_s))
        if failed[0]:
            note_failed(self._inner)
        self._span.__exit__(None, None, None)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "pid": record.process,
            **({"account": ACCOUNT.get()} if ACCOUNT.get() else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_logging() -> None:
    """Send every logger of this process to stderr as one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # WeRoBot logs whole messages; uvicorn's access log has the signature in the query string.
    logging.getLogger("WeRoBot").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.access").disabled = True
    # Its lines have the access token in the address.
    logging.getLogger("httpx").setLevel(logging.WARNING)


FAULTS_FOLDER = "faults"
_MAX_FAULTS_BYTES = 256 * 1024


class _FaultFile(logging.Handler):
    """Keeps the last error lines of the log in a file of the data folder, two files of a quarter MB at most.

    Every worker appends; a line is one write, so that none falls into another.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(_JsonLines())
        self._folder = folder

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / "last.jsonl"
            if path.exists() and path.stat().st_size > _MAX_FAULTS_BYTES:
                path.replace(self._folder / "before.jsonl")
            line = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(line, (self.format(record) + "\n").encode("utf-8", "replace"))
            finally:
                os.close(line)
        except OSError:
            # A full disk must not make a fault of every fault; the log has it all the same.
            return


@contextmanager
def faults_kept(data_dir: Path) -> Iterator[None]:
    """Keep the error lines of this process in the data folder too, for whoever looks at the console."""
    handler = _FaultFile(data_dir / FAULTS_FOLDER)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def last_faults(data_dir: Path, n: int) -> list[dict[str, Any]]:
    """Return the last error lines of all workers of this place, the newest first; what can't be read is passed over."""
    found: list[dict[str, Any]] = []
    for name in ("before.jsonl", "last.jsonl"):
        with suppress(OSError):
            for line in (data_dir / FAULTS_FOLDER / name).read_text("utf-8", "replace").splitlines():
                with suppress(ValueError):
                    said = json.loads(line)
                    found += [said] if isinstance(said, dict) else []
    return found[: -n - 1 : -1]


def metrics_page() -> bytes:
    """Return the metrics of all workers (of this process alone when it runs alone) in Prometheus' text form."""
    return generate_latest(_all_workers())


def reply_times(account: str) -> Mapping[float, int]:
    """Return how many replies of an account took no longer than each bound in seconds, since the service started."""
    found: defaultdict[float, int] = defaultdict(int)
    for metric in _all_workers().collect():
        for one in metric.samples:
            if one.name == "qinglang_reply_seconds_bucket" and one.labels["account"] == account:
                found[float(one.labels["le"])] += int(one.value)
    return found


def _all_workers() -> CollectorRegistry:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return REGISTRY
    for path in Path(folder).glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        # What a killed worker had under way is not under way any more.
        if not _is_alive(pid):
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
