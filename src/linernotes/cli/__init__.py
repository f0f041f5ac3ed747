"""The command line: each command turns words into one call to a room above."""

from __future__ import annotations

from typing import Annotated

import typer

from linernotes import __version__
from linernotes.cli import (
    credit,
    credits,
    db,
    discover,
    health,
    jobs,
    keys,
    people,
    queues,
    read,
    serve,
    terms,
    worker,
)

app = typer.Typer(
    name="linernotes",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Who produced that song? Give linernotes an artist; it finds who produced and wrote each recording, "
    "with the source of every claim.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"linernotes {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Who produced that song?"""


discover.register(app)
read.register(app)
people.register(app)
credit.register(app)
credits.register(app)
queues.register(app)
worker.register(app)
jobs.register(app)
health.register(app)
serve.register(app)
terms.register(app)
app.add_typer(db.app, name="db")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """The `linernotes` command."""
    app()
