"""The HTTP server: uvicorn, with a limit on how long a request's head may take, and an end that we decide on.

A thousand sockets that say nothing cost a thousand timers and no thread; each is closed after HEAD_WITHIN. What does
say something is answered meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN = timedelta(seconds=10)
MOST_CONNECTIONS = 2_000
LONGEST_HEAD = 32_768  # bytes
KEEP_ALIVE = 5  # seconds
GRACE = 3
"""Seconds that answers under way have once we are told to end; a stream of events has no end of its own."""


class PatientProtocol(H11Protocol):
    """Waits for a request's head as long as HEAD_WITHIN, however slowly it drips."""

    head_within = HEAD_WITHIN
    most = MOST_CONNECTIONS
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.abort()
            return
        self._wait_for_the_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self._wait_for_the_head()
        else:
            self._waited()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waited()
        super().connection_lost(exc)

    def _wait_for_the_head(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.head_within.total_seconds(), self._give_up)

    def _waited(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        self.transport.close()


class Server(uvicorn.Server):
    """uvicorn, which leaves signals to whoever runs it: `stop()` ends it in good order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals end workers, scheduler and server together, so they are caught in one place, which is not here."""
        yield

    def stop(self) -> None:
        """Take no more connections, finish what is under way within the grace period, and return from `serve`."""
        self.should_exit = True


def new_server(app: FastAPI, **options: Any) -> Server:
    """A server of the application. options are uvicorn's, beside ours."""
    chosen: dict[str, Any] = {
        "http": PatientProtocol,
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE,
        "timeout_graceful_shutdown": GRACE,
        "h11_max_incomplete_event_size": LONGEST_HEAD,
        "forwarded_allow_ips": "127.0.0.1,::1",
    }
    return Server(uvicorn.Config(app, **{**chosen, **options}))


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound and listens; port 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    # What it accepts inherits this. Without, the second half of an answer waits for the client's delayed
    # acknowledgement of the first, 40 ms; asyncio does not see that our sockets are TCP's.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port
