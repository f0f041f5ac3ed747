"""`linernotes discover` and `linernotes demo`: an artist in, its producers out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from psycopg import Connection

from linernotes.api.edge import LOOPBACK
from linernotes.cli.context import ready
from linernotes.cli.output import Column, CsvFlag, JsonFlag, Shape, say, shape_of, show_list, telling_errors
from linernotes.cli.plan import explain_plan
from linernotes.cli.progress import ProgressLine
from linernotes.cli.serve import PORT, PortOption
from linernotes.cli.serve import run as serve_until_stopped
from linernotes.database.connect import connect, open_pool
from linernotes.database.store import keep_problems
from linernotes.errors import UsageError
from linernotes.forget_key import forget_key
from linernotes.model.message import Queue
from linernotes.model.source import Source
from linernotes.queues.belt import worker_name
from linernotes.queues.operating import given_up
from linernotes.search.discovered import Summary, found_producers, summary
from linernotes.services.discovery import Ending, Start, send_starts, starts, work_until_drained
from linernotes.services.known import why_waiting
from linernotes.settings import Settings
from linernotes.sources.exchange import new_client
from linernotes.sources.registry import Registry, file_locator, not_here, web_openers

SHOWN = 20

NEXT_STEPS = """
What next:
  {command} search "nile rogers"                     typos are forgiven
  {command} show "Nile Rodgers"                      credits, collaborators, links
  {command} explain "Let's Dance" "Nile Rodgers"     why we say so
  {command} discover --all --from file:credits.csv   a list of your own
  LINERNOTES_CONTACT=you@example.org {command} discover "Daft Punk"   from MusicBrainz"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command()(discover)


@telling_errors()
def demo(
    serve: Annotated[
        bool, typer.Option("--serve", help="Then serve the pages and the API on it, until Ctrl-C.")
    ] = False,
    port: PortOption = PORT,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """Everything on the bundled sample: the pipeline, and a table of the producers it found."""
    shape = shape_of(json=json, csv=csv)
    settings, url = ready()
    source, messages = asyncio.run(_prepared(settings, url, "sample", [], web=False))
    _discover(settings, url, source, [], messages, shape, web=False)
    if shape is Shape.TEXT:
        say(NEXT_STEPS.format(command=command()))
    if serve:
        serve_until_stopped(settings, url, LOOPBACK, port)


@telling_errors()
def discover(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME...", help="Artists, each in quotes: names, or ids (an MBID, deezer:27, a page's address)."
        ),
    ] = None,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="SOURCE",
            help="Where to look artists up: musicbrainz, deezer, spotify, sample, or file:PATH: a table of yours, "
            "or a Discogs dump (.xml, .xml.gz).",
        ),
    ] = "musicbrainz",
    everything: Annotated[bool, typer.Option("--all", help="Every artist of a file or of the sample.")] = False,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=COLUMN", help="Which column of the file holds a field: track=Title."),
    ] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Send the work and leave it to workers.")] = False,
    plan: Annotated[
        bool, typer.Option("--explain-plan", help="Print the calls that it will cost, and make none.")
    ] = False,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """Find an artist's albums, tracks, and who produced and wrote them."""
    shape = shape_of(json=json, csv=csv)
    wanted = [n.strip() for n in names or [] if n.strip()]
    if bool(wanted) == everything:
        raise UsageError("Name the artists to discover, or give --all with --from file:PATH; not both.")
    locator = locator_of(source, column or [])
    settings, url = ready()
    if plan:
        explain_plan(settings, url, locator, wanted, shape)
        return
    opened, messages = asyncio.run(_prepared(settings, url, locator, wanted, web=True))
    if no_wait:
        with connect(url) as db:
            sent = send_starts(db, messages)
        say(f"{sent} of {len(messages)} artists sent for; the rest are on their way or done.")
        return
    _discover(settings, url, opened, wanted, messages, shape, web=True)


