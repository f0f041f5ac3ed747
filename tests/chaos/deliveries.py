"""Scenario 8: every message lies on its queue one to three times, the last comes first or in any order, and what is
in a worker's hands is delivered to another one as well.

A queue that promises "at least once" may do all of that. The copies are made by triggers in the database of the
trial, from whatever is sent; the tables must be those of the calm twin, and the source must not be asked more often.
"""

from __future__ import annotations

import random
import time
from enum import StrEnum
from pathlib import Path

from psycopg import sql

from tests.chaos.base import QUEUES, Base, differences
from tests.chaos.catalogue import send_artists, world_of
from tests.chaos.crew import Crew
from tests.chaos.killing import WORKERS, Calm, Plan, order
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import serve

MOST_AGAIN = 2
"""How often a message is delivered again at most while somebody works on it: three times in all."""


class Arrangement(StrEnum):
    """In which order messages come."""

    REVERSED = "reversed"
    SHUFFLED = "shuffled"


def endure(
    base: Base, plan: Plan, twin: Calm, arrangement: Arrangement, seed: int, log: Path, *, again: int = 0
) -> Report:
    """Work through a world over such queues; `again` messages at least are delivered to two at once."""
    title = f"Each message one to three times, {arrangement}, seed {seed}: {plan.size.messages} messages"
    report = Report(title + (", delivered again while in hand" if again else ""))
    choose = random.Random(seed)
    _prepare(base, arrangement, seed)
    with serve(world_of(plan.size)) as mock:
        send_artists(base, plan.size)
        with Crew(WORKERS, order(base, mock, plan), log) as crew:
            deadline = time.monotonic() + plan.patience
            delivered = 0
            while base.waiting:
                if time.monotonic() > deadline:
                    report.promise("the queues are drained", False, f"{base.left()}; {crew.said[-1500:]}")
                    return report
                if again:
                    delivered += deliver_again(base, choose)
                time.sleep(0.05)  # between two looks
            crew.fill()
            report.promise("no worker ended", crew.started == WORKERS, dict(crew.ended))
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
        calls = len(mock.asked)
    _tell(report, base, delivered, again)
    report.promise(
        "not a call more than the calm twin's" + (", and one for each delivered again" if again else ""),
        calls <= twin.calls + delivered,
        f"{calls}, {twin.calls} calm",
    )
    report.nothing("0 lost", base.lost())
    report.nothing("0 doubled, 0 missing: tables equal the calm twin's", differences(twin.tables, base.tables()))
    report.nothing("0 late writes", base.late_writes() + base.stolen())
    report.nothing("0 dead letters", base.letters())
    begun = base.most_attempts()
    report.promise(f"no message begun more than {1 + MOST_AGAIN} times", begun <= 1 + MOST_AGAIN, begun)
    report.nothing("nothing stuck", base.stuck())
    return report


def deliver_again(base: Base, choose: random.Random) -> int:
    """Make one message visible that a worker works on, as a queue does whose clock runs ahead; how many it was."""
    with base.open() as db:
        for queue in choose.sample(QUEUES, len(QUEUES)):
            statement = sql.SQL("""
                with chosen as (
                    select q.msg_id from pgmq.{table} q
                    left join delivery.again a on a.queue = {name} and a.msg_id = q.msg_id
                    where q.vt > now() and q.headers ->> 'worker' is not null and coalesce(a.times, 0) < {most}
                    order by random() limit 1 for update of q skip locked
                ), visible as (
                    update pgmq.{table} q set vt = timestamptz '2020-01-01' from chosen c where q.msg_id = c.msg_id
                    returning q.msg_id
                )
                insert into delivery.again as a (queue, msg_id) select {name}, v.msg_id from visible v
                on conflict (queue, msg_id) do update set times = a.times + 1""").format(
                table=sql.Identifier(f"q_{queue}"), name=sql.Literal(queue), most=sql.Literal(MOST_AGAIN)
            )
            if db.execute(statement).rowcount:
                return 1
    return 0


def _prepare(base: Base, arrangement: Arrangement, seed: int) -> None:
    script = Path(__file__).with_name("deliveries.sql").read_text()
    with base.open() as db:
        values = {"order": sql.quote(str(arrangement)), "seed": str(seed)}
        db.execute(script % values)  # type: ignore[arg-type]


COPIES = """
    with sent as (select queue, key, count(*) as times from audit.messages where event = 'insert' group by 1, 2)
    select sum(times), count(*), count(*) filter (where times > 1), count(*) filter (where times > 2) from sent"""

BACKWARDS = """
    with taken as (
        select queue, msg_id, min(at) as at from audit.messages where held_by is not null group by 1, 2
    ), after as (
        select msg_id < lag(msg_id) over (partition by queue order by at, msg_id) as later_was_first from taken
    )
    select count(*) from after where later_was_first"""


def _tell(report: Report, base: Base, delivered: int, again: int) -> None:
    sent, keys, twice, thrice = base.all(COPIES)[0]
    report.strike("messages sent more than once", twice, keys // 2)
    report.strike("of these three times", thrice, keys // 5)
    report.strike("taken after one that was sent later", base.one(BACKWARDS), keys // 20)
    if again:
        report.strike("delivered to a second worker while in hand", delivered, again)
    report.note(f"{sent} deliveries of {keys} messages")
