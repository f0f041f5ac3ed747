"""The real application on a real database, called in this process or served on a port of the kernel's choice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from linernotes.api.app import create_app
from linernotes.api.edge import Edge, open_edge, utc_now
from linernotes.api.keys import Role, add_key
from linernotes.database import connect
from linernotes.settings import Settings

READY_WITHIN = 20  # seconds

HeadersOf = Callable[[Role], dict[str, str]]


@pytest.fixture
def settings() -> Settings:
    """The settings of the edge; a module with other ones overrides this."""
    return Settings()


@pytest.fixture
def edge(database_url: str, settings: Settings) -> Iterator[Edge]:
    """An edge on the test's database, bound to loopback without a secret: reading needs no key."""
    with open_edge(settings, database_url) as opened:
        yield opened


@pytest.fixture
def client(edge: Edge) -> Iterator[TestClient]:
    """Calls the application in this process, as a visitor."""
    with TestClient(create_app(edge), base_url="http://127.0.0.1", raise_server_exceptions=False) as calling:
        yield calling


@pytest.fixture
def headers_of(database_url: str) -> HeadersOf:
    """Headers with a fresh key of a role: `client.post(..., headers=headers_of(Role.AUTHENTICATED))`."""

    def headers(role: Role) -> dict[str, str]:
        with connect.connect(database_url) as db:
            name = f"{role} {len(made)}"
            made.append(name)
            return {"apikey": add_key(db, name, role, utc_now())}

    made: list[str] = []
    return headers


class Served:
    """The application behind a real server on loopback."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = uvicorn.Server(uvicorn.Config(app, log_config=None, **options))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True)

    def start(self) -> None:
        self.thread.start()
        with httpx2.Client(transport=httpx2.HTTPTransport(retries=3), timeout=READY_WITHIN) as asking:
            asking.get(f"{self.url}/openapi.json").raise_for_status()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(READY_WITHIN)
        assert not self.thread.is_alive()


@pytest.fixture
def served(edge: Edge) -> Iterator[Served]:
    """The application on a real port: `served.url`."""
    serving = Served(create_app(edge), timeout_graceful_shutdown=2)
    with closing(serving.listener):
        serving.start()
        yield serving
        serving.stop()
