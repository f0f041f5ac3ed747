"""One call of a function: in one transaction, under the caller's own role, within the time that role has.

A call that fails, or whose answer cannot have the form that was asked for, leaves nothing behind. A session's
advisory locks end with the call, since the next call of the same caller may meet another session.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import orjson
import psycopg
from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.api.auth import Caller
from linernotes.api.keys import Role
from linernotes.api.rest.asked import Asked, Form, arguments_in_body, arguments_in_query, asked, refuse_other_schema
from linernotes.api.rest.catalog import Catalog, Function
from linernotes.api.rest.failures import RestError
from linernotes.api.rest.statement import statement
from linernotes.model.forgetting import ForgetKey
from linernotes.search.formats import cell

ALLOWED = {
    Role.ANON: timedelta(seconds=3),
    Role.AUTHENTICATED: timedelta(seconds=8),
    Role.SERVICE: timedelta(seconds=60),
}
"""How long a statement of each role may take; the first two as the database sets them for sessions of those roles."""

BEGIN = """
select pg_catalog.set_config('role', %(role)s, true), pg_catalog.set_config('statement_timeout', %(timeout)s, true),
    pg_catalog.set_config('request.jwt.claims', %(claims)s, true),
    pg_catalog.set_config('request.method', %(method)s, true),
    pg_catalog.set_config('request.path', %(path)s, true),
    pg_catalog.set_config('linernotes.forget_key', %(forget_key)s, true)
"""
NOTE_FAILED_START = "select linernotes.contract_note_failed_start(%s, %s, %s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it arrived over HTTP."""

    function: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        """Whether it may change something: a POST."""
        return self.method == "POST"

    def read(self, known: frozenset[str]) -> tuple[str, frozenset[str], Asked]:
        """The arguments as JSON text, their names, and what else is asked for. `known` names a function's arguments.

        Raises RestError.
        """
        refuse_other_schema(self.headers, writes=self.writes)
        head = self.method == "HEAD"
        if self.writes:
            arguments, given = arguments_in_body(self.body, self.headers.get("content-type", ""))
            return arguments, given, asked(self.query, self.headers, arguments=frozenset(), head=head)
        found = arguments_in_query(self.query, known)
        given = frozenset(found)
        return orjson.dumps(found).decode(), given, asked(self.query, self.headers, arguments=given, head=head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call brought. shown is how many rows stand in it, total how many there are; body None for nothing."""

    function: Function
    asked: Asked
    body: str | None
    shown: int
    total: int


def run(
    db: Connection[Any], catalog: Catalog, call: Call, caller: Caller, forget_key: ForgetKey | None = None
) -> Answer:
    """Make the call. Raises RestError, and psycopg.Error for what PostgreSQL refuses.

    forget_key: by which a call that stores people recognises who was forgotten.
    """
    arguments, given, wanted = call.read(catalog.arguments(db, call.function))
    function = catalog.find(db, call.function, given)
    made = statement(function, wanted, arguments, given, from_text=not call.writes)
    try:
        db.execute("begin" if call.writes else "begin read only")
        db.execute(BEGIN, _settings(call, caller, forget_key))
        with db.cursor(row_factory=dict_row) as cursor:
            # Not prepared: it outlives no change of the function that it calls.
            found = cast("dict[str, Any]", cursor.execute(made.text, made.values, prepare=False).fetchone())
        _refuse_other_count(wanted, function, found)
        db.execute("commit")
    except psycopg.Error as error:
        _note_failed_start(db, call, arguments, caller, error)
        raise
    finally:
        _tidy(db)
    body = _body(wanted, function, found)
    return Answer(function=function, asked=wanted, body=body, shown=found["shown"], total=found["total"])


def _settings(call: Call, caller: Caller, forget_key: ForgetKey | None) -> Mapping[str, str]:
    stores = call.writes and caller.role is Role.SERVICE
    return {
        "role": caller.role,
        "timeout": str(round(ALLOWED[caller.role].total_seconds() * 1000)),
        "claims": orjson.dumps(caller.claims, default=str).decode(),
        "method": call.method,
        "path": call.path,
        "forget_key": forget_key.hex if stores and forget_key is not None else "",
    }


def _refuse_other_count(asked: Asked, function: Function, found: Mapping[str, Any]) -> None:
    if asked.form is Form.ONE and function.returns_set and found["shown"] != 1:
        raise RestError(
            status=406,
            code="PGRST116",
            message="Cannot coerce the result to a single JSON object",
            details=f"The result contains {found['shown']} rows",
        )
    if asked.offset and asked.counted and asked.offset >= found["total"]:
        raise RestError(
            status=416,
            code="PGRST103",
            message="Requested range not satisfiable",
            details=f"An offset of {asked.offset} was requested, but there are only {found['total']} rows.",
        )


def _body(asked: Asked, function: Function, found: Mapping[str, Any]) -> str | None:
    if function.returns_nothing:
        return None
    body = str(found["body"]) if found["body"] is not None else "null"
    return _as_csv(body) if asked.form is Form.CSV else body


def _as_csv(body: str) -> str:
    rows = orjson.loads(body)
    written = io.StringIO()
    if rows and isinstance(rows, list) and isinstance(rows[0], dict):
        table = csv.writer(written, lineterminator="\n")
        table.writerow(list(rows[0]))
        table.writerows([cell(value) for value in row.values()] for row in rows)
    return written.getvalue()


def _note_failed_start(db: Connection[Any], call: Call, arguments: str, caller: Caller, error: psycopg.Error) -> None:
    """A discovery that could not be started leaves a row; its own transaction cannot keep one (docs/sql.md)."""
    if call.function != "start_album_discovery" or caller.role is not Role.SERVICE or error.sqlstate is None:
        return
    given = orjson.loads(arguments)
    with suppress(psycopg.Error, ValueError):
        db.rollback()
        artist = UUID(str(given["artist_id"])) if given.get("artist_id") else None
        db.execute(NOTE_FAILED_START, [artist, int(given.get("offset_val") or 0), error.diag.message_primary])


def _tidy(db: Connection[Any]) -> None:
    with suppress(psycopg.Error):
        db.rollback()
        db.execute("select pg_catalog.pg_advisory_unlock_all()")
