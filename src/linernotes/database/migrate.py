"""The schema brought up to date: PGMQ, then the migrations that are missing, then the functions that changed.

Each migration commits with the row that says so, or leaves nothing. The functions commit together, so no caller
meets half of a change. Any number of runners may start at once: one works, the others wait and find nothing to do.
"""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources.abc import Traversable

import psycopg
from psycopg import Connection

from linernotes.database import connect, schema_files
from linernotes.database.away import database_is_away
from linernotes.database.pgmq import ensure_pgmq
from linernotes.database.schema_files import SchemaFile
from linernotes.errors import DatabaseAway, DatabaseError, MigrationError
from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "migrate.sql")
LOCK_WAIT = timedelta(minutes=10)  # for another runner to finish
LOCK_POLL = timedelta(milliseconds=100)
# PostgreSQL says it so: Use DROP FUNCTION public.f(text) first.
_DROP_HINT = re.compile(r"DROP (?:FUNCTION|PROCEDURE|ROUTINE) (.+\))")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """What the database has and what it lacks. Paths are relative to the package's database folder."""

    server_version: str
    pgmq: str | None
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    changed: tuple[str, ...]  # applied migrations whose file is another now: they must be put back
    left_over: tuple[str, ...]  # applied files that are not shipped any more

    @property
    def current(self) -> bool:
        return not (self.pending or self.changed)


def migrate(url: str, *, folder: Traversable | None = None, lock_wait: timedelta = LOCK_WAIT) -> list[str]:
    """Bring the database up to date, and return what was applied, in order; nothing when there was nothing to do.

    Raises MigrationError, naming the file, when one fails (nothing of it is kept, those before it are) or when one
    that was applied has changed; DatabaseError when the database cannot be used, DatabaseAway when time may help.
    """
    folder = folder or schema_files.shipped()
    wanted, functions = schema_files.migrations(folder), schema_files.functions(folder)
    if connect.is_pooler(url):
        raise DatabaseError(
            "Migrations need a direct connection, and LINERNOTES_DATABASE_URL is a transaction pooler's "
            "(on Supabase: port 5432 instead of 6543)."
        )
    with closing(_direct(url)) as conn:
        try:
            take_lock(conn, lock_wait)
            conn.execute(SQL["create_state"])
            files = _applied_files(conn)
            versions = {str(row[0]) for row in conn.execute(SQL["applied_versions"])}
            _refuse_changed(wanted, files)
            done = ensure_pgmq(conn)
            for file in wanted:
                if file.version not in versions:
                    _apply_migration(conn, file)
                    done.append(file.path)
                elif file.path not in files:  # the Supabase CLI applied it: from now on we watch it too
                    _record(conn, file)
            changed = [file for file in functions if files.get(file.path) != file.sha256]
            _apply_functions(conn, changed)
            return done + [file.path for file in changed]
        except psycopg.Error as error:
            raise _away(error) if database_is_away(error) else MigrationError(str(error)) from None


def status(url: str, *, folder: Traversable | None = None) -> SchemaStatus:
    """Compare the database with the files, without changing anything."""
    folder = folder or schema_files.shipped()
    wanted, functions = schema_files.migrations(folder), schema_files.functions(folder)
    with closing(connect.connect(url, application_name="linernotes status")) as conn:
        try:
            files, versions = {}, set[str]()
            if has_state(conn):
                files = _applied_files(conn)
                versions = {str(row[0]) for row in conn.execute(SQL["applied_versions"])}
            pgmq = conn.execute(SQL["pgmq"]).fetchone()
        except psycopg.Error as error:
            raise connect.explain(error, url) from None
        version = conn.info.parameter_status("server_version") or "?"
    applied = [f for f in wanted if f.version in versions] + [f for f in functions if files.get(f.path) == f.sha256]
    paths = {f.path for f in (*wanted, *functions)}
    return SchemaStatus(
        server_version=version,
        pgmq=pgmq[2] if pgmq else None,
        applied=tuple(f.path for f in applied),
        pending=tuple(f.path for f in (*wanted, *functions) if f not in applied),
        changed=tuple(f.path for f in wanted if files.get(f.path, f.sha256) != f.sha256),
        left_over=tuple(sorted(path for path in files if path not in paths)),
    )


def _direct(url: str) -> Connection:
    # A name without its schema means the same on every server, whatever its owner's settings are.
    return connect.connect(url, application_name="linernotes migrate", options="-c search_path=public,extensions")


