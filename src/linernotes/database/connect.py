"""Connections to PostgreSQL, set up the same way everywhere, and failures told as sentences.

Every connection commits each statement by itself unless a transaction is opened, keeps its time in UTC, and notices
within half a minute that the other end is gone: a server-side timeout does not help on a dead link.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from linernotes.database.bounded import BoundedConnection
from linernotes.errors import DatabaseAway, DatabaseError
from linernotes.settings import Settings

OLDEST_VERSION = 15
CONNECT_TIMEOUT = timedelta(seconds=10)
RECONNECT_TIMEOUT = timedelta(seconds=2)
IDLE_FOR = timedelta(seconds=60)
"""After this a connection that nobody used is closed, down to the first."""
# What a URL does not say itself. Seconds; tcp_user_timeout in milliseconds. A Unix socket ignores the last five.
DEFAULTS = {
    "application_name": "linernotes",
    "connect_timeout": str(int(CONNECT_TIMEOUT.total_seconds())),
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
ROOTS_HOME = Path("/var/lib/linernotes")


def database_url(settings: Settings) -> str:
    """The database to use: LINERNOTES_DATABASE_URL, or else the embedded server's, which is started if need be."""
    if settings.database_url:
        readable(settings.database_url)
        return settings.database_url
    # Imported here: where there are no Unix accounts, a server of one's own still works.
    from linernotes.database import server

    return server.up(server_home(settings))


def server_home(settings: Settings) -> Path:
    """The embedded server's folder. Root's own home is closed to the account that runs the server: /var/lib then."""
    if "home" in settings.model_fields_set or os.geteuid() != 0:
        return settings.home
    from linernotes.database.account import server_account

    closed = server_account(settings.home / "data").first_closed_folder(settings.home)
    return ROOTS_HOME if closed else settings.home


def connect(url: str, *, statement_timeout: timedelta | None = None, **options: Any) -> Connection:
    """Connect, with autocommit on. `options` are libpq's (application_name) or psycopg's (row_factory).

    statement_timeout holds for the session; a transaction pooler does not keep it.
    Raises DatabaseError with what to do, never with the password: DatabaseAway where time may help.
    """
    conninfo, pooled = _conninfo(url)
    try:
        conn = psycopg.connect(conninfo, autocommit=True, **for_pooler(pooled), **options)
    except psycopg.Error as error:
        raise explain(error, url) from None
    try:
        refuse_old(conn.info.server_version)
        for statement in _session_settings(conn, statement_timeout):
            conn.execute(statement)
    except BaseException as error:
        conn.close()
        if isinstance(error, psycopg.Error):
            raise explain(error, url) from None
        raise
    return conn


async def connect_async(url: str, *, statement_timeout: timedelta | None = None, **options: Any) -> AsyncConnection:
    """The same for asyncio: for LISTEN, which needs a connection of its own and no transaction pooler."""
    conninfo, pooled = _conninfo(url)
    try:
        conn = await AsyncConnection.connect(conninfo, autocommit=True, **for_pooler(pooled), **options)
    except psycopg.Error as error:
        raise explain(error, url) from None
    try:
        await _prepare(conn, statement_timeout)
    except BaseException as error:
        await conn.close()
        if isinstance(error, psycopg.Error):
            raise explain(error, url) from None
        raise
    return conn


async def open_pool(
    url: str, size: int = 4, *, statement_timeout: timedelta | None = None, **options: Any
) -> AsyncConnectionPool:
    """A pool of up to `size` connections, open and tried: `async with await open_pool(url) as pool`.

    It begins with one and opens more when they are needed. No statement on them waits for ever (BoundedConnection).
    While the database is away it tries again every second or two, not at longer and longer intervals as a pool does
    by itself: those who wait have a connection soon after the database is back.
    Raises DatabaseError when the database cannot be reached: DatabaseAway where time may help.
    """
    await (await connect_async(url, **options)).close()  # a pool would only say that it waited too long
    conninfo, pooled = _conninfo(url)

    async def configure(conn: AsyncConnection) -> None:
        await _prepare(conn, statement_timeout)

    pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
        conninfo,
        min_size=1,
        max_size=max(1, size),
        open=False,
        name="linernotes",
        connection_class=BoundedConnection,
        reconnect_timeout=RECONNECT_TIMEOUT.total_seconds(),
        reconnect_failed=_try_anew,
        max_idle=IDLE_FOR.total_seconds(),
        configure=configure,
        kwargs={"autocommit": True, **for_pooler(pooled), **options},
    )
    try:
        await pool.open(wait=True, timeout=CONNECT_TIMEOUT.total_seconds())
    except (psycopg.Error, PoolTimeout) as error:
        await pool.close()
        raise explain(error, url) from None
    except BaseException:
        await pool.close()
        raise
    return pool


