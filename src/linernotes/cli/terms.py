"""`linernotes terms`: what each source allows."""

from __future__ import annotations

import typer

from linernotes.cli.context import open_database
from linernotes.cli.output import Column, CsvFlag, JsonFlag, Shape, say, shape_of, show_list, telling_errors
from linernotes.search import terms as reading


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(terms)


@telling_errors()
def terms(json: JsonFlag = False, csv: CsvFlag = False) -> None:
    """What each source allows: licence, how long it may be kept, and what has to be named beside it."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = reading.terms(db)
    columns = [
        Column("source"),
        Column("licence"),
        Column("answers_for_hours", "an answer, hours", right=True),
        Column("alone_for_hours", "what only it knows, hours", right=True),
        Column("shown_for_hours", "what it said, hours", right=True),
        Column("attribution", "to be named"),
        Column("licence_url", only=Shape.CSV),
        Column("fields", only=Shape.CSV),
        Column("note", only=Shape.CSV),
    ]
    show_list(found, columns, shape=shape)
    if shape is Shape.TEXT:
        say("Without hours there is no limit. The table linernotes.source_terms holds it; see docs/terms.md.")
