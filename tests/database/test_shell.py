"""The shell: one loop for every stage, whatever happens to a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from linernotes.database.store import Store
from linernotes.errors import BadAnswer, SourceBusy, SourceRefused
from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    ExternalId,
    Page,
    TrackFact,
    TrackRef,
)
from linernotes.model.claim import Claim, CreditAnswer, Level, Link, Match, Person, ProducerRef, Profile
from linernotes.model.message import Queue
from linernotes.model.source import Source
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues import belt
from linernotes.queues.belt import Belt

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ADA = Person(name="Ada", ids=(ExternalId("test", "ada"),))


def ids(value: str) -> tuple[ExternalId, ...]:
    return (ExternalId("test", value),)


class Shelf:
    """A source in memory: albums by name with their tracks, and who produced what. Raises what it is told to."""

    def __init__(self) -> None:
        self.pages: list[list[AlbumFact]] = [[AlbumFact(name="Album", ids=ids("album"))]]
        self.songs: dict[str, list[str]] = {"Album": ["One", "Two"]}
        self.made: dict[str, tuple[Person, ...]] = {"One": (ADA,), "Two": (ADA,)}
        self.raises: dict[str, Exception] = {}
        self.asked: list[str] = []
        self.texts: tuple[str, ...] = ("producer",)

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        self._ask("artists", name)
        return [ArtistFact(name="Artist", ids=ids("artist"))] if name == "Artist" else []

    async def everyone(self) -> Sequence[ArtistFact]:
        return await self.artists("Artist")

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        self._ask("albums", str(offset))
        following = offset + 1 if offset + 1 < len(self.pages) else None
        return Page(tuple(self.pages[offset]), following)

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        self._ask("tracks", album.name)
        songs = self.songs[album.name]
        facts = tuple(TrackFact(name=s, ids=ids(f"{album.name}/{s}"), position=n) for n, s in enumerate(songs, 1))
        return Page(facts[offset : offset + 2], offset + 2 if offset + 2 < len(facts) else None)

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        self._ask("credits", album.name)
        return CreditAnswer(
            claims={
                t.id: tuple(
                    Claim(person=p, raw_role=text, level=Level.RECORDING, match=Match.SHARED_ID, record=t.name)
                    for p in self.made[t.name]
                    for text in self.texts
                )
                for t in tracks
                if t.name in self.made
            }
        )

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        self._ask("profiles", ",".join(p.name for p in producers))
        link = Link(kind="homepage", value="a.example", url="https://a.example", source_url="x", source_record_id="1")
        return {p.id: Profile(links=(link,)) for p in producers}

    def _ask(self, what: str, about: str) -> None:
        self.asked.append(f"{what} {about}")
        if (error := self.raises.get(what)) is not None:
            raise error


class Only:
    """A registry of one source."""

    def __init__(self, shelf: Shelf) -> None:
        self.source = Source(
            name="test",
            family="musicbrainz",
            locator="test",
            fresh_for=timedelta(days=7),
            catalogue=shelf,
            credits=shelf,
            profiles=shelf,
            profile_schemes=frozenset({"test"}),
        )

    def catalogue(self, locator: str) -> Source:
        return self.source

    def credits(self, locator: str) -> Sequence[Source]:
        return [self.source]

    def profiles(self, locator: str) -> Sequence[Source]:
        return [self.source]


class Run:
    """A shell over a test's database, with a clock that the test moves."""

    def __init__(self, pool: Any, db: Any) -> None:
        self.now = NOW
        self.db = db
        self.shelf = Shelf()
        belt = Belt(pool, worker="one", now=lambda: self.now, max_attempts=3)
        self.shell = Shell(belt, Store(pool), Only(self.shelf), pool)

    def start(self, name: str = "Artist") -> None:
        self.db.execute(
            "select linernotes.send_once('artist_discovery', jsonb_build_array(jsonb_build_object("
            "'key', 'artist:name:' || %(name)s, 'body', jsonb_build_object('artistName', %(name)s::text))), %(now)s)",
            {"name": name, "now": self.now},
        )

    async def drain(self) -> int:
        """Turn every stage until nothing visible is left; how many messages were taken."""
        taken = 0
        while turned := sum([(await self.shell.turn(stage)).taken for stage in STAGES]):
            taken += turned
        return taken

    def all(self, query: str) -> list[tuple[Any, ...]]:
        return self.db.execute(query).fetchall()

    def one(self, query: str) -> Any:
        return self.db.execute(query).fetchone()[0]


