"""The locks of entities: acquire, release, heartbeat, claim, force."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg.types.json import Jsonb

from tests.contract.client import Contract, while_waiting

ONE = {"p_entity_type": "artist", "p_entity_id": "1"}
NOBODY = [
    {"p_entity_type": t, "p_entity_id": i} for t, i in ((None, "1"), ("artist", None), ("", "1"), ("artist", " "))
]


def lock(db: Contract, **more: object) -> bool:
    return bool(db.call("acquire_processing_lock", **{**ONE, **more}))


def silent(db: Contract, minutes: float) -> None:
    """The holder sent its last sign this long ago."""
    db.sql("update public.processing_locks set last_heartbeat = now() - make_interval(secs => %s)", minutes * 60)


def locks(db: Contract) -> list[dict]:
    return db.sql("select * from public.processing_locks order by entity_id")


# ---- acquire_processing_lock


def test_a_free_entity_is_locked_by_one_row(db: Contract, quiet: None):
    assert lock(db, p_correlation_id="w1") is True
    (row,) = locks(db)
    assert (row["entity_type"], row["entity_id"]) == ("artist", "1")
    assert (row["worker_id"], row["correlation_id"], row["ttl_seconds"]) == ("w1", "w1", 1800)
    assert db.value("select now() - least(acquired_at, last_heartbeat) < interval '5 seconds' from processing_locks")
    assert db.count("public.processing_status") == 0


@pytest.mark.parametrize("who", [None, "w1"])
def test_a_live_lock_stays_untouched_whoever_asks(db: Contract, who: str | None):
    assert lock(db, p_correlation_id=who) is True
    before = locks(db)
    assert lock(db, p_correlation_id=who) is False
    assert lock(db, p_correlation_id="w2") is False
    assert locks(db) == before


def test_other_entities_have_locks_of_their_own(db: Contract):
    assert lock(db)
    assert lock(db, p_entity_id="2")
    assert lock(db, p_entity_type="album")


def test_without_a_correlation_id_the_worker_id_is_generated(db: Contract):
    lock(db)
    lock(db, p_entity_id="2", p_correlation_id=" ")
    first, second = locks(db)
    assert first["worker_id"] != second["worker_id"]
    assert len(first["worker_id"]) == 36
    assert (first["correlation_id"], second["correlation_id"]) == (None, " ")


@pytest.mark.parametrize(
    ("timeout", "minutes", "free"), [(1, 2, True), (30, 6, False), (30, 31, True), (3, 2.9, False)]
)
def test_a_lock_expires_by_its_own_time(db: Contract, timeout: int, minutes: float, free: bool):
    lock(db, p_timeout_minutes=timeout)
    silent(db, minutes)
    assert lock(db, p_correlation_id="w2", p_timeout_minutes=5) is free
    (row,) = locks(db)
    assert row["ttl_seconds"] == (300 if free else timeout * 60)
    assert (row["worker_id"] == "w2") is free


@pytest.mark.parametrize("entity", NOBODY, ids=str)
def test_a_null_or_blank_entity_is_refused(db: Contract, entity: dict):
    assert db.refused("acquire_processing_lock", **entity).sqlstate == "22023"


@pytest.mark.parametrize("minutes", [0, -5, None, 2**31 - 1])
def test_a_time_below_a_minute_or_beyond_reason_is_refused(db: Contract, minutes: int | None):
    assert db.refused("acquire_processing_lock", **ONE, p_timeout_minutes=minutes).sqlstate == "22023"


@pytest.mark.parametrize("expired", [False, True], ids=["free", "expired"])
def test_of_two_sessions_that_lock_at_once_exactly_one_gets_it(sessions: Callable[[], Contract], expired: bool):
    first, second, watcher = sessions(), sessions(), sessions()
    entity = {"p_entity_type": "raced", "p_entity_id": str(expired)}
    if expired:
        lock(first, **entity)
        silent(first, 31)
    first.sql("begin")
    assert lock(first, **entity) is True
    with while_waiting(second, watcher, lambda: lock(second, **entity)) as other:
        first.sql("commit")
    assert other.result() is False
    assert watcher.value("select count(*) from processing_locks where entity_id = %s", str(expired)) == 1


# ---- release_processing_lock


def test_releasing_deletes_the_lock_and_nothing_else(db: Contract, quiet: None):
    lock(db)
    lock(db, p_entity_id="2")
    db.insert("processing_status", entity_type="artist", entity_id="1", state="IN_PROGRESS")
    assert db.call("release_processing_lock", **ONE) is True
    assert [row["entity_id"] for row in locks(db)] == ["2"]
    assert db.value("select state from public.processing_status") == "IN_PROGRESS"
    assert db.call("release_processing_lock", **ONE) is False


# ---- update_lock_heartbeat


def beat(db: Contract, worker: str | None, correlation: str | None = None) -> bool:
    return bool(db.call("update_lock_heartbeat", **ONE, p_worker_id=worker, p_correlation_id=correlation))


def test_the_holder_keeps_its_lock_alive(db: Contract, quiet: None):
    lock(db, p_correlation_id="w1")
    silent(db, 29)
    assert beat(db, "w1") is True
    assert beat(db, "w1", "w1") is True
    assert db.value("select last_heartbeat > now() - interval '1 minute' from processing_locks") is True


def test_a_lock_that_expired_but_was_not_taken_is_renewed(db: Contract):
    lock(db, p_correlation_id="w1")
    silent(db, 31)
    assert beat(db, "w1") is True
    assert lock(db, p_correlation_id="w2") is False


@pytest.mark.parametrize(("worker", "correlation"), [("w2", None), ("w1", "other"), (None, None), (None, "w1")])
def test_nobody_else_keeps_a_lock_alive(db: Contract, worker: str | None, correlation: str | None):
    lock(db, p_correlation_id="w1")
    silent(db, 29)
    before = locks(db)
    assert beat(db, worker, correlation) is False
    assert locks(db) == before


def test_without_a_lock_there_is_nothing_to_keep_alive(db: Contract):
    assert beat(db, "w1") is False


# ---- claim_stale_lock


def claim(db: Contract, worker: str | None = "w2", correlation: str | None = None, **entity: str) -> bool:
    who = {"p_new_worker_id": worker, "p_correlation_id": correlation}
    return bool(db.call("claim_stale_lock", **{**ONE, **entity}, **who))


def test_the_lock_of_a_dead_worker_is_taken_over(db: Contract):
    lock(db, p_correlation_id="w1", p_timeout_minutes=5)
    silent(db, 6)
    acquired = locks(db)[0]["acquired_at"]
    assert claim(db, "w2", "c2") is True
    (row,) = locks(db)
    assert (row["worker_id"], row["correlation_id"], row["ttl_seconds"]) == ("w2", "c2", 300)
    assert row["acquired_at"] == acquired
    assert db.value("select last_heartbeat > now() - interval '1 minute' from processing_locks") is True


def test_without_a_correlation_id_the_old_one_is_kept(db: Contract):
    lock(db, p_correlation_id="w1")
    silent(db, 31)
    claim(db)
    assert locks(db)[0]["correlation_id"] == "w1"


HISTORIES = [{"lock_history": [{"previous_worker": "w0"}], "else": 1}, {}, None, ["odd"], {"lock_history": 1}]


@pytest.mark.parametrize("metadata", HISTORIES, ids=str)
def test_who_held_the_lock_is_appended_to_its_history(db: Contract, metadata: object):
    lock(db, p_correlation_id="w1")
    silent(db, 31)
    db.sql("update processing_locks set metadata = %s", None if metadata is None else Jsonb(metadata))
    assert claim(db) is True
    found = locks(db)[0]["metadata"]
    before = metadata if isinstance(metadata, dict) else {}
    *earlier, last = found["lock_history"]
    assert earlier == (before.get("lock_history") if isinstance(before.get("lock_history"), list) else [])
    assert last.keys() == {"previous_worker", "claimed_at", "claimed_by"}
    assert (last["previous_worker"], last["claimed_by"]) == ("w1", "w2")
    assert found.get("else") == before.get("else")


@pytest.mark.parametrize(("timeout", "minutes"), [(30, 6), (30, 29), (5, 0)])
def test_a_live_lock_is_not_taken_over(db: Contract, timeout: int, minutes: float):
    lock(db, p_correlation_id="w1", p_timeout_minutes=timeout)
    silent(db, minutes)
    before = locks(db)
    assert claim(db) is False
    assert locks(db) == before


def test_a_lock_that_is_not_there_is_not_taken_over(db: Contract):
    assert claim(db) is False
    assert locks(db) == []


@pytest.mark.parametrize("worker", [None, "", " "])
def test_a_null_or_blank_new_worker_is_refused(db: Contract, worker: str | None):
    error = db.refused("claim_stale_lock", **ONE, p_new_worker_id=worker, p_correlation_id=None)
    assert error.sqlstate == "22023"


def test_of_two_sessions_that_claim_at_once_exactly_one_gets_it(sessions: Callable[[], Contract]):
    first, second, watcher = sessions(), sessions(), sessions()
    entity = {"p_entity_type": "claimed"}
    lock(first, **entity)
    silent(first, 31)
    first.sql("begin")
    assert claim(first, "w2", **entity) is True
    with while_waiting(second, watcher, lambda: claim(second, "w3", **entity)) as other:
        first.sql("commit")
    assert other.result() is False
    assert watcher.value("select worker_id from processing_locks where entity_type = 'claimed'") == "w2"


# ---- force_release_entity_lock


def force(db: Contract) -> bool:
    return bool(db.call("force_release_entity_lock", **ONE))


def status(db: Contract, state: str, **more: object) -> None:
    db.insert("processing_status", entity_type="artist", entity_id="1", state=state, **more)


def test_an_entity_is_freed_whatever_state_its_lock_is_in(db: Contract):
    lock(db)
    assert force(db) is True
    assert locks(db) == []
    lock(db)
    silent(db, 60)
    assert force(db) is True


def test_a_state_in_progress_becomes_pending_with_a_note(db: Contract):
    status(db, "IN_PROGRESS", metadata={"kept": 1}, updated_at="2001-01-01")
    assert force(db) is True
    (row,) = db.sql("select state, metadata, updated_at = now() as updated from public.processing_status")
    assert (row["state"], row["updated"]) == ("PENDING", True)
    assert row["metadata"]["kept"] == 1
    assert row["metadata"]["forced_reset"]["previous_state"] == "IN_PROGRESS"
    assert row["metadata"]["forced_reset"]["reset_at"]


@pytest.mark.parametrize("state", ["PENDING", "COMPLETED", "FAILED"])
def test_other_states_stay(db: Contract, state: str):
    status(db, state)
    assert force(db) is False
    assert db.value("select state from public.processing_status") == state
    lock(db)
    assert force(db) is True
    assert db.value("select state from public.processing_status") == state


def test_forcing_returns_what_happened(db: Contract):
    assert force(db) is False
    status(db, "IN_PROGRESS")
    lock(db)
    assert force(db) is True
    assert force(db) is False
