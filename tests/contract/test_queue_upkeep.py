"""reset_stuck_messages, ensure_message_deleted, register_queue, get_queue_table_name_safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.contract.client import Contract, uuid_of, while_waiting

# ---- reset_stuck_messages


def test_messages_locked_for_long_are_freed_and_counted(db: Contract):
    old, older = db.taken(db.queue(), minutes=11), db.taken("work", minutes=60)
    db.taken("work", minutes=9)
    assert db.call("reset_stuck_messages", queue_name="work") == 2
    free = db.sql("select msg_id from pgmq.q_work where vt <= clock_timestamp() order by 1")
    assert [row["msg_id"] for row in free] == [old, older]
    assert db.call("reset_stuck_messages", queue_name="work") == 0


def test_a_message_counts_from_the_given_number_of_minutes_on(db: Contract):
    db.taken(db.queue(), minutes=3)
    assert db.call("reset_stuck_messages", queue_name="work", min_minutes_locked=4) == 0
    assert db.call("reset_stuck_messages", queue_name="work", min_minutes_locked=3) == 1


def test_a_message_never_read_by_its_own_note_counts_from_when_it_was_enqueued(db: Contract):
    msg_id = db.taken(db.queue(), minutes=0)
    db.sql("update pgmq.q_work set last_read_at = null, enqueued_at = now() - interval '1 hour'")
    assert [r["msg_id"] for r in db.rows("list_stuck_messages", queue_name="work")] == [str(msg_id)]
    assert db.call("reset_stuck_messages", queue_name="work") == 1


def test_waiting_and_delayed_messages_are_neither_touched_nor_counted(db: Contract):
    db.delayed(db.queue())
    waiting = db.taken("work", minutes=60)
    db.sql("update pgmq.q_work set vt = clock_timestamp() - interval '20 minutes' where msg_id = %s", waiting)
    db.call("pg_enqueue", queue_name="work", message_body={"n": 1})
    before = db.messages("work")
    assert db.call("reset_stuck_messages", queue_name="work", min_minutes_locked=0) == 0
    assert db.messages("work") == before


def test_freeing_keeps_the_read_count_and_the_body(db: Contract):
    msg_id = db.taken(db.queue(), minutes=60, body={"n": 1})
    db.call("reset_stuck_messages", queue_name="work")
    message = db.messages("work")[msg_id]
    assert (message["read_ct"], message["message"]) == (1, {"n": 1})


def test_freeing_writes_no_log_rows(db: Contract, quiet: None):
    db.taken(db.queue(), minutes=60)
    assert db.call("reset_stuck_messages", queue_name="work") == 1


@pytest.mark.parametrize("function", ["reset_stuck_messages", "list_stuck_messages"])
@pytest.mark.parametrize("queue", ["nowhere", "No Queue", None])
def test_stuck_messages_of_an_unknown_queue_are_an_error(db: Contract, function: str, queue: str | None):
    assert db.refused(function, queue_name=queue).sqlstate == "42P01"


@pytest.mark.parametrize("function", ["reset_stuck_messages", "list_stuck_messages"])
@pytest.mark.parametrize("minutes", [-1, None])
def test_a_negative_or_null_limit_is_refused(db: Contract, function: str, minutes: int | None):
    db.queue()
    assert db.refused(function, queue_name="work", min_minutes_locked=minutes).sqlstate == "22023"


def test_two_sessions_that_free_at_once_count_each_message_once(sessions: Callable[[], Contract]):
    first, second = sessions(), sessions()
    first.queue("freed")
    for _ in range(5):
        first.taken("freed", minutes=60)
    with first.conn.transaction(), second.conn.transaction():
        counts = [s.call("reset_stuck_messages", queue_name="freed") for s in (first, second)]
    assert counts == [5, 0]


# ---- ensure_message_deleted


@contextmanager
def held(session: Contract, queue: str, msg_id: int) -> Iterator[None]:
    """Another session holds the message's row for as long as this lasts."""
    with session.conn.transaction(force_rollback=True):
        session.on(f"pgmq.q_{queue}", "select * from {} where msg_id = %s for update", msg_id)
        yield


@pytest.mark.parametrize("form", [str, uuid_of], ids=["number", "uuid"])
def test_a_message_is_deleted_at_once(db: Contract, form: Callable[[int], str], quiet: None):
    msg_id = db.delayed(db.queue())
    assert db.call("ensure_message_deleted", queue_name="work", message_id=form(msg_id)) is True
    assert db.messages("work") == {}


