"""`linernotes credit`: what people know better than the sources."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import typer

from linernotes.cli.context import open_database
from linernotes.cli.decide import WhyOption, decision
from linernotes.cli.output import say, telling_errors
from linernotes.database import decisions
from linernotes.database.decisions import Credited, Db
from linernotes.errors import NotFound, UsageError
from linernotes.model.names import is_unknown, problem_of
from linernotes.pipeline.credits.roles import RoleCode, mapped, parse_roles
from linernotes.search.producers import Producer, as_uuid, find_producer
from linernotes.search.which_track import TrackFound, find_any_track, find_track, producer_beside

app = typer.Typer(no_args_is_help=True, help="Correct a credit by hand: add it, reject it, take either back.")

TrackArgument = Annotated[str, typer.Argument(metavar="TRACK", help="A title, `artist - title`, or the id.")]
PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="A name or an alias, or the id.")]
RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help="producer, co_producer, writer, mixer, ...")]


def register(root: typer.Typer) -> None:
    """Add the command group."""
    root.add_typer(app, name="credit")


@app.command()
@telling_errors()
def add(
    track: TrackArgument,
    person: PersonArgument,
    role: RoleArgument,
    url: Annotated[str | None, typer.Option("--url", help="A page that shows it.")] = None,
    why: WhyOption = "",
    new: Annotated[bool, typer.Option("--new", help="The person is nobody we know yet: make them.")] = False,
) -> None:
    """Add a credit that no source has. It wins over a rejection and is never overwritten."""
    code = _role(role)
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise UsageError(f"--url takes an address that begins with https://, not {url!r}.")
    decided = decision(why)
    with open_database() as db:
        found = find_any_track(db, track)
        who = _person(db, person, new=new)
        producer_id = who.id if who else decisions.new_person(db, person, decided.at)
        name = who.name if who else person
        decisions.add_credit(db, _credited(found, producer_id, code), decided, url)
    say(f"{name} is {code} of {found.track!r} by {found.artist}, as {decided.by} says.")


@app.command()
@telling_errors()
def reject(track: TrackArgument, person: PersonArgument, role: RoleArgument, why: WhyOption = "") -> None:
    """Say that a credit is wrong. It is not shown any more, however many sources claim it."""
    code, decided = _role(role), decision(why)
    with open_database() as db:
        who, found = _both(db, track, person)
        if not decisions.reject_credit(db, _credited(found, who.id, code), decided):
            raise UsageError(f"{who.name} as {code} of {found.track!r} was rejected already.")
    say(
        f"{who.name} is not shown as {code} of {found.track!r} by {found.artist} any more. "
        "`linernotes credit restore` takes it back."
    )


@app.command()
@telling_errors()
def restore(track: TrackArgument, person: PersonArgument, role: RoleArgument) -> None:
    """Take back what was said by hand of a credit: its rejection, or that it was added."""
    code, decided = _role(role), decision("")
    with open_database() as db:
        who, found = _both(db, track, person)
        taken_back = decisions.restore_credit(db, _credited(found, who.id, code), decided)
    if taken_back is None:
        raise NotFound(f"Nobody added or rejected {who.name} as {code} of {found.track!r} by hand.")
    say(f"The {taken_back} of {who.name} as {code} of {found.track!r} is taken back: it is as the sources have it.")


def _role(text: str) -> RoleCode:
    """The one role that a text means, by its code or in words. Raises UsageError."""
    words = text.replace("_", " ")
    roles = parse_roles(words)
    if len(roles) != 1 or not mapped(words) or roles[0] is RoleCode.OTHER:
        known = ", ".join(role for role in RoleCode if role is not RoleCode.OTHER)
        raise UsageError(f"{text!r} is not one of our roles: {known}.")
    return roles[0]


def _both(db: Db, track: str, person: str) -> tuple[Producer, TrackFound]:
    who = producer_beside(db, track, person)
    return who, find_track(db, track, who)


def _person(db: Db, text: str, *, new: bool) -> Producer | None:
    """Who is meant; None for somebody to be made. A name that is only near is not taken for the one given."""
    if not new or as_uuid(text) is not None:
        who = find_producer(db, text)
        if who.remark and as_uuid(text) is None:
            raise NotFound(f"{who.remark} Give that name, or --new for somebody else.")
        return who
    if why := "it stands for nobody" if is_unknown(text) else problem_of(text):
        raise UsageError(f"{text!r} cannot be a person: {why}.")
    return None


def _credited(track: TrackFound, producer_id: UUID, role: str) -> Credited:
    if track.recording_id is None:
        raise UsageError(f"{track.track!r} carries no recording yet. Discover its artist first.")
    return Credited(recording_id=track.recording_id, track_id=track.id, producer_id=producer_id, role=role)
