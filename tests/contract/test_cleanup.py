"""cleanup_stale_entities, maintenance_clear_stale_entities, cross_schema_queue_op, retention."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contract.client import Contract, uuid_of

CLEANERS = pytest.mark.parametrize("clean", ["cleanup_stale_entities", "maintenance_clear_stale_entities"])


def ago(db: Contract, minutes: float) -> object:
    return db.value("select now()") - timedelta(minutes=minutes)


def lock(db: Contract, minutes: float, ttl: int = 1800, entity: str = "1") -> None:
    """A lock that has been silent for some minutes."""
    db.insert(
        "processing_locks",
        entity_type="artist",
        entity_id=entity,
        worker_id="w",
        ttl_seconds=ttl,
        last_heartbeat=ago(db, minutes),
    )


def working(db: Contract, minutes: float, entity: str = "1", **columns: object) -> None:
    columns = {"state": "IN_PROGRESS", "last_processed_at": ago(db, minutes), **columns}
    db.insert("processing_status", entity_type="artist", entity_id=entity, **columns)


def state(db: Contract) -> str:
    return str(db.value("select state from processing_status"))


# ---- cleanup_stale_entities and its entry point


@CLEANERS
def test_silent_expired_locks_and_stuck_states_are_cleaned(db: Contract, clean: str):
    lock(db, 61, entity="gone")
    lock(db, 59, entity="not so long")
    lock(db, 61, ttl=2 * 3600, entity="not expired")
    working(db, 61, "stuck")
    working(db, 59, "busy")
    report = db.call(clean)
    assert (report["stale_locks_cleaned"], report["stale_states_reset"]) == (1, 1)
    assert report["stale_threshold_minutes"] == 60
    assert set(report) == {"timestamp", "stale_threshold_minutes", "stale_locks_cleaned", "stale_states_reset"}
    locks = db.sql("select entity_id from processing_locks order by 1")
    assert [row["entity_id"] for row in locks] == ["not expired", "not so long"]
    states = db.sql("select entity_id, state from processing_status order by 1")
    assert [row["state"] for row in states] == ["IN_PROGRESS", "PENDING"]


@CLEANERS
@pytest.mark.parametrize("stuck", [0, 1])
def test_each_run_writes_exactly_one_event_with_its_answer(db: Contract, clean: str, stuck: int):
    for _ in range(stuck):
        working(db, 61)
    report = db.call(clean, p_stale_threshold_minutes=30)
    assert db.sql("select event_type, details from monitoring_events") == [
        {"event_type": "stale_entity_cleanup", "details": report}
    ]
    assert report["stale_threshold_minutes"] == 30


@CLEANERS
@pytest.mark.parametrize("minutes", [None, 0, -1])
def test_a_threshold_that_is_null_or_below_1_is_refused(db: Contract, clean: str, minutes: int | None):
    assert db.refused(clean, p_stale_threshold_minutes=minutes).sqlstate == "22023"


@pytest.mark.parametrize("metadata", [{"cleanup_history": [{"cleaned_at": "x"}], "kept": 1}, {}, None], ids=str)
def test_a_reset_is_noted_in_the_history(db: Contract, metadata: dict | None):
    working(db, 61, metadata=metadata, updated_at="2001-01-01")
    db.call("cleanup_stale_entities")
    (row,) = db.sql(
        "select state, metadata, updated_at > now() - interval '1 minute' as updated from processing_status"
    )
    assert (row["state"], row["updated"]) == ("PENDING", True)
    *earlier, last = row["metadata"]["cleanup_history"]
    assert earlier == (metadata or {}).get("cleanup_history", [])
    assert last["previous_state"] == "IN_PROGRESS"
    assert last["cleaned_at"]
    assert row["metadata"].get("kept") == (metadata or {}).get("kept")


@pytest.mark.parametrize(("minutes", "expected"), [(61, "PENDING"), (59, "IN_PROGRESS")])
def test_an_entity_never_processed_is_as_old_as_its_last_update(db: Contract, minutes: int, expected: str):
    working(db, 0, last_processed_at=None, updated_at=ago(db, minutes))
    db.call("cleanup_stale_entities")
    assert state(db) == expected


@pytest.mark.parametrize("other", ["PENDING", "COMPLETED", "FAILED"])
def test_settled_states_stay(db: Contract, other: str):
    working(db, 10_000, state=other)
    assert db.call("cleanup_stale_entities")["stale_states_reset"] == 0
    assert state(db) == other


@pytest.mark.parametrize(
    ("silent", "ttl", "expected"),
    [(1, 1800, "IN_PROGRESS"), (29, 1800, "IN_PROGRESS"), (31, 1800, "PENDING"), (61, 7200, "IN_PROGRESS")],
)
def test_an_entity_with_a_live_lock_keeps_its_state(db: Contract, silent: float, ttl: int, expected: str):
    working(db, 61)
    lock(db, silent, ttl)
    db.call("cleanup_stale_entities")
    assert state(db) == expected


# ---- cross_schema_queue_op


def operate(db: Contract, operation: str | None, message_id: object = None, queue: str | None = "work", **params):
    given = {"p_params": params} if params else {}
    return db.call(
        "cross_schema_queue_op",
        p_operation=operation,
        p_queue_name=queue,
        p_message_id=None if message_id is None else str(message_id),
        **given,
    )


@pytest.fixture(params=["pgmq.q_work", "public.pgmq_work"])
def table(request: pytest.FixtureRequest, db: Contract) -> str:
    """The table of a queue with the messages 1 to 3, taken a while ago; in PGMQ's schema or the old one."""
    if request.param == "pgmq.q_work":
        db.queue()
    else:
        db.sql("create table public.pgmq_work (like pgmq.q_artist_discovery including all)")
    for _ in range(3):
        db.on(
            request.param,
            "insert into {} (vt, read_ct, last_read_at, message) "
            "values (now() + interval '1 hour', 1, now() - interval '1 hour', '{{}}')",
        )
    return str(request.param)


