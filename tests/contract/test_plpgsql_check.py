"""No function has a fault that can be seen without running it (plpgsql_check, on PostgreSQL 15)."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.database.server import superuser_url
from tests.conftest import DatabaseServer

# What the checker says it cannot know (the result of a statement made at run time) is no finding.
FINDINGS = """
    select f.lineno, f.level, f.message, f.detail
    from pg_proc p
    left join lateral (
        select distinct t.tgrelid, t.tgoldtable, t.tgnewtable from pg_trigger t where t.tgfoid = p.oid
    ) t on true
    cross join lateral extensions.plpgsql_check_function_tb(
        p.oid, coalesce(t.tgrelid, 0), other_warnings => true, extra_warnings => true,
        performance_warnings => true, security_warnings => true, compatibility_warnings => true,
        oldtable => t.tgoldtable, newtable => t.tgnewtable) f
    where p.oid = %s::regprocedure and coalesce(f.detail, '') not like '%%cannot to determine%%'
"""
WRITTEN = """
    select p.oid::regprocedure::text as name
    from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace in ('public'::regnamespace, 'linernotes'::regnamespace) and l.lanname = 'plpgsql'
    order by 1
"""


@pytest.fixture(scope="module")
def checked(postgresql_15: DatabaseServer) -> Iterator[Connection]:
    url = postgresql_15.database()
    with psycopg.connect(superuser_url(url), autocommit=True, row_factory=dict_row) as conn:
        try:
            conn.execute("create extension plpgsql_check with schema extensions")
        except psycopg.errors.UndefinedFile:
            pytest.skip("PostgreSQL 15 has no plpgsql_check here: install postgresql-15-plpgsql-check")
        yield conn
    postgresql_15.drop(url)


def test_the_checker_finds_nothing_in_any_function(checked: Connection):
    names = [row["name"] for row in checked.execute(WRITTEN)]
    assert len(names) > 36
    found = {name: checked.execute(FINDINGS, [name]).fetchall() for name in names}
    assert {name: rows for name, rows in found.items() if rows} == {}


def test_the_checker_would_find_a_fault(checked: Connection):
    checked.execute(
        "create function public.faulty(p_name text) returns void language plpgsql as "
        "$$begin execute 'select * from ' || p_name; perform nothing_like_it from public.artists; end$$"
    )
    found = checked.execute(FINDINGS, ["public.faulty(text)"]).fetchall()
    checked.execute("drop function public.faulty")
    assert {row["level"] for row in found} >= {"error", "security"}
