"""Fixtures of the tests that talk to a stand-in over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from psycopg_pool import AsyncConnectionPool

from linernotes.sources.budget import Budget, Rate
from linernotes.sources.cache import ResponseCache
from linernotes.sources.calls import Call
from linernotes.sources.clock import Clock
from linernotes.sources.transport import Transport
from tests.sources.mock_server import MockServer, json_reply

Make = Callable[..., Transport]
THING = {"id": "1", "name": "Ada"}
CALL = Call(path="thing/1", params={"fmt": "json"}, fresh_for=timedelta(days=7))


class Hands:
    """A clock that a test moves, and that moves itself when somebody sleeps. slept has every sleep, in seconds."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(now=self.now, sleep=self.sleep, shared=self.now)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as made:
        yield made


@pytest.fixture
def transport_to(pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands) -> Make:
    """Makes a transport to an address: one request a second, on the test's clock."""

    def make(url: str, source: str = "musicbrainz", **options: Any) -> Transport:
        rate = Rate(interval=timedelta(seconds=1), concurrency=3)
        return Transport(
            source,
            url,
            "musicbrainz.org",
            client=client,
            budget=Budget(pool, source, rate, hands.clock),
            cache=ResponseCache(pool),
            contact=options.pop("contact", "tests@example.org"),
            clock=hands.clock,
            **options,
        )

    return make


@pytest.fixture
def server() -> Iterator[MockServer]:
    """Answers every question with the same thing; the tests of a source have a server of its shape instead."""
    with MockServer(lambda _: json_reply(THING)) as running:
        yield running
