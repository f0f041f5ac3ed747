"""Bringing artists in: starting a discovery, and watching its stages until it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from psycopg import Connection
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from linernotes.api.auth import Caller, CallerOf, require
from linernotes.api.edge import Edge
from linernotes.api.keys import Role
from linernotes.api.reading import Db, EdgeOf, Router
from linernotes.api.v1.discoveries import Asked, prepared
from linernotes.errors import NotAllowed, NotFound, SettingsError, UsageError
from linernotes.search.discovered import found_producers
from linernotes.search.discoveries import Discovery, DiscoveryListed, State, discoveries, discovery
from linernotes.search.producers import as_uuid
from linernotes.services.discoveries import MOST_NAMES, cancel, start
from linernotes.sources.installed import local_sources
from linernotes.sources.web import ON_REQUEST, OPENERS
from linernotes.web.forms import FormOf
from linernotes.web.svg.bars import Share, stacked
from linernotes.web.views.search import LONGEST
from linernotes.web.visit import Visit, VisitOf
from linernotes.web.words import many
from linernotes.web.writing import Writing

router = Router()

LISTED = 10
PEOPLE_SHOWN = 12
LOOK_AGAIN_S = 3
"""After how many seconds the page loads itself again where no script runs."""

CATALOGUES = frozenset({"musicbrainz", "deezer", "spotify"})
"""The web sources that list an artist's albums."""

SAMPLE = "sample"

starting = [require(Role.AUTHENTICATED)]

STAGES = {
    "artist_discovery": "finding the artist",
    "album_discovery": "reading albums",
    "track_discovery": "reading tracks",
    "producer_identification": "asking who made them",
    "social_enrichment": "finding public links",
}
"""What the work on each queue is, in words."""

STATES = {
    State.WORKING: "working",
    State.PUT_OFF: "waiting for a source",
    State.DONE: "done",
    State.FAILED: "nobody found",
    State.CANCELLED: "stopped",
}


@router.get("/discover")
def discover(visit: VisitOf, db: Db, edge: EdgeOf, name: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """The form that starts a discovery, and those that were started."""
    latest = discoveries(db, limit=LISTED).items if visit.caller.role.includes(Role.AUTHENTICATED) else ()
    return form_page(visit, edge, name.strip(), latest=latest)


@router.post("/discover", dependencies=starting)
async def begin(visit: VisitOf, form: FormOf, edge: EdgeOf, writing: Writing) -> Response:
    """Start it, and go where it can be watched. What cannot be started comes back in the form, with the reason."""
    try:
        source, messages = await prepared(edge, asked_for(form))
    except (UsageError, SettingsError) as error:
        return form_page(visit, edge, form.get("artists", ""), source=form.get("source", ""), said=str(error))
    id_ = await writing(lambda db: start(db, source, messages, by=visit.caller.name, now=edge.now()))
    return RedirectResponse(f"/discoveries/{id_}", 303)


def form_page(
    visit: Visit, edge: Edge, name: str, *, source: str = "", said: str = "", latest: Sequence[DiscoveryListed] = ()
) -> Response:
    """The page with the form; said is why the last one could not be started."""
    return visit.page(
        "discover.html",
        title="Discover",
        status=422 if said else 200,
        name=name,
        source=source,
        said=said,
        most_names=MOST_NAMES,
        sources=catalogues(edge.settings.source_names),
        may_start=visit.caller.role.includes(Role.AUTHENTICATED),
        latest=latest,
    )


@router.get("/discoveries/{id}")
def watch(visit: VisitOf, db: Db, edge: EdgeOf, id: str) -> Response:
    """How a discovery stands: it moves by itself until it is over."""
    found = discovery(db, known(id), edge.now())
    names = [artist.artist or artist.name for artist in found.artists]
    return visit.page(
        "discovery.html",
        title=f"Discovering {' and '.join(names[:2])}{f' and {len(names) - 2} more' if len(names) > 2 else ''}",
        private=True,
        refresh_in=None if found.state.is_over else LOOK_AGAIN_S,
        found=found,
        names=names,
        state=STATES[found.state],
        told=told(found),
        stages=stages(found),
        people=found_producers(db, found.source, names, PEOPLE_SHOWN),
        may_stop=may_stop(found, visit.caller),
    )


@router.post("/discoveries/{id}/stop", dependencies=starting)
async def stop(request: Request, edge: EdgeOf, caller: CallerOf, writing: Writing, id: str) -> Response:
    """Stop it: what waits for it goes from the queues, what was found stays."""

    def work(db: Connection[Any]) -> None:
        found = discovery(db, known(id), edge.now())
        if not may_stop(found, caller):
            raise NotAllowed("This discovery is somebody else's, or over.")
        cancel(db, found.id, by=caller.name, now=edge.now())

    await writing(work)
    return RedirectResponse(f"/discoveries/{known(id)}", 303)


def catalogues(switched_on: Sequence[str]) -> list[str]:
    """The sources in which artists can be looked up here: the web sources that are on, and the sample."""
    web = [name for name in OPENERS if name in CATALOGUES and (name in switched_on or name in ON_REQUEST)]
    return [*web, *(local.name for local in local_sources() if local.name == SAMPLE)]


def asked_for(form: Mapping[str, str]) -> Asked:
    """What the form asks for: one artist a line. Raises UsageError."""
    names = [line.strip() for line in form.get("artists", "").splitlines() if line.strip()]
    if not 1 <= len(names) <= MOST_NAMES:
        raise UsageError(f"Give one to {MOST_NAMES} artists, each on a line of its own.")
    try:
        return Asked(artists=names, source=form.get("source", ""))
    except ValidationError:
        raise UsageError("An artist's name is too long, or the source is none.") from None


def known(text: str) -> UUID:
    """The id in the address. Raises NotFound."""
    if (id_ := as_uuid(text)) is None:
        raise NotFound(f"{text!r} is not the id of a discovery.")
    return id_


def may_stop(found: Discovery, caller: Caller) -> bool:
    """Whoever asked for it, and whoever operates."""
    own = found.asked_by == caller.name and caller.role.includes(Role.AUTHENTICATED)
    return not found.state.is_over and (own or caller.role.includes(Role.SERVICE))


def told(found: Discovery) -> str:
    """How it stands in a sentence, for those who listen."""
    if found.state is not State.DONE:
        return STATES[found.state]
    return f"done: {many(found.found.recordings, 'recording')}, {found.found.produced} with a producer"


def stages(found: Discovery) -> list[tuple[str, int, int, str]]:
    """Each stage in words, what waits for it now and what is in hand or put off, and both as a bar."""
    longest = max((share.waiting + share.hidden for share in found.queues), default=0) or 1
    return [
        (
            STAGES.get(share.queue, share.queue),
            share.waiting,
            share.hidden,
            stacked(
                [Share(share.waiting, "visible"), Share(share.hidden, "hidden")],
                out_of=longest,
                title=STAGES.get(share.queue, share.queue),
                key=f"bar-{share.queue}",
            ),
        )
        for share in found.queues
    ]
