"""`linernotes credits`: all credits at once: conclude them anew, roles to map, what should be asked again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from linernotes.cli.context import open_database
from linernotes.cli.output import Column, CsvFlag, JsonFlag, Limit, Shape, say, shape_of, show_list, telling_errors
from linernotes.database import decisions
from linernotes.database.decisions import Db, Difference
from linernotes.search.unmapped import unknown_roles
from linernotes.services.repolling import due, send_due
from linernotes.settings import load

app = typer.Typer(no_args_is_help=True, help="All credits: conclude them anew, roles to map, what to ask again.")

LISTED = 1_000
"""How many differences are listed; all are counted."""


def register(root: typer.Typer) -> None:
    """Add the command group."""
    root.add_typer(app, name="credits")


@app.command()
@telling_errors()
def rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; list where credits are not what their claims come to.")
    ] = False,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """Conclude every credit anew from the stored claims. --check ends with 1 when any is not what they say."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        different, found, recordings = _gone_through(db, write=not check)
    columns = [
        Column("track"),
        Column("producer"),
        Column("role"),
        Column("what"),
        Column("stored", right=True),
        Column("concluded", right=True),
        Column("track_id", only=Shape.CSV),
        Column("producer_id", only=Shape.CSV),
    ]
    show_list(found, columns, shape=shape)
    done = "are not what their claims come to" if check else "were concluded otherwise than they stood"
    say(f"{different} credits on {recordings} recordings {done}.")
    if check and different:
        say("`linernotes credits rebuild` sets them right.")
        raise typer.Exit(1)


def _gone_through(db: Db, *, write: bool) -> tuple[int, list[Difference], int]:
    """How many credits differ, the first of them, and how many recordings there are; some recordings at a time."""
    different = recordings = 0
    listed: list[Difference] = []
    for batch in decisions.batches(db):
        found = decisions.differences(db, batch)
        if write:
            decisions.reconclude(db, batch, datetime.now(UTC))
        recordings += len(batch)
        different += len(found)
        listed += found[: LISTED - len(listed)]
    return different, listed, recordings


@app.command()
@telling_errors()
def roles(
    limit: Limit = 200,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List the roles to map: what sources wrote that no rule knows, the most frequent first."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = unknown_roles(db, limit)
    columns = [
        Column("raw_role", "as written"),
        Column("claims", right=True),
        Column("recordings", right=True),
        Column("sources"),
        Column("credited_as", "for example"),
        Column("recording", "on"),
        Column("url"),
    ]
    show_list(found, columns, shape=shape, empty="Every role that a source wrote is known.")


@app.command("due")
@telling_errors()
def due_(
    send: Annotated[bool, typer.Option("--send", help="Send the work for workers to do.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 1_000,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List the tracks of which a source should be asked again for late credits, the longest due first."""
    shape = shape_of(json=json, csv=csv)
    now = datetime.now(UTC)
    with open_database() as db:
        tracks = due(db, now, limit, load().source_names)
        sent = send_due(db, tracks, now) if send and tracks else 0
    columns = [
        Column("due_at", "due"),
        Column("source"),
        Column("looked_at", "as of"),
        Column("artist"),
        Column("album"),
        Column("track"),
        Column("track_id", only=Shape.CSV),
    ]
    show_list(tracks, columns, shape=shape, empty="Nothing is due.")
    if send:
        say(f"{sent} tracks sent for; `linernotes worker` does the work.")
