"""`linernotes people`: who is one person under two names, as it was decided, and deciding it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from linernotes.cli.context import open_database
from linernotes.cli.decide import WhyOption, decision
from linernotes.cli.output import (
    Column,
    CsvFlag,
    JsonFlag,
    Limit,
    Shape,
    say,
    shape_of,
    show_json,
    show_list,
    telling_errors,
)
from linernotes.database import decisions
from linernotes.database.decisions import Db, LiveMerge
from linernotes.errors import NotFound, UsageError
from linernotes.model.names import search_key
from linernotes.pipeline.credits.threshold import Threshold
from linernotes.search.people import name_decisions
from linernotes.search.producers import as_uuid, find_producer
from linernotes.search.suggestions import EXAMINED, merges, suggestions
from linernotes.services.pairs import compare_all

app = typer.Typer(invoke_without_command=True)


def register(root: typer.Typer) -> None:
    """Add the command group."""
    root.add_typer(app, name="people")


@app.callback()
def people(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many of each kind to list at most.")] = 200,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List which spellings are held as one person, and which look-alikes are kept apart; or decide it."""
    if context.invoked_subcommand is None:
        _list(limit, json=json, csv=csv)


@telling_errors()
def _list(limit: int, *, json: bool, csv: bool) -> None:
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        decided = name_decisions(db, limit)
    columns = [
        Column("decision"),
        Column("name"),
        Column("other_name"),
        Column("reason"),
        Column("common_recordings", "in common", right=True),
        Column("known_for"),
        Column("other_known_for"),
    ]
    empty = "No name has a second spelling, and no two names look alike. `linernotes discover NAME` brings people in."
    show_list(decided, columns, shape=shape, empty=empty)


