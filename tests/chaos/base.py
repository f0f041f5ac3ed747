"""A database under test and what can be said of it from outside: what happened, what is in it, what is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from linernotes.database.connect import connect
from linernotes.model.message import Queue
from linernotes.queues.belt import send_bodies
from tests.journeys.conftest import NATURAL

QUEUES = tuple(str(q) for q in Queue)
TABLES = {name: query for name, query in NATURAL.items() if name not in ("dead letters", "unfinished")} | {
    "ids": "select e.entity_type, e.scheme, e.value from linernotes.external_ids e where e.scheme <> 'place'",
    "lookups": "select r.title_key, l.source, l.claims from linernotes.lookups l"
    " join linernotes.recordings r on r.id = l.recording_id",
}
"""Everything the input leads to by natural keys; dead letters and states are looked at apart, for poison has some."""

WAITING = " union all ".join(
    f"select '{q}' as queue, msg_id, read_ct, vt, headers ->> 'worker' as worker from pgmq.q_{q}" for q in QUEUES
)


class Base:
    """One database with its audit."""

    def __init__(self, url: str) -> None:
        self.url = url
        with self.open() as db:
            db.execute(Path(__file__).with_name("audit.sql").read_text())

    def open(self) -> Connection[Any]:
        """A connection of ours, each statement committed by itself."""
        return connect(self.url)

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        with self.open() as db:
            return db.execute(query, list(values) or None).fetchall()  # type: ignore[arg-type]

    def one(self, query: str, *values: object) -> Any:
        """The one value of a question."""
        return self.all(query, *values)[0][0]

    def send(self, queue: Queue, rows: Sequence[dict[str, Any]]) -> int:
        """Put messages on a queue, as a discovery does: [{"key", "body"}]."""
        with self.open() as db:
            return send_bodies(db, queue, rows, datetime.now(UTC))

    def send_artist(self, name: str) -> None:
        """Ask for an artist."""
        self.send(Queue.ARTIST_DISCOVERY, [{"key": f"artist:{name}", "body": {"artistName": name}}])

    @property
    def waiting(self) -> int:
        """How many messages are on the queues, or parked beside them."""
        parked = "(select count(*) from linernotes.parked_messages)"
        return int(self.one(f"select count(*) + {parked} from ({WAITING}) w"))

    def left(self) -> list[tuple[Any, ...]]:
        """What still waits, a few of them: queue, number, reads, seconds until it is visible, whose it was or why it
        is parked; and locks."""
        seconds = "round(extract(epoch from {} - now()))"
        return self.all(
            f"select queue, msg_id, read_ct, {seconds.format('vt')}, worker from ({WAITING}) w"
            f" union all select queue_name || ' parked', msg_id, read_ct, {seconds.format('due')}, why"
            " from linernotes.parked_messages limit 5"
        ) + self.all("select 'lock', entity_type, entity_id, worker_id from processing_locks limit 5")

    def held_by(self, worker: str) -> int:
        """How many messages are in this worker's hands: taken by it last, and hidden."""
        return int(self.one(f"select count(*) from ({WAITING}) w where worker = %s and vt > now()", worker))

    def busy(self) -> set[str]:
        """The workers that have messages in their hands."""
        return {row[0] for row in self.all(f"select distinct worker from ({WAITING}) w where vt > now()")}

    def at_work(self) -> set[str]:
        """The workers that listen here: they have started."""
        rows = self.all(
            "select distinct application_name from pg_stat_activity"
            " where datname = current_database() and query ilike 'listen%%'"
        )
        return {name for (name,) in rows}

    def spoke_since(self, moment: datetime) -> set[str]:
        """Those whose sessions asked something since then that is no part of connecting."""
        rows = self.all(
            "select distinct application_name from pg_stat_activity"
            " where datname = current_database() and state_change > %s and query !~* '^(listen|set|$)'",
            moment,
        )
        return {name for (name,) in rows}

    def tables(self) -> dict[str, Counter[str]]:
        """What the base says, without ids and times; each row as a text, with how often it is there."""
        with self.open() as db:
            return {name: Counter(map(repr, db.execute(query).fetchall())) for name, query in TABLES.items()}

    # ---- the account

    def lost(self) -> list[tuple[Any, ...]]:
        """Messages that were sent, and are neither done, nor dead with a letter, nor waiting."""
        here = " union all ".join(f"select '{q}' as queue, msg_id from pgmq.q_{q}" for q in QUEUES)
        here += " union all select queue_name, msg_id from linernotes.parked_messages"
        return self.all(f"""
            with sent as (select queue, msg_id, key from audit.messages where event = 'insert'),
                 here as ({here})
            select s.queue, s.msg_id, s.key from sent s
            where not exists (select from here h where (h.queue, h.msg_id) = (s.queue, s.msg_id))
              and not exists (select from linernotes.dead_letters d
                              where (d.queue_name, d.msg_id) = (s.queue, s.msg_id))
              and not exists (select from linernotes.idempotency_keys k
                              where k.queue_name = s.queue and k.key = s.key and k.done_at is not null)""")

    def late_writes(self) -> list[tuple[Any, ...]]:
        """Transactions of a worker that wrote facts without a message that was in that worker's hands."""
        return self.all("""
            select w.who, w.xid, array_agg(distinct w.relation) from audit.writes w
            where w.who like '%%:%%' and not exists (
                select from audit.messages m where m.xid = w.xid and m.who = w.who and m.held_by = w.who)
            group by 1, 2""")

    def stolen(self) -> list[tuple[Any, ...]]:
        """Messages that a worker took off a queue while they were in another's hands."""
        return self.all("""
            select m.queue, m.msg_id, m.held_by, m.who from audit.messages m
            where m.event = 'delete' and m.who like '%%:%%' and m.held_by <> m.who
              and not exists (select from linernotes.dead_letters d
                              where (d.queue_name, d.msg_id) = (m.queue, m.msg_id))
              and not exists (select from audit.messages t where t.xid = m.xid and t.msg_id = m.msg_id
                              and t.queue = m.queue and t.event = 'update' and t.held_by = m.who)""")

    def left_work_behind(self) -> set[str]:
        """The workers that took a message which somebody else was the next to touch."""
        rows = self.all("""
            select distinct m.who from (
                select m.*, lead(m.who) over (partition by m.queue, m.msg_id order by m.at) as then_who
                from audit.messages m) m
            where m.event = 'update' and m.held_by = m.who and m.then_who <> m.who""")
        return {name for (name,) in rows}

    def most_attempts(self) -> int:
        """How often the most unlucky message was begun."""
        return int(self.one("select coalesce(max(attempts), 0) from audit.messages"))

    def letters(self) -> list[dict[str, Any]]:
        """The dead letters."""
        names = ("queue", "error_class", "step", "error", "attempts", "worker", "poison", "first_at", "last_at")
        rows = self.all("""
            select d.queue_name, d.error_class, d.step, d.error, d.attempts, d.worker, d.message ->> 'poison',
                   d.first_at, d.last_at
            from linernotes.dead_letters d order by d.last_at""")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def stuck(self) -> list[str]:
        """What should not be there when nothing is left to do: work in progress, locks, open transactions."""
        states = self.all(
            "select entity_type, entity_id, state from processing_status where state not in ('COMPLETED', 'FAILED')"
        )
        locks = self.all("select entity_type, entity_id from processing_locks")
        sessions = self.all(
            "select application_name, state from pg_stat_activity where datname = current_database()"
            " and state like 'idle in transaction%%' and pid <> pg_backend_pid()"
        )
        return [*map(str, states), *map(str, locks), *map(str, sessions)]


def differences(calm: dict[str, Counter[Any]], stormy: dict[str, Counter[Any]]) -> list[str]:
    """How two runs differ, table by table, a few rows each."""
    found = []
    for name, rows in calm.items():
        missing, extra = rows - stormy[name], stormy[name] - rows
        if missing or extra:
            found.append(f"{name}: {missing.total()} missing {_few(missing)}, {extra.total()} too many {_few(extra)}")
    return found


def _few(rows: Iterable[Any]) -> str:
    return str(list(rows)[:2])


def is_there(url: str) -> bool:
    """Whether the database takes sessions."""
    try:
        with psycopg.connect(url, connect_timeout=2) as db:
            db.execute("select 1")
    except psycopg.Error:
        return False
    return True
