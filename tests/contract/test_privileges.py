"""Who may do what: each role tries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contract.client import Contract

ROLES = ["anon", "authenticated", "service_role"]
READING = {"search_producers", "get_producer_collaborations"}
FUNCTIONS = """
    select p.oid, p.proname as name, p.prosecdef as definer, p.proconfig as config
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
    order by p.proname
"""
TABLES = [
    "artists", "albums", "tracks", "producers", "track_producers", "producer_stats", "producer_texts",
    "processing_status", "processing_locks", "queue_registry", "queue_metrics", "monitoring_events", "worker_issues",
]  # fmt: skip
FACTS = TABLES[:7]
DENIED = "42501"
strangers = pytest.mark.parametrize("role", ["anon", "authenticated"])
every_role = pytest.mark.parametrize("role", ROLES)


@contextmanager
def acting_as(db: Contract, role: str) -> Iterator[None]:
    db.sql("set local role " + role)
    yield
    db.sql("reset role")


@pytest.fixture
def stocked(db: Contract) -> Contract:
    """A base with one credit, and a message in a queue."""
    db.credit(db.track(db.album(db.artist("Vera"))), db.producer("Ada Lind", email="ada@example.org"))
    db.call("start_artist_discovery", artist_name="Vera")
    return db


# ---- functions


def test_there_is_one_function_of_each_name(db: Contract):
    names = [f["name"] for f in db.sql(FUNCTIONS)]
    assert len(names) == len(set(names)) == 36


@every_role
def test_each_role_may_execute_exactly_its_functions(db: Contract, role: str):
    may = {
        f["name"]
        for f in db.sql(FUNCTIONS)
        if db.value("select has_function_privilege(%s, %s, 'execute')", role, f["oid"])
    }
    everything = {f["name"] for f in db.sql(FUNCTIONS)}
    assert may == (set(everything) if role == "service_role" else READING)


@pytest.mark.parametrize("schema", ["public", "linernotes"])
def test_no_function_is_open_to_everybody(db: Contract, schema: str):
    open_ones = db.sql(
        "select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = %s::regnamespace "
        "and has_function_privilege('public', p.oid, 'execute')",
        schema,
    )
    assert open_ones == []


def test_a_function_that_runs_as_its_owner_pins_an_empty_search_path(db: Contract):
    for function in db.sql(FUNCTIONS):
        assert 'search_path=""' in function["config"], function["name"]


def test_what_strangers_may_call_runs_under_their_own_rights(db: Contract):
    assert not any(f["definer"] for f in db.sql(FUNCTIONS) if f["name"] in READING)
    others = db.sql(
        "select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        "cross join unnest(array['anon', 'authenticated']) r where n.nspname in ('public', 'linernotes') "
        "and p.prosecdef and has_function_privilege(r, p.oid, 'execute')"
    )
    assert others == []


@every_role
def test_each_role_searches_and_sees_collaborations(stocked: Contract, role: str):
    with acting_as(stocked, role):
        (row,) = stocked.rows("search_producers", search_term="ada")
        assert (row["name"], row["track_count"], row["artist_count"]) == ("Ada Lind", 1, 1)
        (work,) = stocked.rows("get_producer_collaborations", producer_id=row["id"])
        assert (work["artist_name"], work["track_count"]) == ("Vera", 1)


CALLS = {
    "pg_enqueue": {"queue_name": "artist_discovery", "message_body": {"n": 1}},
    "pg_dequeue": {"queue_name": "artist_discovery"},
    "pg_delete_message": {"queue_name": "artist_discovery", "message_id": "1"},
    "pg_release_message": {"queue_name": "artist_discovery", "message_id": "00000000-0000-0000-0000-000000000001"},
    "reset_stuck_messages": {"queue_name": "artist_discovery"},
    "ensure_message_deleted": {"queue_name": "artist_discovery", "message_id": "1"},
    "register_queue": {"p_queue_name": "mine", "p_display_name": None, "p_description": None},
    "start_artist_discovery": {"artist_name": "Vera"},
    "start_bulk_artist_discovery": {"genre": "jazz"},
    "start_album_discovery": {"artist_id": "0192f0c1-0000-7000-8000-000000000001"},
    "process_artist_atomic": {"p_artist_data": {"name": "V"}, "p_operation_id": "1", "p_spotify_id": "s"},
    "process_producer_atomic": {"p_producer_data": {"name": "V"}, "p_operation_id": "1", "p_normalized_name": "v"},
    "acquire_processing_lock": {"p_entity_type": "a", "p_entity_id": "1"},
    "release_processing_lock": {"p_entity_type": "a", "p_entity_id": "1"},
    "update_lock_heartbeat": {
        "p_entity_type": "a", "p_entity_id": "1", "p_worker_id": "w", "p_correlation_id": None,
    },
    "claim_stale_lock": {"p_entity_type": "a", "p_entity_id": "1", "p_new_worker_id": "w", "p_correlation_id": None},
    "force_release_entity_lock": {"p_entity_type": "a", "p_entity_id": "1"},
    "pg_try_advisory_lock": {"p_key": "k"},
    "pg_advisory_lock_timeout": {"p_key": "k", "p_timeout_ms": 0},
    "pg_advisory_lock_exists": {"p_key": "k"},
    "pg_advisory_unlock": {"p_key": "k"},
    "pg_force_advisory_unlock_all": {"p_key": "k"},
    "get_queue_table_name_safe": {"p_queue_name": "artist_discovery"},
    "list_stuck_messages": {"queue_name": "artist_discovery"},
    "diagnose_queue_tables": {},
    "get_processing_stats": {},
    "get_worker_issue_stats": {},
    "get_queue_monitoring_data": {},
    "get_system_health": {},
    "cleanup_stale_entities": {},
    "maintenance_clear_stale_entities": {},
    "cross_schema_queue_op": {"p_operation": "delete", "p_queue_name": "artist_discovery", "p_message_id": "1"},
}  # fmt: skip


@pytest.mark.parametrize("function", CALLS)
def test_service_role_calls_and_strangers_are_refused(stocked: Contract, function: str):
    with acting_as(stocked, "service_role"):
        stocked.rows(function, **CALLS[function])
    for role in ("anon", "authenticated"):
        with acting_as(stocked, role):
            assert stocked.refused(function, **CALLS[function]).sqlstate == DENIED


def test_service_role_stores_albums_and_tracks(stocked: Contract):
    artist = stocked.artist()
    with acting_as(stocked, "service_role"):
        album = stocked.call(
            "process_album_atomic",
            p_album_data={"name": "First", "artist_id": str(artist)},
            p_operation_id="1",
            p_spotify_id="b",
        )
        assert stocked.call(
            "process_track_atomic",
            p_track_data={"name": "One", "album_id": str(album)},
            p_operation_id="1",
            p_spotify_id="t",
        )


def test_a_temporary_table_of_the_caller_is_not_used(stocked: Contract):
    stocked.sql("create temporary table processing_locks (like public.processing_locks)")
    stocked.sql("grant all on pg_temp.processing_locks to service_role")
    with acting_as(stocked, "service_role"):
        assert stocked.call("acquire_processing_lock", p_entity_type="a", p_entity_id="1") is True
    assert (stocked.count("pg_temp.processing_locks"), stocked.count("public.processing_locks")) == (0, 1)


# ---- tables


@strangers
@pytest.mark.parametrize("table", TABLES)
def test_a_stranger_changes_nothing(stocked: Contract, role: str, table: str):
    with acting_as(stocked, role):
        for statement in (
            "insert into public.{} default values",
            "update public.{} set ctid = ctid",
            "delete from public.{}",
            "truncate public.{} cascade",
            "lock table public.{}",
        ):
            assert stocked.refused_sql(statement.replace("{}", table)) in (DENIED, "0A000"), statement


@pytest.mark.parametrize("table", TABLES)
def test_service_role_reads_every_table_and_writes_none(stocked: Contract, table: str):
    rows = stocked.count(f"public.{table}")
    with acting_as(stocked, "service_role"):
        assert stocked.count(f"public.{table}") == rows
        for statement in (
            "insert into public.{} default values",
            "delete from public.{}",
            "truncate public.{} cascade",
        ):
            assert stocked.refused_sql(statement.replace("{}", table)) == DENIED, statement


READABLE = {
    "artists": ["id", "name", "image_url"],
    "albums": ["id", "name", "artist_id", "release_date"],
    "tracks": ["id", "name", "album_id"],
    "producers": ["id", "name", "normalized_name", "instagram_handle", "image_url"],
    "track_producers": ["track_id", "producer_id"],
    "producer_stats": ["producer_id", "name", "search_text", "track_count", "artist_count"],
    "producer_texts": ["producer_id", "search_text", "as_one_word", "size"],
}


@strangers
@pytest.mark.parametrize("table", TABLES)
def test_a_stranger_reads_the_columns_of_the_two_functions_and_no_other(stocked: Contract, role: str, table: str):
    columns = stocked.sql(
        "select attname as name, has_column_privilege(%s, attrelid, attnum, 'select') as may from pg_attribute "
        "where attrelid = ('public.' || %s)::regclass and attnum > 0 and not attisdropped",
        role,
        table,
    )
    assert sorted(c["name"] for c in columns if c["may"]) == sorted(READABLE.get(table, []))


@strangers
def test_no_contact_is_readable(stocked: Contract, role: str):
    with acting_as(stocked, role):
        for column in ("email", "instagram_bio", "metadata", "*"):
            assert stocked.refused_sql(f"select {column} from public.producers") == DENIED


@every_role
def test_nobody_reaches_the_internals(stocked: Contract, role: str):
    with acting_as(stocked, role):
        for statement in (
            "select * from linernotes.external_ids",
            "select linernotes.queue_send('artist_discovery', '{}')",
            "select linernotes.contract_rebuild_stats()",
            "select * from pgmq.q_artist_discovery",
            "select pgmq.send('artist_discovery', '{}')",
            "select nextval('public.queue_registry_id_seq')",
            "create table public.mine ()",
            "create table linernotes.mine ()",
            "create schema mine",
            "create function public.mine() returns int language sql as 'select 1'",
            "drop table public.artists",
            "alter table public.artists disable row level security",
        ):
            assert stocked.refused_sql(statement) == DENIED, statement


def test_every_table_of_public_has_row_level_security_and_no_policy_to_write(db: Contract):
    assert db.sql(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
        "and not relrowsecurity"
    ) == []  # fmt: skip
    assert db.sql("select * from pg_policies where schemaname = 'public' and cmd <> 'SELECT'") == []


def test_a_table_has_at_most_one_policy_for_an_action(db: Contract):
    double = (
        "select tablename from pg_policies where schemaname = 'public' group by tablename, cmd having count(*) > 1"
    )
    assert db.sql(double) == []


@every_role
def test_what_is_made_later_is_closed_until_it_is_opened(db: Contract, role: str):
    db.sql("create table public.later (id serial primary key)")
    db.sql("create function public.later() returns int language sql set search_path = '' as 'select 1'")
    with acting_as(db, role):
        for statement in ("select * from public.later", "select public.later()", "select nextval('later_id_seq')"):
            assert db.refused_sql(statement) == DENIED, statement


@strangers
def test_a_strangers_statement_has_a_time_limit(db: Contract, role: str):
    made = "select setconfig from pg_db_role_setting where setrole = %s::regrole and setdatabase <> 0 limit 1"
    settings = db.value(made, role)
    assert any(s.startswith("statement_timeout=") for s in settings)


def test_the_roles_can_neither_log_in_nor_inherit(db: Contract):
    roles = db.sql("select rolname, rolcanlogin, rolinherit from pg_roles where rolname = any (%s) order by 1", ROLES)
    assert [(r["rolname"], r["rolcanlogin"], r["rolinherit"]) for r in roles] == [(r, False, False) for r in ROLES]


# ---- the ways that anon has through the two functions


@strangers
def test_a_stranger_searches_through_the_index_as_the_owner_does(stocked: Contract, role: str):
    stocked.sql("set local enable_seqscan = off")
    with acting_as(stocked, role):
        plan = stocked.sql("explain select producer_id from public.producer_texts where as_one_word like '%ada%'")
    assert any("producer_texts_trgm_idx" in line["QUERY PLAN"] for line in plan), plan
