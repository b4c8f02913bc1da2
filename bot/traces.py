"""OpenTelemetry traces of pushes, where a collector is named: a span for the push and one for each step; never anybody's words.

The library is an extra, and imported where it is wanted alone. It writes the message of an exception into a span by
itself, and such a message may quote what a user said: so spans are told of no exception, only that something failed.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

_open: Callable[[str], AbstractContextManager[Any]] | None = None


def lacks_tracing() -> bool:
    """Return whether the extra that sends traces is not installed."""
    return importlib.util.find_spec("opentelemetry") is None or not all(
        importlib.util.find_spec(name)
        for name in ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
    )


def start_tracing(url: str) -> None:
    """Send the spans of this process to a collector from now on, in the background; a full queue drops them."""
    global _open  # noqa: PLW0603 - one process has one tracer, as it has one registry of metrics
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "qinglang"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    tracer = provider.get_tracer("qinglang")

    def opened(name: str) -> AbstractContextManager[Any]:
        return tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False)

    _open = opened


def traced(name: str) -> AbstractContextManager[Any]:
    """Return a span to be in; nothing where nobody collects them."""
    return _open(name) if _open else nullcontext()


def note_failed(inner: Any) -> None:
    """Say of a span that its step came to an end by a fault, and no more."""
    if inner is not None:
        from opentelemetry.trace import StatusCode

        inner.set_status(StatusCode.ERROR)
