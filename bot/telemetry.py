"""Logs and metrics. A log line carries keys and hashes, never an openid and never a user's words."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

PUSHES = Counter("qinglang_pushes_total", "Pushes by what became of them.", ["outcome"])
MEANING = Counter(
    "qinglang_meaning", "Questions whose meaning was asked, or not for want of time.", ["outcome"]
)
TURNS = Counter("qinglang_turns_total", "Turns by the skill that decided them.", ["skill"])
FAILURES = Counter(
    "qinglang_failed_turns_total", "Pushes that came to nothing, by what their users were told.", ["told"]
)
# What the worker that looked last saw; a worker that was killed says nothing any more.
STORE_UP = Gauge(
    "qinglang_store_up", "1 while sessions can be read and written, else 0.", multiprocess_mode="mostrecent"
)
REPLY_SECONDS = Histogram(
    "qinglang_reply_seconds",
    "Time from the body's arrival to the reply.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5),
)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "pid": record.process,
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
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
