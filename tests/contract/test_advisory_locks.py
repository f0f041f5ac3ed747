"""The advisory locks that a text names."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import pytest

from tests.contract.client import Contract, while_waiting

KEY = "artist:1"
NUMBER = int.from_bytes(hashlib.md5(KEY.encode()).digest()[:8], "big", signed=True)
FUNCTIONS = [
    "pg_try_advisory_lock", "pg_advisory_unlock", "pg_advisory_lock_exists", "pg_force_advisory_unlock_all",
]  # fmt: skip


@pytest.fixture
def mine(sessions: Callable[[], Contract]) -> Contract:
    return sessions()


@pytest.fixture
def other(sessions: Callable[[], Contract]) -> Contract:
    return sessions()


def take(db: Contract, key: str = KEY) -> bool:
    return bool(db.call("pg_try_advisory_lock", p_key=key))


def give(db: Contract, key: str = KEY) -> bool:
    return bool(db.call("pg_advisory_unlock", p_key=key))


def exists(db: Contract, key: str = KEY) -> bool:
    return bool(db.call("pg_advisory_lock_exists", p_key=key))


def wait(db: Contract, milliseconds: int | None, key: str = KEY) -> bool:
    return bool(db.call("pg_advisory_lock_timeout", p_key=key, p_timeout_ms=milliseconds))


def test_a_lock_keeps_other_sessions_out_and_not_its_own(mine: Contract, other: Contract):
    assert take(mine) is True
    assert take(other) is False
    assert take(mine) is True
    assert take(other, "artist:2") is True


def test_the_key_is_the_first_64_bits_of_the_md5(mine: Contract, other: Contract):
    take(mine)
    assert other.value("select pg_catalog.pg_try_advisory_lock(%s::bigint)", NUMBER) is False
    assert mine.value("select pg_catalog.pg_advisory_unlock(%s::bigint)", NUMBER) is True
    assert exists(other) is False


def test_a_lock_ends_with_its_session(mine: Contract, other: Contract):
    take(mine)
    mine.conn.close()
    assert wait(other, 5000) is True


def test_a_lock_outlives_the_transaction_that_took_it(mine: Contract, other: Contract):
    with mine.conn.transaction(force_rollback=True):
        take(mine)
    assert take(other) is False


def test_after_as_many_unlocks_as_locks_the_key_is_free(mine: Contract, other: Contract):
    take(mine), take(mine)
    assert give(mine) is True
    assert take(other) is False
    assert give(mine) is True
    assert take(other) is True
    assert give(mine) is False


def test_a_session_cannot_give_back_what_another_holds(mine: Contract, other: Contract):
    take(mine)
    assert give(other) is False
    assert exists(other) is True


def test_with_a_time_of_0_it_tries_exactly_once(mine: Contract, other: Contract):
    assert wait(mine, 0) is True
    assert wait(other, 0) is False
    assert give(mine) is True


def test_a_lock_that_stays_taken_gives_false_when_the_time_is_up(mine: Contract, other: Contract):
    take(mine)
    started = time.monotonic()
    assert wait(other, 300) is False
    assert 0.3 <= time.monotonic() - started < 0.4 + 0.3, "within 100 ms, and what a busy machine adds"
    assert other.value("show lock_timeout") == "0"


def test_a_lock_that_becomes_free_in_time_is_taken(sessions: Callable[[], Contract], mine: Contract, other: Contract):
    take(mine)
    with while_waiting(other, sessions(), lambda: wait(other, 60_000)) as waiting:
        give(mine)
    assert waiting.result() is True
    assert take(mine) is False
    assert other.value("show lock_timeout") == "0"


def test_the_callers_own_lock_timeout_is_kept(mine: Contract, other: Contract):
    other.sql("set lock_timeout = '7s'")
    with other.conn.transaction():
        assert wait(other, 100) is True
        assert other.value("show lock_timeout") == "7s"
        take(mine, "artist:2")
        assert wait(other, 50, "artist:2") is False
        assert other.value("show lock_timeout") == "7s"


def test_two_who_wait_for_each_other_both_get_an_answer(
    sessions: Callable[[], Contract], mine: Contract, other: Contract
):
    take(mine, "one"), take(other, "two")
    with while_waiting(other, sessions(), lambda: wait(other, 1400, "one")) as waiting:
        assert wait(mine, 1300, "two") is False
    assert waiting.result() is False


@pytest.mark.parametrize(("key", "milliseconds"), [(None, 10), (KEY, None), (KEY, -1)])
def test_a_null_key_and_a_null_or_negative_time_are_refused(
    mine: Contract, key: str | None, milliseconds: int | None
):
    error = mine.refused("pg_advisory_lock_timeout", p_key=key, p_timeout_ms=milliseconds)
    assert error.sqlstate == "22023"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_null_key_is_refused(db: Contract, function: str):
    assert db.refused(function, p_key=None).sqlstate == "22023"


def test_a_lock_exists_while_any_session_holds_it(mine: Contract, other: Contract):
    assert exists(mine) is False
    take(mine)
    assert exists(mine) is True
    assert exists(other) is True
    give(mine)
    assert exists(other) is False


def test_who_waits_does_not_hold(sessions: Callable[[], Contract], mine: Contract, other: Contract):
    watcher = sessions()
    with mine.conn.transaction():
        mine.sql("select pg_advisory_xact_lock_shared(%s)", NUMBER)
        with while_waiting(other, watcher, lambda: wait(other, 60_000)):
            assert exists(watcher) is True
            mine.sql("rollback")
            mine.sql("begin")
    give(other)
    assert exists(watcher) is False


def test_locks_of_the_two_number_kind_and_of_halves_do_not_count(mine: Contract):
    high, low = NUMBER >> 32, NUMBER & 0xFFFFFFFF
    signed = low - 2**32 if low >= 2**31 else low
    mine.sql("select pg_catalog.pg_advisory_lock(%s::int, %s::int)", high, signed)
    mine.sql("select pg_catalog.pg_advisory_lock(%s::bigint)", low)
    assert exists(mine) is False


def test_a_lock_in_another_database_does_not_count(mine: Contract, db: Contract):
    take(db)
    assert exists(mine) is False
    give(db)


def test_every_hold_of_this_session_is_given_back_and_counted(mine: Contract, other: Contract):
    notices: list = []
    mine.conn.add_notice_handler(notices.append)
    for _ in range(3):
        take(mine)
    assert mine.call("pg_force_advisory_unlock_all", p_key=KEY) == 3
    assert mine.call("pg_force_advisory_unlock_all", p_key=KEY) == 0
    assert take(other) is True
    assert mine.call("pg_force_advisory_unlock_all", p_key=KEY) == 0
    assert exists(mine) is True
    assert notices == []


def test_a_quoted_number_goes_to_the_text_and_a_bare_one_to_the_number(mine: Contract):
    assert mine.value("select pg_advisory_lock_exists('123')") is False
    mine.sql("select pg_catalog.pg_try_advisory_lock(123)")
    assert mine.value("select pg_advisory_lock_exists('123')") is False
    mine.sql("select public.pg_try_advisory_lock('123')")
    assert mine.value("select pg_advisory_lock_exists('123')") is True


def test_locking_writes_no_log_rows(db: Contract, quiet: None):
    take(db), exists(db), give(db)