@pytest.mark.parametrize("form", [str, uuid_of], ids=["number", "uuid"])
def test_deleting_removes_one_message_wherever_the_table_lies(db: Contract, table: str, form, quiet: None):
    assert operate(db, "delete", form(2)) == {
        "operation": "delete", "queue": "work", "success": True, "message_id": form(2), "queue_table": table,
        "method": "cross_schema_delete",
    }  # fmt: skip
    assert [row["msg_id"] for row in db.on(table, "select msg_id from {} order by 1")] == [1, 3]
    assert operate(db, "delete", form(2))["success"] is False


@pytest.mark.parametrize("form", [str, uuid_of], ids=["number", "uuid"])
def test_resetting_makes_one_message_visible_now(db: Contract, table: str, form, quiet: None):
    assert operate(db, "reset", form(2)) == {
        "operation": "reset", "queue": "work", "success": True, "message_id": form(2), "queue_table": table,
        "method": "visibility_timeout_reset",
    }  # fmt: skip
    rows = db.on(table, "select msg_id, read_ct from {} where vt <= clock_timestamp()")
    assert rows == [{"msg_id": 2, "read_ct": 1}]
    assert operate(db, "reset", form(9))["success"] is False


def test_a_reset_may_leave_the_message_hidden_for_a_while(db: Contract, table: str):
    assert operate(db, "reset", 2, delay_seconds=90, other="ignored")["success"] is True
    seconds = "select extract(epoch from vt - clock_timestamp()) as s from {} where msg_id = 2"
    assert 80 < db.on(table, seconds)[0]["s"] <= 90


@pytest.mark.parametrize("delay", [-1, 1.5, "5", "soon", True, [1], 10**12], ids=str)
def test_a_delay_that_is_no_number_of_seconds_is_refused(db: Contract, table: str, delay: object):
    answer = operate(db, "reset", 2, delay_seconds=delay)
    assert (answer["success"], answer["operation"]) == (False, "reset")
    assert "delay_seconds" in answer["error"]


def test_a_null_delay_is_none(db: Contract, table: str):
    assert operate(db, "reset", 2, delay_seconds=None)["success"] is True


@pytest.mark.parametrize("params", [[1], "text", 7], ids=str)
def test_params_must_be_an_object(db: Contract, table: str, params: object):
    from psycopg.types.json import Jsonb

    answer = db.call(
        "cross_schema_queue_op", p_operation="reset", p_queue_name="work", p_message_id="1", p_params=Jsonb(params)
    )
    assert (answer["success"], answer["error"]) == (False, "p_params must be an object")


@pytest.mark.parametrize("message_id", [None, "", " "])
@pytest.mark.parametrize("operation", ["delete", "reset"])
def test_without_a_message_id_nothing_is_done(db: Contract, operation: str, message_id: str | None):
    db.queue()
    expected = {"operation": operation, "success": False, "error": "Message ID required"}
    assert operate(db, operation, message_id) == expected


@pytest.mark.parametrize(("operation", "name"), [("purge", "purge"), ("DELETE", "DELETE"), ("", ""), (None, "null")])
def test_any_other_operation_is_unknown(db: Contract, table: str, operation: str | None, name: str):
    expected = {"operation": operation, "success": False, "error": f"Unknown operation: {name}"}
    assert operate(db, operation, 1) == expected
    assert db.count(table) == 3


@pytest.mark.parametrize("queue", ["nowhere", None, "", "No Queue"])
def test_an_unknown_queue_is_a_failure_that_does_not_raise(db: Contract, queue: str | None):
    answer = operate(db, "delete", 1, queue)
    assert (answer["operation"], answer["success"]) == ("delete", False)
    assert answer["error"]


@pytest.mark.parametrize("message_id", ["one", "1.0", "99999999999999999999"])
def test_what_names_no_message_is_not_found(db: Contract, table: str, message_id: str):
    assert operate(db, "delete", message_id)["success"] is False
    assert db.count(table) == 3


def test_an_error_of_the_database_is_told_and_not_raised(db: Contract, table: str):
    db.sql("create function refuse() returns trigger language plpgsql as $$begin raise 'not today'; end$$")
    db.on(table, "create trigger refuse before delete on {} for each row execute function refuse()")
    assert operate(db, "delete", 1) == {"operation": "delete", "success": False, "error": "not today"}


def test_a_table_in_public_that_somebody_else_made_is_no_queue(db: Contract):
    db.sql("create table public.pgmq_theirs (like pgmq.q_artist_discovery including all)")
    db.sql("grant create on schema public to service_role")
    db.sql("alter table public.pgmq_theirs owner to service_role")
    assert operate(db, "delete", 1, "theirs")["success"] is False
    assert db.rows("diagnose_queue_tables", queue_name="theirs") == []


# ---- retention


def test_old_records_are_removed_and_unsettled_issues_kept(db: Contract):
    old, new = ago(db, 60), ago(db, 1)
    for at in (old, new):
        db.insert("queue_metrics", queue_name="q", operation="batch", created_at=at)
        db.insert("monitoring_events", event_type="e", created_at=at)
        for resolved in (True, False):
            db.insert("worker_issues", worker_name="w", issue_type="k", message="m", resolved=resolved, created_at=at)
    removed = db.value("select linernotes.contract_prune_records(%s)", ago(db, 30))
    assert removed == {"queue_metrics": 1, "monitoring_events": 1, "worker_issues": 1}
    assert [db.count(t) for t in ("queue_metrics", "monitoring_events", "worker_issues")] == [1, 1, 3]
