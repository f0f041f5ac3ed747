"""Routes that start a discovery, follow it, and stop it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Header, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from linernotes.api.auth import CallerOf, require
from linernotes.api.edge import Edge
from linernotes.api.keys import Role
from linernotes.api.reading import Db, EdgeOf, Router, begin_reading, with_connection, writing
from linernotes.api.v1 import answers, parameters
from linernotes.database.connect import open_pool
from linernotes.errors import NotAllowed
from linernotes.model.names import LONGEST_NAME
from linernotes.model.source import Source
from linernotes.search.discoveries import Discovery, DiscoveryListed, discoveries, discovery
from linernotes.search.formats import plain
from linernotes.services.discoveries import MOST_NAMES, asked_for, cancel, start
from linernotes.services.discovery import Start
from linernotes.sources.exchange import new_client
from linernotes.sources.registry import Registry, web_openers

router = Router(prefix="/discoveries", tags=["discoveries"])
STARTING = [require(Role.AUTHENTICATED)]

LOOK_EVERY_S = 1.0
HEARTBEAT_S = 15.0
RETRY_MS = 2_000

ArtistName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]


class Asked(BaseModel):
    """What to discover: artists by name, by a source's id or by the address of a page, and where to look them up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"artists": ["Daft Punk"]}})

    artists: list[ArtistName] = Field(min_length=1, max_length=MOST_NAMES)
    source: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,30}$")] = Field(
        "musicbrainz", description="The catalogue: musicbrainz, deezer, spotify, or sample."
    )


@router.post(
    "",
    operation_id="startDiscovery",
    status_code=202,
    response_model=Discovery,
    responses={
        202: {"description": "Sent; follow it at Location", "headers": {"Location": {"schema": {"type": "string"}}}}
    },
    dependencies=STARTING,
)
async def begin(request: Request, edge: EdgeOf, caller: CallerOf, asked: Asked) -> Response:
    """Start discovering artists; the workers do it. Who is on their way, or was done lately, is not done again.

    Takes the role authenticated."""
    source, messages = await prepared(edge, asked)

    def work(db: Connection[Any]) -> Discovery:
        with writing(db):
            id_ = start(db, source, messages, by=caller.name, now=edge.now())
            return discovery(db, id_, edge.now())

    made = await with_connection(request, work)
    answer = answers.value(request, Discovery, made, fresh=0)
    answer.status_code = 202
    answer.headers["Location"] = f"/v1/discoveries/{made.id}"
    return answer


async def prepared(edge: Edge, asked: Asked) -> tuple[Source, Sequence[Start]]:
    """The source and the first messages. Raises UsageError for a source that is switched off, or none."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(new_client())
        pool = edge.hands.pool if edge.hands else await stack.enter_async_context(await open_pool(edge.url, 1))
        source = Registry(web_openers(edge.settings, pool, client)).catalogue(asked.source)
        return source, await asked_for(source, asked.artists)


@router.get(
    "",
    operation_id="listDiscoveries",
    **answers.many(DiscoveryListed),
    dependencies=STARTING,
)
def listed(
    request: Request, db: Db, as_csv: parameters.AsCsv, limit: parameters.Limit = 20, cursor: parameters.Cursor = None
) -> Response:
    """The discoveries that were asked for, the latest first. Takes the role authenticated."""
    return answers.listing(request, DiscoveryListed, discoveries(db, limit=limit, cursor=cursor), as_csv=as_csv)


@router.get("/{id}", operation_id="getDiscovery", **answers.one(Discovery))
def state(request: Request, db: Db, edge: EdgeOf, id: parameters.Id) -> Response:
    """How a discovery stands: what became of each artist, what waits on which queue, what was found so far."""
    return answers.value(request, Discovery, discovery(db, id, edge.now()), fresh=0)


@router.delete(
    "/{id}",
    operation_id="cancelDiscovery",
    **answers.one(Discovery),
    dependencies=STARTING,
)
async def stop(request: Request, edge: EdgeOf, caller: CallerOf, id: parameters.Id) -> Response:
    """Stop a discovery: what waits for it goes from the queues, what was found stays.

    Takes the role authenticated for one's own, service_role for others'."""

    def work(db: Connection[Any]) -> Discovery:
        with writing(db):
            found = discovery(db, id, edge.now())
            if found.asked_by != caller.name and not caller.role.includes(Role.SERVICE):
                raise NotAllowed("This discovery is somebody else's; that takes the role service_role.")
            cancel(db, id, by=caller.name, now=edge.now())
            return discovery(db, id, edge.now())

    return answers.value(request, Discovery, await with_connection(request, work), fresh=0)


@router.get(
    "/{id}/events",
    operation_id="followDiscovery",
    response_class=Response,
    responses={
        200: {
            "description": "Server-sent events: `progress` with the discovery whenever it changed, at last `end`",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        204: {"description": "It is over, and Last-Event-ID says that you know: do not connect again"},
    },
)
async def follow(
    request: Request,
    edge: EdgeOf,
    id: parameters.Id,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Response:
    """Follow a discovery until it is over, as server-sent events.

    `progress` tells the discovery whenever it changed, `end` tells it for the last time; a comment comes every 15 s.
    Who connects again with Last-Event-ID is told what changed since."""
    first = await _look(request, edge, id)
    if first.state.is_over and last_event_id == _mark(first):
        return Response(status_code=204)
    return EventSourceResponse(
        _events(lambda: _look(request, edge, id), first, last_event_id),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(look: Callable[[], Any], found: Discovery, known: str | None) -> AsyncIterator[bytes]:
    """The events until it is over. known: the id of the last event that the listener had."""
    quiet = 0.0
    yield format_sse_event(retry=RETRY_MS, comment="following")
    while True:
        mark = _mark(found)
        if mark != known or found.state.is_over:
            yield format_sse_event(
                data_str=orjson.dumps(plain(found)).decode(),
                event="end" if found.state.is_over else "progress",
                id=mark,
            )
            known, quiet = mark, 0.0
        if found.state.is_over:
            return
        if quiet >= HEARTBEAT_S:
            yield format_sse_event(comment="still there")
            quiet = 0.0
        await asyncio.sleep(LOOK_EVERY_S)
        quiet += LOOK_EVERY_S
        found = await look()


def _mark(found: Discovery) -> str:
    """The id of an event: what it tells, in short."""
    return blake2b(orjson.dumps(plain(found)), digest_size=9).hexdigest()


async def _look(request: Request, edge: Edge, id_: UUID) -> Discovery:
    def work(db: Connection[Any]) -> Discovery:
        begin_reading(db)
        return discovery(db, id_, edge.now())

    return await with_connection(request, work)
