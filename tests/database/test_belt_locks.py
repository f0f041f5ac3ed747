"""The locks that a worker takes on what it works on: beside other workers, and beside programs that use SQL."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from linernotes.model.message import Message, Send
from linernotes.queues import belt
from linernotes.queues.belt import Buried, Finished, Postponed
from tests.database.belts import NOW, TRACKS, sent, settled


def locks(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute(
        "select entity_type, entity_id, worker_id, metadata from processing_locks order by entity_id"
    ).fetchall()


def lock(db: Connection[Any], track: UUID, holder: str = "another program", seconds: int = 1800) -> None:
    """What acquire_processing_lock leaves, at the time of the tests."""
    db.execute(
        "insert into processing_locks (entity_type, entity_id, worker_id, correlation_id, ttl_seconds, acquired_at,"
        " last_heartbeat) values ('track', %(id)s, %(holder)s, %(holder)s, %(ttl)s, %(now)s, %(now)s)",
        {"id": str(track), "holder": holder, "ttl": seconds, "now": NOW},
    )


def done(message: Message) -> Finished:
    return Finished(message=message, fresh_until=None)


async def test_a_claimed_message_locks_its_entity_and_says_for_whom(pool, db, worker):
    (track,) = await sent(pool)
    (message,) = await worker.claim(TRACKS, 10)
    assert locks(db) == [
        (
            "track",
            str(track),
            "one",
            {"queue": TRACKS, "msg_id": message.msg_id, "read_ct": 1, "worker": "one"},
        )
    ]
    assert not db.execute("select acquire_processing_lock('track', %s)", [str(track)]).fetchone()[0]


@pytest.mark.parametrize("ending", ["done", "later", "dead"])
async def test_however_a_message_ends_its_lock_is_given_back(pool, db, worker, ending):
    await sent(pool, 2)
    messages = await worker.claim(TRACKS, 10)
    endings: dict[str, Any] = {
        "done": {"done": [done(m) for m in messages]},
        "later": {"later": [Postponed(message=m, until=NOW, why="later", spent=True) for m in messages]},
        "dead": {"dead": [Buried(message=m, step="gather", error_class="X", error="x", issue="x") for m in messages]},
    }
    await settled(pool, messages, now=NOW, **endings[ending])
    assert locks(db) == []


async def test_work_that_is_given_back_leaves_no_lock(pool, db, worker):
    await sent(pool, 2)
    await worker.give_back(await worker.claim(TRACKS, 10))
    assert locks(db) == []


async def test_a_message_whose_entity_another_program_has_locked_is_left_for_later_and_spends_nothing(
    pool, db, worker, clock
):
    held, free = await sent(pool, 2)
    lock(db, held)
    assert [m.body["trackId"] for m in await worker.claim(TRACKS, 10)] == [str(free)]
    waiting = db.execute(
        "select vt, headers -> 'attempts' from pgmq.q_producer_identification where message ->> 'trackId' = %s",
        [str(held)],
    ).fetchone()
    assert waiting == (NOW + timedelta(seconds=1), 0)
    assert db.execute("select count(*) from processing_status where entity_id = %s", [str(held)]).fetchone() == (0,)
    clock.pass_by(seconds=5)
    assert await worker.claim(TRACKS, 10) == []
    assert db.execute("select public.release_processing_lock('track', %s)", [str(held)]).fetchone() == (True,)
    clock.pass_by(seconds=5)
    (message,) = await worker.claim(TRACKS, 10)
    assert (message.body["trackId"], message.attempts) == (str(held), 1)


async def test_the_longer_a_lock_is_held_already_the_longer_its_message_is_left(pool, db, worker, clock):
    (held,) = await sent(pool)
    lock(db, held, seconds=100)
    waits = []
    for _ in range(9):
        assert await worker.claim(TRACKS, 10) == []
        due = db.execute("select vt from pgmq.q_producer_identification").fetchone()[0]
        waits.append((due - clock.now).total_seconds())
        clock.now = due
    assert waits == [1, 1, 2, 4, 8, 16, 30, 30, 8]
    assert len(await worker.claim(TRACKS, 10)) == 1


async def test_what_is_locked_by_others_does_not_hide_the_work_behind_it(pool, db, worker):
    for track in await sent(pool, 20):
        lock(db, track)
    await sent(pool, 3, at=NOW + timedelta(microseconds=1))
    worker.now = lambda: NOW + timedelta(seconds=0.5)
    assert len(await worker.claim(TRACKS, 5)) == 3


async def test_a_lock_that_has_run_out_is_taken_over(pool, db, worker, clock):
    (track,) = await sent(pool)
    lock(db, track, seconds=10)
    clock.pass_by(seconds=10)
    assert len(await worker.claim(TRACKS, 10)) == 1
    assert [holder for _, _, holder, _ in locks(db)] == ["one"]


async def test_two_messages_about_one_entity_in_one_batch_are_no_conflict(pool, db, worker):
    track = uuid4()
    sends = [Send(queue=TRACKS, about=track, id_field="trackId", body={}, version=version) for version in ("1", "2")]
    async with pool.connection() as connection:
        await belt.send(connection, sends, {}, NOW)
    messages = await worker.claim(TRACKS, 10)
    assert len(messages) == 2
    assert len(locks(db)) == 1
    await settled(pool, messages, now=NOW, done=[done(m) for m in messages])
    assert locks(db) == []


async def test_two_workers_never_hold_two_messages_about_one_entity(pool, db, worker, rival, clock):
    track = uuid4()
    for version in ("1", "2"):
        async with pool.connection() as connection:
            await belt.send(
                connection,
                [Send(queue=TRACKS, about=track, id_field="trackId", body={}, version=version)],
                {},
                NOW,
            )
    first = await worker.claim(TRACKS, 1)
    assert await rival.claim(TRACKS, 1) == []
    await settled(pool, first, now=NOW, done=[done(m) for m in first])
    clock.pass_by(seconds=1)
    assert [m.attempts for m in await rival.claim(TRACKS, 1)] == [1]


async def test_a_renewed_lease_keeps_the_lock_alive(pool, db, worker, clock):
    await sent(pool)
    messages = await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=20)
    await worker.renew(messages)
    assert db.execute("select last_heartbeat from processing_locks").fetchone()[0] == clock.now
    clock.pass_by(seconds=60)
    assert len(await worker.claim(TRACKS, 10)) == 1
    await worker.renew(messages)
    assert locks(db)[0][3]["read_ct"] == 2


async def test_a_worker_that_lost_its_message_does_not_take_the_lock_from_the_one_who_has_it(
    pool, db, worker, rival, clock
):
    await sent(pool)
    slow = await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=31)
    quick = await rival.claim(TRACKS, 10)
    await settled(pool, slow, now=clock.now, done=[done(slow[0])])
    assert [holder for _, _, holder, _ in locks(db)] == ["two"]
    await settled(pool, quick, now=clock.now, done=[done(quick[0])])
    assert locks(db) == []


async def test_a_message_that_was_freed_by_hand_brings_its_lock_along(pool, db, worker, rival):
    await sent(pool)
    (message,) = await worker.claim(TRACKS, 10)
    db.execute("update pgmq.q_producer_identification set vt = %s", [NOW])
    (again,) = await rival.claim(TRACKS, 10)
    assert again.msg_id == message.msg_id
    assert [holder for _, _, holder, _ in locks(db)] == ["two"]


async def test_a_message_that_somebody_deleted_meanwhile_leaves_no_lock(pool, db, worker):
    await sent(pool)
    messages = await worker.claim(TRACKS, 10)
    db.execute("delete from pgmq.q_producer_identification")
    assert await settled(pool, messages, now=NOW, done=[done(messages[0])]) == set()
    assert locks(db) == []


async def test_a_buried_message_whose_workers_died_leaves_no_lock(pool, db, worker, clock):
    await sent(pool)
    for _ in range(4):
        await worker.claim(TRACKS, 10)
        clock.pass_by(seconds=31)
    assert db.execute("select count(*) from linernotes.dead_letters").fetchone() == (1,)
    assert locks(db) == []


async def test_work_that_is_known_to_be_done_clears_the_lock_that_a_dead_worker_left(pool, db, worker, clock):
    await sent(pool)
    await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=31)
    db.execute("update linernotes.idempotency_keys set done_at = %s, msg_id = 0", [NOW])
    assert await worker.claim(TRACKS, 10) == []
    assert locks(db) == []


async def test_purging_a_queue_frees_the_locks_of_its_work_and_no_others(pool, db, worker):
    await sent(pool)
    await worker.claim(TRACKS, 10)
    other = uuid4()
    lock(db, other)
    db.execute("select linernotes.purge_queue('producer_identification')")
    assert [entity for _, entity, _, _ in locks(db)] == [str(other)]


async def test_a_lock_that_another_session_is_giving_back_at_this_moment_holds_nobody_up(pool, db, worker):
    held, free = await sent(pool, 2)
    lock(db, held)
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("delete from processing_locks")
        assert [m.body["trackId"] for m in await worker.claim(TRACKS, 10)] == [str(free)]
