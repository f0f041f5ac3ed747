"""The process_..._atomic functions note what they did, and do it once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.client import Contract, while_waiting
from tests.contract.kinds import ALL, ARTIST, Kind, every, metrics


@every
def test_each_call_is_noted_in_queue_metrics(db: Contract, kind: Kind):
    data = kind.full(db)
    id_ = kind.store(db, data, "op 1")
    (row,) = metrics(db)
    assert (row["queue_name"], row["operation"], row["success_count"]) == (kind.queue, "process", 1)
    parent = {k: v for k, v in data.items() if k in ("artist_id", "album_id")}
    expected = {f"{kind.noun}_id": str(id_), kind.key: "s1", "operation_id": "op 1", "name": data["name"], **parent}
    assert row["details"] == expected


@every
def test_an_update_without_a_name_notes_the_stored_one(db: Contract, kind: Kind):
    kind.store(db, kind.full(db))
    kind.store(db, {}, "op 2")
    assert metrics(db)[-1]["details"]["name"] == kind.data["name"]


@every
def test_the_same_operation_again_changes_nothing_and_returns_the_same_id(db: Contract, kind: Kind):
    data = kind.full(db)
    id_ = kind.store(db, data, "op 1")
    before = kind.row(db), metrics(db)
    assert kind.store(db, {**data, "name": "Other"}, "op 1") == id_
    assert (kind.row(db), metrics(db)) == before


@every
def test_one_operation_may_bring_several_things(db: Contract, kind: Kind):
    data = kind.full(db)
    first, second = kind.store(db, data, "op 1", "s1"), kind.store(db, data, "op 1", "s2")
    assert first != second
    assert len(metrics(db)) == 2


def test_one_operation_id_may_come_from_several_queues(db: Contract):
    for kind in ALL:
        kind.store(db, kind.full(db), "17")
    assert len(metrics(db)) == 4


@every
def test_without_an_operation_id_nothing_is_checked(db: Contract, kind: Kind):
    data = kind.full(db)
    kind.store(db, data)
    kind.store(db, {**data, "name": "Other"})
    assert kind.row(db)["name"] == "Other"
    assert len(metrics(db)) == 2


@every
def test_a_failure_leaves_neither_the_row_nor_the_note(db: Contract, kind: Kind):
    db.sql("alter table public.queue_metrics add constraint none check (details ->> 'name' <> 'none')")
    data = kind.full(db)
    assert kind.refused(db, {**data, "name": "none"}, operation="op 1") == "23514"
    assert (kind.rows(db), metrics(db)) == (0, [])
    kind.store(db, data, "op 1")
    assert kind.rows(db) == 1


@every
@pytest.mark.parametrize("operations", [("op 1", "op 2"), ("op 3", "op 3")], ids=["two operations", "one operation"])
def test_two_sessions_that_bring_the_same_new_thing_leave_one_row(
    sessions: Callable[[], Contract], kind: Kind, operations: tuple[str, str]
):
    first, second, watcher = sessions(), sessions(), sessions()
    data, key = kind.full(first), f"raced {kind.noun} {operations}"
    first.sql("begin")
    id_ = kind.store(first, data, operations[0], key)
    with while_waiting(second, watcher, lambda: kind.store(second, data, operations[1], key)) as other:
        first.sql("commit")
    assert other.result() == id_
    where = f"select count(*) as n from {{}} where {kind.key} = %s"
    assert watcher.on(f"public.{kind.table}", where, key)[0]["n"] == 1
    noted = watcher.value("select count(*) from queue_metrics where details ->> %s = %s", kind.key, key)
    assert noted == len(set(operations))


def test_a_session_whose_rival_failed_does_the_work_itself(sessions: Callable[[], Contract]):
    first, second, watcher = sessions(), sessions(), sessions()
    first.sql("begin")
    ARTIST.store(first, ARTIST.data, "op 1", "given up")
    with while_waiting(second, watcher, lambda: ARTIST.store(second, ARTIST.data, "op 1", "given up")) as other:
        first.sql("rollback")
    assert watcher.value("select id from artists where spotify_id = 'given up'") == other.result()
