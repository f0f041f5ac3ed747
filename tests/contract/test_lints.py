"""Supabase's database linter would find nothing to warn of, and what it would remark is explained.

Each question of lints.sql is asked of our schema, on PostgreSQL 18 and 15, and of one with a fault planted in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from linernotes.database.server import superuser_url
from linernotes.queries import load_queries

LINTS = load_queries("tests.contract", "lints.sql")
NAMES = list(LINTS)
# What it only remarks; of everything else it warns.
REMARKS = {
    "0001_unindexed_foreign_keys",
    "0004_no_primary_key",
    "0005_unused_index",
    "0008_rls_enabled_no_policy",
    "0012_auth_allow_anonymous_sign_ins",
    "0020_table_bloat",
    "0030_autovacuum_disabled",
}
PAGE = Path(__file__).parents[2] / "docs" / "supabase.md"
ALL = "every one"  # on the page, for a remark that is expected of all there are


@pytest.fixture(scope="module")
def superuser(url: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(superuser_url(url), autocommit=True) as conn:
        conn.execute("set search_path to ''")  # so that everything is named with its schema
        yield conn


@pytest.fixture
def linted(superuser: Connection[Any]) -> Iterator[Connection[Any]]:
    """The schema, in a transaction that is rolled back."""
    with superuser.transaction(force_rollback=True):
        yield superuser


def findings(conn: Connection[Any], lint: str) -> list[str]:
    return sorted(row[0] for row in conn.execute(LINTS[lint]))


def explained() -> dict[str, list[str]]:
    """The remarks that the page gives a reason for."""
    found: dict[str, list[str]] = {}
    for name, objects, reason in re.findall(
        r"^\| `(\d{4}_\w+)` \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.MULTILINE
    ):
        assert len(reason) > 20
        found[name] = [ALL] if objects == ALL else sorted(re.findall("`(.+?)`", objects))
    return found


@pytest.mark.parametrize("lint", [name for name in NAMES if name not in REMARKS])
def test_the_linter_warns_of_nothing(linted: Connection[Any], lint: str) -> None:
    assert findings(linted, lint) == []


@pytest.mark.parametrize("lint", [name for name in NAMES if name in REMARKS])
def test_what_the_linter_remarks_is_explained(linted: Connection[Any], lint: str) -> None:
    expected = explained().get(lint, [])
    found = findings(linted, lint)
    assert found if expected == [ALL] else found == expected


def test_the_page_explains_remarks_only() -> None:
    assert explained().keys() <= REMARKS


# ---- every question finds what it asks for

PLATFORM = """
    create schema auth;
    create table auth.users (id uuid primary key, email text unique, raw_user_meta_data jsonb);
    create function auth.uid() returns uuid language sql stable as 'select null::uuid';
    create function auth.jwt() returns jsonb language sql stable as 'select null::jsonb';
    create schema storage;
    create table storage.objects (id uuid primary key, bucket_id text);
    create table public.planted (id integer primary key, owner uuid, password text, n integer);
