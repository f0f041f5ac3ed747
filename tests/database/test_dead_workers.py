"""What a worker held that was seen to die is visible at once, and nothing else is."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from linernotes.model.message import Queue
from linernotes.queues.belt import Belt, DeadWorker, Finished, Postponed, finish, hold
from tests.database.belts import TRACKS, Clock, settled
from tests.database.belts import sent as send_tracks
from tests.database.test_suspects import until

LIMIT = 5
KILLED, DIED = (DeadWorker(name="one", killed=killed) for killed in (True, False))


def belts(pool: Any, clock: Clock, *names: str) -> list[Belt]:
    return [Belt(pool, worker=name, now=clock) for name in names]


async def test_what_a_dead_worker_held_is_visible_at_once_and_comes_alone(pool, clock):
    await send_tracks(pool, 3)
    one, two = belts(pool, clock, "one", "two")
    assert len(await one.claim(TRACKS, 10)) == 3
    assert await two.claim(TRACKS, 10) == []
    assert await two.free(DIED) == 3
    (message,) = await two.claim(TRACKS, 10)
    assert (message.attempts, message.suspect) == (2, True)


async def test_what_others_hold_stays_with_them(pool, clock):
    await send_tracks(pool, 2)
    one, other, two = belts(pool, clock, "one", "one and a half", "two")
    assert len(await one.claim(TRACKS, 1)) == 1
    assert len(await other.claim(TRACKS, 1)) == 1
    assert await two.free(DIED) == 1
    assert await two.free(DeadWorker(name="nobody", killed=False)) == 0


async def test_what_another_took_meanwhile_stays_with_that_one(pool, clock):
    await send_tracks(pool)
    one, two, three = belts(pool, clock, "one", "two", "three")
    assert await one.claim(TRACKS, 10)
    clock.pass_by(seconds=31)
    (message,) = await two.claim(TRACKS, 10)
    assert await three.free(DIED) == 0
    assert await settled(pool, [message], now=clock()) == {message.msg_id}


async def test_what_a_worker_put_off_before_it_died_is_not_brought_forward(pool, clock):
    await send_tracks(pool)
    one, two = belts(pool, clock, "one", "two")
    (message,) = await one.claim(TRACKS, 10)
    later = Postponed(message=message, until=clock() + timedelta(minutes=5), why="down", spent=True)
    await settled(pool, [message], now=clock(), later=[later])
    assert await two.free(DIED) == 0


async def test_every_queue_is_looked_at(pool, db, clock):
    one, two = belts(pool, clock, "one", "two")
    for queue in Queue:
        db.execute("select pgmq.send(%s, '{}'::jsonb)", [str(queue)])
    clock.pass_by(days=3650)  # after whatever the server's clock says
    assert sum([len(await one.claim(queue, 10)) for queue in Queue]) == 5
    assert await two.free(DIED) == 5


@pytest.mark.parametrize(("dead", "begun"), [(DIED, LIMIT), (KILLED, LIMIT + 10)], ids=["died", "was killed"])
async def test_a_message_whose_workers_die_is_given_up_after_so_many(pool, db, clock, dead, begun):
    """Five times, or up to ten more when each of them was killed from outside."""
    await send_tracks(pool)
    one, two = belts(pool, clock, "one", "two")
    times = 0
    while await one.claim(TRACKS, 10):
        times += 1
        assert times < 20
        assert await two.free(dead) == 1
    assert times == begun
    assert db.execute("select attempts, worker, error_class from linernotes.dead_letters").fetchall() == [
        (begun, "one", "WorkerDied")
    ]


async def test_a_batch_that_was_killed_from_outside_comes_again_in_small_ones_and_then_one_by_one(pool, db, clock):
    await send_tracks(pool, 40)
    one, two = belts(pool, clock, "one", "two")
    for together, attempts in ((40, 1), (15, 1), (15, 1), (1, 2), (1, 2)):
        messages = await one.claim(TRACKS, 100)
        assert [(m.attempts, m.suspect) for m in messages] == [(attempts, attempts > 1)] * together
        assert await two.free(KILLED) == together
        ids = [m.msg_id for m in messages]  # the same again, before the others
        db.execute(
            "update pgmq.q_producer_identification set vt = vt - interval '1 minute' where msg_id = any(%s)", [ids]
        )


async def test_what_the_session_of_the_dead_still_settles_is_waited_for(pool, db, clock):
    """The server may carry out the last of what a process sent before it died."""
    await send_tracks(pool)
    one, two = belts(pool, clock, "one", "two")
    messages = await one.claim(TRACKS, 10)
    async with pool.connection() as connection, asyncio.TaskGroup() as group:
        async with connection.transaction():
            await hold(connection, messages)
            freeing = group.create_task(two.free(DIED))
            await until(
                lambda: db.execute("select exists (select from pg_locks where not granted)").fetchone() == (True,)
            )
            await finish(connection, TRACKS, [Finished(message=messages[0], fresh_until=None)], clock())
        assert await freeing == 0
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == (0,)
