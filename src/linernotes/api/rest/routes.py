"""POST, GET and HEAD /rest/v1/rpc/{function}: `supabase.rpc(...)`; and GET /rest/v1/, which describes them."""

from __future__ import annotations

from datetime import timedelta

import orjson
import psycopg
from anyio import to_thread
from fastapi import Request, Response

from linernotes.api.auth import CallerOf
from linernotes.api.edge import Edge
from linernotes.api.keys import Role
from linernotes.api.problems import problem_of, rest_shape
from linernotes.api.reading import Db, Router, Turnstile
from linernotes.api.rest.asked import Asked, Form
from linernotes.api.rest.call import ALLOWED, Answer, Call, run
from linernotes.api.rest.catalog import Catalog
from linernotes.api.rest.description import MEDIA_TYPE, description
from linernotes.api.rest.failures import RestError, problem_of_database
from linernotes.forget_key import forget_key

router = Router(prefix="/rest/v1")
"""Who may call what is decided by PostgreSQL, under whose role the call runs."""

CUT_LATER = timedelta(seconds=3)
MEDIA_TYPES = {
    Form.JSON: "application/json; charset=utf-8",
    Form.ONE: "application/vnd.pgrst.object+json; charset=utf-8",
    Form.CSV: "text/csv; charset=utf-8",
}


@router.api_route(
    "/rpc/{function}", methods=["GET", "HEAD", "POST"], response_class=Response, include_in_schema=False
)
async def rpc(function: str, request: Request, caller: CallerOf) -> Response:
    """Call a function of the contract under the caller's role."""
    call = Call(
        function=function,
        method=request.method,
        path=request.url.path,
        query=tuple(request.query_params.multi_items()),
        headers=request.headers,
        body=await request.body() if request.method == "POST" else b"",
    )
    turnstile: Turnstile = request.app.state.turnstile
    catalog: Catalog = request.app.state.catalog
    edge: Edge = request.app.state.edge
    try:
        async with turnstile.connection(ALLOWED[caller.role] + CUT_LATER) as db:
            answer = await to_thread.run_sync(run, db, catalog, call, caller, forget_key(edge.settings))
    except RestError as error:
        return rest_shape(error.problem())
    except psycopg.Error as error:
        told = problem_of_database(error, anonymous=caller.role is Role.ANON)
        return rest_shape(told or problem_of(error))
    return respond(answer)


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
def described(request: Request, db: Db, caller: CallerOf) -> Response:
    """What a caller may call, in OpenAPI 2.0 as PostgREST says it."""
    body = b"" if request.method == "HEAD" else orjson.dumps(description(db, caller.role))
    return Response(body, media_type=MEDIA_TYPE, headers={"Vary": "Authorization, apikey, Cookie"})


@router.api_route("/{table:path}", methods=["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"], include_in_schema=False)
def table(table: str, caller: CallerOf) -> Response:
    """Tables are not offered: say what is."""
    error = RestError(
        status=404,
        code="PGRST205",
        message=f"Could not find the table 'public.{table[:100]}' in the schema cache",
        hint="Only functions are offered here: /rest/v1/rpc/FUNCTION. For facts to read there is /v1.",
    )
    return rest_shape(error.problem())


def respond(answer: Answer) -> Response:
    """The answer as PostgREST gives it: 204 for nothing, 206 for a part of what was counted."""
    if answer.body is None:
        return Response(status_code=204)
    asked, headers = answer.asked, {}
    status = 200
    if answer.function.returns_set:
        headers["Content-Range"] = content_range(asked, answer)
        status = 206 if asked.counted and answer.shown < answer.total else 200
    if asked.counted:
        headers["Preference-Applied"] = "count=exact"
    return Response(
        b"" if asked.head else answer.body.encode(),
        status_code=status,
        media_type=MEDIA_TYPES[asked.form],
        headers=headers,
    )


def content_range(asked: Asked, answer: Answer) -> str:
    """`0-9/36`, with * for what was not counted or is not there."""
    total = str(answer.total) if asked.counted else "*"
    if not answer.shown:
        return f"*/{total}"
    return f"{asked.offset}-{asked.offset + answer.shown - 1}/{total}"