def locator_of(source: str, columns: Sequence[str]) -> str:
    """The locator that messages carry. Raises UsageError for a mapping that is none."""
    mapping = {}
    for pair in columns:
        field, equals, name = pair.partition("=")
        if not equals or not field.strip() or not name.strip():
            raise UsageError(f"--column takes FIELD=COLUMN, for example --column track=Title; got {pair!r}.")
        mapping[field.strip()] = name.strip()
    if source.startswith("file:"):
        return file_locator(source.removeprefix("file:"), mapping)
    if mapping:
        raise UsageError("--column goes with --from file:PATH.")
    return source


async def _prepared(
    settings: Settings, url: str, locator: str, names: Sequence[str], *, web: bool
) -> tuple[Source, list[Start]]:
    async with await open_pool(url, 1) as pool, new_client() as client:
        registry = Registry(web_openers(settings, pool, client) if web else {})
        source = registry.catalogue(locator)
        messages = await starts(source, names)
        for name in not_here(settings):
            say(f"Left out, because it is not part of this installation: {name}.")
        for variable, left_out in registry.left_out().items():
            say(f"Left out, because {variable} is not set: {', '.join(left_out)}.")
        return source, messages


def _discover(
    settings: Settings,
    url: str,
    source: Source,
    names: Sequence[str],
    messages: Sequence[Start],
    shape: Shape,
    *,
    web: bool,
) -> None:
    problems = getattr(source, "problems", ())
    with connect(url) as db:
        if problems:
            keep_problems(db, problems, forget_key(settings))
        sent = send_starts(db, messages)
    if sent < len(messages):
        say(f"{len(messages) - sent} of {len(messages)} artists are done already, or on their way.")
    with ProgressLine() as line:
        ending = asyncio.run(work_until_drained(settings, url, worker=worker_name(), progress=line.show, web=web))
    with connect(url) as db:
        _report(db, source, names, shape, len(problems))
        _fail_if_unfinished(db, messages, ending)


def _report(db: Connection[Any], source: Source, names: Sequence[str], shape: Shape, problems: int) -> None:
    _tell(summary(db, source.name, names))
    if problems:
        say(f"{problems} things in {source.name} could not be used; `{command()} problems` lists them.")
    show_list(
        found_producers(db, source.name, names, SHOWN),
        [
            Column("producer"),
            Column("produced", right=True),
            Column("wrote", right=True),
            Column("artists", right=True),
            Column("confidence", right=True),
            Column("links"),
        ],
        title=f"Producers and writers (the {SHOWN} with most recordings)" if shape is Shape.TEXT else "",
        shape=shape,
        empty="Nobody is credited.",
    )


def _tell(found: Summary) -> None:
    say(
        f"{_count(found.artists, 'artist')}, {_count(found.albums, 'album')}, {_count(found.tracks, 'track')}, "
        f"{_count(found.recordings, 'recording')}, {found.produced} of them with a producer; "
        f"{_count(found.credits, 'credit')} of {_count(found.people, 'person', 'people')}, "
        f"from {_count(found.claims, 'claim')}."
    )


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _fail_if_unfinished(db: Connection[Any], messages: Sequence[Start], ending: Ending) -> None:
    """Say what was given up or must wait, and end with 1 when either stands between the person and the result."""
    lost = given_up(db, Queue.ARTIST_DISCOVERY, [m.key for m in messages])
    for error in lost:
        say(f"linernotes: {error}.")
    if ending.tally.buried > len(lost):
        say(f"{ending.tally.buried} messages were given up; `{command()} queues dead` says why.")
    if ending.waiting:
        for why in why_waiting(db):
            say(f"linernotes: {why.rstrip('.')}.")
        when = f" until {ending.next_at:%H:%M:%S} UTC" if ending.next_at else ""
        say(f"linernotes: {ending.waiting} messages wait{when}; run the same command again to go on.")
    if lost or ending.waiting or ending.tally.buried:
        raise typer.Exit(1)


def command() -> str:
    """How the person at the shell calls us: the script of a checkout says so, which no setting of a person's is."""
    return os.environ.get("LINERNOTES_COMMAND", "linernotes")
