"""What an error means for the message it struck."""

from __future__ import annotations

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from linernotes.errors import DatabaseError
from linernotes.model.message import Retry, Snooze
from linernotes.pipeline.outcomes import outcome_of


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("server closed the connection unexpectedly"),
        PoolTimeout("couldn't get a connection"),
        psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
        psycopg.errors.DeadlockDetected("deadlock detected"),
        psycopg.errors.DiskFull("could not extend file"),
        psycopg.errors.TooManyConnections("too many clients"),
        psycopg.errors.IdleInTransactionSessionTimeout("terminating connection due to idle-in-transaction timeout"),
        psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"),
        DatabaseError("PostgreSQL did not answer within 20 s."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_database_that_is_away_spends_no_attempt_of_a_message(error: Exception) -> None:
    assert isinstance(outcome_of(error, "gather"), Snooze)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
        psycopg.errors.ProgramLimitExceeded("index row size 2800 exceeds maximum"),
        psycopg.errors.UniqueViolation("duplicate key"),
        RuntimeError("a mistake of ours"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_be_the_messages_own_fault_spends_one(error: Exception) -> None:
    assert isinstance(outcome_of(error, "settle"), Retry)
