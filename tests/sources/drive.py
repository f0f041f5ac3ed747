"""The five stages over stand-ins of all sources, on a clock that moves itself: what a discovery costs.

Used by tests and by `bench/calls.py`. Nothing of the pipeline is replaced: the same shell, registry, openers and
rates as in a worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
from pydantic import SecretStr

from linernotes.database.connect import connect, open_pool
from linernotes.database.store import Store
from linernotes.forget_key import forget_key
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues.belt import Belt
from linernotes.services.discovery import Start, send_starts
from linernotes.settings import Settings
from linernotes.sources.clock import Clock
from linernotes.sources.registry import Registry
from linernotes.sources.web import ON_REQUEST, OPENERS
from tests.sources import mock_deezer, mock_musicbrainz, mock_spotify, mock_wikidata
from tests.sources.mock_musicbrainz import World
from tests.sources.mock_server import MockServer
from tests.sources.mock_spotify import App


@dataclass
class Time:
    """A clock that moves itself when somebody sleeps."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(now=self.now, sleep=self.sleep, shared=self.now)


class Drive:
    """Stand-ins for one world, and a worker that asks them."""

    def __init__(self, url: str, pool: Any, client: httpx2.AsyncClient, servers: dict[str, MockServer], **more: Any):
        self.servers = servers
        self.time: Time = more.pop("time")
        self.settings = Settings(
            contact="tests@example.org",
            musicbrainz_url=f"{servers['musicbrainz'].url}/ws/2",
            wikidata_url=servers["wikidata"].url,
            wikidata_sparql_url=servers["wikidata"].url,
            deezer_url=servers["deezer"].url,
            spotify_url=f"{servers['spotify'].url}/v1",
            spotify_accounts_url=servers["spotify"].url,
            spotify_client_id=mock_spotify.CLIENT_ID,
            spotify_client_secret=SecretStr(mock_spotify.SECRET),
            **more,
        )
        self.url, self.pool, self.client = url, pool, client
        self._belt = Belt(pool, worker="one", now=self.time.now, lease=timedelta(hours=1))
        self.restart()

    def restart(self) -> None:
        """Forget what the process knew: what is left is in the database."""
        names = dict.fromkeys([*self.settings.source_names, *sorted(ON_REQUEST)])
        openers = {n: partial(OPENERS[n], self.settings, self.pool, self.client, self.time.clock) for n in names}
        self.shell = Shell(
            self._belt, Store(self.pool), Registry(openers), self.pool, partial(forget_key, self.settings)
        )

    async def discover(self, name: str, source: str) -> None:
        """Send for an artist, and work until nothing is left."""
        with connect(self.url) as db:
            send_starts(db, [Start(key=f"artist:{name}|{source}", body={"artistName": name, "source": source})])
            # The stages live in the time of the test, the message was sent in ours.
            db.execute("update pgmq.q_artist_discovery set vt = %s", [self.time.now()])
        await self.work()

    async def work(self) -> None:
        """Work until nothing is left that can be done now."""
        while any([await self.shell.turn(stage) for stage in STAGES]):
            pass

    def forget_that_it_is_done(self) -> None:
        """Let the same discovery be worked on again, as `clearQueueDeduplication` does."""
        with connect(self.url) as db:
            db.execute("delete from linernotes.idempotency_keys")

    def calls(self) -> Counter[str]:
        """What each source was asked for, up to all credits; tokens and the people's own pages are counted apart."""
        found: Counter[str] = Counter()
        for name, server in self.servers.items():
            for asked in server.asked:
                path = asked.path.removeprefix("/ws/2/")
                if path == "/api/token":
                    found["tokens"] += 1
                elif name == "wikidata" or (path.startswith("artist/") and name == "musicbrainz"):
                    found["profiles"] += 1
                else:
                    found[name] += 1
        return found


@asynccontextmanager
async def drive(url: str, world: World, *, app: App | None = None, **settings: Any) -> AsyncIterator[Drive]:
    """A worker on this migrated database, and stand-ins for this world."""
    time = Time()
    async with AsyncExitStack() as stack:
        servers = {
            "musicbrainz": stack.enter_context(mock_musicbrainz.serve(world)),
            "wikidata": stack.enter_context(mock_wikidata.serve(mock_wikidata.Items())),
            "deezer": stack.enter_context(mock_deezer.serve(world, time.seconds)),
            "spotify": stack.enter_context(mock_spotify.serve(world, app or App())),
        }
        pool = await stack.enter_async_context(await open_pool(url, 4))
        client = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
        yield Drive(url, pool, client, servers, time=time, **settings)
