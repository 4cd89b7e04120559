"""HTTP connections that give up on clients which send or read too slowly."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dcat_harvest.serve.settings import Limits

_CLOSE = b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
REFUSED = b"HTTP/1.1 431 Request Header Fields Too Large" + _CLOSE
TOO_LATE = b"HTTP/1.1 408 Request Timeout" + _CLOSE


class Patient(HttpToolsProtocol):
    """uvicorn's protocol with bounds on the time and size of a request's head."""

    limits = Limits()

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection opens: its first request has so long to come."""
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection ends."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes come in; the head of a request may be so long."""
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
        """The head is there; what follows is the application's to bound."""
        self._disarm()
        super().on_headers_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing came for a while; who has not read its answer by now never will."""
        if not self.transport.is_closing() and self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

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
            self.transport.write(answer)
            self.transport.close()