@pytest.fixture
def run(pool: Any, db: Any) -> Run:
    return Run(pool, db)


def waiting(run: Run) -> dict[str, int]:
    return {q: run.one(f"select count(*) from pgmq.q_{q}") for q in Queue}


async def test_an_artist_goes_in_and_its_producers_come_out(run: Run):
    run.start()
    assert await run.drain() == 1 + 1 + 1 + 2 + 1
    assert run.all(
        "select a.name, b.name, t.name, p.name, x.role, x.confidence::float from track_producers x"
        " join producers p on p.id = x.producer_id join tracks t on t.id = x.track_id"
        " join albums b on b.id = t.album_id join artists a on a.id = b.artist_id order by t.name"
    ) == [("Artist", "Album", "One", "Ada", "producer", 0.95), ("Artist", "Album", "Two", "Ada", "producer", 0.95)]
    assert run.all("select value, source from linernotes.producer_links") == [("a.example", "test")]
    assert run.one("select enriched_at from producers") == NOW
    assert set(waiting(run).values()) == {0}
    assert run.one("select count(*) from processing_status where state <> 'COMPLETED'") == 0


async def test_a_second_discovery_within_freshness_asks_nothing_and_writes_nothing(run: Run):
    run.start()
    await run.drain()
    tables = (
        "artists",
        "albums",
        "tracks",
        "producers",
        "track_producers",
        "linernotes.claims",
        "linernotes.lookups",
    )
    rows = [run.all(f"select xmin::text, ctid::text from {t} order by 2") for t in tables]
    run.shelf.asked.clear()
    run.now += timedelta(days=6)
    run.start()
    assert await run.drain() == 0
    assert run.shelf.asked == []
    assert [run.all(f"select xmin::text, ctid::text from {t} order by 2") for t in tables] == rows


async def test_a_discovery_after_freshness_asks_again_and_keeps_up_with_late_credits(run: Run):
    run.start()
    await run.drain()
    run.shelf.made["Two"] = (ADA, Person(name="Bob", ids=ids("bob")))
    run.now += timedelta(days=8)
    run.start()
    await run.drain()
    assert run.all("select p.name from track_producers x join producers p on p.id = x.producer_id order by 1") == [
        ("Ada",),
        ("Ada",),
        ("Bob",),
    ]


async def test_every_page_of_an_artist_with_more_albums_than_a_page_is_read(run: Run):
    run.shelf.pages = [[AlbumFact(name=f"Album {n}", ids=ids(f"album {n}"))] for n in range(5)]
    run.shelf.songs = {f"Album {n}": ["One", "Two", f"Three {n}", "Four", "Five"] for n in range(5)}
    run.start()
    await run.drain()
    assert run.one("select count(*) from albums") == 5
    assert run.one("select count(*) from tracks") == 25


async def test_the_credits_of_an_album_are_asked_for_once(run: Run):
    run.start()
    await run.drain()
    assert [a for a in run.shelf.asked if a.startswith("credits")] == ["credits Album"]


async def test_a_source_that_is_busy_spends_no_attempt_and_is_asked_again_when_it_said(run: Run):
    run.shelf.raises["credits"] = SourceBusy("test", timedelta(hours=2), "429")
    run.start()
    await run.drain()
    status = "select state, attempts, last_error from processing_status where entity_type = 'track'"
    assert run.all(status) == [("PENDING", 0, "test: 429")] * 2
    run.shelf.raises.clear()
    run.now += timedelta(minutes=119)
    assert await run.drain() == 0
    run.now += timedelta(minutes=1)
    assert await run.drain() == 2 + 1
    assert run.one("select count(*) from track_producers") == 2