@pytest.mark.parametrize("message_id", ["999", uuid_of(999), "7d0c5c2e-3f4b-4d0e-9a59-1c2f8d6b7a10"])
def test_a_message_that_is_not_there_is_gone_without_a_pause(db: Contract, message_id: str):
    db.queue()
    started = time.monotonic()
    assert db.call("ensure_message_deleted", queue_name="work", message_id=message_id, max_attempts=10) is True
    assert time.monotonic() - started < 0.2


def test_only_a_failed_attempt_is_repeated_after_growing_pauses(sessions: Callable[[], Contract]):
    first, second = sessions(), sessions()
    msg_id = first.delayed(first.queue("held"))
    second.sql("set lock_timeout = '10ms'")
    with held(first, "held", msg_id):
        started = time.monotonic()
        assert second.call("ensure_message_deleted", queue_name="held", message_id=str(msg_id)) is False
        assert 0.6 <= time.monotonic() - started < 1.4, "two pauses: 0.2 s and 0.4 s"
    assert list(first.messages("held")) == [msg_id]
    assert second.call("ensure_message_deleted", queue_name="held", message_id=str(msg_id)) is True


def test_max_attempts_1_does_not_pause(sessions: Callable[[], Contract]):
    first, second = sessions(), sessions()
    msg_id = first.delayed(first.queue("once"))
    second.sql("set lock_timeout = '10ms'")
    with held(first, "once", msg_id):
        started = time.monotonic()
        deleted = second.call("ensure_message_deleted", queue_name="once", message_id=str(msg_id), max_attempts=1)
    assert deleted is False
    assert time.monotonic() - started < 0.2


@pytest.mark.parametrize("queue", ["nowhere", "No Queue", None])
def test_what_lies_in_an_unknown_queue_is_not_known_to_be_gone(db: Contract, queue: str | None):
    assert db.call("ensure_message_deleted", queue_name=queue, message_id="1") is False


@pytest.mark.parametrize("message_id", [None, "", "one", "1.0"])
def test_what_is_no_message_id_cannot_be_checked(db: Contract, message_id: str | None):
    db.queue()
    assert db.call("ensure_message_deleted", queue_name="work", message_id=message_id) is False


def test_what_cannot_be_checked_gives_false_and_a_warning_with_the_reason(db: Contract):
    msg_id = db.delayed(db.queue())
    db.sql("create function refuse() returns trigger language plpgsql as $$begin raise 'not today'; end$$")
    db.sql("create trigger refuse before delete on pgmq.q_work for each row execute function refuse()")
    notices: list[str] = []
    db.conn.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    assert db.call("ensure_message_deleted", queue_name="work", message_id=str(msg_id)) is False
    assert "not today" in notices[-1]


@pytest.mark.parametrize("attempts", [0, 11, -1, None])
def test_max_attempts_outside_one_to_ten_is_refused(db: Contract, attempts: int | None):
    db.queue()
    error = db.refused("ensure_message_deleted", queue_name="work", message_id="1", max_attempts=attempts)
    assert error.sqlstate == "22023"


# ---- register_queue


def register(
    db: Contract, name: str | None, display: str | None = "Work", about: str | None = "What it does", **more
):
    return db.call("register_queue", p_queue_name=name, p_display_name=display, p_description=about, **more)


def registered(db: Contract, name: str) -> dict:
    (row,) = db.sql("select * from public.queue_registry where queue_name = %s", name)
    return row


def test_a_new_queue_gets_its_tables_and_its_entry(db: Contract, quiet: None):
    id_ = register(db, "fresh")
    entry = registered(db, "fresh")
    assert (entry["id"], entry["display_name"], entry["description"]) == (id_, "Work", "What it does")
    assert entry["active"] is True
    assert db.call("pg_enqueue", queue_name="fresh", message_body={"n": 1}) == 1
    assert db.count("pgmq.a_fresh") == 0


def test_an_existing_queue_keeps_its_messages(db: Contract):
    db.sql("select pgmq.create('older')")
    msg_id = db.call("pg_enqueue", queue_name="older", message_body={"n": 1})
    register(db, "older")
    assert list(db.messages("older")) == [msg_id]


