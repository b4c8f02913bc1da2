"""Logs and metrics. A log line carries keys and hashes, never an openid and never a user's words."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from bot.traces import note_failed, traced

MESSAGES = Counter("qinglang_messages_total", "Messages that were let in, by their kind.", ["kind"])
UNDER_WAY = Gauge(
    "qinglang_pushes_under_way",
    "Pushes that are being answered, or wait for it.",
    multiprocess_mode="livesum",
)
PUSHES = Counter("qinglang_pushes_total", "Pushes by what became of them.", ["outcome"])
MEANING = Counter(
    "qinglang_meaning", "Questions whose meaning was asked, or not for want of time.", ["outcome"]
)
TURNS = Counter("qinglang_turns_total", "Turns by the skill that decided them.", ["skill"])
QUESTIONS = Counter("qinglang_questions_total", "Questions by what they came to.", ["outcome"])
BREAKER = Counter(
    "qinglang_breaker_opened_total", "How often a worker left a silent store alone for a moment."
)
PICTURES = Counter(
    "qinglang_pictures_total", "Pictures that were to follow a reply, by what became of them.", ["outcome"]
)
RELEASES = Counter("qinglang_releases_taken_total", "How often a worker went over to another release.")
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
STEP_SECONDS = Histogram(
    "qinglang_step_seconds",
    "Time of each step of a push: door, load, decide, commit, render.",
    ["step"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4),
)


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
        STEP_SECONDS.labels(self.name).observe(time.perf_counter() - self._started)
        if failed[0]:
            note_failed(self._inner)
        self._span.__exit__(None, None, None)


ACCOUNT: ContextVar[str] = ContextVar("account", default="")
"""Which of several accounts is being served, "" for the first one: each line of the log tells."""


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


def metrics_page() -> bytes:
    """Return the metrics of all workers (of this process alone when it runs alone) in Prometheus' text form."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return generate_latest()
    for path in Path(folder).glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        # What a killed worker had under way is not under way any more.
        if not _is_alive(pid):
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
