"""Following and stopping a discovery, on a real PostgreSQL with the real pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.database.connect import connect
from linernotes.errors import NotFound, UsageError
from linernotes.model.message import Queue
from linernotes.model.source import Source
from linernotes.queues.belt import send_bodies
from linernotes.search.discoveries import Discovery, State, discoveries, discovery
from linernotes.services.discoveries import asked_for, cancel, start
from linernotes.services.discovery import work_until_drained
from linernotes.settings import Settings
from linernotes.sources.registry import Registry
from tests.factories import World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def sample() -> Source:
    return Registry({}).catalogue("sample")


@pytest.fixture
def web() -> Source:
    """A web source as far as a start looks at it."""
    return replace(Registry({}).catalogue("sample"), name="musicbrainz", locator="musicbrainz", fresh_for=WEEK)


async def begun(db: Connection[Any], source: Source, *names: str, now: datetime = NOW) -> UUID:
    return start(db, source, await asked_for(source, names), by="me", now=now)


def waiting(found: Discovery) -> dict[str, int]:
    return {share.queue: share.waiting for share in found.queues if share.waiting}


def send(db: Connection[Any], queue: Queue, *bodies: dict[str, Any], now: datetime = NOW) -> None:
    send_bodies(db, queue, [{"key": f"{queue}/{n}", "body": body} for n, body in enumerate(bodies)], now)


async def test_a_discovery_is_followed_from_the_first_message_to_what_was_found(
    db: Connection[Any], database_url: str, sample: Source
) -> None:
    name = (await sample.catalogue.everyone())[0].name  # type: ignore[union-attr]
    now = datetime.now(UTC)  # the workers' clock
    id_ = await begun(db, sample, name, now=now)
    at_first = discovery(db, id_, now)
    assert (at_first.state, at_first.sent, waiting(at_first)) == (State.WORKING, 1, {"artist_discovery": 1})
    assert [(a.name, a.state) for a in at_first.artists] == [(name, "waiting")]

    def tell(*_: Any) -> None:
        pass

    await work_until_drained(Settings(), database_url, worker="test", progress=tell, web=False)
    at_last = discovery(db, id_, now)
    assert (at_last.state, waiting(at_last)) == (State.DONE, {})
    assert [(a.state, a.artist) for a in at_last.artists] == [("found", name)]
    assert at_last.found.recordings > 0
    assert at_last.found.artists == 1
    again = discovery(db, await begun(db, sample, name, now=now), now)
    assert (again.state, again.sent) == (State.DONE, 0)


async def test_work_of_every_stage_counts_for_the_artist_and_nobody_elses(db: Connection[Any], web: Source) -> None:
    world = World(db)
    artist, other = world.artist("Ada Lind"), world.artist("Bo")
    song = world.track("Song")
    world.credit(song, person := world.producer("Producer"))
    db.execute("""update albums set metadata = '{"sources": {"musicbrainz": true}}'""")
    id_ = await begun(db, web, "ada lind")
    db.execute("delete from pgmq.q_artist_discovery")
    for queue in (Queue.ALBUM_DISCOVERY, Queue.TRACK_DISCOVERY, Queue.PRODUCER_IDENTIFICATION):
        send(db, queue, {"artistId": str(artist)}, {"artistId": str(other)})
    send(db, Queue.SOCIAL_ENRICHMENT, {"producerId": str(person)}, {"producerId": str(uuid4())})
    found = discovery(db, id_, NOW)
    assert waiting(found) == {
        "album_discovery": 1, "track_discovery": 1, "producer_identification": 1, "social_enrichment": 1,
    }  # fmt: skip
    assert (found.state, found.found.recordings, found.artists[0].artist) == (State.WORKING, 1, "Ada Lind")


async def test_what_waits_for_a_source_puts_the_discovery_off(db: Connection[Any], web: Source) -> None:
    artist = World(db).artist("Ada Lind")
    id_ = await begun(db, web, "Ada Lind")
    db.execute("delete from pgmq.q_artist_discovery")
    db.execute(
        """insert into linernotes.parked_messages
               (queue_name, msg_id, read_ct, enqueued_at, message, headers, source, why, parked_at, due)
           values ('track_discovery', 1, 1, %s, %s, '{}', 'musicbrainz', 'down', %s, %s)""",
        [NOW, Jsonb({"artistId": str(artist)}), NOW, NOW + timedelta(hours=1)],
    )
    found = discovery(db, id_, NOW)
    assert found.state is State.PUT_OFF
    (share,) = (share for share in found.queues if share.hidden)
    assert (share.queue, share.hidden, share.next_at) == ("track_discovery", 1, NOW + timedelta(hours=1))


def bury(db: Connection[Any], key: str, error_class: str) -> None:
    db.execute("delete from pgmq.q_artist_discovery where message ->> '_idempotencyKey' = %s", [key])
    db.execute(
        """insert into linernotes.dead_letters (queue_name, msg_id, message, step, error_class, error, attempts,
               first_at, last_at, worker)
           values ('artist_discovery', 1, %s, 'decide', %s, 'the reason', 1, %s, %s, 'w')""",
        [Jsonb({"_idempotencyKey": key}), error_class, NOW, NOW],
    )


@pytest.mark.parametrize(("error_class", "state"), [("NotFound", "not_found"), ("BadAnswer", "failed")])
async def test_an_artist_who_was_given_up_is_told_with_the_reason(
    db: Connection[Any], web: Source, error_class: str, state: str
) -> None:
    id_ = await begun(db, web, "Nobody")
    bury(db, "artist:name:nobody", error_class)
    found = discovery(db, id_, NOW)
    assert found.state is State.FAILED
    assert [(a.state, a.why) for a in found.artists] == [(state, "the reason")]
    assert found.given_up == 1


async def test_an_artist_whom_the_source_calls_otherwise_is_followed_all_the_same(
    db: Connection[Any], web: Source
) -> None:
    id_ = await begun(db, web, "Beatles", now=NOW)
    db.execute("delete from pgmq.q_artist_discovery")
    for name, source in (("The Beatles", "musicbrainz"), ("Beatles Revival Band", "deezer")):
        db.execute(
            "insert into artists (name, metadata, updated_at) values (%s, %s, %s)",
            [name, Jsonb({"source": source}), NOW],
        )
    assert [a.artist for a in discovery(db, id_, NOW).artists] == ["The Beatles"]


async def test_an_artist_named_by_an_id_is_followed_by_it(db: Connection[Any], web: Source) -> None:
    mbid = str(uuid4())
    id_ = await begun(db, web, mbid)
    artist = World(db).artist("Ada Lind")
    db.execute(
        "insert into linernotes.external_ids (entity_type, scheme, value, entity_id)"
        " values ('artist', 'musicbrainz', %s, %s)",
        [mbid, artist],
    )
    db.execute("delete from pgmq.q_artist_discovery")
    assert [a.artist for a in discovery(db, id_, NOW).artists] == ["Ada Lind"]


def left(db: Connection[Any], queues: Sequence[Queue] = tuple(Queue)) -> int:
    row = db.execute(
        "select sum(visible + hidden) from unnest(%s::text[]) q cross join linernotes.queue_depth(q)", [list(queues)]
    ).fetchone()
    return int(row[0]) if row else 0


async def test_a_stopped_discovery_leaves_nothing_on_the_queues_and_can_begin_anew(
    db: Connection[Any], web: Source
) -> None:
    artist = World(db).artist("Ada Lind")
    id_ = await begun(db, web, "Ada Lind")
    send(db, Queue.ALBUM_DISCOVERY, {"artistId": str(artist)}, {"artistId": str(uuid4())})
    assert cancel(db, id_, by="me", now=NOW) == 2
    assert left(db) == 1
    assert discovery(db, id_, NOW).state is State.CANCELLED
    with pytest.raises(UsageError, match="stopped before"):
        cancel(db, id_, by="me", now=NOW)
    assert discovery(db, await begun(db, web, "Ada Lind"), NOW).sent == 1


async def test_an_artist_whom_somebody_else_asked_for_too_is_not_taken_away(db: Connection[Any], web: Source) -> None:
    mine = await begun(db, web, "Ada Lind", "Bo")
    theirs = await begun(db, web, "Ada Lind")
    assert cancel(db, mine, by="me", now=NOW) == 1
    assert waiting(discovery(db, theirs, NOW)) == {"artist_discovery": 1}
    assert cancel(db, theirs, by="them", now=NOW) == 1
    assert left(db) == 0


@pytest.mark.parametrize("name", ["", " ", "\0", "\ud800", "\u200b"])
async def test_a_text_that_is_no_name_is_refused(db: Connection[Any], web: Source, name: str) -> None:
    with pytest.raises(UsageError, match="visible character"):
        await begun(db, web, name)


async def test_discoveries_are_listed_the_latest_first_page_by_page(db: Connection[Any], web: Source) -> None:
    for number in range(3):
        await begun(db, web, f"Artist {number}", now=NOW + timedelta(minutes=number))
    first = discoveries(db, limit=2)
    second = discoveries(db, limit=2, cursor=first.next)
    assert [d.names[0] for d in (*first.items, *second.items)] == ["Artist 2", "Artist 1", "Artist 0"]
    with pytest.raises(NotFound, match="No discovery has the id"):
        discovery(db, uuid4(), NOW)


async def test_a_discovery_never_seems_over_while_its_work_moves_from_queue_to_queue(
    db: Connection[Any], database_url: str, sample: Source
) -> None:
    now = datetime.now(UTC)
    id_ = await begun(db, sample, (await sample.catalogue.everyone())[0].name, now=now)  # type: ignore[union-attr]
    states: list[State] = []
    finished = asyncio.Event()

    def look() -> None:
        with connect(database_url) as another:
            while not finished.is_set():
                states.append(discovery(another, id_, now).state)

    looking = asyncio.create_task(asyncio.to_thread(look))
    await work_until_drained(Settings(), database_url, worker="test", progress=lambda *_: None, web=False)
    finished.set()
    await looking
    over = next((place for place, state in enumerate(states) if state.is_over), len(states))
    assert over > 0
    assert set(states[:over]) == {State.WORKING}
    assert set(states[over:]) <= {State.DONE}
