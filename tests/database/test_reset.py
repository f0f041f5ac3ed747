"""Everything of ours out of a database, and nothing of anybody else's."""

from __future__ import annotations

import pytest

from linernotes.database import connect, migrate, reset
from linernotes.errors import DatabaseError


def test_a_reset_leaves_our_schema_empty_and_current(any_database_url: str) -> None:
    with connect.connect(any_database_url) as conn:
        conn.execute("insert into public.artists (name) values ('Ada Lind')")
        conn.execute("select pgmq.send('artist_discovery', '{\"artistName\": \"Ada Lind\"}')")
        applied = reset.reset(any_database_url)
        assert conn.execute("select count(*) from public.artists").fetchone() == (0,)
        assert conn.execute("select queue_length from pgmq.metrics('artist_discovery')").fetchone() == (0,)
    assert migrate.status(any_database_url).current
    assert "migrations/20261122000001_contract_tables.sql" in applied


def test_a_reset_leaves_what_is_not_ours(database_url: str) -> None:
    with connect.connect(database_url) as conn:
        conn.execute("create table public.mine as select 1 as n")
        conn.execute("create function public.my_function() returns integer language sql as 'select 7'")
        conn.execute("select pgmq.create('my_queue')")
        conn.execute("select pgmq.send('my_queue', '{}')")
        conn.execute("insert into supabase_migrations.schema_migrations (version) values ('20200101000000')")
        reset.reset(database_url)
        assert conn.execute("select n, my_function() from public.mine").fetchone() == (1, 7)
        assert conn.execute("select queue_length from pgmq.metrics('my_queue')").fetchone() == (1,)
        versions = conn.execute("select version from supabase_migrations.schema_migrations").fetchall()
    assert ("20200101000000",) in versions


def test_a_reset_of_an_empty_database_makes_the_schema(empty_database_url: str) -> None:
    assert len(reset.reset(empty_database_url)) > 4
    assert migrate.status(empty_database_url).current


def test_a_reset_knows_every_table_and_function_that_we_have_in_public(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "migrate", lambda url, folder: [])
    reset.reset(database_url)
    with connect.connect(database_url) as conn:
        left = conn.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " union all select proname from pg_proc where pronamespace = 'public'::regnamespace"
            " union all select typname from pg_type where typnamespace = 'public'::regnamespace"
            " union all select queue_name from pgmq.list_queues()"
        ).fetchall()
    assert left == []


def test_a_reset_waits_for_nobody_and_deletes_nothing_in_vain(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset, "LOCK_WAIT", reset.LOCK_WAIT / 200)
    with connect.connect(database_url) as worker:
        worker.execute("insert into public.artists (name) values ('Ada Lind')")
        with worker.transaction():
            worker.execute("lock table public.artists in row exclusive mode")
            with pytest.raises(DatabaseError, match="Stop"):
                reset.reset(database_url)
        assert worker.execute("select count(*) from public.artists").fetchone() == (1,)
    assert migrate.status(database_url).current
