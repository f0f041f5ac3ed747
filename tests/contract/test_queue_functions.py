"""pg_enqueue, pg_dequeue, pg_delete_message, pg_release_message."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from tests.contract.client import Contract, uuid_of

FIELDS = {"msg_id", "read_ct", "enqueued_at", "last_read_at", "vt", "message", "headers", "id"}


def send(db: Contract, queue: str, **body: object) -> int:
    return int(db.call("pg_enqueue", queue_name=queue, message_body=body))


def take(db: Contract, queue: str, size: int = 5, seconds: int = 60) -> list[dict]:
    return db.call("pg_dequeue", queue_name=queue, batch_size=size, visibility_timeout=seconds)


# ---- pg_enqueue


def test_a_message_is_sent_without_delay_and_headers_and_its_number_comes_back(db: Contract):
    msg_id = send(db, db.queue(), artistName="Ada Lind", _idempotencyKey="k")
    (message,) = db.messages("work").values()
    assert message["msg_id"] == msg_id
    assert message["headers"] is None
    assert db.value("select vt <= clock_timestamp() from pgmq.q_work") is True


@pytest.mark.parametrize("body", [{"a": [1, {"b": None}], "_idempotencyKey": "k", "é": "ü"}, [1, "two"], {}])
def test_the_stored_body_equals_what_was_sent(db: Contract, body: object):
    msg_id = db.call("pg_enqueue", queue_name=db.queue(), message_body=body)
    assert db.messages("work")[msg_id]["message"] == body


def test_a_message_can_be_read_as_soon_as_its_transaction_commits(sessions: Callable[[], Contract]):
    sender, reader = sessions(), sessions()
    sender.queue("commits")
    with sender.conn.transaction():
        msg_id = send(sender, "commits", n=1)
        assert take(reader, "commits") == []
    assert [m["msg_id"] for m in take(reader, "commits")] == [msg_id]


def test_sending_wakes_who_listens_for_the_queue(sessions: Callable[[], Contract]):
    sender, listener = sessions(), sessions()
    sender.queue("wakes")
    listener.sql("listen linernotes")
    send(sender, "wakes", n=1)
    (note,) = listener.conn.notifies(timeout=5, stop_after=1)
    assert (note.channel, note.payload) == ("linernotes", "wakes")


def test_a_failed_send_says_so_keeps_the_sqlstate_of_the_cause_and_stores_nothing(db: Contract):
    error = db.refused("pg_enqueue", queue_name="nowhere", message_body={"n": 1})
    assert error.sqlstate == "42P01"
    assert str(error).startswith("Failed to enqueue message: ")


@pytest.mark.parametrize(
    ("queue", "body"), [(None, {"n": 1}), ("", {"n": 1}), ("  ", {"n": 1}), ("work", None)], ids=str
)
def test_a_null_or_blank_queue_and_a_null_body_are_refused(db: Contract, queue: str | None, body: object):
    db.queue()
    error = db.refused("pg_enqueue", queue_name=queue, message_body=body)
    assert error.sqlstate == "22023"
    assert db.messages("work") == {}


def test_sending_and_taking_write_no_log_rows(db: Contract, quiet: None):
    queue = db.queue()
    msg_id = send(db, queue, n=1)
    take(db, queue)
    db.call("pg_release_message", queue_name=queue, message_id=uuid.UUID(uuid_of(msg_id)))
    db.call("pg_delete_message", queue_name=queue, message_id=str(msg_id))


# ---- pg_dequeue


def test_a_batch_is_the_lowest_numbers_and_each_message_is_hidden_and_counted(db: Contract):
    ids = [send(db, db.queue(), n=n) for n in range(8)]
    batch = take(db, "work", size=5, seconds=60)
    assert [m["msg_id"] for m in batch] == ids[:5]
    assert [m["read_ct"] for m in batch] == [1] * 5
    left = db.sql(
        "select count(*) filter (where vt > clock_timestamp() + interval '55 seconds') as hidden, "
        "count(*) filter (where vt <= clock_timestamp()) as waiting from pgmq.q_work"
    )
    assert left == [{"hidden": 5, "waiting": 3}]


def test_without_arguments_a_batch_is_five_messages_for_a_minute(db: Contract):
    for n in range(8):
        send(db, db.queue(), n=n)
    assert len(db.call("pg_dequeue", queue_name="work")) == 5
    assert (
        db.value(
            "select count(*) from pgmq.q_work where vt between clock_timestamp() + interval '50 seconds' "
            "and clock_timestamp() + interval '60 seconds'"
        )
        == 5
    )


def test_each_message_has_the_fields_of_pgmq_and_its_number_in_uuid_form(db: Contract):
    msg_id = send(db, db.queue(), n=17)
    (message,) = take(db, "work")
    assert set(message) == FIELDS
    assert message["id"] == uuid_of(msg_id)
    assert message["message"] == {"n": 17}


def test_the_uuid_form_of_message_17_is_zeros_and_hexadecimal_11(db: Contract):
    db.queue()
    db.sql("insert into pgmq.q_work (msg_id, vt, message) overriding system value values (17, now(), '{}')")
    assert take(db, "work")[0]["id"] == "00000000-0000-0000-0000-000000000011"


def test_an_idle_queue_gives_an_empty_array(db: Contract):
    assert take(db, db.queue()) == []
    db.delayed("work")
    assert take(db, "work") == []


def test_two_sessions_that_read_at_once_never_get_the_same_message(sessions: Callable[[], Contract]):
    first, second = sessions(), sessions()
    first.queue("shared")
    ids = {send(first, "shared", n=n) for n in range(6)}
    with first.conn.transaction(), second.conn.transaction():
        one = {m["msg_id"] for m in take(first, "shared", size=4)}
        two = {m["msg_id"] for m in take(second, "shared", size=4)}
    assert not one & two
    assert one | two == ids


def test_the_array_is_in_order_of_the_numbers_when_others_hold_some(sessions: Callable[[], Contract]):
    first, second = sessions(), sessions()
    first.queue("ordered")
    for n in range(40):
        send(first, "ordered", n=n)
    # Rows written anew lie elsewhere in the table, so its own order is another one.
    first.sql("update pgmq.q_ordered set headers = '{}' where msg_id % 3 = 0")
    with first.conn.transaction(), second.conn.transaction():
        for batch in (take(first, "ordered", size=7), take(second, "ordered", size=30)):
            assert [m["msg_id"] for m in batch] == sorted(m["msg_id"] for m in batch)


def test_a_message_neither_deleted_nor_released_is_visible_again_after_its_time(db: Contract):
    msg_id = send(db, db.queue(), n=1)
    take(db, "work", seconds=60)
    assert take(db, "work") == []
    db.sql("update pgmq.q_work set vt = vt - interval '60 seconds'")
    (again,) = take(db, "work")
    assert (again["msg_id"], again["read_ct"]) == (msg_id, 2)


def test_an_unknown_queue_is_an_error_not_an_idle_one(db: Contract):
    assert db.refused("pg_dequeue", queue_name="nowhere").sqlstate == "42P01"


@pytest.mark.parametrize(
    "arguments",
    [
        {"queue_name": None},
        {"queue_name": "work", "batch_size": 0},
        {"queue_name": "work", "batch_size": None},
        {"queue_name": "work", "visibility_timeout": -1},
        {"queue_name": "work", "visibility_timeout": None},
    ],
    ids=str,
)
def test_a_batch_below_one_a_negative_time_and_nulls_are_refused(db: Contract, arguments: dict):
    send(db, db.queue(), n=1)
    assert db.refused("pg_dequeue", **arguments).sqlstate == "22023"


def test_a_queue_is_found_in_capitals_too(db: Contract):
    db.queue()
    assert db.call("pg_enqueue", queue_name="WORK", message_body={"n": 1}) in db.messages("work")
    assert len(take(db, "Work")) == 1


# ---- pg_delete_message


@pytest.mark.parametrize("form", [str, uuid_of, lambda n: uuid_of(n).upper()], ids=["number", "uuid", "capitals"])
@pytest.mark.parametrize("locked", [False, True], ids=["visible", "locked"])
def test_exactly_the_named_message_is_deleted_and_not_archived(
    db: Contract, form: Callable[[int], str], locked: bool
):
    for n in range(15):
        send(db, db.queue(), n=n)
    msg_id = max(db.messages("work"))
    if locked:
        take(db, "work", size=20)
    assert db.call("pg_delete_message", queue_name="work", message_id=form(msg_id)) is True
    assert msg_id not in db.messages("work")
    assert len(db.messages("work")) == 14
    assert db.count("pgmq.a_work") == 0


@pytest.mark.parametrize(
    "message_id",
    [
        "999",
        uuid_of(999),
        "7d0c5c2e-3f4b-4d0e-9a59-1c2f8d6b7a10",
        None,
        "",
        "one",
        "1.0",
        "1e3",
        " 1",
        "-1",
        "1; drop table pgmq.q_work",
        "99999999999999999999",
        "0x1",
        "00000000-0000-0000-0001-000000000001",
    ],
)
def test_what_names_no_message_gives_false_and_raises_nothing(db: Contract, message_id: str | None, quiet: None):
    msg_id = send(db, db.queue(), n=1)
    notices: list = []
    db.conn.add_notice_handler(notices.append)
    assert db.call("pg_delete_message", queue_name="work", message_id=message_id) is False
    db.conn.remove_notice_handler(notices.append)
    assert notices == []
    assert list(db.messages("work")) == [msg_id]


@pytest.mark.parametrize("queue", ["nowhere", None, "", "work x", 'work"; delete from artists; --'])
def test_an_unknown_queue_gives_false(db: Contract, queue: str | None):
    db.queue()
    assert db.call("pg_delete_message", queue_name=queue, message_id="1") is False


# ---- pg_release_message


def test_a_taken_message_is_given_back_as_it_was(db: Contract):
    msg_id = db.taken(db.queue(), minutes=1, body={"n": 1})
    assert db.call("pg_release_message", queue_name="work", message_id=uuid_of(msg_id)) is True
    (again,) = take(db, "work")
    assert (again["msg_id"], again["read_ct"], again["message"]) == (msg_id, 2, {"n": 1})


def test_releasing_is_true_for_delayed_and_for_visible_messages_too(db: Contract):
    visible, delayed = send(db, db.queue(), n=1), db.delayed("work")
    for msg_id in (visible, delayed):
        assert db.call("pg_release_message", queue_name="work", message_id=uuid_of(msg_id)) is True
    assert [m["msg_id"] for m in take(db, "work")] == [visible, delayed]


@pytest.mark.parametrize("message_id", [uuid_of(999), "7d0c5c2e-3f4b-4d0e-9a59-1c2f8d6b7a10", None])
def test_releasing_what_is_not_there_gives_false(db: Contract, message_id: str | None):
    db.delayed(db.queue())
    assert db.call("pg_release_message", queue_name="work", message_id=message_id) is False
    assert take(db, "work") == []


def test_releasing_in_an_unknown_queue_gives_false(db: Contract):
    assert db.call("pg_release_message", queue_name="nowhere", message_id=uuid_of(1)) is False