def test_registering_again_updates_the_entry_and_keeps_its_id(db: Contract):
    id_ = register(db, "again")
    db.sql("update public.queue_registry set updated_at = now() - interval '1 day'")
    assert register(db, "again", "Other", "Else", p_active=False) == id_
    entry = registered(db, "again")
    assert (entry["display_name"], entry["description"], entry["active"]) == ("Other", "Else", False)
    assert db.value("select updated_at = now() from public.queue_registry where queue_name = 'again'") is True


def test_a_repeated_registration_uses_up_no_number(db: Contract):
    first = register(db, "counted")
    for _ in range(3):
        register(db, "counted")
    assert register(db, "counted_2") == first + 1


def test_active_is_true_unless_it_is_said_to_be_false(db: Contract):
    register(db, "active_1")
    register(db, "active_2", p_active=None)
    register(db, "active_3", p_active=False)
    assert [registered(db, f"active_{n}")["active"] for n in (1, 2, 3)] == [True, True, False]


def test_capitals_are_folded_as_pgmq_does(db: Contract):
    register(db, "CamelCase")
    assert registered(db, "camelcase")
    assert db.call("pg_enqueue", queue_name="camelcase", message_body={"n": 1}) == 1
    assert db.call("get_queue_table_name_safe", p_queue_name="camelCASE") == "pgmq.q_camelcase"


NO_QUEUE_NAMES = [
    None, "", "  ", "1st", "_first", "with space", "semi;colon", 'quo"te', "quo'te", "dash-ed", "dollar$", "é",
    "a" * 48, "line\nbreak", "pgmq.q_x", "x; drop table artists; --",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_QUEUE_NAMES)
def test_a_name_that_no_queue_can_have_is_refused_and_leaves_nothing(db: Contract, name: str | None):
    before = db.count("public.queue_registry"), db.count("pgmq.meta")
    error = db.refused("register_queue", p_queue_name=name, p_display_name=None, p_description=None)
    assert error.sqlstate == "22023"
    assert (db.count("public.queue_registry"), db.count("pgmq.meta")) == before


def test_the_longest_name_has_47_characters(db: Contract):
    name = "q" * 47
    register(db, name)
    assert db.call("pg_enqueue", queue_name=name, message_body={"n": 1}) == 1


def test_queue_and_entry_are_made_together_or_not_at_all(db: Contract):
    db.sql("alter table public.queue_registry add constraint none check (display_name <> 'none')")
    error = db.refused("register_queue", p_queue_name="halved", p_display_name="none", p_description=None)
    assert error.sqlstate == "23514"
    assert db.value("select to_regclass('pgmq.q_halved')") is None


def test_two_sessions_that_register_one_queue_get_one_id(sessions: Callable[[], Contract]):
    first, second, watcher = sessions(), sessions(), sessions()
    first.sql("begin")
    id_ = register(first, "raced")
    with while_waiting(second, watcher, lambda: register(second, "raced")) as other:
        first.sql("commit")
    assert other.result() == id_


# ---- get_queue_table_name_safe


def test_the_table_of_a_queue_is_the_one_of_pgmq(db: Contract):
    db.queue()
    assert db.call("get_queue_table_name_safe", p_queue_name="work") == "pgmq.q_work"


def test_the_old_naming_is_found_when_pgmq_has_no_such_queue(db: Contract):
    db.sql("create table public.pgmq_ancient (msg_id bigint)")
    assert db.call("get_queue_table_name_safe", p_queue_name="ancient") == "public.pgmq_ancient"
    db.queue("ancient")
    assert db.call("get_queue_table_name_safe", p_queue_name="ancient") == "pgmq.q_ancient"


def test_an_unknown_queue_gives_the_table_to_create(db: Contract):
    assert db.call("get_queue_table_name_safe", p_queue_name="unknown") == "pgmq.q_unknown"
    db.sql("alter schema pgmq rename to elsewhere")
    assert db.call("get_queue_table_name_safe", p_queue_name="unknown") == "public.pgmq_unknown"


def test_the_name_can_be_put_into_a_statement_as_it_is(db: Contract):
    table = db.call("get_queue_table_name_safe", p_queue_name=db.queue("order"))
    assert db.conn.execute(f"select * from {table}").fetchall() == []


@pytest.mark.parametrize("name", NO_QUEUE_NAMES)
def test_the_table_of_a_name_that_no_queue_can_have_is_refused(db: Contract, name: str | None):
    assert db.refused("get_queue_table_name_safe", p_queue_name=name).sqlstate == "22023"
