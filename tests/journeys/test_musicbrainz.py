"""An artist in, its producers out, from a MusicBrainz and a Wikidata over real HTTP, every call counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linernotes.database.store import Store
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues.belt import Belt
from linernotes.services.discovery import Start, send_starts
from linernotes.services.new_releases import due_artists, send_for_new_albums
from linernotes.settings import Settings
from linernotes.sources.clock import Clock
from linernotes.sources.exchange import new_client
from linernotes.sources.registry import Registry
from linernotes.sources.web import open_web
from tests.sources import mock_musicbrainz, mock_wikidata
from tests.sources.mock_musicbrainz import World, mbid, small_world
from tests.sources.mock_server import MockServer, Reply, json_reply, text_reply
from tests.sources.mock_wikidata import Items, entity, statement


class Time:
    """A clock that moves itself when somebody sleeps."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Journey:
    """The five stages against the two stand-ins, on a clock of the test's own."""

    def __init__(self, pool: Any, db: Any, client: Any, musicbrainz: MockServer, wikidata: MockServer) -> None:
        self.db, self.time, self.musicbrainz, self.wikidata = db, Time(), musicbrainz, wikidata
        settings = Settings(
            contact="tests@example.org",
            musicbrainz_url=f"{musicbrainz.url}/ws/2",
            wikidata_url=wikidata.url,
            wikidata_sparql_url=wikidata.url,
        )
        clock = Clock(now=self.time, sleep=self.time.sleep, shared=self.time)
        registry = Registry(
            {
                "musicbrainz": lambda: open_web("musicbrainz", settings, pool, client, clock),
                "wikidata": lambda: open_web("wikidata", settings, pool, client, clock),
            }
        )
        belt = Belt(pool, worker="one", now=self.time, lease=timedelta(hours=1))
        self.shell = Shell(belt, Store(pool), registry, pool)

    async def discover(self, name: str) -> None:
        body = {"artistName": name, "source": "musicbrainz"}
        self.db.execute("set timezone = 'UTC'")
        send_starts(self.db, [Start(key=f"artist:name:{name.lower()}", body=body)], self.time.now)
        await self.drain()

    async def drain(self) -> None:
        while any([await self.shell.turn(stage) for stage in STAGES]):
            pass

    async def drain_and_wait(self) -> None:
        """As a worker does: what was put off is taken up when it is due."""
        await self.drain()
        while (due := self.due()) is not None:
            self.time.now = max(self.time.now, due)
            await self.drain()

    def due(self) -> datetime | None:
        """When something waits that can go on: on a queue, put off, or parked for its source."""
        row = self.db.execute(
            "select min(case when d.visible > 0 then %(now)s else d.next_at end) from queue_registry r"
            " cross join lateral linernotes.queue_depth(r.queue_name, %(now)s) d",
            {"now": self.time.now},
        ).fetchone()
        assert row
        return row[0]

    def calls(self) -> Counter[str]:
        return Counter(asked.path.removeprefix("/ws/2/").split("/")[0] for asked in self.musicbrainz.asked)

    def credits(self) -> set[tuple[str, str, str]]:
        return set(
            self.db.execute(
                "select t.name, p.name, x.role from track_producers x"
                " join tracks t on t.id = x.track_id join producers p on p.id = x.producer_id"
            ).fetchall()
        )


@pytest.fixture
def world() -> World:
    return small_world(albums=10, tracks=12, editions=6, producers=8)


@pytest.fixture
def items() -> Items:
    items = Items()
    for n in range(1, 9):
        claims = {"P434": [statement(mbid("artist", f"Producer {n}"))], "P2003": [statement(f"producer.{n}")]}
        items.add(entity(f"Q{n}", **claims))
    return items


@pytest.fixture
def servers(world: World, items: Items) -> Iterator[tuple[MockServer, MockServer]]:
    with ExitStack() as stack:
        musicbrainz = stack.enter_context(mock_musicbrainz.serve(world))
        yield musicbrainz, stack.enter_context(mock_wikidata.serve(items))


@pytest.fixture
async def journey(pool: Any, db: Any, servers: tuple[MockServer, MockServer]) -> AsyncIterator[Journey]:
    async with new_client() as client:
        yield Journey(pool, db, client, *servers)


def expected_credits(world: World) -> set[tuple[str, str, str]]:
    """What the stand-in's own data say: an independent reading of its relations."""
    roles = {"producer": "producer", "composer": "composer", "mastering": "mastering"}
    found = set()
    for release in world.releases.values():
        for track in release["media"][0]["tracks"]:
            recording = track["recording"]
            own = [r for r in recording["relations"] if r["type"] in roles]
            works = [w for r in recording["relations"] if "work" in r for w in r["work"]["relations"]]
            produced = any(r["type"] == "producer" for r in own)
            whole = [
                r for r in release["relations"] if r["type"] in roles and not (produced and r["type"] == "producer")
            ]
            for r in [*own, *works, *whole]:
                role = "co_producer" if "co" in r["attributes"] else roles[r["type"]]
                found.add((track["title"], r["artist"]["name"], role))
    return found


