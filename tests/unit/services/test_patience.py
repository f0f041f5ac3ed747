"""Waiting for a database that is not there yet, and not for what time does not mend."""

from __future__ import annotations

import psycopg
import pytest
from structlog.testing import capture_logs

from linernotes.database.connect import explain
from linernotes.errors import DatabaseAway, DatabaseError
from linernotes.services.patience import Waiting, soon_as_the_database_is_there, when_the_database_is_there

URL = "postgresql://me:secret@db.example.org/music"
AWAY = [
    'connection to server at "10.0.0.1", port 5432 failed: Connection refused',
    'connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory',
    "connection timeout expired",
    "failed to resolve host 'db.example.org': [Errno -2] Name or service not known",
    "FATAL:  the database system is starting up",
    "FATAL:  the database system is shutting down",
    "FATAL:  sorry, too many clients already",
    "SSL connection has been closed unexpectedly",
    "server closed the connection unexpectedly",
]
WRONG = [
    'FATAL:  password authentication failed for user "me"',
    'FATAL:  no pg_hba.conf entry for host "10.0.0.2", user "me", database "music", no encryption',
    'FATAL:  database "music" does not exist',
    'FATAL:  role "me" does not exist',
    "server does not support SSL, but SSL was required",
]


@pytest.mark.parametrize("said", AWAY)
def test_a_database_that_does_not_answer_or_takes_nobody_now_is_away(said: str) -> None:
    assert isinstance(explain(psycopg.OperationalError(said), URL), DatabaseAway)


@pytest.mark.parametrize("said", WRONG)
def test_a_refusal_that_somebody_must_put_right_is_not(said: str) -> None:
    assert type(explain(psycopg.OperationalError(said), URL)) is DatabaseError


def test_what_needs_the_database_is_tried_until_it_is_there() -> None:
    slept: list[float] = []

    def start() -> str:
        if len(slept) < 3:
            raise DatabaseAway("No use can be made of it. Start it.")
        return "ready"

    with capture_logs() as told:
        assert when_the_database_is_there(start, sleep=slept.append) == "ready"
    assert slept == [1.0, 1.0, 1.0]
    assert [line["event"] for line in told] == ["waiting for the database", "the database is there"]


def test_what_time_does_not_help_against_is_raised_at_once() -> None:
    def start() -> None:
        raise DatabaseError("No use can be made of it. Check the password.")

    with pytest.raises(DatabaseError, match="Check the password"):
        when_the_database_is_there(start, sleep=lambda seconds: pytest.fail("it waited"))


async def test_what_time_does_not_help_against_is_raised_by_tasks_too() -> None:
    async def start() -> None:
        raise psycopg.errors.InsufficientPrivilege("permission denied for schema pgmq")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await soon_as_the_database_is_there(start)


def test_a_long_wait_is_told_again_every_minute() -> None:
    clock = [0.0]
    waiting = Waiting(lambda: clock[0])
    with capture_logs() as told:
        for second in range(0, 150):
            clock[0] = float(second)
            waiting.failed(psycopg.OperationalError("Connection refused"))
        waiting.over()
    assert [line["event"] for line in told] == ["waiting for the database"] * 3 + ["the database is there"]
    assert told[-1]["waited"] == 149.0
