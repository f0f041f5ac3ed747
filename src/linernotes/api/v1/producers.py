"""Routes about producers: finding them, one's page, credits, collaborators, who is alike, how two are connected."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from linernotes.api.reading import Db, Router
from linernotes.api.v1 import answers, parameters
from linernotes.search import collaboration
from linernotes.search.credits import CreditListed, credits_of
from linernotes.search.finding import Sort, Wanted, find_producers
from linernotes.search.paging import Page
from linernotes.search.producers import ProducerHit, find_producer
from linernotes.search.profile import ProducerProfile, profile
from linernotes.search.timeline import Timeline, timeline

router = Router(prefix="/producers", tags=["producers"])


class ProducerFound(BaseModel):
    """A producer who was found. matched is the name that answered, closeness how (name, other_name, same_letters,
    words, begins, contains, alike). recordings counts each recording once, with one role asked for in that role."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    kind: str | None = Field(description="person, group, or unknown")
    matched: str
    closeness: str
    recordings: int
    artists: int
    roles: dict[str, int] = Field(description="Recordings by role")
    links: int = Field(description="Public places that are known")
    confidence: float | None = Field(description="Of the surest credit, 0 to 1")
    best_known: list[str] = Field(description="Up to three artists, those with most recordings first")


FOUND = {
    "items": [
        {
            "id": "0193a4f2-7c1d-7b1e-9a55-0d2a3b4c5d6e",
            "name": "Nile Rodgers",
            "kind": "person",
            "matched": "Nile Rodgers",
            "closeness": "alike",
            "recordings": 41,
            "artists": 12,
            "roles": {"producer": 30, "composer": 25},
            "links": 4,
            "confidence": 0.97,
            "best_known": ["Chic", "David Bowie", "Diana Ross"],
        }
    ],
    "next": None,
}


@router.get(
    "",
    operation_id="findProducers",
    **answers.many(ProducerFound, example=FOUND),
)
def find(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    q: parameters.Name = None,
    role: parameters.Roles = None,
    genre: parameters.Genre = None,
    year_from: parameters.FromYear = None,
    year_to: parameters.ToYear = None,
    artist: Annotated[UUID | None, Query(description="The id of an artist they worked with.")] = None,
    verified: Annotated[parameters.Flag, Query(description="With a credit that two sources confirm.")] = None,
    reachable: Annotated[parameters.Flag, Query(description="With a public link.")] = None,
    sort: Annotated[
        Sort, Query(description="rising lists those with more and more credits lately.")
    ] = Sort.RELEVANCE,
    limit: parameters.Limit = 20,
    cursor: parameters.Cursor = None,
) -> Response:
    """Find producers by name, role, genre, years, artist, certainty, reachability."""
    wanted = Wanted(
        q=q,
        roles=tuple(role or ()),
        genre=genre,
        year_from=year_from,
        year_to=year_to,
        artist=artist,
        verified=parameters.truth(verified),
        reachable=parameters.truth(reachable),
        sort=sort,
    )
    page = find_producers(db, wanted, limit=limit, cursor=cursor)
    shown = Page(items=tuple(_shown(hit) for hit in page.items), next=page.next)
    return answers.listing(request, ProducerFound, shown, as_csv=as_csv)


def _shown(hit: ProducerHit) -> ProducerFound:
    fields: dict[str, Any] = {name: getattr(hit, name) for name in ProducerFound.model_fields if name != "closeness"}
    return ProducerFound(**fields | {"roles": dict(hit.roles)}, closeness=hit.closeness.name.lower())


@router.get(
    "/{id}",
    operation_id="getProducer",
    **answers.one(ProducerProfile),
)
def page(
    request: Request,
    db: Db,
    id: parameters.Id,
    top: Annotated[int, Query(ge=0, le=100, description="How many recordings to list of each role.")] = 10,
) -> Response:
    """A producer's page: names, ids, roles, best known credits, artists, collaborators, groups, links, sources.

    The id of somebody who was merged gives who they are now."""
    return answers.value(request, ProducerProfile, profile(db, find_producer(db, str(id)), top=top))


@router.get(
    "/{id}/credits",
    operation_id="listCreditsOfProducer",
    **answers.many(CreditListed),
)
def credits(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    id: parameters.Id,
    role: parameters.OneRole = None,
    year_from: parameters.FromYear = None,
    year_to: parameters.ToYear = None,
    verified: Annotated[parameters.Flag, Query(description="Only those that two sources confirm, or do not.")] = None,
    limit: parameters.Limit = 50,
    cursor: parameters.Cursor = None,
) -> Response:
    """A producer's credits, the newest recording first."""
    found = credits_of(
        db,
        id,
        role=role,
        year_from=year_from,
        year_to=year_to,
        verified=parameters.truth(verified),
        limit=limit,
        cursor=cursor,
    )
    return answers.listing(request, CreditListed, found, as_csv=as_csv)


@router.get(
    "/{id}/collaborators",
    operation_id="listCollaborators",
    **answers.many(collaboration.Together),
)
def collaborators(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    id: parameters.Id,
    limit: parameters.Limit = 50,
    cursor: parameters.Cursor = None,
) -> Response:
    """Who else is credited on a producer's recordings, most recordings first."""
    found = collaboration.collaborators(db, id, limit=limit, cursor=cursor)
    return answers.listing(request, collaboration.Together, found, as_csv=as_csv)


@router.get(
    "/{id}/similar",
    operation_id="listSimilarProducers",
    **answers.many(collaboration.Similar),
)
def similar(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    id: parameters.Id,
    limit: parameters.Limit = 10,
) -> Response:
    """Who works for the same artists, with the artists and recordings that say so."""
    return answers.whole(request, collaboration.Similar, collaboration.similar(db, id, limit=limit), as_csv=as_csv)


@router.get(
    "/{id}/timeline",
    operation_id="getTimeline",
    **answers.one(Timeline),
)
def years(request: Request, db: Db, id: parameters.Id) -> Response:
    """A producer's work year by year."""
    return answers.value(request, Timeline, timeline(db, id))


@router.get(
    "/{id}/network",
    operation_id="getNetwork",
    **answers.one(collaboration.Network),
)
def network(
    request: Request,
    db: Db,
    id: parameters.Id,
    limit: Annotated[int, Query(ge=1, le=collaboration.MOST_NODES, description="How many people around them.")] = 30,
) -> Response:
    """A producer, those they work with most, and who of these work with each other: nodes and edges to draw."""
    return answers.value(request, collaboration.Network, collaboration.network(db, id, limit=limit))


@router.get(
    "/{id}/path/{other}",
    operation_id="findPath",
    **answers.one(collaboration.Path),
)
def path(request: Request, db: Db, id: parameters.Id, other: parameters.Id) -> Response:
    """The fewest recordings that lead from one producer to another, each with the credits that say so.

    hops is null when no chain was found; complete says whether everybody within six hops was looked at."""
    return answers.value(request, collaboration.Path, collaboration.path(db, id, other))
