"""No function builds a statement from an unquoted argument: crafted names do nothing."""

from __future__ import annotations

import uuid

import pytest

from tests.contract.client import Contract

CRAFTED = [
    "x; delete from public.artists; --",
    "x'; delete from public.artists; --",
    'x"; delete from public.artists; --',
    "q_work where true; delete from public.artists; --",
    "work) ; delete from public.artists; --",
    "%I", "%s", "%1$I", "$1", "{}", "\\", "work\x01",
    "a" * 10_000,
    "pgmq.q_work", "../work", "W ORK", "work\n", "wörk",
]  # fmt: skip
crafted = pytest.mark.parametrize("text", CRAFTED, ids=range(len(CRAFTED)))


@pytest.fixture
def stocked(db: Contract) -> Contract:
    db.artist("Ada", popularity=90, metadata={"genres": ["jazz"]})
    db.call("pg_enqueue", queue_name=db.queue(), message_body={"n": 1})
    return db


def tried(db: Contract, function: str, **arguments: object) -> str | None:
    """Call it, and give the SQLSTATE of its error, None without one."""
    import psycopg

    try:
        with db.conn.transaction():
            db.rows(function, **arguments)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def untouched(db: Contract) -> bool:
    return db.count("public.artists") == 1 and len(db.messages("work")) == 1


@crafted
def test_a_crafted_queue_name_is_an_unknown_queue(stocked: Contract, text: str):
    message = uuid.UUID(int=1)
    results = [
        tried(stocked, "pg_enqueue", queue_name=text, message_body={}),
        tried(stocked, "pg_dequeue", queue_name=text),
        tried(stocked, "reset_stuck_messages", queue_name=text),
        tried(stocked, "list_stuck_messages", queue_name=text),
        tried(stocked, "register_queue", p_queue_name=text, p_display_name=text, p_description=text),
        tried(stocked, "get_queue_table_name_safe", p_queue_name=text),
    ]
    assert results == ["42P01"] * 4 + ["22023"] * 2
    assert stocked.call("pg_delete_message", queue_name=text, message_id="1") is False
    assert stocked.call("pg_release_message", queue_name=text, message_id=message) is False
    assert stocked.call("ensure_message_deleted", queue_name=text, message_id="1") is False
    assert stocked.rows("diagnose_queue_tables", queue_name=text) == []
    for operation in ("delete", "reset"):
        answer = stocked.call("cross_schema_queue_op", p_operation=operation, p_queue_name=text, p_message_id="1")
        assert answer["success"] is False
    assert untouched(stocked)


@crafted
def test_any_other_crafted_text_is_only_a_value(stocked: Contract, text: str):
    entity = {"p_entity_type": text, "p_entity_id": text}
    results = [
        tried(stocked, "pg_delete_message", queue_name="work", message_id=text),
        tried(stocked, "ensure_message_deleted", queue_name="work", message_id=text),
        tried(stocked, "cross_schema_queue_op", p_operation=text, p_queue_name="work", p_message_id=text),
        tried(stocked, "start_artist_discovery", artist_name=text),
        tried(stocked, "start_bulk_artist_discovery", genre=text),
        tried(stocked, "search_producers", search_term=text),
        tried(stocked, "acquire_processing_lock", **entity, p_correlation_id=text),
        tried(stocked, "update_lock_heartbeat", **entity, p_worker_id=text, p_correlation_id=text),
        tried(stocked, "claim_stale_lock", **entity, p_new_worker_id=text, p_correlation_id=text),
        tried(stocked, "force_release_entity_lock", **entity),
        tried(stocked, "release_processing_lock", **entity),
        tried(stocked, "pg_advisory_lock_exists", p_key=text),
        tried(stocked, "pg_force_advisory_unlock_all", p_key=text),
    ]
    results = [state for state in results if state != "54000"]  # 54000: longer than an index takes
    assert set(results) == {None}
    assert untouched(stocked)


@pytest.mark.parametrize("text", [text for text in CRAFTED if len(text) < 1000])  # an index takes no longer one
def test_crafted_data_is_stored_as_it_is(stocked: Contract, text: str):
    id_ = stocked.call("process_artist_atomic", p_artist_data={"name": text}, p_operation_id=text, p_spotify_id=text)
    assert stocked.value("select name from public.artists where id = %s", id_) == text
    id_ = stocked.call(
        "process_producer_atomic", p_producer_data={"name": text}, p_operation_id=text, p_normalized_name=text
    )
    assert stocked.value("select name from public.producers where id = %s", id_) == text
    found = [row["id"] for row in stocked.rows("search_producers", search_term=text)]
    assert id_ in found