"""
DEFINER = "create function public.planted(n integer) returns integer language sql security definer as 'select n'"
POLICY = "public.planted: planted"
# What is planted, and what is then found.
PLANTS = {
    "0001_unindexed_foreign_keys": (
        "create table public.other (a integer constraint other_a_fkey references public.planted); "
        "create index on public.other ((a + 1), a)",
        "public.other.other_a_fkey",
    ),
    "0002_auth_users_exposed": (
        "create view public.people as select email from auth.users; grant select on public.people to anon",
        "public.people",
    ),
    "0003_auth_rls_initplan": (
        "create policy planted on public.planted using (owner = auth.uid() or owner = (select auth.uid()))",
        POLICY,
    ),
    "0004_no_primary_key": ("create table linernotes.keyless (n integer unique)", "linernotes.keyless"),
    "0005_unused_index": ("create index planted_n on public.planted (n)", "public.planted_n"),
    "0006_multiple_permissive_policies": (
        "create policy planted on public.planted for all to authenticated using (n = 1); "
        "create policy also on public.planted for delete to authenticated using (n = 2)",
        "public.planted: authenticated delete",
    ),
    "0007_policy_exists_rls_disabled": ("create policy planted on public.planted using (n = 1)", "public.planted"),
    "0008_rls_enabled_no_policy": ("alter table public.planted enable row level security", "public.planted"),
    "0009_duplicate_index": (
        "create index one on public.planted (n) where n > 1; create index two on public.planted (n) where n > 1",
        "public.one, public.two",
    ),
    "0010_security_definer_view": ("create view public.seen as select n from public.planted", "public.seen"),
    "0011_function_search_path_mutable": (DEFINER, "public.planted(integer)"),
    "0012_auth_allow_anonymous_sign_ins": (
        "create policy planted on public.planted to authenticated using (owner = (select auth.uid()))",
        POLICY,
    ),
    "0013_rls_disabled_in_public": ("", "public.planted"),
    "0014_extension_in_public": ("create extension hstore schema public", "hstore"),
    "0015_rls_references_user_metadata": (
        "create policy planted on public.planted "
        "using ((select auth.jwt()) -> 'user_metadata' ->> 'is_admin' = 'true')",
        POLICY,
    ),
    "0016_materialized_view_in_api": (
        "create materialized view public.kept as select n from public.planted; "
        "grant select (n) on public.kept to anon",
        "public.kept",
    ),
    "0017_foreign_table_in_api": (
        "create foreign data wrapper planted; create server planted foreign data wrapper planted; "
        "create foreign table public.far (n integer) server planted; grant select on public.far to authenticated",
        "public.far",
    ),
    "0018_unsupported_reg_types": ("alter table public.planted add f regproc[]", "public.planted.f"),
    "0019_insecure_queue_exposed_in_api": (
        "grant select on pgmq.q_artist_discovery to authenticated",
        "pgmq.q_artist_discovery",
    ),
    "0020_table_bloat": (
        "create table public.full_of_holes (id integer primary key, fat text); "
        "alter table public.full_of_holes alter fat set storage plain; "
        "insert into public.full_of_holes select i, repeat('x', 7900) from generate_series(1, 3000) i; "
        "delete from public.full_of_holes where id > 5; analyze public.full_of_holes",
        "public.full_of_holes",
    ),
    "0021_fkey_to_auth_unique": (
        "create table public.other (email text constraint other_fkey references auth.users (email))",
        "public.other.other_fkey",
    ),
    "0022_extension_versions_outdated": ("create extension hstore schema extensions version '1.4'", "hstore"),
    "0023_sensitive_columns_exposed": ("", "public.planted.password"),
    "0024_rls_policy_always_true": (
        "create policy planted on public.planted for insert to anon with check (true)",
        POLICY,
    ),
    "0025_public_bucket_allows_listing": (
        "create policy planted on storage.objects for select to anon using (bucket_id = 'covers')",
        "storage.objects: planted",
    ),
    "0026_pg_graphql_anon_table_exposed": ("grant select on public.planted to anon", "public.planted"),
    "0027_pg_graphql_authenticated_table_exposed": (
        "grant select on public.planted to authenticated",
        "public.planted",
    ),
    "0028_anon_security_definer_function_executable": (
        f"{DEFINER}; grant execute on function public.planted to anon",
        "public.planted(integer)",
    ),
    "0029_authenticated_security_definer_function_executable": (
        f"{DEFINER}; grant execute on function public.planted to authenticated",
        "public.planted(integer)",
    ),
    "0030_autovacuum_disabled": (
        "alter table public.planted set (autovacuum_enabled = off)",
        "public.planted",
    ),
    "0030_invalid_index": (
        "create table public.parts (n integer) partition by range (n); "
        "create table public.part partition of public.parts for values from (0) to (9); "
        "create index unfinished on only public.parts (n)",
        "public.unfinished",
    ),
    "0030_rls_policy_null_auth_disjunct": (
        "create policy planted on public.planted for select using (auth.uid() is null or owner = auth.uid())",
        POLICY,
    ),
}


@pytest.mark.parametrize("lint", NAMES)
def test_a_fault_that_is_planted_is_found(linted: Connection[Any], lint: str) -> None:
    before = findings(linted, lint)
    fault, found = PLANTS[lint]
    linted.execute(PLATFORM)
    if fault:
        linted.execute(fault)
    assert sorted({*findings(linted, lint)} - {*before}) == [found]


SOUND = """
    create policy sound on public.planted for select to service_role using (owner = (select auth.uid()));
    alter table public.planted enable row level security;
    create index planted_owner on public.planted (owner, n);
    create table public.other (owner uuid primary key references auth.users);
    alter table public.other enable row level security;
    create policy sound on public.other for select to service_role using ((select auth.uid()) = owner);
    create view public.seen with (security_invoker = on) as select n from public.planted;
    create function public.sound() returns integer language sql security definer set search_path = '' as 'select 1';
    revoke execute on function public.sound from public, anon, authenticated;
"""


@pytest.mark.parametrize("lint", [name for name in NAMES if name != "0005_unused_index"])
def test_what_is_done_well_is_not_found(linted: Connection[Any], lint: str) -> None:
    before = findings(linted, lint)
    linted.execute(PLATFORM + SOUND)
    assert findings(linted, lint) == before


def test_an_index_that_is_used_is_not_called_unused(superuser: Connection[Any]) -> None:
    superuser.execute("set enable_seqscan to off")
    superuser.execute("select from public.artists where popularity = 3")
    superuser.execute("reset enable_seqscan")
    superuser.execute("select pg_stat_force_next_flush()")
    assert "public.artists_popularity_idx" not in findings(superuser, "0005_unused_index")


def test_no_function_that_writes_says_how_to_plan(superuser: Connection[Any]) -> None:
    """The setting would hold for the checks of foreign keys within it, and each row's would be planned anew."""
    found = superuser.execute(
        "select oid::regprocedure::text from pg_proc where provolatile = 'v' "
        "and proconfig::text like '%plan_cache_mode%' "
        "and pronamespace::regnamespace::text in ('public', 'linernotes')"
    ).fetchall()
    assert found == []
