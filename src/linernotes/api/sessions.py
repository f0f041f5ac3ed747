"""Signing in with a browser: by a key, or by the one-time link that `serve` printed.

The cookie holds 256 random bits that mean nothing elsewhere; it is closed to scripts (HttpOnly), stays at home
(SameSite=Strict), and ends after half a day, with the key it was begun with, or on signing out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qs

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from linernotes.api import csrf
from linernotes.api.auth import COOKIE, Caller, caller_with
from linernotes.api.edge import Edge
from linernotes.api.keys import Holder, Role, begin_session, end_session
from linernotes.api.reading import EdgeOf
from linernotes.errors import NotAllowed, NotSignedIn
from linernotes.web import sign_in_form

router = APIRouter(include_in_schema=False)

SESSION = timedelta(hours=12)
OPERATOR = "operator"
HOME = "/"


@router.get("/sign-in")
async def sign_in_page(
    request: Request, edge: EdgeOf, link: Annotated[str, Query(max_length=200)] = "", next: str = HOME
) -> Response:
    """The form; or, with a link that `serve` printed, the session at once."""
    if not link:
        return sign_in_form(request, local(next))
    if not edge.links.use(link, edge.now()):
        failure = "This link was used before, or is too old. Start `linernotes serve` anew, or use a key."
        return sign_in_form(request, local(next), failure, 401)
    return await _begin(request, edge, Caller(role=Role.SERVICE, name=OPERATOR), local(next))


@router.post("/sign-in")
async def sign_in(request: Request, edge: EdgeOf) -> Response:
    """Begin a session for the key in the form."""
    if not csrf.same_origin(request):
        raise NotAllowed("Sign in on the page of this site.")
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    key, next_page = (fields.get(name, [""])[0].strip() for name in ("key", "next"))
    try:
        caller = await caller_with(request, edge, key)
    except NotSignedIn as error:
        return sign_in_form(request, local(next_page), str(error), 401)
    return await _begin(request, edge, caller, local(next_page))


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    csrf.refuse_foreign(request)
    if token := request.cookies.get(COOKIE):
        async with request.app.state.turnstile.connection() as connection:
            await to_thread.run_sync(end_session, connection, token)
    answer = RedirectResponse(HOME, status_code=303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


async def _begin(request: Request, edge: Edge, caller: Caller, next_page: str) -> Response:
    now = edge.now()
    until = min(now + SESSION, caller.until or now + SESSION)
    holder = caller.holder or Holder(id=None, name=caller.name, role=caller.role)
    async with request.app.state.turnstile.connection() as connection:
        token = await to_thread.run_sync(begin_session, connection, holder, now, until)
    answer = RedirectResponse(next_page, status_code=303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        token,
        max_age=max(0, int((until - now).total_seconds())),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def local(page: str) -> str:
    """A page of this site to go to; anything else becomes the first page."""
    if not page.startswith("/") or page.startswith(("//", "/\\")) or not page.isprintable() or len(page) > 2_000:
        return HOME
    return page
