"""A real HTTP server on the loopback that stands in for a web source and keeps count of what it is asked.

It answers with what a function makes of the request, unless a fault was put in its way with `first`. Its own record
of requests and their arrival times is the truth that budgets are measured against.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived. at is time.monotonic(), client the address it came from."""

    at: float
    client: str
    method: str
    path: str
    params: Mapping[str, str]
    repeated: bool
    form: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer. With cut, only that many bytes of the body leave; with drip, one byte each so many seconds."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: float | None = None
    hold: threading.Event | None = None


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; underscores in header names stand for hyphens."""
    named = {"Content-Type": "application/json; charset=utf-8"}
    named |= {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status=status, body=json.dumps(value).encode(), headers=named)


def text_reply(text: str, status: int = 200, kind: str = "text/html", **headers: str) -> Reply:
    """An answer that is not JSON."""
    named = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=text.encode(), headers=named)


def gzipped(reply: Reply) -> Reply:
    """The same answer, compressed."""
    headers = {**reply.headers, "Content-Encoding": "gzip"}
    return Reply(status=reply.status, body=gzip.compress(reply.body, mtime=0), headers=headers, cut=reply.cut)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""
        if not isinstance(sys.exception(), OSError):
            raise


class MockServer:
    """`with MockServer(answer) as server:` serves until the end of the block, on a port the kernel chose."""

    def __init__(self, answer: Callable[[Asked], Reply], host: str = "127.0.0.1") -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self._faults: deque[Reply] = deque()
        self._closing = threading.Event()
        self._server = _Server((host, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> MockServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        host, port, *_ = self._server.server_address
        return f"http://{host}:{port}"

    def first(self, *replies: Reply) -> None:
        """Answer the next requests with these, whatever they ask."""
        self._faults.extend(replies)

    @property
    def gaps(self) -> list[float]:
        """Seconds between the arrivals."""
        times = [asked.at for asked in self.asked]
        return [later - earlier for earlier, later in pairwise(times)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                server._serve(self, time.monotonic())

            def do_POST(self) -> None:
                server._serve(self, time.monotonic())

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the tests look at `asked`."""

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler, at: float) -> None:
        parts = urlsplit(handler.path)
        sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        asked = Asked(
            at=at,
            client=handler.client_address[0],
            method=handler.command,
            path=parts.path,
            params=dict(pairs),
            repeated=len(dict(pairs)) != len(pairs),
            form={name: values[0] for name, values in parse_qs(sent).items()},
            headers={name.lower(): value for name, value in handler.headers.items()},
        )
        self.asked.append(asked)
        try:
            reply = self._faults.popleft()
        except IndexError:
            reply = self.answer(asked)
        if reply.hold is not None:
            reply.hold.wait(20)
        try:
            self._send(handler, reply)
        except OSError:  # the client had enough
            handler.close_connection = True

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        handler.send_response(reply.status)
        headers = {"Content-Length": str(len(reply.body)), **reply.headers}
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if reply.drip is not None:
            for byte in reply.body:
                handler.wfile.write(bytes([byte]))
                if self._closing.wait(reply.drip):
                    break
        else:
            handler.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
        if reply.cut is not None:
            handler.close_connection = True
