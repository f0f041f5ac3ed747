"""The functions of the contract, called as strangers call them, and things for them to work on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.types.json import Jsonb

Row = dict[str, Any]


class Contract:
    """The functions of schema public, called as PostgREST calls them: with named arguments."""

    def __init__(self, conn: Connection[Row]) -> None:
        self.conn = conn

    def rows(self, function: str, **arguments: object) -> list[Row]:
        """What a function gives, as rows."""
        given = [sql.SQL("{} => {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in arguments]
        query = sql.SQL("select * from public.{}({})").format(sql.Identifier(function), sql.SQL(", ").join(given))
        values = {n: Jsonb(v) if isinstance(v, dict | list) else v for n, v in arguments.items()}
        return self.conn.execute(query, values).fetchall()

    def call(self, function: str, **arguments: object) -> Any:
        """What a function gives, as one value."""
        (row,) = self.rows(function, **arguments)
        (value,) = row.values()
        return value

    def refused(self, function: str, **arguments: object) -> psycopg.Error:
        """The error of a call that has to fail; nothing of it remains."""
        with pytest.raises(psycopg.Error) as caught, self.conn.transaction():
            self.rows(function, **arguments)
        return caught.value

    def refused_sql(self, query: str, *values: object) -> str:
        """The SQLSTATE of a statement that has to fail; nothing of it remains."""
        with pytest.raises(psycopg.Error) as caught, self.conn.transaction():
            self.sql(query, *values)
        return str(caught.value.sqlstate)

    def sql(self, query: str, *values: object) -> list[Row]:
        """The rows of a statement; none of one that gives none."""
        done = self.conn.execute(query, values or None)  # type: ignore[arg-type]
        return done.fetchall() if done.description else []

    def value(self, query: str, *values: object) -> Any:
        """The one value of a statement."""
        (row,) = self.sql(query, *values)
        return next(iter(row.values()))

    def on(self, table: str, query: str, *values: object) -> list[Row]:
        """The rows of a statement with the table's name where {} stands."""
        composed = sql.SQL(query).format(sql.Identifier(*table.split(".")))  # type: ignore[arg-type]
        done = self.conn.execute(composed, values or None)
        return done.fetchall() if done.description else []

    def count(self, table: str) -> int:
        return int(self.on(table, "select count(*) as n from {}")[0]["n"])

    # ---- things to work on

    def queue(self, name: str = "work") -> str:
        """A queue of its own."""
        self.call("register_queue", p_queue_name=name, p_display_name=None, p_description=None)
        return name

    def messages(self, queue: str) -> dict[int, Row]:
        """What lies in a queue, by msg_id."""
        return {m["msg_id"]: m for m in self.on(f"pgmq.q_{queue}", "select * from {} order by msg_id")}

    def taken(self, queue: str, minutes: float, body: object = None) -> int:
        """A message that was taken some minutes ago and is locked for another hour."""
        msg_id = self.call("pg_enqueue", queue_name=queue, message_body=body or {"held": True})
        self.on(
            f"pgmq.q_{queue}",
            "update {} set read_ct = read_ct + 1, vt = clock_timestamp() + interval '1 hour', "
            "last_read_at = clock_timestamp() - make_interval(secs => %s) where msg_id = %s",
            minutes * 60,
            msg_id,
        )
        return int(msg_id)

    def delayed(self, queue: str) -> int:
        """A message that nobody took yet and that is not due for an hour."""
        msg_id = self.call("pg_enqueue", queue_name=queue, message_body={"later": True})
        later = "update {} set vt = clock_timestamp() + interval '1 hour' where msg_id = %s"
        self.on(f"pgmq.q_{queue}", later, msg_id)
        return int(msg_id)

    def artist(self, name: str = "Ada Lind", **columns: object) -> uuid.UUID:
        return self.insert("artists", name=name, **columns)

    def album(self, artist_id: uuid.UUID, name: str = "First", **columns: object) -> uuid.UUID:
        return self.insert("albums", name=name, artist_id=artist_id, **columns)

    def track(self, album_id: uuid.UUID, name: str = "One", **columns: object) -> uuid.UUID:
        return self.insert("tracks", name=name, album_id=album_id, **columns)

    def producer(self, name: str, normalized_name: str | None = None, **columns: object) -> uuid.UUID:
        return self.insert("producers", name=name, normalized_name=normalized_name or name.lower(), **columns)

    def credit(self, track_id: uuid.UUID, producer_id: uuid.UUID, role: str = "producer") -> uuid.UUID:
        return self.insert(
            "track_producers", track_id=track_id, producer_id=producer_id, role=role, confidence=0.9, source="test"
        )

    def insert(self, table: str, **columns: object) -> uuid.UUID:
        """A row of schema public; its id."""
        query = sql.SQL("insert into public.{} ({}) values ({}) returning id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Placeholder, columns)),
        )
        values = {n: Jsonb(v) if isinstance(v, dict | list) else v for n, v in columns.items()}
        row = self.conn.execute(query, values).fetchone()
        assert row is not None
        return uuid.UUID(str(row["id"]))


def uuid_of(msg_id: int) -> str:
    """The UUID form of a message's number, as the contract writes it (decision D1)."""
    return f"00000000-0000-0000-0000-{msg_id:012x}"


@contextmanager
def while_waiting(waiter: Contract, watcher: Contract, work: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Start work on the waiter's connection, and go on once it waits for a lock; at the end it is awaited."""
    pid = waiter.conn.info.backend_pid
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        while not watcher.value("select cardinality(pg_blocking_pids(%s)) > 0", pid) and not running.done():
            pass
        yield running
