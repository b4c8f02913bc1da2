"""Traces come to a collector as spans of each step, and hold nothing of what was said or by whom."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot import traces
from bot.telemetry import Step
from tests.serving import Server, copy_small_content, until

WORDS, USER = "会议在哪里召开", "oWhoIsTraced"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_request(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", received
    server.shutdown()
    server.server_close()


def spans(received: list[bytes]) -> list[Span]:
    return [
        span
        for body in received
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def test_each_step_is_a_span_without_anybodys_words(
    collector: tuple[str, list[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, received = collector
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    content = copy_small_content(tmp_path / "content")
    server = Server(
        tmp_path, {"QINGLANG_CONTENT_DIR": str(content), "QINGLANG_TELEMETRY__TRACES": url}
    ).start()
    try:
        assert "在成都召开" in server.wechat().say(USER, WORDS)
        until(lambda: b"render" in b"".join(received), 20.0)
    finally:
        server.stop()
    told = spans(received)
    (push,) = (span for span in told if span.name == "push")
    steps = sorted(
        (s for s in told if s.parent_span_id == push.span_id), key=lambda s: s.start_time_unix_nano
    )
    assert [span.name for span in steps] == ["door", "load", "decide", "commit", "render"]
    sent = b"".join(received)
    assert not any(said.encode() in sent for said in (WORDS, "成都", USER))


def test_step_that_fails_says_so_and_quotes_nobody(
    collector: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, received = collector
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    monkeypatch.setattr(traces, "_open", None)
    traces.start_tracing(url)
    with suppress(ValueError), Step("decide"):
        raise ValueError(WORDS)
    until(lambda: received, 20.0)
    (span,) = spans(received)
    assert (span.name, span.status.code) == ("decide", 2)
    assert WORDS.encode() not in b"".join(received)


def test_service_answers_while_nobody_collects(tmp_path: Path) -> None:
    settings = {
        "QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content")),
        "QINGLANG_TELEMETRY__TRACES": "http://127.0.0.1:9/v1/traces",
    }
    server = Server(tmp_path, settings).start()
    try:
        assert "在成都召开" in server.wechat().say(USER, WORDS)
    finally:
        server.stop()