async def _try_anew(pool: AsyncConnectionPool[Any]) -> None:
    """The pool gave up, and those who wait in its line would wait in vain: one who comes makes it try again."""
    with suppress(psycopg.Error, PoolTimeout):
        async with pool.connection(timeout=1):
            pass


def readable(url: str) -> str:
    """The URL as libpq reads it, our defaults filled in. Raises DatabaseError when it cannot be read."""
    return _conninfo(url)[0]


def is_pooler(url: str) -> bool:
    """Whether the URL looks like a transaction pooler: port 6543 as on Supabase, or `pgbouncer=true`."""
    return _conninfo(url)[1]


def named(url: str, name: str) -> str:
    """The URL with a name for its sessions, by which pg_stat_activity tells them apart; one it has already stays."""
    if any(key == "application_name" for key, _ in parse_qsl(urlsplit(url).query)):
        return url
    return f"{url}{'&' if '?' in url else '?'}application_name={quote(name)}"


def explain(error: Exception, url: str) -> DatabaseError:
    """The failure as a sentence that says what to do. The password never stands in it."""
    try:
        conninfo, _ = _conninfo(url)
        parts = conninfo_to_dict(conninfo)
    except DatabaseError as unreadable:
        return unreadable
    place = f"{parts.get('host') or 'localhost'}, port {parts.get('port') or 5432}"
    text = " ".join(str(error).split())
    if password := parts.get("password"):
        text = text.replace(str(password), "***")
    advice, time_helps = _advice(text, parts)
    kind = DatabaseAway if time_helps else DatabaseError
    return kind(f"No use can be made of PostgreSQL at {place}: {text.rstrip('.?')}. {advice}")


def _advice(text: str, parts: dict[str, Any]) -> tuple[str, bool]:
    """What to do about it, and whether to wait is one of the things that help. A name that cannot be resolved may be
    that of a machine which comes up a moment after ours."""
    here = "LINERNOTES_DATABASE_URL"
    known = (
        (("closed unexpectedly", "SYSCALL"), "See that it is up.", True),
        (("password", "authentication", "Peer", "pg_hba"), f"Check the user and password in {here}.", False),
        (('database "',), f"Create it: createdb {parts.get('dbname')}.", False),
        (('role "',), f"Check the user in {here}.", False),
        (("too many", "remaining connection slots"), "Raise max_connections there, or use its pooler.", True),
        (("resolve", "Name or service"), f"Check the host in {here}.", True),
        (("SSL",), f"Check sslmode in {here}.", False),
    )
    for words, advice, time_helps in known:
        if any(word in text for word in words):
            return advice, time_helps
    return f"Start it, or correct {here}; unset, the embedded server is used.", True


def _conninfo(url: str) -> tuple[str, bool]:
    """What libpq is given, our defaults filled in, and whether it is a pooler's.

    `pgbouncer=true` is a word for us, which libpq would refuse.
    """
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        rest = [(k, v) for k, v in query if k != "pgbouncer"]
        if len(rest) != len(query):
            url = urlunsplit(parts._replace(query=urlencode(rest, safe="/")))
        given = {k: str(v) for k, v in conninfo_to_dict(url).items() if v is not None}
    except (ValueError, psycopg.ProgrammingError):
        raise DatabaseError(
            "LINERNOTES_DATABASE_URL cannot be read. It looks like postgresql://user:password@host:5432/database, "
            "with %40 for @, %2F for / and %25 for % inside the password."
        ) from None
    pooled = given.get("port") == "6543" or any(k == "pgbouncer" and v.lower() in ("true", "1") for k, v in query)
    return make_conninfo("", **{**DEFAULTS, **given}), pooled


def for_pooler(pooled: bool) -> dict[str, Any]:
    """What psycopg is told of a connection: nothing, or to prepare no statement behind a transaction pooler."""
    # Behind a transaction pooler the next statement may meet a server that never saw the prepared one.
    return {"prepare_threshold": None} if pooled else {}


def refuse_old(server_version: int) -> None:
    """Raises DatabaseError for a server older than we run on. server_version is libpq's number, such as 150018."""
    if server_version < OLDEST_VERSION * 10000:
        raise DatabaseError(
            f"This is PostgreSQL {server_version // 10000}; linernotes needs {OLDEST_VERSION} or newer. "
            "Upgrade the server, or unset LINERNOTES_DATABASE_URL to use the embedded one."
        )


def _session_settings(conn: Connection | AsyncConnection, timeout: timedelta | None) -> list[str]:
    wanted = []
    if conn.info.parameter_status("TimeZone") != "UTC":
        wanted.append("set timezone to 'UTC'")
    if timeout is not None:
        wanted.append(f"set statement_timeout to {max(1, round(timeout.total_seconds() * 1000))}")
    return wanted


async def _prepare(conn: AsyncConnection, statement_timeout: timedelta | None) -> None:
    refuse_old(conn.info.server_version)
    for statement in _session_settings(conn, statement_timeout):
        await conn.execute(statement)
