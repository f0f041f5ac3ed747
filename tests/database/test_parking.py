"""Work that waits for a source is set aside, and comes back when the source can be asked again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from linernotes.database.connect import open_pool
from linernotes.model.message import Message, Queue, Send, Snooze
from linernotes.pipeline.endings import MOST_PROBES, postponed_and_buried
from linernotes.queues import belt
from linernotes.queues.belt import Belt, Finished, Postponed
from linernotes.services.discovery import nothing_to_do
from tests.database.belts import NOW, TRACKS, sent, settled

HOUR = timedelta(hours=1)


def waiting_for(message: Message, source: str = "musicbrainz", until: datetime = NOW + HOUR) -> Postponed:
    return Postponed(message=message, until=until, why=f"{source}: 429", spent=False, source=source)


async def parked(pool: Any, worker: Belt, count: int, source: str = "musicbrainz", until: datetime = NOW + HOUR):
    """Messages that were sent, taken and parked; their tracks in the order of their numbers."""
    await sent(pool, count)
    messages = await worker.claim(TRACKS, count)
    assert len(messages) == count
    await settled(pool, messages, now=worker.now(), later=[waiting_for(m, source, until) for m in messages])
    return messages


def pause(db: Connection[Any], source: str, wait: timedelta, now: datetime = NOW) -> None:
    db.execute("select linernotes.pause_source(%s, %s, '429', %s)", [source, wait, now])


def answers(db: Connection[Any], source: str, now: datetime) -> None:
    db.execute("select linernotes.source_answered(%s, %s)", [source, now])


def numbers(messages: list[Message]) -> list[int]:
    return [m.msg_id for m in messages]


async def test_what_waits_for_a_source_leaves_its_queue_and_says_for_whom_and_why(pool, db, worker):
    (message,) = await parked(pool, worker, 1)
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == (0,)
    rows = db.execute("select queue_name, msg_id, source, why, parked_at, due from linernotes.parked_messages")
    assert rows.fetchall() == [(TRACKS, message.msg_id, "musicbrainz", "musicbrainz: 429", NOW, NOW + HOUR)]
    assert db.execute("select state, attempts, last_error from processing_status").fetchall() == [
        ("PENDING", 0, "musicbrainz: 429")
    ]


async def test_parked_work_comes_back_when_it_is_due_under_its_number_and_with_no_attempt_spent(
    pool, db, worker, clock
):
    messages = await parked(pool, worker, 3)
    clock.pass_by(minutes=59)
    assert await worker.claim(TRACKS, 10) == []
    clock.pass_by(minutes=1)
    again = await worker.claim(TRACKS, 10)
    assert numbers(again) == numbers(messages)
    assert [(m.attempts, m.body, m.first_at) for m in again] == [(1, m.body, m.first_at) for m in messages]
    assert db.execute("select count(*) from linernotes.parked_messages").fetchone() == (0,)


async def test_a_pause_that_was_made_longer_meanwhile_holds_for_what_is_parked_already(pool, db, worker, clock):
    await parked(pool, worker, 2)
    pause(db, "musicbrainz", 3 * HOUR)
    clock.pass_by(hours=2)
    assert await worker.claim(TRACKS, 10) == []
    clock.pass_by(hours=1)
    assert len(await worker.claim(TRACKS, 10)) == 1


async def test_a_source_that_was_left_alone_is_tried_with_one_message_and_the_rest_follows_in_portions(
    pool, db, worker, clock
):
    pause(db, "musicbrainz", HOUR)
    messages = await parked(pool, worker, 8)
    clock.pass_by(hours=1)
    (probe,) = await worker.claim(TRACKS, 3)
    assert (probe.msg_id, probe.probes) == (messages[0].msg_id, 1)
    assert await worker.claim(TRACKS, 3) == [], "one at a time"
    answers(db, "musicbrainz", clock.now)
    portions = [numbers(await worker.claim(TRACKS, 3)) for _ in range(4)]
    assert portions == [numbers(messages[1:4]), numbers(messages[4:7]), numbers(messages[7:]), []]


async def test_a_probe_that_nobody_hears_of_again_is_followed_by_another_after_a_minute(pool, db, worker, clock):
    pause(db, "musicbrainz", HOUR)
    messages = await parked(pool, worker, 3)
    clock.pass_by(hours=1)
    assert numbers(await worker.claim(TRACKS, 10)) == [messages[0].msg_id]
    clock.pass_by(seconds=29)
    assert await worker.claim(TRACKS, 10) == []
    clock.pass_by(minutes=1)
    claimed = numbers(await worker.claim(TRACKS, 10)) + numbers(await worker.claim(TRACKS, 10))
    assert sorted(claimed) == numbers(messages[:2]), "the first one's lease has ended too"


async def test_a_probe_that_fails_waits_behind_the_others(pool, db, worker, clock):
    pause(db, "musicbrainz", HOUR)
    messages = await parked(pool, worker, 2)
    clock.pass_by(hours=1)
    (probe,) = await worker.claim(TRACKS, 10)
    pause(db, "musicbrainz", HOUR, clock.now)
    await settled(pool, [probe], now=clock.now, later=[waiting_for(probe, until=clock.now + HOUR)])
    clock.pass_by(hours=1)
    (second,) = await worker.claim(TRACKS, 10)
    assert second.msg_id == messages[1].msg_id


async def test_a_source_that_waits_does_not_hold_up_the_work_of_others(pool, db, worker):
    pause(db, "musicbrainz", HOUR)
    await parked(pool, worker, 5)
    (free,) = await sent(pool)
    assert [m.body["trackId"] for m in await worker.claim(TRACKS, 10)] == [str(free)]


async def test_parked_work_goes_on_before_what_was_sent_later(pool, db, worker, clock):
    messages = await parked(pool, worker, 2)
    clock.pass_by(hours=1)
    await sent(pool, 2, at=clock.now)
    assert numbers(await worker.claim(TRACKS, 2)) == numbers(messages)


async def test_a_message_that_is_parked_is_on_its_way_and_is_not_sent_again(pool, worker):
    send = Send(queue=TRACKS, about=uuid4(), id_field="trackId", body={})
    async with pool.connection() as connection:
        assert await belt.send(connection, [send], {}, NOW) == 1
        (message,) = await worker.claim(TRACKS, 10)
        await settled(pool, [message], now=NOW, later=[waiting_for(message)])
        assert await belt.send(connection, [send], {}, NOW) == 0


async def test_the_lease_that_parked_a_message_is_worth_nothing_once_it_is_back(pool, worker, clock):
    (message,) = await parked(pool, worker, 1)
    clock.pass_by(hours=1)
    await worker.claim(TRACKS, 10)
    repeated = [Finished(message=message, fresh_until=None)]
    assert await settled(pool, [message], now=clock.now, done=repeated) == set()


async def test_parked_work_counts_as_waiting_and_says_when_it_can_go_on(pool, db, worker, clock):
    pause(db, "musicbrainz", 2 * HOUR)
    await parked(pool, worker, 3)
    await sent(pool, 1)
    depth = next(d for d in await worker.depths() if d.queue == TRACKS)
    assert (depth.visible, depth.hidden, depth.parked, depth.waiting) == (1, 0, 3, 4)
    assert depth.next_at == NOW + 2 * HOUR


async def test_a_discovery_does_not_end_while_parked_work_can_go_on_within_a_minute(pool, db, worker, clock):
    pause(db, "musicbrainz", timedelta(minutes=2))
    await parked(pool, worker, 1, until=NOW + timedelta(minutes=2))
    assert nothing_to_do(await worker.depths(), clock.now)
    clock.pass_by(seconds=61)
    assert not nothing_to_do(await worker.depths(), clock.now)


async def test_a_stage_that_waits_for_a_full_batch_looks_when_parked_work_can_go_back(pool, worker, clock):
    links, patience = Queue.SOCIAL_ENRICHMENT, timedelta(seconds=60)
    send = Send(queue=links, about=uuid4(), id_field="producerId", body={"producerName": "x"})
    async with pool.connection() as connection:
        await belt.send(connection, [send], {}, NOW)
        (message,) = await worker.claim(links, 10)
        async with connection.transaction():
            await belt.postpone(connection, links, [waiting_for(message)], NOW)
            await belt.release(connection, [message])
    assert not await worker.ripe(links, 200, patience)
    clock.pass_by(hours=1)
    assert await worker.ripe(links, 200, patience)
    assert len(await worker.claim(links, 200)) == 1


async def test_work_that_is_parked_upstream_holds_no_batch_back(pool, worker):
    links = Queue.SOCIAL_ENRICHMENT
    send = Send(queue=links, about=uuid4(), id_field="producerId", body={})
    async with pool.connection() as connection:
        await belt.send(connection, [send], {}, NOW)
    await parked(pool, worker, 1)
    assert await worker.ripe(links, 200, timedelta(seconds=60))


async def test_purging_a_queue_throws_away_what_is_parked_too(pool, db, worker):
    await parked(pool, worker, 2)
    await sent(pool, 1)
    assert db.execute("select linernotes.purge_queue('producer_identification')").fetchone() == (3,)
    assert db.execute("select count(*) from linernotes.parked_messages").fetchone() == (0,)
    assert db.execute("select count(*) from linernotes.idempotency_keys").fetchone() == (0,)


async def test_two_workers_that_look_at_once_give_each_parked_message_back_once(pool, db, worker, rival, clock):
    messages = await parked(pool, worker, 6)
    clock.pass_by(hours=1)
    taken: list[int] = []
    async with pool.connection() as connection, connection.transaction():
        cursor = await connection.execute(
            "select msg_id from linernotes.claim_batch(%s, 3, '30 s', 'one', 5, %s)", [TRACKS, clock.now]
        )
        taken += [row[0] for row in await cursor.fetchall()]
        taken += numbers(await rival.claim(TRACKS, 3))
    assert sorted(taken) == numbers(messages)


async def test_a_source_is_tried_by_one_queue_at_a_time(pool, db, worker, clock):
    pause(db, "musicbrainz", HOUR)
    await parked(pool, worker, 1)
    albums = Queue.TRACK_DISCOVERY
    async with pool.connection() as connection:
        send = Send(queue=albums, about=uuid4(), id_field="albumId", body={})
        await belt.send(connection, [send], {}, NOW)
        (message,) = await worker.claim(albums, 10)
        await belt.postpone(connection, albums, [waiting_for(message)], NOW)
        await belt.release(connection, [message])
    clock.pass_by(hours=1)
    assert len(await worker.claim(albums, 10)) + len(await worker.claim(TRACKS, 10)) == 1


def test_what_was_sent_to_try_a_dead_source_for_a_day_is_given_up_with_the_reason():
    message = Message(queue=TRACKS, msg_id=1, read_ct=1, body={}, attempts=1, first_at=NOW, probes=MOST_PROBES)
    outcome = Snooze(delay=timedelta(minutes=15), why="musicbrainz: answered 500", source="musicbrainz")
    later, (dead,) = postponed_and_buried([(message, outcome)], NOW, 5)
    assert later == []
    assert (dead.error_class, dead.error) == ("SourceDown", "musicbrainz: answered 500")


@pytest.mark.parametrize(("seconds", "source"), [(10, None), (11, "musicbrainz")])
def test_a_short_wait_hides_a_message_and_a_longer_one_parks_it(seconds: int, source: str | None):
    message = Message(queue=TRACKS, msg_id=1, read_ct=1, body={}, attempts=1, first_at=NOW)
    outcome = Snooze(delay=timedelta(seconds=seconds), why="429", source="musicbrainz")
    ((later,), _) = postponed_and_buried([(message, outcome)], NOW, 5)
    assert later.source == source


def fill(db: Connection[Any], count: int, due: datetime) -> None:
    """Parked messages by the thousand, as park_messages leaves them."""
    db.execute(
        "insert into linernotes.budgets (source, next_at, opened_at, paused_until, paused_why)"
        " values ('musicbrainz', '-infinity', %s, %s, '429')",
        [NOW, due],
    )
    db.execute(
        "insert into linernotes.parked_messages"
        " select 'producer_identification', 1000000 + n, 2, %s, jsonb_build_object('trackId', gen_random_uuid()),"
        "        '{\"attempts\": 0}', 'musicbrainz', '429', %s, %s from generate_series(1, %s) n",
        [NOW, NOW, due, count],
    )
    db.execute("analyze linernotes.parked_messages")


def rows_read(db: Connection[Any]) -> int:
    """How many rows of parked_messages were fetched by any scan, up to now."""
    db.execute("select pg_stat_force_next_flush()")
    return db.execute(
        "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
        " where relid = 'linernotes.parked_messages'::regclass"
    ).fetchone()[0]


@pytest.mark.parametrize("left_alone", [True, False])
def test_taking_work_reads_no_more_when_a_hundred_thousand_messages_are_parked(db: Connection[Any], left_alone: bool):
    fill(db, 100_000, NOW + HOUR)
    db.execute("update linernotes.budgets set paused_until = %s", [NOW + HOUR if left_alone else None])
    if not left_alone:
        db.execute("update linernotes.budgets set opened_at = null, answered_at = %s", [NOW - HOUR])
    before = rows_read(db)
    for _ in range(10):
        assert db.execute(
            "select count(*) from linernotes.claim_batch('producer_identification', 200, '30 s', 'one', 5, %s)",
            [NOW],
        ).fetchone() == (0,)
    assert rows_read(db) - before <= 30


def test_giving_a_portion_back_reads_that_portion_only(db: Connection[Any]):
    fill(db, 100_000, NOW)
    db.execute("update linernotes.budgets set opened_at = null")
    before = rows_read(db)
    claimed = "select count(*) from linernotes.claim_batch('producer_identification', 200, '30 s', 'one', 5, %s)"
    assert db.execute(claimed, [NOW]).fetchone() == (200,)
    assert rows_read(db) - before <= 1000
    assert db.execute("select count(*) from linernotes.parked_messages").fetchone() == (99_800,)


async def test_a_replayed_letter_is_on_its_way_and_is_not_sent_a_second_time(pool, db, worker):
    (track,) = await sent(pool)
    (message,) = await worker.claim(TRACKS, 10)
    dead = belt.Buried(message=message, step="gather", error_class="X", error="x", issue="x")
    await settled(pool, [message], now=NOW, dead=[dead])
    assert db.execute("select linernotes.replay_dead_letters(null, null, %s)", [NOW]).fetchone() == (1,)
    send = Send(queue=TRACKS, about=UUID(str(track)), id_field="trackId", body=json.loads("{}"))
    async with pool.connection() as connection:
        assert await belt.send(connection, [send], {}, NOW) == 0
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == (1,)


async def test_a_queue_has_work_when_parked_messages_may_go_back(pool, db, worker, clock):
    pause(db, "musicbrainz", HOUR)
    await parked(pool, worker, 1)
    assert await worker.with_work([TRACKS]) == []
    clock.pass_by(hours=1)
    assert await worker.with_work([TRACKS]) == [TRACKS]


async def test_parking_keeps_numbers_on_every_version_of_postgresql(any_database_url: str):
    """Messages go back with the number that they had, which PGMQ itself hands out."""
    async with await open_pool(any_database_url) as pool:
        worker = Belt(pool, worker="one", now=lambda: NOW)
        messages = await parked(pool, worker, 3)
        worker.now = lambda: NOW + HOUR
        assert numbers(await worker.claim(TRACKS, 10)) == numbers(messages)
        await sent(pool, 1, at=NOW + HOUR)
        (new,) = await worker.claim(TRACKS, 10)
        assert new.msg_id == messages[-1].msg_id + 1
