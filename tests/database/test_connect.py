"""Connections: set up alike, and failures told as sentences that never hold a password."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from linernotes.database import connect, server
from linernotes.errors import DatabaseError
from linernotes.settings import Settings


def test_a_connection_commits_by_itself_and_keeps_its_time_in_utc(any_database_url: str) -> None:
    with connect.connect(any_database_url) as conn:
        conn.execute("create table kept (n integer)")
        names = ("TimeZone", "application_name")
        shown = [conn.execute("select current_setting(%s)", [name]).fetchone() for name in names]
    assert shown == [("UTC",), ("linernotes",)]
    with connect.connect(any_database_url) as conn:
        assert conn.execute("select count(*) from kept").fetchone() == (0,)


def test_time_is_utc_on_a_server_that_keeps_another(database_url: str) -> None:
    with connect.connect(database_url) as conn:
        conn.execute("alter role current_user in database " + conn.info.dbname + " set timezone to 'Asia/Tokyo'")
    with connect.connect(database_url) as conn:
        assert conn.execute("select current_setting('TimeZone')").fetchone() == ("UTC",)


def test_what_the_url_says_wins_over_our_defaults(database_url: str) -> None:
    with connect.connect(database_url + "&application_name=mine&connect_timeout=3") as conn:
        assert conn.info.get_parameters()["connect_timeout"] == "3"
        assert conn.execute("select current_setting('application_name')").fetchone() == ("mine",)


def test_a_statement_that_takes_too_long_is_stopped(database_url: str) -> None:
    with (
        connect.connect(database_url, statement_timeout=timedelta(milliseconds=50)) as conn,
        pytest.raises(psycopg.errors.QueryCanceled),
    ):
        conn.execute("select pg_sleep(60)")


async def test_a_pool_commits_by_itself_and_keeps_its_time_in_utc(database_url: str) -> None:
    async with await connect.open_pool(database_url, 2) as pool:
        async with pool.connection() as conn:
            assert conn.autocommit
            row = await (await conn.execute("select current_setting('TimeZone')")).fetchone()
        assert row == ("UTC",)
        assert pool.max_size == 2


async def test_a_pool_behind_a_pooler_prepares_nothing(database_url: str) -> None:
    async with await connect.open_pool(database_url + "&pgbouncer=true", 1) as pool, pool.connection() as conn:
        assert conn.prepare_threshold is None
    async with await connect.open_pool(database_url, 1) as pool, pool.connection() as conn:
        assert conn.prepare_threshold is not None


@pytest.mark.parametrize(
    ("url", "pooled"),
    [
        ("postgresql://u:p@db.example.org:5432/x", False),
        ("postgresql://u:p@db.example.org:6543/x", True),
        ("postgresql://u:p@db.example.org/x?pgbouncer=true", True),
        ("postgresql://u:p@db.example.org/x?pgbouncer=false&sslmode=require", False),
    ],
)
def test_a_pooler_is_known_by_its_port_or_its_word(url: str, pooled: bool) -> None:
    assert connect.is_pooler(url) is pooled


async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    url = "postgresql://ada:open%20sesame@127.0.0.1:1/x"
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1, port 1.*LINERNOTES_DATABASE_URL") as told:
        connect.connect(url)
    assert "sesame" not in str(told.value)
    assert told.value.__cause__ is None
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1, port 1"):
        await connect.open_pool(url)
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1, port 1"):
        await connect.connect_async(url)
    with pytest.raises(DatabaseError, match="port") as told:
        connect.connect(url.replace(":1/", ":one/"))
    assert "sesame" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:sesame%zz@host/x",
        "postgresql://ada:sesame@[::1/x",
        "postgresql://ada:sesame@host/x?no_such_word=1",
    ],
)
def test_a_url_that_cannot_be_read_is_told_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseError, match="postgresql://user:password@host") as told:
        connect.connect(url)
    assert "sesame" not in str(told.value)


def test_a_database_that_is_not_there_is_told_with_how_to_make_it(database_url: str) -> None:
    with connect.connect(database_url) as conn:
        url = database_url.replace(conn.info.dbname, "no_such_one")
    with pytest.raises(DatabaseError, match="createdb no_such_one"):
        connect.connect(url)


def test_a_user_that_is_not_let_in_is_told_what_to_check(database_url: str) -> None:
    with pytest.raises(DatabaseError, match="Check the user"):
        connect.connect(database_url.replace("//linernotes@", "//mallory:sesame@"))


def test_a_server_older_than_15_is_refused() -> None:
    connect.refuse_old(150000)
    connect.refuse_old(190000)
    with pytest.raises(DatabaseError, match="PostgreSQL 14; linernotes needs 15"):
        connect.refuse_old(140022)


def test_the_url_of_a_server_of_ones_own_is_used_and_nothing_is_started(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://u@127.0.0.1:1/x", home=tmp_path / "home")
    assert connect.database_url(settings) == "postgresql://u@127.0.0.1:1/x"
    assert not (tmp_path / "home").exists()


def test_without_one_the_embedded_server_is_used(postgresql: object) -> None:
    home = Path(os.environ["LINERNOTES_TEST_BASE"]) / "pg18"
    settings = Settings(database_url=None, home=home)
    assert connect.server_home(settings) == home
    assert connect.database_url(settings) == server.status(home).url


@pytest.mark.parametrize("more", ["", "?connect_timeout=3", "?pgbouncer=true"])
def test_sessions_bear_the_name_of_their_worker(more: str) -> None:
    url = connect.named(f"postgresql://me@db.example.org/music{more}", "host:7")
    assert conninfo_to_dict(connect.readable(url))["application_name"] == "host:7"


def test_a_name_that_the_url_gives_to_its_sessions_stays() -> None:
    url = "postgresql://me@db.example.org/music?application_name=mine"
    assert connect.named(url, "host:7") == url
