"""Runs the server: uvicorn with our application, until it is told to stop."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import uvicorn

from dcat_harvest.serve.app import App
from dcat_harvest.serve.protocol import Patient
from dcat_harvest.serve.settings import Limits


class Server(uvicorn.Server):
    """uvicorn's server that says where it listens."""

    ready: Callable[[str], None] | None = None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Listen, say so, and start the processes that answer queries."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started and self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            if self.ready:
                self.ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
            app = self.config.app
            if isinstance(app, App):
                self._warming = asyncio.ensure_future(app.pool.warm())


def server(
    output: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    log_to: TextIO | None = None,
    ready: Callable[[str], None] | None = None,
) -> Server:
    """A server over an output folder; `ready` is told its address."""
    limits = limits or Limits()
    protocol = type("Protocol", (Patient,), {"limits": limits, "idle": {}})
    config = uvicorn.Config(
        App(output, limits, log_to),
        host=host,
        port=port,
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
    )
    made = Server(config)
    made.ready = ready
    return made
