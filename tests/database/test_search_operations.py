"""How the pipeline is doing, read from a database in a known state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.errors import NotFound, UsageError
from linernotes.model.message import Queue
from linernotes.queues.belt import Belt, send_bodies
from linernotes.search import operations
from linernotes.search.paging import cursor_at

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def sent(db: Connection[Any], *keys: str, at: datetime = NOW, queue: Queue = Queue.TRACK_DISCOVERY) -> None:
    send_bodies(db, queue, [{"key": k, "body": {"albumId": k}} for k in keys], at)


def state(db: Connection[Any], queue: str = "track_discovery") -> operations.QueueState:
    return next(q for q in operations.queues(db, NOW) if q.queue == queue)


def test_the_queues_stand_in_the_order_in_which_a_fact_walks_them(db: Connection[Any]):
    assert [q.queue for q in operations.queues(db, NOW)] == list(Queue)


async def test_a_queue_tells_what_waits_what_is_in_hand_and_since_when(db: Connection[Any], pool: Any):
    sent(db, "a", at=NOW - timedelta(minutes=3))
    sent(db, "b")
    await Belt(pool, worker="one", now=lambda: NOW - timedelta(minutes=1)).claim(Queue.TRACK_DISCOVERY, 1)
    sent(db, "c", at=NOW + timedelta(hours=1))
    found = state(db)
    assert (found.waiting, found.hidden, found.oldest_at) == (2, 1, NOW - timedelta(seconds=30))
    assert found.next_at == NOW + timedelta(hours=1)


def test_a_queue_tells_what_its_batches_did_in_the_last_hour(db: Connection[Any]):
    for minutes, done, failed in ((90, 100, 7), (59, 10, 1), (1, 20, 2)):
        db.execute(
            "insert into queue_metrics (queue_name, operation, success_count, error_count, created_at)"
            " values ('track_discovery', 'batch', %s, %s, %s)",
            [done, failed, NOW - timedelta(minutes=minutes)],
        )
    found = state(db)
    assert (found.done_last_hour, found.failed_last_hour) == (30, 3)
    assert found.last_batch_at == NOW - timedelta(minutes=1)


def test_a_queue_whose_table_is_gone_stands_there_as_empty(db: Connection[Any]):
    db.execute("insert into queue_registry (queue_name, display_name, active) values ('gone', 'Gone', false)")
    found = state(db, "gone")
    assert (found.waiting, found.hidden, found.stuck, found.active) == (0, 0, 0, False)
    assert operations.stuck(db) == []


def test_stuck_messages_are_listed_of_one_queue_or_of_all(db: Connection[Any]):
    for queue, minutes in ((Queue.TRACK_DISCOVERY, 20), (Queue.ALBUM_DISCOVERY, 30), (Queue.ALBUM_DISCOVERY, 5)):
        db.execute("select public.pg_enqueue(%s, %s)", [queue, Jsonb({"n": minutes})])
        db.execute("select public.pg_dequeue(%s, 1, 7200)", [queue])
        db.execute(
            f"update pgmq.q_{queue} set last_read_at = clock_timestamp() - make_interval(mins => %s)"
            " where message ->> 'n' = %s",
            [minutes, str(minutes)],
        )
    assert [s.queue for s in operations.stuck(db)] == ["album_discovery", "track_discovery"]
    (one,) = operations.stuck(db, queue="track_discovery")
    assert one.message == {"n": 20}
    assert 20 <= one.minutes_locked < 21
    assert len(operations.stuck(db, minutes=4)) == 3
    assert len(operations.stuck(db, minutes=4, limit=2)) == 2
    assert state(db).stuck == 1


def test_a_queue_that_nobody_registered_has_no_stuck_messages_to_list(db: Connection[Any]):
    with pytest.raises(NotFound, match="There is no queue 'nowhere'"):
        operations.stuck(db, queue="nowhere")


def given_up(db: Connection[Any], queue: str, msg_id: int, at: datetime = NOW) -> None:
    db.execute(
        "insert into linernotes.dead_letters"
        " (queue_name, msg_id, message, step, error_class, error, attempts, first_at, last_at, worker)"
        " values (%s, %s, '{}', 'gather', 'SourceDown', 'test: down', 5, %s, %s, 'host:1')",
        [queue, msg_id, at - timedelta(hours=1), at],
    )


def test_dead_letters_come_newest_first_page_by_page_each_once(db: Connection[Any]):
    for n in range(7):  # three at one moment, which the id tells apart
        given_up(db, "track_discovery", n, NOW - timedelta(minutes=n // 3))
    given_up(db, "album_discovery", 99)
    seen, cursor = [], None
    while len(seen) < 20:
        page = operations.dead_letters(db, queue="track_discovery", limit=2, cursor=cursor)
        seen += page.items
        if (cursor := page.next) is None:
            break
    assert sorted(d.msg_id for d in seen) == list(range(7))
    assert [d.last_at for d in seen] == sorted((d.last_at for d in seen), reverse=True)
    assert len(operations.dead_letters(db).items) == 8
    assert state(db).dead == 7


def test_a_dead_letter_that_was_put_back_is_not_listed(db: Connection[Any]):
    given_up(db, "track_discovery", 1)
    db.execute("select linernotes.replay_dead_letters(null)")
    assert operations.dead_letters(db).items == ()
    assert state(db).dead == 0


def test_a_cursor_of_another_list_is_refused(db: Connection[Any]):
    for n in range(3):
        given_up(db, "track_discovery", n)
    cursor = operations.dead_letters(db, queue="track_discovery", limit=1).next
    with pytest.raises(UsageError, match="does not belong"):
        operations.dead_letters(db, limit=1, cursor=cursor)
    forged = cursor_at("dead letters of all", ["the day after tomorrow", UUID(int=1)])
    with pytest.raises(UsageError, match="altered"):
        operations.dead_letters(db, limit=1, cursor=forged)


def test_a_source_tells_its_calls_and_a_pause_only_while_it_lasts(db: Connection[Any]):
    db.execute("select linernotes.take_turn('musicbrainz', interval '1 second', %s)", [NOW])
    db.execute("select linernotes.pause_source('discogs', interval '1 hour', '429', %s)", [NOW])
    discogs, musicbrainz = operations.sources(db, NOW)
    assert (musicbrainz.calls, musicbrainz.cached, musicbrainz.paused_until) == (1, 0, None)
    assert musicbrainz.next_at == NOW + timedelta(seconds=1)
    assert (discogs.paused_until, discogs.paused_why, discogs.next_at) == (NOW + timedelta(hours=1), "429", None)
    later = operations.sources(db, NOW + timedelta(hours=1))[0]
    assert (later.paused_until, later.paused_why) == (None, None)


def run_of(db: Connection[Any], job: str, minutes_ago: int, outcome: str | None, **more: Any) -> None:
    started = NOW - timedelta(minutes=minutes_ago)
    finished = started + timedelta(seconds=90) if outcome else None
    db.execute(
        "insert into linernotes.job_runs (job, due_at, started_at, held_until, finished_at, outcome, error, run_by)"
        " values (%s, %s, %s, %s, %s, %s, %s, 'host:1')",
        [job, started, started, NOW, finished, outcome, more.get("error")],
    )


def job(db: Connection[Any], name: str) -> operations.Job:
    return next(j for j in operations.jobs(db, NOW) if j.name == name)


def test_a_job_tells_its_schedule_in_words_and_when_it_is_due_next(db: Connection[Any]):
    found = job(db, "processing-states-monitor-job")
    assert (found.in_words, found.next_at) == ("At minute 10 of every hour", NOW + timedelta(minutes=10))
    assert (found.state, found.took, found.last_started_at) == ("never run", None, None)


def test_a_job_tells_its_latest_run_and_how_long_it_took(db: Connection[Any]):
    run_of(db, "queue-monitor-job", 20, "done")
    run_of(db, "queue-monitor-job", 10, "failed", error="no such table")
    run_of(db, "queue-monitor-job", 5, "skipped")
    found = job(db, "queue-monitor-job")
    assert (found.state, found.last_error, found.took) == ("failed", "no such table", timedelta(seconds=90))
    run_of(db, "queue-monitor-job", 1, None)
    assert (job(db, "queue-monitor-job").state, job(db, "queue-monitor-job").took) == ("running", None)
    assert [r.outcome for r in operations.job_runs(db, job="queue-monitor-job")] == [
        None,
        "skipped",
        "failed",
        "done",
    ]
    assert operations.job_runs(db, job="another") == []


def test_a_job_whose_schedule_cannot_be_read_says_so_and_hides_no_other(db: Connection[Any]):
    before = len(operations.jobs(db, NOW))
    db.execute("update linernotes.jobs set schedule = 'at noon' where name = 'queue-monitor-job'")
    found = job(db, "queue-monitor-job")
    assert "'at noon' is no schedule" in found.in_words
    assert found.next_at is None
    assert len(operations.jobs(db, NOW)) == before


def test_health_is_the_verdict_with_its_numbers(db: Connection[Any]):
    assert operations.health(db).status == "healthy"
    for n in range(6):
        db.execute(
            "insert into worker_issues (worker_name, issue_type, message) values ('w', 't', %s)", [f"fault {n}"]
        )
    found = operations.health(db)
    assert (found.status, found.unresolved_issues, found.stuck_messages) == ("unhealthy", 6, 0)
    assert found.latest_issue_at is not None
