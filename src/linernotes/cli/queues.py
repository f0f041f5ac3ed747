"""`linernotes queues`: what waits between the stages, and what was given up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from linernotes.cli.context import open_database
from linernotes.cli.output import Column, CsvFlag, JsonFlag, Limit, say, shape_of, show_list, telling_errors
from linernotes.errors import UsageError
from linernotes.model.message import Queue
from linernotes.queues import operating
from linernotes.search import operations
from linernotes.services.arguments import A_YEAR
from linernotes.services.monitor import reset_stuck

app = typer.Typer(no_args_is_help=True, help="The queues: what waits, what was given up, and putting it back.")

QueueArgument = Annotated[Queue, typer.Argument(help="The queue.")]
QueueOption = Annotated[Queue | None, typer.Option("--queue", help="Only this queue.")]
Minutes = Annotated[
    int, typer.Option("--minutes", min=0, max=A_YEAR, help="From how many minutes without a sign of life on.")
]


def register(root: typer.Typer) -> None:
    """Add the command group."""
    root.add_typer(app, name="queues")


@app.command("list")
@telling_errors()
def list_(json: JsonFlag = False, csv: CsvFlag = False) -> None:
    """How much waits on each queue."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        rows = operating.waiting(db, datetime.now(UTC))
    columns = [
        Column("queue_name", "queue"),
        Column("visible", "waiting", right=True),
        Column("hidden", "in hand or put off", right=True),
        Column("parked", "waiting for a source", right=True),
        Column("oldest_at", "waiting since"),
        Column("next_at", "next at"),
    ]
    show_list(rows, columns, shape=shape)


@app.command()
@telling_errors()
def peek(queue: QueueArgument, limit: Limit = 20, json: JsonFlag = False, csv: CsvFlag = False) -> None:
    """The messages that come next, without taking them."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        rows = operating.peek(db, queue, limit)
    columns = [
        Column("msg_id", right=True),
        Column("attempts", right=True),
        Column("vt", "visible at"),
        Column("message"),
    ]
    show_list(rows, columns, shape=shape, empty=f"{queue} is empty.")


@app.command()
@telling_errors()
def stuck(
    queue: QueueOption = None,
    minutes: Minutes = operations.STUCK_MINUTES,
    limit: Limit = 200,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """The messages that were taken and neither settled nor held on to, the longest first."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = operations.stuck(db, queue=queue, minutes=minutes, limit=limit)
    columns = [
        Column("queue"),
        Column("msg_id", right=True),
        Column("minutes_locked", "minutes", right=True),
        Column("locked_since", "taken at"),
        Column("read_count", "reads", right=True),
        Column("message"),
    ]
    show_list(found, columns, shape=shape, empty="No message is stuck.")


@app.command()
@telling_errors()
def reset(queue: QueueOption = None, minutes: Minutes = operations.STUCK_MINUTES) -> None:
    """Make stuck messages visible again, so that another worker takes them."""
    with open_database() as db:
        freed = reset_stuck(db, queue=queue, minutes=minutes)
    for name, count in freed.items():
        if count:
            say(f"{name}: {count} visible again.")
    if not any(freed.values()):
        say("No message was stuck.")


@app.command()
@telling_errors()
def dead(
    queue: QueueOption = None,
    limit: Limit = 50,
    replayed: Annotated[bool, typer.Option("--replayed", help="Also those that were put back already.")] = False,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """The messages that were given up, each with its reason."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        rows = operating.dead_letters(db, queue=queue, limit=limit, replayed=replayed)
    columns = [
        Column("queue"),
        Column("error"),
        Column("attempts", right=True),
        Column("step"),
        Column("last_at", "given up at"),
        Column("id"),
    ]
    show_list(rows, columns, shape=shape, empty="No message was given up.")


@app.command()
@telling_errors()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids, as `queues dead` prints them.")] = None,
    queue: QueueOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, or all of --queue.")] = False,
) -> None:
    """Put dead letters back on their queue, with a clean slate."""
    if not ids and not everything:
        raise UsageError("Name the dead letters to replay (see `linernotes queues dead`), or give --all.")
    try:
        chosen = [UUID(i) for i in ids] if ids else None
    except ValueError:
        raise UsageError("An id looks like 0199b0c2-....; `linernotes queues dead` prints them.") from None
    with open_database() as db:
        count = operating.replay(db, datetime.now(UTC), queue=queue, ids=chosen)
    say(f"{count} put back on their queues.")
    if count == 0:
        raise typer.Exit(1)


@app.command()
@telling_errors()
def purge(queue: QueueArgument, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Throw away what waits on a queue. The work can be sent again; it is not done."""
    if not yes and not typer.confirm(f"Throw away every message of {queue}?"):
        raise typer.Exit(1)
    with open_database() as db:
        say(f"{operating.purge(db, queue)} thrown away.")
