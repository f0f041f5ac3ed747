"""What the HTTP interface needs of the outside, handed to `create_app` as one value.

Requests share a small pool of connections. Whoever waits for one waits a short while, then is told that the database
is busy or away; once it is back, the next request reaches it.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from linernotes.api.links import SignInLinks
from linernotes.database.connect import for_pooler, is_pooler, readable
from linernotes.settings import Settings

if TYPE_CHECKING:
    from linernotes.services.hands import Hands

CONNECTIONS = 8
WAIT_FOR_A_CONNECTION = timedelta(seconds=2)
LOOPBACK = "127.0.0.1"

Pool = ConnectionPool[Connection[Any]]


def utc_now() -> datetime:
    """The time of day, for a process that is not a test."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One serving process's means: its settings, its database, and the hands of its workers where it has any.

    host is the address that is bound. size is how many connections requests use at once.
    """

    settings: Settings
    url: str
    pool: Pool
    hands: Hands | None = None
    now: Callable[[], datetime] = field(default=utc_now)
    host: str = LOOPBACK
    size: int = CONNECTIONS
    links: SignInLinks = field(default_factory=SignInLinks)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches us."""
        return is_loopback(self.host)

    @property
    def open_to_visitors(self) -> bool:
        """Whether reading takes no key: as LINERNOTES_VISITORS says, by default on loopback while no secret is set
        and no name of ours leads here from elsewhere."""
        return self.settings.visitors == "read" or self.at_home

    @property
    def at_home(self) -> bool:
        """Whether whoever reaches us sits at this machine, which is nobody else's to guard: on loopback, no secret is
        set, no name leads here from elsewhere, and visitors are not shut out."""
        chosen = self.settings
        guarded = chosen.jwt_secret or chosen.jwks_url or chosen.host_names or chosen.visitors == "none"
        return self.on_loopback and not guarded


def is_loopback(host: str) -> bool:
    """Whether an address to bind is reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@contextmanager
def open_edge(
    settings: Settings,
    url: str,
    *,
    hands: Hands | None = None,
    now: Callable[[], datetime] = utc_now,
    host: str = LOOPBACK,
    size: int = CONNECTIONS,
) -> Iterator[Edge]:
    """An edge with an open pool; the database need not be there yet."""
    pool: Pool = ConnectionPool(
        readable(url),
        min_size=1,
        max_size=size,
        open=False,
        name="linernotes-http",
        check=refuse_ended,
        # A lost database is given up at once and tried anew by the next request, instead of after growing pauses.
        reconnect_timeout=0,
        timeout=WAIT_FOR_A_CONNECTION.total_seconds(),
        kwargs={"autocommit": True, **for_pooler(is_pooler(url))},
        configure=_in_utc,
    )
    with pool:
        yield Edge(settings=settings, url=url, pool=pool, hands=hands, now=now, host=host, size=size)


def refuse_ended(connection: Connection[Any]) -> None:
    """Raises OperationalError for a connection that its server ended. In the socket of one that rests lies only
    a farewell or its end, so one that lives is told without asking the server."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        ConnectionPool.check_connection(connection)


def _in_utc(connection: Connection[Any]) -> None:
    connection.execute("set timezone to 'UTC'")


__all__ = ["CONNECTIONS", "LOOPBACK", "Edge", "Pool", "is_loopback", "open_edge", "utc_now"]