@app.command()
@telling_errors()
def suggest(
    producer: Annotated[str | None, typer.Argument(help="Only who may be this one: a name or the id.")] = None,
    limit: Limit = 50,
    examined: Annotated[
        int, typer.Option("--examined", min=1, help="Of how many producers to look: those with most credits.")
    ] = EXAMINED,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List who may be one person, the surest first, each with the reasons."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        who = find_producer(db, producer) if producer else None
        found = suggestions(db, who.id if who else None, examined=examined, limit=limit)
    columns = [
        Column("score", right=True),
        Column("name"),
        Column("other_name"),
        Column("reasons"),
        Column("common_recordings", "in common", right=True),
        Column("known_for"),
        Column("other_known_for"),
        Column("producer_id", only=Shape.CSV),
        Column("other_id", only=Shape.CSV),
    ]
    show_list(found, columns, shape=shape, empty="No two producers look like one person.")
    if found and shape is Shape.TEXT:
        say("`linernotes people merge A B` makes two one, `linernotes people split A B` keeps them apart for good.")


@app.command()
@telling_errors()
def resolve(
    least: Annotated[
        float | None,
        typer.Option("--from-score", min=0, max=1, help="Keep pairs from this score on, not the one that is learnt."),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Compare everybody in the base at once, for `people suggest` to show; needs the extra `resolve`."""
    with open_database() as db:
        found = compare_all(db, datetime.now(UTC), least)
    if json:
        show_json(found)
        return
    say(f"{found.producers} producers compared, {found.near} pairs came near each other.")
    say(
        _learnt(found.threshold) if least is None else f"Kept are pairs from a score of {least:.2f} on, as was asked."
    )
    say(f"{found.suggestions} pairs are suggested now; `linernotes people suggest` lists them.")


def _learnt(threshold: Threshold) -> str:
    if threshold.precision is None and not threshold.same:
        return f"Too few pairs are known to be one person, or two, to learn from; kept from {threshold.limit:.2f} on."
    known = f"{threshold.same} pairs that are one person and {threshold.different} that are two"
    if threshold.precision is None:
        return f"Of {known}, not even the surest are told apart well enough: nothing is kept."
    return (
        f"Kept from {threshold.limit:.2f} on, learnt from {known}: above it {threshold.precision:.0%} are one "
        f"person, and {threshold.recall:.0%} of those who are stand above it."
    )


@app.command()
@telling_errors()
def merge(
    one: Annotated[str, typer.Argument(metavar="A", help="Who is found as B from now on: a name or the id.")],
    into: Annotated[str, typer.Argument(metavar="B", help="Who stays: a name or the id.")],
    why: WhyOption = "",
) -> None:
    """Hold two for one person: A is found as B. Credits follow at once; `people split` takes it back."""
    with open_database() as db:
        a, b = find_producer(db, one), find_producer(db, into)
        if a.id == b.id:
            raise UsageError(_one_already(one, into, a.id))
        differing = decisions.different_ids(db, a.id, b.id)
        if not decisions.merge(db, a.id, b.id, decision(why)):
            raise UsageError(_one_already(one, into, b.id))
    if differing:
        say(f"They have different ids at {', '.join(differing)}, which mostly means two people.")
    say(f"{a.name} ({a.id}) is {b.name} ({b.id}) from now on. `linernotes people split {a.id}` takes it back.")


@app.command()
@telling_errors()
def split(
    one: Annotated[str, typer.Argument(metavar="A", help="Who was merged, or who it was merged into.")],
    other: Annotated[str | None, typer.Argument(metavar="[B]", help="The other one.")] = None,
    why: WhyOption = "",
) -> None:
    """Take a merge back, with every former credit; of two who are two already: keep them apart for good."""
    with open_database() as db:
        found = _merges_meant(db, one, other)
        if len(found) == 1:
            decisions.split(db, found[0].id, decision(why))
            say(f"{found[0].merged} ({found[0].merged_id}) stands for themselves again, apart from {found[0].into}.")
            return
        if found:
            lines = [
                f"  {m.merged_id}  {m.merged}, merged into {m.into}: {m.why or 'no reason given'}" for m in found
            ]
            raise UsageError("\n".join([f"{len(found)} merges are meant. Give the id of who was merged:", *lines]))
        a = find_producer(db, one)
        if other is None:
            raise NotFound(f"No merge holds {a.name}. `linernotes people log` lists the merges.")
        b = find_producer(db, other)
        if a.id == b.id:
            raise UsageError(f"{one!r} and {other!r} are names of one person, whom no merge made.")
        decisions.keep_apart(db, a.id, b.id, decision(why))
    say(f"{a.name} ({a.id}) and {b.name} ({b.id}) are kept apart: neither suggested nor merged automatically.")


@app.command()
@telling_errors()
def log(
    limit: Limit = 200,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List every merge with who made it, when and why, and which were taken back."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        made = merges(db, limit)
    columns = [
        Column("state", only=Shape.TEXT),
        Column("merged"),
        Column("into"),
        Column("at"),
        Column("by"),
        Column("why"),
        Column("undone_at"),
        Column("undone_by"),
        Column("merged_id", only=Shape.CSV),
        Column("into_id", only=Shape.CSV),
    ]
    show_list(
        made, columns, shape=shape, empty="Nobody was merged. `linernotes people suggest` lists who may be one."
    )


def _merges_meant(db: Db, one: str, other: str | None) -> list[LiveMerge]:
    """The merges in force that two texts mean, names or ids; where a text names who was merged, that one alone."""
    a = as_uuid(one) or find_producer(db, one).id
    b = None if other is None else as_uuid(other) or find_producer(db, other).id
    if b is not None and a != b:
        return decisions.live_merges(db, a, b)
    found = decisions.live_merges(db, a)
    named = [m for m in found for text in (one, other) if text and search_key(text) == search_key(m.merged)]
    return named if len(named) == 1 else found


def _one_already(one: str, other: str, id_: UUID) -> str:
    return f"{one!r} and {other!r} are one producer already, {id_}. Give ids to tell two of one name apart."
