"""`linernotes forget` and `linernotes forgotten`: erase a person's data for good, and what was erased so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from linernotes.cli.context import open_database
from linernotes.cli.output import (
    Column,
    CsvFlag,
    JsonFlag,
    Shape,
    say,
    shape_of,
    show_json,
    show_list,
    telling_errors,
    write,
)
from linernotes.database import forgetting, forgotten_list
from linernotes.database.forgetting import Db, Receipt
from linernotes.errors import LinernotesError, NotFound, UsageError
from linernotes.forget_key import forget_key, key_file, make_forget_key, new_forget_key, places_of_key
from linernotes.search.producers import Producer, find_producer
from linernotes.settings import load as load_settings

ProducerArgument = Annotated[
    str, typer.Argument(help="A name or an alias, the id, or a source's id such as discogs:123 or its address.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(forget)
    app.command()(forgotten)


@telling_errors()
def forget(
    producer: ProducerArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be erased.")] = False,
    json: JsonFlag = False,
) -> None:
    """Erase everything about a person, their credits too, and never import them again. It cannot be undone."""
    settings = load_settings()
    known = forget_key(settings)
    with open_database() as db:
        forgetting.refuse_strange_key(db, known, where=places_of_key(settings))
        who = find_producer(db, producer)
        if who.remark:
            raise NotFound(f"{who.remark} If that is who you mean: linernotes forget {who.id}")
        foreseen = forgetting.foreseen(db, who.id, known or new_forget_key(), datetime.now(UTC))
        if dry_run:
            _tell(foreseen, json=json, title=f"{who.name} ({who.id}) would be forgotten:")
            return
        if not yes:
            _tell(foreseen, json=False, title=f"{who.name} ({who.id}) will be forgotten:", to_person=True)
            _warn(db, who)
            _ask(who)
        receipt = forgetting.forget(db, who.id, make_forget_key(settings), datetime.now(UTC))
    _tell(receipt, json=json, title="Forgotten:")
    if not json:
        say(f"Receipt {receipt.receipt}, which names nobody.")
    if known is None:
        say(f"They are recognised by the key in {key_file(settings)}. Back it up, apart from the database.")


@telling_errors()
def forgotten(
    lift: Annotated[
        UUID | None, typer.Option(metavar="RECEIPT", help="Take these off the list, who agreed to come back.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the list to this file, hashes and receipts.")
    ] = None,
    load: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Bring a saved list into force here, and erase who is here and on it."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list at most.")] = 200,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List when somebody was forgotten and how much went, without a name."""
    shape = shape_of(json=json, csv=csv)
    if sum(asked is not None for asked in (lift, save, load)) > 1:
        raise UsageError("Give one of --lift, --save and --load.")
    if load is not None:
        _load(load)
        return
    with open_database() as db:
        if save is not None:
            _write(save, forgotten_list.save(db))
            return
        if lift is not None:
            marks = forgetting.lift(db, lift)
            say(f"{marks} marks are off the list. What was erased stays so; the next discovery may bring them back.")
            return
        found = forgetting.receipts(db, limit)
        refused = forgetting.refused_claims(db)
    columns = [
        Column("id", "receipt"),
        Column("at"),
        Column("again"),
        Column("marks", right=True),
        Column("erased"),
    ]
    show_list(found, columns, shape=shape, empty="Nobody was forgotten. `linernotes forget PRODUCER` does it.")
    if found and shape is Shape.TEXT:
        say(f"{refused} claims of sources are not kept, because whom they are about was forgotten.")


def _load(path: Path) -> None:
    settings = load_settings()
    key = forget_key(settings)
    if key is None:
        raise forgetting.unrecognised("the key that recognises them is missing", places_of_key(settings))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from None
    with open_database() as db:
        new, erased = forgotten_list.load(db, text, key, datetime.now(UTC), where=places_of_key(settings))
    say(f"{new} marks are new on the list; {erased} people who were here are forgotten again.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LinernotesError(f"{path} cannot be written: {error.strerror}. Name another file.") from None


def _tell(receipt: Receipt, *, json: bool, title: str, to_person: bool = False) -> None:
    if json:
        show_json(receipt)
        return
    out = say if to_person else lambda line: write(line + "\n")
    out(title)
    for line in _lines(receipt.erased):
        out(f"  {line}")


def _lines(erased: Mapping[str, int]) -> list[str]:
    return [f"{count:>7}  {table.replace('_', ' ')}" for table, count in erased.items() if count]


def _warn(db: Db, who: Producer) -> None:
    """What stays, so that nobody is surprised."""
    if artists := forgetting.also_artist(db, who.id):
        say(f"Stays: the works that {', '.join(artists)} published as artist, under that name.")
    if joint := forgetting.joint_names(db, who.id):
        say("Stays: names that hold this one. Forget each that should go:")
        for id_, name in joint:
            say(f"  {id_}  {name}")


def _ask(who: Producer) -> None:
    """Raises UsageError unless the person at the shell says yes."""
    if not typer.confirm(f"Forget {who.name} for good?", err=True):
        raise UsageError("Nothing was erased.")


__all__ = ["forget", "forgotten", "register"]