async def test_an_artist_with_ten_albums_of_twelve_tracks_costs_at_most_fourteen_calls_to_all_credits(
    journey: Journey, world: World
):
    await journey.discover("Ada Lind")
    people = journey.db.execute("select count(*) from producers").fetchone()[0]
    calls = journey.calls()
    assert calls["artist"] - people == 1, "one search; every other call about an artist is a producer's links"
    assert sum(calls.values()) - people <= 14
    assert journey.db.execute("select count(*) from tracks").fetchone() == (120,)
    assert journey.credits() == expected_credits(world)


async def test_links_cost_one_wikidata_query_and_at_most_one_musicbrainz_lookup_a_producer(journey: Journey):
    await journey.discover("Ada Lind")
    assert len(journey.wikidata.asked) == 1
    lookups = Counter(a.path for a in journey.musicbrainz.asked if a.path.startswith("/ws/2/artist/"))
    assert set(lookups.values()) == {1}
    rows = journey.db.execute(
        "select p.name, l.kind, l.value, l.source, l.source_url from linernotes.producer_links l"
        " join producers p on p.id = l.producer_id where p.name = 'Producer 3' and l.kind = 'instagram' order by 4"
    ).fetchall()
    assert [row[:4] for row in rows] == [
        ("Producer 3", "instagram", "producer.3", "musicbrainz"),
        ("Producer 3", "instagram", "producer.3", "wikidata"),
    ]
    assert rows[1][4] == "https://www.wikidata.org/wiki/Q3"


async def test_the_second_time_everything_costs_nothing(journey: Journey):
    await journey.discover("Ada Lind")
    before = len(journey.musicbrainz.asked), len(journey.wikidata.asked)
    journey.time.now += timedelta(days=1)
    await journey.discover("Ada Lind")
    await journey.discover("ada lind band")
    searched = 1  # the other spelling is a question of its own
    assert (len(journey.musicbrainz.asked) - searched, len(journey.wikidata.asked)) == before


async def test_a_new_album_of_a_known_artist_is_found_by_the_clock_and_the_others_are_not_read_again(
    journey: Journey, world: World
):
    await journey.discover("Ada Lind")
    journey.time.now += timedelta(days=26)
    assert due_artists(journey.db, journey.time.now, 100) == []
    journey.time.now += timedelta(days=8)
    bigger = small_world(albums=11, tracks=12, editions=6, producers=8)
    world.releases.update({key: new for key, new in bigger.releases.items() if new["title"] == "Ada Lind 11"})
    before = journey.calls()
    due = due_artists(journey.db, journey.time.now, 100)
    assert send_for_new_albums(journey.db, due, journey.time.now) == 1
    await journey.drain()
    assert journey.db.execute("select count(*), count(distinct album_id) from tracks").fetchone() == (132, 11)
    assert journey.credits() == expected_credits(world)
    asked = journey.calls() - before
    assert asked["release"] == 2, "the artist's list, and the new album"
    assert due_artists(journey.db, journey.time.now, 100) == []
    assert due_artists(journey.db, journey.time.now + timedelta(days=34), 100, ["spotify"]) == []


async def test_no_album_beyond_the_first_page_is_lost(journey: Journey, world: World):
    extra = small_world(albums=60, tracks=1, editions=2, producers=2)
    world.releases.clear()
    world.releases.update(extra.releases)
    await journey.discover("Ada Lind")
    assert journey.db.execute("select count(*) from albums").fetchone() == (60,)


async def test_503_pauses_for_everybody_spends_no_attempt_and_loses_nothing(journey: Journey, world: World):
    busy = json_reply({"error": "exceeding the allowable rate limit"}, 503, **{"Retry-After": "30"})
    journey.musicbrainz.first(busy)
    await journey.discover("Ada Lind")
    assert journey.db.execute("select state, attempts from processing_status").fetchall() == [("PENDING", 0)]
    await journey.drain_and_wait()
    assert journey.credits() == expected_credits(world)
    assert journey.db.execute("select count(*) from linernotes.dead_letters").fetchone() == (0,)


@pytest.mark.parametrize(
    "fault",
    [
        text_reply("<html>a page</html>"),
        text_reply('{"artists": [', kind="application/json"),
        json_reply({"error": "bad gateway"}, 502),
        json_reply([1, 2]),
    ],
    ids=["html", "cut", "502", "a list"],
)
async def test_one_bad_answer_delays_and_changes_nothing(journey: Journey, world: World, fault: Reply):
    journey.musicbrainz.first(fault)
    await journey.discover("Ada Lind")
    await journey.drain_and_wait()
    assert journey.credits() == expected_credits(world)


async def test_an_artist_that_musicbrainz_does_not_know_is_said_and_kept(journey: Journey):
    await journey.discover("Nobody At All")
    letters = journey.db.execute("select error from linernotes.dead_letters").fetchall()
    assert letters == [("musicbrainz knows no artist named 'Nobody At All'",)]
