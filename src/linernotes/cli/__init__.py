"""The command line: each command turns words into one call to a room above."""

from __future__ import annotations

from typing import Annotated

import typer

from linernotes import __version__
from linernotes.cli.commands import OnDemand

app = typer.Typer(
    name="linernotes",
    cls=OnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Who produced that song? Give linernotes an artist; it finds who produced and wrote each recording, "
    "with the source of every claim.",
)
"""Every command: those of `cli/commands.py`, each loaded when it is called."""


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


def main() -> None:
    """The `linernotes` command."""
    app()