async def test_a_turn_says_what_became_of_each_message(run: Run):
    run.start()
    run.start("Nobody")
    artists = next(s for s in STAGES if s.queue is Queue.ARTIST_DISCOVERY)
    turn = await run.shell.turn(artists)
    assert turn.taken == 2
    assert [m.body["artistName"] for m in turn.done] == ["Artist"]
    assert [(m.body["artistName"], why) for m, why in turn.buried] == [
        ("Nobody", "test knows no artist named 'Nobody'")
    ]
    assert list(turn.stored.items()) == [(turn.done[0].msg_id, (run.one("select id from artists"),))]
    run.shelf.raises["albums"] = SourceBusy("test", timedelta(hours=2), "429")
    (postponed,) = (await run.shell.turn(next(s for s in STAGES if s.queue is Queue.ALBUM_DISCOVERY))).postponed
    assert postponed[1] == "test: 429"
    assert not await run.shell.turn(artists)


async def test_a_turn_with_a_limit_takes_no_more_and_does_not_wait_for_a_full_batch(run: Run):
    run.start()
    while await run.shell.turn(STAGES[0]) or await run.shell.turn(STAGES[1]) or await run.shell.turn(STAGES[2]):
        pass
    assert (await run.shell.turn(STAGES[3], limit=1)).taken == 1
    assert not await run.shell.turn(STAGES[4])
    assert (await run.shell.turn(STAGES[4], limit=10)).taken == 1


async def test_a_failure_is_tried_again_with_growing_delay_and_buried_at_the_limit_with_its_reason(run: Run):
    run.shelf.raises["tracks"] = BadAnswer("test", "HTML instead of JSON")
    run.start()
    await run.drain()
    delays = []
    for _ in range(2):
        due = run.one("select vt from pgmq.q_track_discovery")
        delays.append(due - run.now)
        run.now = due
        assert await run.drain() == 1
    assert delays[1] > delays[0] > timedelta(0)
    assert run.all("select queue_name, step, error_class, error, attempts from linernotes.dead_letters") == [
        ("track_discovery", "gather", "BadAnswer", "test: HTML instead of JSON", 3)
    ]
    assert waiting(run)["track_discovery"] == 0


async def test_a_refusal_is_buried_at_once(run: Run):
    run.shelf.raises["albums"] = SourceRefused("test", "403")
    run.start()
    await run.drain()
    assert run.all("select error_class, attempts from linernotes.dead_letters") == [("SourceRefused", 1)]


async def test_a_name_that_the_source_does_not_know_is_kept_as_not_found(run: Run):
    run.start("Nobody")
    await run.drain()
    assert run.all("select error, attempts from linernotes.dead_letters") == [
        ("test knows no artist named 'Nobody'", 1)
    ]
    assert run.all("select issue_type from worker_issues") == [("not_found",)]
    assert run.all("select state, dead_lettered from processing_status") == [("FAILED", True)]


@pytest.mark.parametrize(
    ("queue", "body"),
    [
        ("artist_discovery", '{"artistName": null}'),
        ("artist_discovery", '["not an object"]'),
        ("album_discovery", '{"artistId": null}'),
        ("album_discovery", '{"artistId": "01998fe2-0000-7000-8000-000000000000"}'),
        ("album_discovery", '{"artistId": 7, "offset": "x"}'),
        ("track_discovery", '{"albumId": "no id"}'),
        ("producer_identification", '{"trackId": "01998fe2-0000-7000-8000-000000000000"}'),
        ("social_enrichment", "{}"),
    ],
)
async def test_a_message_that_no_stage_can_work_on_is_buried_and_the_others_go_on(run: Run, queue: str, body: str):
    run.db.execute("select pgmq.send(%s, %s)", [queue, body])
    run.now = datetime.now(UTC) + timedelta(seconds=1)
    run.start()
    await run.drain()
    assert run.all("select queue_name, error_class from linernotes.dead_letters") == [(queue, "BadMessage")]
    assert run.one("select count(*) from track_producers") == 2


async def test_rows_that_the_database_refuses_fail_their_message_and_no_other(run: Run):
    run.shelf.made["Two"] = (Person(name="Eve\x00", ids=(ExternalId("test", "nul\x00"),)),)
    run.start()
    await run.drain()
    assert run.all("select t.name from track_producers x join tracks t on t.id = x.track_id") == [("One",)]
    status = "select state, last_error like '%%\\u0000%%' from processing_status where state = 'PENDING'"
    assert run.all(status) == [("PENDING", True)]


