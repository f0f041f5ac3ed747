"""The shell: one loop for every stage, from an artist's name to the links of its producers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from linernotes.errors import SourceBusy
from linernotes.model.catalogue import AlbumFact
from linernotes.model.claim import Person
from linernotes.model.message import Queue
from linernotes.pipeline.shell import STAGES
from tests.database.runs import NOW, Run, waiting
from tests.shelf import ADA, ids


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
