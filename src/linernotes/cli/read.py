"""The commands that only read: who, search, show, explain, export, problems."""

from __future__ import annotations

import json as json_
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from linernotes.cli import pages
from linernotes.cli.context import open_database
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
from linernotes.database.forgetting import answers_about
from linernotes.errors import LinernotesError, UsageError
from linernotes.search import SHOWN_FROM
from linernotes.search.evidence import evidence
from linernotes.search.exports import COLUMNS, What, exports
from linernotes.search.formats import csv_lines, json_lines, plain, write_parquet
from linernotes.search.paging import MOST
from linernotes.search.people import problems as problems_noted
from linernotes.search.person import all_about
from linernotes.search.producers import find_producer, none_matches, search_producers
from linernotes.search.profile import profile
from linernotes.search.titles import find_tracks, none_called

ProducerArgument = Annotated[str, typer.Argument(help="A name or an alias, or the id.")]


class Export(StrEnum):
    """What can be taken along: the tables of search/exports.py, and all about one person."""

    CREDITS = What.CREDITS.value
    PRODUCERS = What.PRODUCERS.value
    COLLABORATIONS = What.COLLABORATIONS.value
    PERSON = "person"


class Format(StrEnum):
    """The file formats of an export."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def register(app: typer.Typer) -> None:
    """Add the reading commands to the root command."""
    app.command()(who)
    app.command()(search)
    app.command()(show)
    app.command()(explain)
    app.command()(export)
    app.command()(problems)


@telling_errors()
def who(
    song: Annotated[str, typer.Argument(help="A title or words of it, and of the artist; typos are forgiven.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="How many to list at most.")] = 10,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """Who produced and wrote a song."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = find_tracks(db, song, limit=limit)
    columns = [
        Column("name", "track"),
        Column("artist"),
        Column("album"),
        Column("release_date", "released"),
        Column("version_class", only=Shape.CSV),
        Column("produced_by", "produced by"),
        Column("produced_by_ids", only=Shape.CSV),
        Column("written_by", "written by"),
        Column("written_by_ids", only=Shape.CSV),
        Column("id", only=Shape.CSV),
    ]
    if found.items and all(hit.alike for hit in found.items) and shape is Shape.TEXT:
        say(f"No song is called {song!r}; these are spelt alike.")
    show_list(found.items, columns, shape=shape, empty=none_called(song))


@telling_errors()
def search(
    term: Annotated[str, typer.Argument(help="A name or part of one; accents, punctuation and typos are forgiven.")],
    role: Annotated[
        str | None,
        typer.Option(
            help="Only people credited so: producer (all that count as one), writer, mixer, co_producer, ..."
        ),
    ] = None,
    limit: Limit = 20,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """Find producers by name or alias."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        hits = search_producers(db, term, role, limit)
    columns = [
        Column("name"),
        Column("found_as", only=Shape.TEXT),
        Column("matched", only=Shape.CSV),
        Column("kind"),
        Column("recordings", right=True),
        Column("artists", right=True),
        Column("roles"),
        Column("links", right=True),
        Column("confidence", right=True),
        Column("id", only=Shape.CSV),
    ]
    credited = f" credited as {role}" if role else ""
    show_list(
        hits, columns, shape=shape, empty=none_matches(term).replace("No producer", f"No producer{credited}", 1)
    )


@telling_errors()
def show(
    producer: ProducerArgument,
    limit: Annotated[int, typer.Option(min=1, help="How many recordings to list of each role.")] = 10,
    json: JsonFlag = False,
) -> None:
    """Show a producer: credits by role, collaborators, links, sources."""
    with open_database() as db:
        who = find_producer(db, producer)
        page = profile(db, who, top=limit)
    if who.remark:
        say(who.remark)
    if json:
        show_json(page)
    else:
        pages.print_profile(page)


@telling_errors()
def explain(
    track: Annotated[str, typer.Argument(help="A title, `artist - title`, or the id.")],
    producer: ProducerArgument,
    json: JsonFlag = False,
) -> None:
    """Show every claim behind a credit and how the confidence came about."""
    with open_database() as db:
        found = evidence(db, track, producer)
    if found.producer.remark:
        say(found.producer.remark)
    if json:
        show_json(found)
    else:
        pages.print_evidence(found)


@telling_errors()
def export(
    what: Annotated[Export, typer.Argument(help="What to export.")] = Export.CREDITS,
    producer: Annotated[
        str | None, typer.Argument(help="With `person`: whose data, by name, id or a source's id.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="The file format.")] = Format.CSV,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", dir_okay=False, help="The file to write; standard output if not given."),
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out credits that are less sure than this.")
    ] = SHOWN_FROM,
) -> None:
    """Write credits, producers or collaborations as CSV, JSON or Parquet; or all about one person, as JSON."""
    if (what is Export.PERSON) != (producer is not None):
        raise UsageError(
            "`linernotes export person PRODUCER` writes all about one person; nothing else takes a name."
        )
    if producer is not None:
        _export_person(producer, output)
        return
    table = What(what.value)
    if output is None and format_ is Format.PARQUET and sys.stdout.isatty():
        raise UsageError("Parquet is no text for a terminal. Name a file with -o FILE, or send it into a pipe.")
    with (
        _destination(output, whole=format_ is Format.PARQUET) as out,
        open_database() as db,
        closing(exports(db, table, min_confidence)) as rows,
    ):
        if format_ is Format.PARQUET:
            write_parquet(COLUMNS[table], rows, out)
            return
        lines = csv_lines if format_ is Format.CSV else json_lines
        for line in lines(list(COLUMNS[table]), rows):
            out.write(line.encode("utf-8", "replace"))


def _export_person(producer: str, output: Path | None) -> None:
    with _destination(output, whole=False) as out, open_database() as db:
        who = find_producer(db, producer)
        if who.remark:
            say(who.remark)
        about = {
            **all_about(db, who.id),
            "kept_answers": [{"source": s, "request": r} for s, r in answers_about(db, who.id)],
        }
        out.write((json_.dumps(plain(about), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))


@telling_errors()
def problems(
    source: Annotated[str | None, typer.Option(help="Only what this source said, for example musicbrainz.")] = None,
    limit: Limit = 200,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List what sources said that could not be used, and why."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        noted = problems_noted(db, source, limit)
    columns = [
        Column("source"),
        Column("record"),
        Column("kind"),
        Column("detail"),
        Column("last_seen_at", "last seen"),
    ]
    show_list(noted, columns, shape=shape, empty="Everything the sources said could be used.")


@contextmanager
def _destination(path: Path | None, *, whole: bool) -> Iterator[BinaryIO]:
    """Where an export goes. A file appears under its name once it is complete; an old one stays until then.

    whole: the format cannot be written to a pipe as it comes, so it is collected first.
    """
    if path is None and not whole:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path is None:
        with tempfile.TemporaryFile() as collected:
            yield collected
            collected.seek(0)
            shutil.copyfileobj(collected, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as out:
            yield out
        unfinished.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise LinernotesError(f"{path} cannot be written: {why}. Name another file with -o.") from None
    finally:
        unfinished.unlink(missing_ok=True)