async def test_a_source_that_is_down_does_not_hold_back_what_the_others_say(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    other = Shelf()
    other.raises["credits"] = SourceBusy("other", timedelta(hours=1), "429")
    other.made = {"One": (Person(name="Bob", ids=ids("bob")),), "Two": ()}
    second = replace(Only(other).source, name="other", family="discogs")
    first = Only(run.shelf).source
    monkeypatch.setattr(Only, "credits", lambda self, locator: [second, first])
    run.start()
    await run.drain()
    credited = "select t.name, p.name from track_producers x join tracks t on t.id = x.track_id" + (
        " join producers p on p.id = x.producer_id order by 1, 2"
    )
    assert run.all(credited) == [("One", "Ada"), ("Two", "Ada")]
    assert run.one("select count(*) from processing_status where state = 'PENDING' and attempts = 0") == 2
    other.raises.clear()
    run.now += timedelta(hours=1)
    await run.drain()
    assert run.all(credited) == [("One", "Ada"), ("One", "Bob"), ("Two", "Ada")]


async def test_every_text_that_names_one_person_in_one_role_is_kept(run: Run):
    run.shelf.texts = ("producer", "Produced By")
    run.start()
    await run.drain()
    assert run.all("select distinct raw_role from linernotes.claims") == [("Produced By, producer",)]


async def test_a_track_that_no_source_credits_is_done_and_says_so(run: Run):
    run.shelf.made = {"One": ()}
    run.start()
    await run.drain()
    notes = "select state, last_error from processing_status where entity_type = 'track' order by 2"
    assert run.all(notes) == [("COMPLETED", "no credit source knows this track"), ("COMPLETED", "test named nobody")]
    assert run.all("select source, claims from linernotes.lookups") == [("test", 0)]


async def test_every_batch_leaves_one_row_of_metrics(run: Run):
    run.start()
    await run.drain()
    assert run.all(
        "select queue_name, success_count, error_count, processed_count from queue_metrics"
        " where operation = 'batch' order by created_at, id"
    ) == [(q, n, 0, n) for q, n in zip(Queue, (1, 1, 1, 2, 1), strict=True)]


@pytest.mark.parametrize("songs", [3, 40])
async def test_a_batch_settles_with_the_same_number_of_statements_whatever_its_size(
    run: Run, songs: int, monkeypatch: pytest.MonkeyPatch
):
    names = [f"Song {n}" for n in range(songs)]
    run.shelf.songs, run.shelf.made = {"Album": names}, dict.fromkeys(names, (ADA,))
    counted: list[str] = []
    original: Callable[..., Any] = __import__("psycopg").AsyncConnection.execute

    async def execute(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        counted.append(str(query))
        return await original(self, query, *rest, **more)

    run.start()
    for queue in (Queue.ARTIST_DISCOVERY, Queue.ALBUM_DISCOVERY):
        await run.shell.turn(next(s for s in STAGES if s.queue is queue))
    while await run.shell.turn(next(s for s in STAGES if s.queue is Queue.TRACK_DISCOVERY)):
        pass
    monkeypatch.setattr("psycopg.AsyncConnection.execute", execute)
    stage = next(s for s in STAGES if s.queue is Queue.PRODUCER_IDENTIFICATION)
    assert (await run.shell.turn(stage)).taken == songs
    # hold the leases, store the claims, send the follow-ups, finish, release the locks, measure
    assert len(counted) == 6, counted


# ---- producers of whom nothing is found


async def test_a_producer_of_whom_no_source_knows_anything_is_marked_until_one_does(run: Run):
    profiles = run.shelf.profiles
    run.shelf.profiles = nobody_knows  # type: ignore[method-assign]
    run.start()
    await run.drain()
    marked = "select enrichment_failed, enriched_at is not null from producers"
    assert run.all(marked) == [(True, False)]
    run.shelf.profiles = profiles  # type: ignore[method-assign]
    body = {"producerId": str(run.one("select id from producers")), "source": "test"}
    belt.send_bodies(run.db, Queue.SOCIAL_ENRICHMENT, [{"key": "again", "body": body}], run.now)
    await run.drain()
    assert run.all(marked) == [(False, True)]


async def nobody_knows(producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
    return {}


async def test_a_producer_whose_enrichment_was_given_up_is_marked(run: Run):
    run.shelf.raises["profiles"] = SourceRefused("test", "no")
    run.start()
    await run.drain()
    assert run.all("select enrichment_failed, enriched_at from producers") == [(True, None)]
