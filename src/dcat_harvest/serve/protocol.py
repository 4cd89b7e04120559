"""HTTP connections that give up on clients which send or read too slowly."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dcat_harvest.serve.settings import Limits

CHUNK = 1 << 16
_CLOSE = b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
REFUSED = b"HTTP/1.1 431 Request Header Fields Too Large" + _CLOSE
TOO_LATE = b"HTTP/1.1 408 Request Timeout" + _CLOSE


class Patient(HttpToolsProtocol):
    """uvicorn's protocol with bounds on the times and sizes that a client decides."""

    limits = Limits()
    idle: ClassVar[dict["Patient", None]] = {}
    """The connections of this server that wait for a request, oldest first."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._body_deadline: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection opens: its first request has so long to come."""
        super().connection_made(transport)
        self._arm()
        self.idle[self] = None
        # Who holds connections open without asking keeps nobody else out.
        if len(self.connections) >= self.limits.connections:
            oldest = next(iter(self.idle))
            del self.idle[oldest]
            self.connections.discard(oldest)
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection ends."""
        self.idle.pop(self, None)
        self._disarm()
        for timer in (self._body_deadline, self._watch):
            if timer is not None:
                timer.cancel()
        self._body_deadline = self._watch = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes come in; the head of a request may be so long."""
        if self._deadline is None and self._body_deadline is None and self._answered():
            # Empty lines between requests are no request: they too have an end.
            self._arm()
        if self._deadline is not None:
            self._head += len(data)
            # A body may come in the same piece as its head; uvicorn's own piece is 256 kB at most.
            if self._head > self.limits.header_bytes and b"\r\n\r\n" not in data:
                self._refuse(REFUSED)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The next request of a connection begins."""
        super().on_message_begin()
        if self._deadline is None:
            self._arm()

    def on_headers_complete(self) -> None:
        """The head is there; the body has so long to come."""
        self._disarm()
        self.idle.pop(self, None)
        loop = asyncio.get_running_loop()
        self._body_deadline = loop.call_later(self.limits.body_seconds, self._body_late)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is there."""
        if self._body_deadline is not None:
            self._body_deadline.cancel()
            self._body_deadline = None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is written, though perhaps not yet read."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self._watch_reading()
        if not self.transport.is_closing() and self._answered():
            self.idle[self] = None

    def pause_writing(self) -> None:
        """The client reads slower than we write."""
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        """The client has read most of what was written."""
        super().resume_writing()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def timeout_keep_alive_handler(self) -> None:
        """No request came for a while; a client that still reads its answer is waited for."""
        if not self.transport.is_closing() and self.transport.get_write_buffer_size():
            self._watch_reading()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().timeout_keep_alive_handler()

    def _answered(self) -> bool:
        return self.cycle is not None and self.cycle.response_complete

    def _watch_reading(self) -> None:
        if self._watch is None:
            left = self.transport.get_write_buffer_size()
            loop = asyncio.get_running_loop()
            self._watch = loop.call_later(self.limits.send_seconds, self._look, left)

    def _look(self, before: int) -> None:
        # Closing would wait for the client to read the rest: for ever, if it likes.
        self._watch = None
        left = self.transport.get_write_buffer_size()
        if left > max(0, before - CHUNK):
            self.transport.abort()
        elif left:
            self._watch_reading()

    def _body_late(self) -> None:
        # An application that waits for the body answers 408 itself; the connection then ends.
        self._body_deadline = None
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self._close()

    def _arm(self) -> None:
        self._head = 0
        seconds = self.limits.header_seconds
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._refuse, TOO_LATE)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, answer: bytes) -> None:
        self._disarm()
        if self.transport is not None and not self.transport.is_closing():
            # Into an answer that is on its way nothing may be written.
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
            self._close()

    def _close(self) -> None:
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self._watch_reading()
