"""The belt between the stages: leases, attempts, dead letters, keys."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.model.message import Queue, Send
from linernotes.queues import belt
from linernotes.queues.belt import Belt, Buried, Finished, Postponed
from tests.database.belts import NOW, TRACKS, sent, settled


def status(db: Connection, entity_id: UUID) -> tuple:
    return db.execute(
        "select state, attempts, last_error, dead_lettered from processing_status where entity_id = %s",
        [str(entity_id)],
    ).fetchone()


def finished(message, fresh_for: timedelta | None = None) -> Finished:
    return Finished(message=message, fresh_until=NOW + fresh_for if fresh_for else None)


def postponed(message, until, *, spent: bool) -> Postponed:
    return Postponed(message=message, until=until, why="the source was away", spent=spent)


async def test_a_claimed_message_is_hidden_from_others_until_its_lease_ends(pool, worker, rival, clock):
    await sent(pool)
    assert len(await worker.claim(TRACKS, 10)) == 1
    assert await rival.claim(TRACKS, 10) == []
    clock.pass_by(seconds=31)
    assert len(await rival.claim(TRACKS, 10)) == 1


async def test_a_renewed_lease_outlasts_its_first_end(pool, worker, rival, clock):
    await sent(pool)
    messages = await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=20)
    assert await worker.renew(messages) == 1
    clock.pass_by(seconds=20)
    assert await rival.claim(TRACKS, 10) == []


async def test_a_worker_whose_lease_ran_out_settles_nothing(pool, db, worker, rival, clock):
    (track,) = await sent(pool)
    slow = await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=31)
    quick = await rival.claim(TRACKS, 10)
    assert await settled(pool, slow, now=clock.now, done=[finished(slow[0])]) == set()
    assert status(db, track)[0] == "IN_PROGRESS"
    assert await settled(pool, quick, now=clock.now, done=[finished(quick[0])]) == {quick[0].msg_id}
    assert status(db, track)[0] == "COMPLETED"


async def test_an_attempt_is_counted_when_work_starts(pool, db, worker):
    (track,) = await sent(pool)
    (message,) = await worker.claim(TRACKS, 10)
    assert message.attempts == 1
    assert status(db, track)[:2] == ("IN_PROGRESS", 1)


async def test_a_message_that_was_claimed_before_and_not_finished_is_claimed_alone(pool, worker, rival, clock):
    await sent(pool, 1)
    await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=31)
    await sent(pool, 5, at=clock.now)
    assert [m.attempts for m in await rival.claim(TRACKS, 10)] == [2]
    assert [m.attempts for m in await rival.claim(TRACKS, 10)] == [1] * 5


async def test_what_killed_its_workers_to_the_limit_is_buried_with_the_reason_they_cannot_give(
    pool, db, worker, clock
):
    (poison,) = await sent(pool)
    for _ in range(3):
        assert len(await worker.claim(TRACKS, 10)) == 1
        clock.pass_by(seconds=31)
    innocents = await sent(pool, 2, at=clock.now)
    claimed = await worker.claim(TRACKS, 10)
    letter = db.execute(
        "select error_class, error, attempts, worker, first_at from linernotes.dead_letters"
    ).fetchone()
    assert letter == (
        "WorkerDied",
        "its worker ended 3 times in the middle of the work and left no reason",
        3,
        "one",
        NOW,
    )
    assert status(db, poison) == ("FAILED", 3, letter[1], True)
    assert {m.body["trackId"] for m in claimed} == {str(i) for i in innocents}


async def test_a_failed_attempt_counts_and_comes_back_later_and_alone(pool, db, worker, clock):
    failing, other = await sent(pool, 2)
    messages = await worker.claim(TRACKS, 10)
    first = next(m for m in messages if m.body["trackId"] == str(failing))
    rest = next(m for m in messages if m is not first)
    later = [postponed(first, NOW + timedelta(seconds=5), spent=True)]
    await settled(pool, messages, now=NOW, done=[finished(rest)], later=later)
    assert status(db, failing) == ("PENDING", 1, "the source was away", False)
    assert await worker.claim(TRACKS, 10) == []
    clock.pass_by(seconds=6)
    await sent(pool, 3, at=clock.now)
    assert [m.attempts for m in await worker.claim(TRACKS, 10)] == [2]
    assert status(db, other)[0] == "COMPLETED"


async def test_waiting_for_a_busy_source_spends_no_attempt_and_no_company(pool, db, worker, clock):
    tracks = await sent(pool, 3)
    messages = await worker.claim(TRACKS, 10)
    until = NOW + timedelta(hours=1)
    await settled(pool, messages, now=NOW, later=[postponed(m, until, spent=False) for m in messages])
    assert status(db, tracks[0])[:2] == ("PENDING", 0)
    clock.pass_by(hours=1)
    assert [m.attempts for m in await worker.claim(TRACKS, 10)] == [1, 1, 1]


async def test_a_key_that_is_on_its_way_is_not_sent_again(pool, worker):
    track = uuid4()
    send = Send(queue=TRACKS, about=track, id_field="trackId", body={})
    async with pool.connection() as connection:
        assert await belt.send(connection, [send, send], {}, NOW) == 1
        assert await belt.send(connection, [send], {}, NOW) == 0
    assert len(await worker.claim(TRACKS, 10)) == 1


async def test_a_key_that_is_done_is_sent_again_only_when_it_is_no_longer_fresh(pool, worker):
    send = Send(queue=TRACKS, about=uuid4(), id_field="trackId", body={})
    async with pool.connection() as connection:
        await belt.send(connection, [send], {}, NOW)
        messages = await worker.claim(TRACKS, 10)
        await settled(pool, messages, now=NOW, done=[finished(messages[0], timedelta(days=7))])
        assert await belt.send(connection, [send], {}, NOW + timedelta(days=6)) == 0
        assert await belt.send(connection, [send], {}, NOW + timedelta(days=8)) == 1


async def test_a_key_whose_message_vanished_is_sent_again(pool, db):
    send = Send(queue=TRACKS, about=uuid4(), id_field="trackId", body={})
    async with pool.connection() as connection:
        await belt.send(connection, [send], {}, NOW)
        db.execute("delete from pgmq.q_producer_identification")
        assert await belt.send(connection, [send], {}, NOW) == 1


async def test_work_for_one_crawl_is_not_done_for_the_next(pool):
    track = uuid4()
    async with pool.connection() as connection:
        for version in ("a", "b"):
            send = Send(queue=TRACKS, about=track, id_field="trackId", body={}, version=version)
            assert await belt.send(connection, [send], {}, NOW) == 1


async def test_a_second_message_with_a_key_that_is_done_is_acknowledged_without_work(pool, db, worker):
    body = {"trackId": str(uuid4()), "_idempotencyKey": "track:twice"}
    for _ in range(2):
        db.execute("select pgmq.send('producer_identification', %s)", [Jsonb(body)])
    worker.now = lambda: datetime.now(UTC)
    first = (await worker.claim(TRACKS, 1))[0]
    await settled(pool, [first], now=worker.now(), done=[finished(first)])
    assert await worker.claim(TRACKS, 10) == []
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == (0,)


async def test_a_dead_letter_explains_itself_and_can_be_replayed(pool, db, worker, clock):
    (track,) = await sent(pool)
    (message,) = await worker.claim(TRACKS, 10)
    dead = Buried(message=message, step="gather", error_class="BadAnswer", error="not JSON", issue="gave_up")
    await settled(pool, [message], now=NOW, dead=[dead])
    letter = db.execute(
        "select queue_name, step, error_class, error, attempts, first_at, last_at, worker"
        " from linernotes.dead_letters"
    ).fetchone()
    assert letter == ("producer_identification", "gather", "BadAnswer", "not JSON", 1, NOW, NOW, "one")
    assert db.execute("select count(*) from pgmq.a_producer_identification").fetchone() == (1,)
    assert db.execute("select issue_type, message from worker_issues").fetchall() == [("gave_up", "not JSON")]
    assert status(db, track) == ("FAILED", 1, "not JSON", True)

    assert db.execute("select linernotes.replay_dead_letters(null)").fetchone() == (1,)
    worker.now = lambda: datetime.now(UTC)
    (again,) = await worker.claim(TRACKS, 10)
    assert (again.attempts, again.body) == (1, message.body)
    assert db.execute("select count(*) from pgmq.a_producer_identification").fetchone() == (0,)
    assert db.execute("select linernotes.replay_dead_letters(null)").fetchone() == (0,)


async def test_two_workers_never_hold_one_message(pool, worker, rival):
    await sent(pool, 40)
    taken: list[int] = []
    async with pool.connection() as connection, connection.transaction():
        # The first claim is still uncommitted when the second reads.
        cursor = await connection.execute(
            "select msg_id from linernotes.claim_batch('producer_identification', 25, '30 s', 'one', 5, %s)", [NOW]
        )
        taken += [row[0] for row in await cursor.fetchall()]
        taken += [m.msg_id for m in await rival.claim(TRACKS, 25)]
    assert len(taken) == 40
    assert len(set(taken)) == 40


async def test_a_stage_that_asks_once_for_many_waits_for_a_full_batch_or_an_idle_belt(pool, worker, clock):
    links, patience = Queue.SOCIAL_ENRICHMENT, timedelta(seconds=60)
    producers = [
        Send(queue=links, about=uuid4(), id_field="producerId", body={"producerName": "x"}) for _ in range(3)
    ]
    async with pool.connection() as connection:
        await belt.send(connection, producers, {}, NOW)
    await sent(pool)
    assert not await worker.ripe(links, 200, patience), "a track upstream may bring more"
    assert await worker.ripe(links, 3, patience), "a full batch waits"
    clock.pass_by(seconds=60)
    assert await worker.ripe(links, 200, patience), "the oldest has waited long enough"
    clock.now = NOW
    (message,) = await worker.claim(TRACKS, 10)
    await settled(pool, [message], now=NOW, done=[finished(message)])
    assert await worker.ripe(links, 200, patience), "nothing upstream can add to it"


async def test_what_a_stopped_worker_gives_back_is_visible_at_once_and_in_company(pool, worker, rival):
    await sent(pool, 3)
    messages = await worker.claim(TRACKS, 10)
    await worker.give_back(messages)
    assert [m.attempts for m in await rival.claim(TRACKS, 10)] == [1, 1, 1]


async def test_a_worker_that_falls_asleep_while_it_settles_keeps_nothing_locked(pool, db, worker, rival, clock):
    await sent(pool)
    slow = await worker.claim(TRACKS, 10)
    clock.pass_by(seconds=31)
    async with asyncio.timeout(30), pool.connection() as connection:
        with pytest.raises(psycopg.Error, match=r"terminat|closed"):
            await asleep_in_a_transaction(connection, slow, rival)
    (taken,) = await Belt(pool, worker="third", now=lambda: clock() + timedelta(seconds=31)).claim(TRACKS, 10)
    assert (taken.msg_id, taken.read_ct) == (slow[0].msg_id, 3)


async def asleep_in_a_transaction(connection, messages, rival) -> None:
    """Hold these, and say nothing until somebody else could take them; then go on."""
    async with connection.transaction():
        assert await belt.hold(connection, messages) == {m.msg_id for m in messages}
        while not await rival.claim(TRACKS, 10):  # noqa: ASYNC110 - it looks at the database
            await asyncio.sleep(0.05)  # between two looks
        await connection.execute("select 1")


async def test_a_queue_has_work_when_a_message_is_visible_and_not_while_it_is_in_hand_or_put_off(pool, worker, clock):
    assert await worker.with_work(list(Queue)) == []
    await sent(pool)
    assert await worker.with_work(list(Queue)) == [TRACKS]
    (message,) = await worker.claim(TRACKS, 10)
    assert await worker.with_work(list(Queue)) == []
    await settled(pool, [message], now=NOW, later=[postponed(message, NOW + timedelta(seconds=40), spent=True)])
    clock.pass_by(seconds=39)
    assert await worker.with_work(list(Queue)) == []
    clock.pass_by(seconds=1)
    assert await worker.with_work(list(Queue)) == [TRACKS]
    assert await worker.with_work([Queue.SOCIAL_ENRICHMENT]) == []


async def test_a_flood_of_work_that_is_done_already_is_cleared_in_short_transactions_and_hides_nothing(
    pool, db, worker
):
    """One statement for all of it would meet its deadline, be rolled back, and never get anywhere."""
    db.execute(
        "insert into pgmq.q_producer_identification (vt, message)"
        " select %s::timestamptz - interval '1 minute', jsonb_build_object('trackId', n, '_idempotencyKey', 'same')"
        " from generate_series(1, 200) n",
        [NOW],
    )
    db.execute(
        "insert into linernotes.idempotency_keys (queue_name, key, msg_id, done_at) values (%s, 'same', 0, %s)",
        [TRACKS, NOW],
    )
    (track,) = await sent(pool)
    claimed = "select msg_id from linernotes.claim_batch('producer_identification', 4, '30 s', 'one', 5, %s)"
    assert db.execute(claimed, [NOW]).fetchall() == [(None,)]
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == (101,)
    assert [m.body["trackId"] for m in await worker.claim(TRACKS, 4)] == [str(track)]
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == (1,)