def take_lock(conn: Connection, lock_wait: timedelta = LOCK_WAIT) -> None:
    """Wait to be the only one who changes the schema, until the connection closes. Raises MigrationError in vain."""
    deadline = time.monotonic() + lock_wait.total_seconds()
    while not _one(conn, "try_lock"):
        if time.monotonic() > deadline:
            raise MigrationError(
                "Another migration has been running for too long. See pg_stat_activity, then try again."
            )
        time.sleep(LOCK_POLL.total_seconds())


def has_state(conn: Connection) -> bool:
    """Whether migrations have ever run here."""
    return bool(_one(conn, "has_state"))


def has_pgmq(conn: Connection) -> bool:
    """Whether PGMQ is installed here."""
    return bool(_one(conn, "pgmq"))


def _refuse_changed(wanted: list[SchemaFile], files: dict[str, str]) -> None:
    known = {file.path for file in wanted}
    for file in wanted:
        if files.get(file.path, file.sha256) != file.sha256:
            raise MigrationError(
                f"{file.path} was applied to this database and has been changed since. Put its old text back, "
                "and make the change in a new migration."
            )
    for path in sorted(files):
        if path.startswith("migrations/") and path not in known:
            raise MigrationError(
                f"This database has {path}, which this linernotes does not know: a newer one was here. "
                "Upgrade linernotes."
            )


def _apply_migration(conn: Connection, file: SchemaFile) -> None:
    try:
        with conn.transaction():
            conn.execute(file.text)
            conn.execute(SQL["record_version"], {"version": file.version, "text": file.text, "name": file.name})
            _record(conn, file)
    except psycopg.Error as error:
        raise _failed(file, error) from None


def _apply_functions(conn: Connection, changed: list[SchemaFile]) -> None:
    """Twice: unchecked first, since they may call each other in any order, then checked, now that all are there."""
    if not changed:
        return
    with conn.transaction():
        conn.execute("set local check_function_bodies to off")
        for file in changed:
            _replace(conn, file)
        conn.execute("set local check_function_bodies to on")
        for file in changed:
            try:
                conn.execute(file.text)
                _record(conn, file)
            except psycopg.Error as error:
                raise _failed(file, error) from None


def _replace(conn: Connection, file: SchemaFile) -> None:
    """Replace a function, dropping it first when its result or the names of its parameters changed."""
    try:
        try:
            with conn.transaction():
                conn.execute(file.text)
        except psycopg.errors.InvalidFunctionDefinition as error:
            conn.execute(f"drop routine {_signature_in_the_way(conn, file, error)}")
            conn.execute(file.text)
    except psycopg.Error as error:
        raise _failed(file, error) from None


def _signature_in_the_way(conn: Connection, file: SchemaFile, error: psycopg.Error) -> str:
    schema, name = file.function
    signatures = [str(row[0]) for row in conn.execute(SQL["overloads"], {"schema": schema, "name": name})]
    if len(signatures) == 1:
        return signatures[0]
    hint = _DROP_HINT.search(error.diag.message_hint or "")
    if hint is None or hint[1] not in signatures:
        raise _failed(file, error)
    return hint[1]


def _away(error: psycopg.Error) -> DatabaseAway:
    return DatabaseAway(f"The database went away, or takes no changes: {' '.join(str(error).split())} Run it again.")


def _failed(file: SchemaFile, error: psycopg.Error) -> DatabaseError:
    if database_is_away(error):
        return _away(error)
    text = error.diag.message_primary or str(error)
    line = ""
    if error.diag.statement_position:
        line = f", line {file.text.count(chr(10), 0, int(error.diag.statement_position) - 1) + 1}"
    more = " ".join(part for part in (error.diag.message_detail, error.diag.message_hint) if part)
    return MigrationError(f"{file.path}{line}: {text}.{' ' + more if more else ''} Nothing of it was kept.")


def _record(conn: Connection, file: SchemaFile) -> None:
    conn.execute(SQL["record_file"], {"path": file.path, "sha256": file.sha256})


def _applied_files(conn: Connection) -> dict[str, str]:
    return {str(path): str(sha256) for path, sha256 in conn.execute(SQL["applied_files"])}


def _one(conn: Connection, name: str) -> object:
    row = conn.execute(SQL[name]).fetchone()
    return row[0] if row else None
