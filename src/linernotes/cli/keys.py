"""`linernotes keys`: who may ask over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from linernotes.api.edge import utc_now
from linernotes.api.keys import Role, add_key, list_keys, revoke_key
from linernotes.cli.context import open_database
from linernotes.cli.output import Column, CsvFlag, JsonFlag, say, shape_of, show_list, telling_errors, write
from linernotes.settings import load

app = typer.Typer(no_args_is_help=True, help="Keys for the HTTP interface: make, list, revoke.")

ROLES = "anon searches, authenticated also starts discoveries, service_role operates."
RoleOption = Annotated[Role, typer.Option("--role", help=ROLES)]


def register(root: typer.Typer) -> None:
    """Add the command group."""
    root.add_typer(app, name="keys")


@app.command()
@telling_errors()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to know it by: a person, a program.")],
    role: RoleOption = Role.ANON,
) -> None:
    """Make a key and print it. It is shown this once: only its hash is kept."""
    with open_database() as db:
        key = add_key(db, name, role, utc_now())
    say(f"The key {name!r}, role {role}. Keep it: it cannot be shown again.")
    write(key + "\n")


@app.command("list")
@telling_errors()
def list_(json: JsonFlag = False, csv: CsvFlag = False) -> None:
    """All keys, without the keys themselves."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        keys = list_keys(db)
    columns = [Column(name) for name in ("name", "role", "starts_with", "created_at", "last_used_at", "revoked_at")]
    show_list(keys, columns, shape=shape, empty="No keys. `linernotes keys add NAME` makes one.")


@app.command()
@telling_errors()
def revoke(name: Annotated[str, typer.Argument(metavar="NAME", help="The key's name.")]) -> None:
    """End a key, and every session of a browser that was begun with it, at once."""
    with open_database() as db:
        revoke_key(db, name, utc_now())
    say(f"The key {name!r} is of no use any more.")


@app.command()
@telling_errors()
def jwt(
    role: RoleOption = Role.ANON,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="For how long it is valid.")] = 30,
) -> None:
    """Print a JWT of a role, signed with LINERNOTES_JWT_SECRET. It cannot be revoked: prefer a key."""
    from linernotes.api.tokens import secret_of, sign  # here: cryptography takes its time to load

    write(sign(secret_of(load()), role, utc_now(), timedelta(days=days)) + "\n")


@app.command()
@telling_errors()
def reads(
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many, the latest first.")] = 100,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """Who was shown people's contacts over HTTP, and when."""
    from linernotes.api.contacts import contact_reads  # here: other commands start without a web server's libraries

    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = contact_reads(db, limit)
    columns = [Column(name) for name in ("read_at", "caller", "role", "through", "columns", "people")]
    show_list(found, columns, shape=shape, empty="Nobody was shown a contact.")
