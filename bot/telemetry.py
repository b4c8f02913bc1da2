"""Logs and metrics. A log line carries keys and hashes, never an openid and never a user's words."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime

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


def metrics_page() -> bytes:
    """Return the metrics of all workers (of this process alone when it runs alone) in Prometheus' text form."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
