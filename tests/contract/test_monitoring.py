"""What operators see: stuck messages, queue counts, entity and issue counts, the health report."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.contract.client import Contract, uuid_of


def status(db: Contract, entity_type: str, state: str, number: int = 1, **columns: object) -> None:
    for _ in range(number):
        entity_id = str(db.value("select gen_random_uuid()"))
        db.insert("processing_status", entity_type=entity_type, entity_id=entity_id, state=state, **columns)


def issue(db: Contract, worker: str = "w", kind: str = "k", minutes: float = 0, **columns: object) -> None:
    at = db.value("select now()") - timedelta(minutes=minutes)
    db.insert("worker_issues", worker_name=worker, issue_type=kind, created_at=at, **{"message": "m", **columns})


# ---- list_stuck_messages


def test_what_would_be_freed_is_listed_longest_lock_first(db: Contract, quiet: None):
    shorter, longer = db.taken(db.queue(), minutes=20), db.taken("work", minutes=40.5, body={"n": 1})
    db.taken("work", minutes=9)
    db.delayed("work")
    before = db.messages("work")
    first, second = db.rows("list_stuck_messages", queue_name="work")
    assert (first["id"], first["msg_id"], first["message"]) == (uuid_of(longer), str(longer), {"n": 1})
    assert (first["read_count"], second["msg_id"]) == (1, str(shorter))
    assert first["locked_since"] == before[longer]["last_read_at"]
    assert Decimal("40.5") <= first["minutes_locked"] < Decimal("40.6")
    assert db.messages("work") == before


def test_what_is_listed_is_what_is_freed(db: Contract):
    db.queue()
    for minutes in (1, 5, 10, 30):
        db.taken("work", minutes)
    for limit in (0, 5, 10, 31):
        listed = db.rows("list_stuck_messages", queue_name="work", min_minutes_locked=limit)
        with db.conn.transaction(force_rollback=True):
            assert db.call("reset_stuck_messages", queue_name="work", min_minutes_locked=limit) == len(listed)


def test_a_message_that_waits_is_not_stuck(db: Contract):
    msg_id = db.taken(db.queue(), minutes=20)
    db.sql("update pgmq.q_work set vt = clock_timestamp() - interval '20 minutes' where msg_id = %s", msg_id)
    assert db.rows("list_stuck_messages", queue_name="work") == []


# ---- diagnose_queue_tables


def test_each_queue_has_one_row_in_order_of_the_names(db: Contract, quiet: None):
    db.queue("zebra")
    db.sql("create table public.pgmq_ancient (like pgmq.q_zebra including all)")
    db.sql("insert into public.pgmq_ancient (vt, message) values (now(), '{}')")
    rows = db.rows("diagnose_queue_tables")
    assert [r["queue"] for r in rows] == [
        "album_discovery", "ancient", "artist_discovery", "producer_identification", "social_enrichment",
        "track_discovery", "zebra",
    ]  # fmt: skip
    assert [r["total_messages"] for r in rows] == [0, 1, 0, 0, 0, 0, 0]


def test_tables_that_are_no_queues_never_appear(db: Contract):
    for table in ("pgmq_notes", "pgmq_Quoted", "queue_work"):
        db.on(f"public.{table}", "create table {} (msg_id bigint)")
    assert len(db.rows("diagnose_queue_tables")) == 5


def test_locked_and_stuck_messages_are_counted_as_such(db: Contract):
    queue = db.queue()
    db.call("pg_enqueue", queue_name=queue, message_body={"waits": True})
    db.delayed(queue)
    db.taken(queue, minutes=11)
    db.taken(queue, minutes=9)
    (row,) = db.rows("diagnose_queue_tables", queue_name=queue)
    assert (row["total_messages"], row["in_progress_messages"], row["stuck_messages"]) == (4, 2, 1)


def test_the_age_counts_from_when_the_oldest_message_was_enqueued(db: Contract):
    db.taken(db.queue(), minutes=1)
    db.sql("update pgmq.q_work set enqueued_at = clock_timestamp() - interval '21 minutes'")
    db.delayed("work")
    (row,) = db.rows("diagnose_queue_tables", queue_name="work")
    assert 21 <= row["oldest_message_age_minutes"] < 22


def test_an_empty_queue_is_0_minutes_old(db: Contract):
    (row,) = db.rows("diagnose_queue_tables", queue_name=db.queue())
    assert row == {
        "queue": "work", "total_messages": 0, "in_progress_messages": 0, "stuck_messages": 0,
        "oldest_message_age_minutes": 0,
    }  # fmt: skip


@pytest.mark.parametrize("queue", ["nowhere", "", "No Queue", "artist_discovery; select 1"])
def test_an_unknown_name_gives_no_row(db: Contract, queue: str):
    assert db.rows("diagnose_queue_tables", queue_name=queue) == []


# ---- get_processing_stats


def test_entities_are_counted_by_type_and_state(db: Contract):
    for state, number in (("PENDING", 1), ("IN_PROGRESS", 2), ("COMPLETED", 3), ("FAILED", 4)):
        status(db, "artist", state, number)
    status(db, "artist", "FAILED", 2, dead_lettered=True)
    status(db, "album", "PENDING", 2)
    status(db, "aaa", "PENDING", 2)
    rows = db.rows("get_processing_stats")
    assert [r["entity_type"] for r in rows] == ["artist", "aaa", "album"]
    assert rows[0] == {
        "entity_type": "artist", "total_count": 12, "pending_count": 1, "in_progress_count": 2, "completed_count": 3,
        "failed_count": 6, "dead_lettered_count": 2, "stalled_count": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("minutes", "stalled"), [(29, 0), (31, 1)])
@pytest.mark.parametrize("column", ["last_processed_at", "updated_at"])
def test_an_entity_in_progress_is_stalled_after_30_minutes(db: Contract, column: str, minutes: int, stalled: int):
    at = db.value("select now()") - timedelta(minutes=minutes)
    status(db, "artist", "IN_PROGRESS", **{column: at})
    status(db, "artist", "PENDING", **{column: at})
    assert db.rows("get_processing_stats")[0]["stalled_count"] == stalled


def test_an_empty_table_has_no_statistics(db: Contract):
    assert db.rows("get_processing_stats") == []
    assert db.rows("get_worker_issue_stats") == []


# ---- get_worker_issue_stats


def test_issues_are_counted_by_worker_and_kind_the_newest_first(db: Contract):
    issue(db, "a", "x", minutes=5, message="old", resolved=True)
    issue(db, "a", "x", minutes=3, message="new")
    issue(db, "a", "x", minutes=4, message="middle")
    issue(db, "a", "y", minutes=9)
    issue(db, "b", "x", minutes=1, resolved=True)
    rows = db.rows("get_worker_issue_stats")
    assert [(r["worker_name"], r["issue_type"]) for r in rows] == [("b", "x"), ("a", "x"), ("a", "y")]
    counts = [(r["issue_count"], r["resolved_count"], r["unresolved_count"]) for r in rows]
    assert counts == [(1, 1, 0), (3, 1, 2), (1, 0, 1)]
    assert rows[1]["latest_message"] == "new"
    assert rows[1]["latest_issue"] == db.value("select now() - interval '3 minutes'")


def test_an_issue_is_resolved_or_not(db: Contract):
    assert db.refused_sql("insert into worker_issues (worker_name, issue_type, message, resolved) "
                          "values ('w', 'k', 'm', null)") == "23502"  # fmt: skip


# ---- get_queue_monitoring_data


def monitored(db: Contract, queue: str) -> dict:
    return {r["queue_name"]: r for r in db.rows("get_queue_monitoring_data")}[queue]


def event(db: Contract, queue: str, fixed: object, minutes: float = 1, kind: str = "queue_monitor") -> None:
    at = db.value("select now()") - timedelta(minutes=minutes)
    db.insert(
        "monitoring_events",
        event_type=kind,
        details={"queue_name": queue, "messagesReset": fixed},
        created_at=at,
    )


def test_each_registered_queue_has_one_line_active_or_not(db: Contract, quiet: None):
    db.call("register_queue", p_queue_name="asleep", p_display_name=None, p_description=None, p_active=False)
    names = [r["queue_name"] for r in db.rows("get_queue_monitoring_data")]
    assert names == sorted(names)
    assert len(names) == 6
    assert "asleep" in names


def test_the_load_is_what_the_diagnosis_counts(db: Contract):
    queue = db.queue()
    db.call("pg_enqueue", queue_name=queue, message_body={"waits": True})
    db.taken(queue, minutes=11)
    assert (monitored(db, queue)["total_messages"], monitored(db, queue)["stuck_messages"]) == (2, 1)


def test_a_registered_queue_that_does_not_exist_has_no_load(db: Contract):
    db.sql("insert into queue_registry (queue_name) values ('ghost')")
    assert monitored(db, "ghost") == {
        "queue_name": "ghost", "total_messages": 0, "stuck_messages": 0, "last_check_time": None, "messages_fixed": 0,
    }  # fmt: skip


def test_the_last_check_is_the_newest_event_of_a_day(db: Contract):
    queue = db.queue()
    event(db, queue, 9, minutes=24 * 60 + 1)
    assert monitored(db, queue)["last_check_time"] is None
    event(db, queue, 3, minutes=5)
    event(db, queue, 4, minutes=9)
    event(db, queue, 5, minutes=1, kind="something_else")
    event(db, "other", 6)
    assert monitored(db, queue)["messages_fixed"] == 3
    assert monitored(db, queue)["last_check_time"] == db.value("select now() - interval '5 minutes'")


@pytest.mark.parametrize("value", ["many", "", None, [1], {"n": 1}, 1.5, -1, 10**12, True], ids=str)
def test_a_number_of_messages_that_is_none_counts_as_0(db: Contract, value: object):
    event(db, db.queue(), value)
    assert monitored(db, "work")["messages_fixed"] == 0
    assert monitored(db, "work")["last_check_time"] is not None


# ---- get_system_health


def health(db: Contract) -> dict:
    return db.call("get_system_health")


def test_an_idle_system_is_healthy_with_zeros_and_empty_lists(db: Contract):
    db.sql("select pgmq.drop_queue(queue_name) from pgmq.list_queues()")
    report = health(db)
    assert report.pop("timestamp")
    assert report == {
        "overall_status": "healthy",
        "queues": {"total_queues": 0, "queues_with_stuck_messages": 0, "total_stuck_messages": 0, "details": []},
        "processing": {
            "entities_in_progress": 0, "entities_stalled": 0, "entities_failed": 0, "entities_dead_lettered": 0,
            "details": [],
        },
        "worker_issues": {
            "total_unresolved_issues": 0, "workers_with_issues": 0, "latest_issue_time": None, "details": [],
        },
    }  # fmt: skip


def test_the_report_adds_up_queues_entities_and_issues(db: Contract):
    db.taken(db.queue(), minutes=11)
    status(db, "artist", "IN_PROGRESS", 2)
    status(db, "album", "FAILED", 1, dead_lettered=True)
    issue(db, "a", minutes=90)
    issue(db, "a", "other", minutes=80)
    issue(db, "b", minutes=70, resolved=True)
    report = health(db)
    assert report["queues"]["total_queues"] == 6
    assert (report["queues"]["queues_with_stuck_messages"], report["queues"]["total_stuck_messages"]) == (1, 1)
    assert {"queue_name": "work", "total": 1, "stuck": 1} in report["queues"]["details"]
    processing = report["processing"]
    assert (processing["entities_in_progress"], processing["entities_failed"]) == (2, 1)
    assert (processing["entities_stalled"], processing["entities_dead_lettered"]) == (0, 1)
    assert processing["details"][0] == {"entity_type": "artist", "in_progress": 2, "stalled": 0, "failed": 0}
    issues = report["worker_issues"]
    assert (issues["total_unresolved_issues"], issues["workers_with_issues"]) == (2, 1)
    assert [(d["worker_name"], d["issue_type"], d["unresolved"]) for d in issues["details"]] == [
        ("b", "k", 0), ("a", "other", 1), ("a", "k", 1),
    ]  # fmt: skip
    latest = db.value("select to_jsonb(now() - interval '70 minutes')")
    assert (issues["latest_issue_time"], issues["details"][0]["latest"]) == (latest, latest)


@pytest.mark.parametrize(
    ("stuck", "stalled", "recent", "verdict"),
    [
        (0, 0, 0, "healthy"),
        (1, 0, 0, "warning"),
        (0, 1, 0, "warning"),
        (0, 0, 1, "warning"),
        (10, 10, 5, "warning"),
        (11, 0, 0, "unhealthy"),
        (0, 11, 0, "unhealthy"),
        (0, 0, 6, "unhealthy"),
    ],
)
def test_the_verdict_follows_from_three_numbers(db: Contract, stuck: int, stalled: int, recent: int, verdict: str):
    db.queue()
    for _ in range(stuck):
        db.taken("work", minutes=11)
    status(db, "artist", "IN_PROGRESS", stalled, last_processed_at=db.value("select now() - interval '31 minutes'"))
    for _ in range(recent):
        issue(db, minutes=59)
    assert health(db)["overall_status"] == verdict


def test_waiting_messages_do_not_make_a_system_unhealthy(db: Contract):
    db.queue()
    for _ in range(11):
        db.call("pg_enqueue", queue_name="work", message_body={"n": 1})
    db.sql("update pgmq.q_work set vt = vt - interval '11 minutes', enqueued_at = now() - interval '11 minutes'")
    assert health(db)["overall_status"] == "healthy"


def test_old_and_resolved_issues_are_not_recent(db: Contract):
    for _ in range(7):
        issue(db, minutes=7 * 24 * 60)
        issue(db, minutes=1, resolved=True)
    assert health(db)["overall_status"] == "healthy"


def test_the_report_is_json_as_it_stands(db: Contract, quiet: None):
    assert json.loads(json.dumps(health(db)))["overall_status"] == "healthy"
