"""The scheduled jobs as data, and the two that are functions of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.database.connect import connect
from linernotes.search import operations

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

SCHEDULES = {
    "cron-queue-processor-job": "*/2 * * * *",
    "artist-discovery-queue-job": "*/3 * * * *",
    "album-discovery-queue-job": "1-59/4 * * * *",
    "track-discovery-queue-job": "2-59/4 * * * *",
    "producer-identification-queue-job": "*/5 * * * *",
    "social-enrichment-queue-job": "*/7 * * * *",
    "queue-monitor-job": "*/5 * * * *",
    "processing-states-monitor-job": "10 * * * *",
    "maintenance-clear-stale-entities": "*/30 * * * *",
    "cronCleanupStaleEntities": "0 * * * *",
}


def entity(
    db: Connection[Any], name: str, *, minutes_ago: float, state: str = "IN_PROGRESS", seen: bool = True
) -> None:
    at = NOW - timedelta(minutes=minutes_ago)
    db.execute(
        "insert into processing_status (entity_type, entity_id, state, last_processed_at, updated_at)"
        " values ('track', %s, %s, %s, %s)",
        [name, state, at if seen else None, at],
    )


def lock(db: Connection[Any], name: str, *, minutes_ago: float) -> None:
    db.execute(
        "insert into processing_locks (entity_type, entity_id, worker_id, ttl_seconds, last_heartbeat)"
        " values ('track', %s, 'one', 1800, %s)",
        [name, NOW - timedelta(minutes=minutes_ago)],
    )


def states(db: Connection[Any]) -> dict[str, str]:
    return dict(db.execute("select entity_id, state from processing_status").fetchall())


def freed(db: Connection[Any]) -> int:
    row = db.execute("select linernotes.free_unfinished_entities(120, %s)", [NOW]).fetchone()
    assert row
    return int(row[0])


def test_every_job_of_the_contract_stands_there_with_its_schedule(db: Connection[Any]):
    rows = dict(db.execute("select name, schedule from linernotes.jobs").fetchall())
    assert SCHEDULES.items() <= rows.items()


def test_every_job_that_is_a_function_can_be_called_with_its_arguments(db: Connection[Any]):
    jobs = db.execute("select target, arguments from linernotes.jobs where runs = 'function'").fetchall()
    assert len(jobs) >= 4
    for target, arguments in jobs:
        named = ", ".join(f"{name} => {value}" for name, value in arguments.items())
        db.execute(f"select {target}({named})")


def test_a_job_holds_no_address_and_no_credential(db: Connection[Any]):
    text = str(db.execute("select * from linernotes.jobs").fetchall()).lower()
    assert not any(word in text for word in ("http", "bearer", "token", "password", "secret", "apikey"))


def test_an_entity_left_in_progress_for_more_than_two_hours_is_pending_again_and_noted(db: Connection[Any]):
    entity(db, "left", minutes_ago=121)
    entity(db, "at work", minutes_ago=119)
    entity(db, "done", minutes_ago=500, state="COMPLETED")
    assert freed(db) == 1
    assert states(db) == {"left": "PENDING", "at work": "IN_PROGRESS", "done": "COMPLETED"}
    note = db.execute("select metadata -> 'auto_cleanup' from processing_status where entity_id = 'left'").fetchone()
    assert note
    assert note[0]["previous_state"] == "IN_PROGRESS"
    assert datetime.fromisoformat(note[0]["cleaned_at"]) == NOW
    events = db.execute("select event_type, details from monitoring_events").fetchall()
    assert events == [("processing_states_monitor", {"entities_freed": 1})]


def test_an_entity_that_was_never_processed_is_as_old_as_its_last_change(db: Connection[Any]):
    entity(db, "left", minutes_ago=121, seen=False)
    assert freed(db) == 1


def test_an_expired_lock_goes_with_its_entity_and_a_live_one_protects_it(db: Connection[Any]):
    for name, minutes in (("expired", 31), ("alive", 29)):
        entity(db, name, minutes_ago=121)
        lock(db, name, minutes_ago=minutes)
    assert freed(db) == 1
    assert states(db) == {"expired": "PENDING", "alive": "IN_PROGRESS"}
    assert db.execute("select entity_id from processing_locks").fetchall() == [("alive",)]


def test_nothing_to_free_leaves_no_event(db: Connection[Any]):
    assert freed(db) == 0
    assert db.execute("select count(*) from monitoring_events").fetchone() == (0,)


def test_records_older_than_the_limit_go_and_unsettled_issues_stay(db: Connection[Any]):
    for days in (29, 31):
        at = NOW - timedelta(days=days)
        db.execute("insert into queue_metrics (queue_name, operation, created_at) values ('q', 'batch', %s)", [at])
        db.execute("insert into monitoring_events (event_type, created_at) values ('x', %s)", [at])
        for resolved in (True, False):
            db.execute(
                "insert into worker_issues (worker_name, issue_type, message, details, resolved, created_at)"
                " values ('w', 't', 'm', %s, %s, %s)",
                [Jsonb({}), resolved, at],
            )
    gone = db.execute("select linernotes.keep_recent_records(30, %s)", [NOW]).fetchone()
    assert gone
    assert {name: count for name, count in gone[0].items() if count} == {
        "queue_metrics": 1,
        "monitoring_events": 1,
        "worker_issues": 1,
    }
    left = db.execute("select resolved, created_at < %s from worker_issues order by 1, 2", [NOW - timedelta(days=30)])
    assert left.fetchall() == [(False, False), (False, True), (True, False)]


def test_runs_put_back_letters_and_stale_keys_older_than_the_limit_go(db: Connection[Any]):
    for days in (29, 31):
        at = NOW - timedelta(days=days)
        for finished in (at, None):
            db.execute(
                "insert into linernotes.job_runs (job, started_at, held_until, finished_at, outcome, run_by)"
                " values ('retention-job', %s, %s, %s, %s, 'x')",
                [at, at, finished, "done" if finished else None],
            )
        for n, replayed in enumerate((at, None)):
            db.execute(
                "insert into linernotes.dead_letters (queue_name, msg_id, message, step, error_class, error,"
                " attempts, first_at, last_at, worker, replayed_at)"
                " values ('q', %s, '{}', 's', 'c', 'e', 1, %s, %s, 'w', %s)",
                [days * 2 + n, at, at, replayed],
            )
        db.execute(
            "insert into linernotes.idempotency_keys (queue_name, key, done_at, fresh_until) values"
            " ('q', %s, %s, %s)",
            [f"done {days}", at, at],
        )
    db.execute(
        "insert into linernotes.idempotency_keys (queue_name, key, done_at, fresh_until)"
        " values ('q', 'for ever', now(), 'infinity')"
    )
    db.execute(
        "insert into linernotes.idempotency_keys (queue_name, key, msg_id, sent_at) values ('q', 'sent', 1, %s)",
        [NOW - timedelta(days=99)],
    )
    gone = db.execute("select linernotes.keep_recent_records(30, %s)", [NOW]).fetchone()
    assert gone
    assert {name: count for name, count in gone[0].items() if count} == {
        "job_runs": 1,
        "dead_letters": 1,
        "idempotency_keys": 1,
    }
    keys = db.execute("select key from linernotes.idempotency_keys order by key").fetchall()
    assert keys == [("done 29",), ("for ever",), ("sent",)]


def test_old_discoveries_ended_sessions_and_reads_of_contacts_after_a_year_go(db: Connection[Any]):
    for days in (29, 31, 364, 366):
        at = NOW - timedelta(days=days)
        db.execute(
            "insert into linernotes.discoveries (source, names, keys, search_keys, schemes, id_values, sent,"
            " asked_by, started_at) values ('sample', '{x}', '{x}', '{x}', '{\"\"}', '{\"\"}', 1, 'me', %s)",
            [at],
        )
        db.execute(
            "insert into linernotes.contact_reads (read_at, caller, role, through, columns, people)"
            " values (%s, 'me', 'service_role', 'rpc', '{email}', 1)",
            [at],
        )
    for n, until in enumerate((NOW - timedelta(seconds=1), NOW + timedelta(seconds=1))):
        db.execute(
            "insert into linernotes.sessions (hash, name, role, created_at, expires_at)"
            " values (sha256(%s), 'me', 'anon', %s, %s)",
            [bytes([n]), NOW, until],
        )
    gone = db.execute("select linernotes.keep_recent_records(30, %s)", [NOW]).fetchone()
    assert gone
    counts = {name: count for name, count in gone[0].items() if count}
    assert counts == {"discoveries": 3, "contact_reads": 1, "sessions": 1}


def test_the_jobs_functions_run_on_every_postgresql(any_database_url: str):
    with connect(any_database_url) as db:
        tick = Jsonb([{"job": "retention-job", "due_at": NOW.isoformat()}])
        claim = "select count(*) from linernotes.claim_job_runs(%s, 'x', interval '1 minute', %s)"
        assert db.execute(claim, [tick, NOW]).fetchone() == (1,)
        assert db.execute(claim, [tick, NOW]).fetchone() == (0,)
        assert db.execute("select linernotes.lose_dead_runs(%s)", [NOW + timedelta(hours=1)]).fetchone() == (1,)
        assert db.execute("select count(*) from linernotes.monitor_queues(5, true)").fetchone() == (5,)
        for function in ("drop_expired_answers", "free_unfinished_entities", "keep_recent_records"):
            db.execute(f"select linernotes.{function}()")
        assert SCHEDULES.items() <= {j.name: j.schedule for j in operations.jobs(db, NOW)}.items()
        assert [q.stuck for q in operations.queues(db, NOW)] == [0] * 5
