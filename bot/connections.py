"""HTTP connections: how long one may take to say what it wants, and in how many words."""

from __future__ import annotations

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
HEAD_BYTES = 64 * 1024


class Patient(HttpToolsProtocol):
    """uvicorn's connection that is closed when the head of a request is not there in time, or has no end.

    uvicorn waits for one for ever, and every such connection holds a file of the process; and it keeps every line of
    a head, however many there are.
    """

    _head_due: TimerHandle | None = None
    _n_head_bytes = 0
    _is_in_body = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait for the head of a next request too; its first byte ends uvicorn's own limit on idle connections.

        The rest of a body that was answered before it was read is no head: it is let in, for as long as a head may take.
        """
        if self._head_due is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        if not self._is_in_body:
            self._n_head_bytes += len(data)
        super().data_received(data)
        if self._head_due and self._n_head_bytes > HEAD_BYTES:
            self._hang_up()

    def on_headers_complete(self) -> None:
        """Stop waiting: what follows is the endpoint's to limit."""
        self._stop_waiting()
        self._is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop waiting for the rest of a body that nobody reads."""
        self._stop_waiting()
        self._is_in_body = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the clock."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._n_head_bytes = 0
        self._head_due = self.loop.call_later(HEAD_S, self._hang_up)

    def _stop_waiting(self) -> None:
        if self._head_due:
            self._head_due.cancel()
        self._head_due = None

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
