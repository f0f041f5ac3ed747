"""The ten workers in the shape of Supabase's functions: POST /functions/v1/{name}, JSON in, JSON out.

`supabase.functions.invoke("queueMonitor", { body: { threshold_minutes: 5 } })`. Only the role service_role may.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, HTTPException, Path, Request, Response

from linernotes.api.auth import require
from linernotes.api.keys import Role
from linernotes.api.reading import EdgeOf
from linernotes.errors import SettingsError
from linernotes.services import workers

router = APIRouter(prefix="/functions/v1", dependencies=[require(Role.SERVICE)])


ARGUMENTS = {
    "type": "object",
    "description": "What each worker takes, all of which may be left out: "
    + "; ".join(f"{name}: {', '.join(worker.arguments) or 'nothing'}" for name, worker in workers.WORKERS.items()),
}
Name = Annotated[
    str,
    Path(
        description=" ".join(f"`{name}`: {worker.purpose}" for name, worker in workers.WORKERS.items()),
        json_schema_extra={"enum": list(workers.WORKERS)},
    ),
]


@router.post(
    "/{name}",
    summary="Run a worker once",
    tags=["workers"],
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": ARGUMENTS}}}},
)
async def invoke(name: Name, request: Request, edge: EdgeOf) -> Response:
    """Run one of the ten workers once. Its arguments are a JSON object, its answer too."""
    if edge.hands is None:
        raise SettingsError("This process has no workers. Start it with `linernotes serve`.")
    answer = await workers.call(name, await arguments_of(request), edge.hands)
    return Response(orjson.dumps(answer, default=str), media_type="application/json")


async def arguments_of(request: Request) -> dict[str, Any]:
    """The body as an object; empty when there is no body. Raises HTTPException for anything else."""
    body = await request.body()
    if not body.strip():
        return {}
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "The arguments come as application/json.")
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HTTPException(400, "The body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise HTTPException(400, "The arguments are a JSON object with their names.")
    return given
