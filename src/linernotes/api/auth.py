"""Who is asking, and what they may do.

A caller shows a key of ours, a JWT, or a session cookie that a browser got by signing in. The Supabase clients send
their key twice, as `apikey` and as `Authorization: Bearer`; what stands in Authorization counts. What is shown and
not valid is refused: it is never taken for a visitor's silence.

On loopback, while no secret is set, whoever comes without a key may read. Nobody writes without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Depends, Request
from psycopg import Connection

from linernotes.api import csrf
from linernotes.api.edge import Edge
from linernotes.api.keys import Holder, Role, holder_of_key, holder_of_session
from linernotes.api.pace import Pace, address
from linernotes.api.reading import EdgeOf
from linernotes.api.tokens import Verifier, looks_like_a_jwt, name_of, role_of
from linernotes.errors import NotAllowed, NotSignedIn

COOKIE = "linernotes_session"
LONGEST_KEY = 8_000
VISITOR = "visitor"
FAR_AHEAD = 32_503_680_000  # seconds: the year 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: their role, and the name of their key or the subject of their token (`visitor` without one).

    by says how they are known: nothing, key, token or session. until is when a token ends; token_claims are its
    claims.
    """

    role: Role
    name: str
    by: str = "nothing"
    holder: Holder | None = None
    until: datetime | None = None
    token_claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def claims(self) -> dict[str, Any]:
        """The claims that statements see as `request.jwt.claims`, as under PostgREST."""
        return {"sub": self.name, **self.token_claims, "role": str(self.role)}


def shown_key(request: Request) -> str | None:
    """The key that came along: in Authorization, else in apikey. Raises NotSignedIn for what cannot be one."""
    header = request.headers.get("authorization", "").strip()
    if header:
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise NotSignedIn("Authorization takes the form `Bearer KEY`.")
    else:
        key = request.headers.get("apikey", "")
    key = key.strip()
    if len(key) > LONGEST_KEY:
        raise NotSignedIn("That is too long to be a key.")
    return key or None


async def caller_of(request: Request, edge: EdgeOf) -> Caller:
    """Who is asking. Raises NotSignedIn for a key that is not valid, and without one where reading needs one, and
    TooOften for who asks more than one may."""
    caller = await _caller(request, edge)
    pace: Pace = request.app.state.pace
    pace.take(address(request.scope.get("client")) if caller.role is Role.ANON else f"{caller.by} {caller.name}")
    return caller


async def _caller(request: Request, edge: Edge) -> Caller:
    if key := shown_key(request):
        return await caller_with(request, edge, key)
    if token := request.cookies.get(COOKIE):
        holder = await _asked(request, lambda db: holder_of_session(db, token, edge.now()))
        if holder is not None:
            csrf.refuse_foreign(request)
            return Caller(role=holder.role, name=holder.name, by="session", holder=holder)
    if edge.open_to_visitors:
        return Caller(role=Role.ANON, name=VISITOR)
    raise NotSignedIn("Show a key: `apikey: KEY` or `Authorization: Bearer KEY`. `linernotes keys add` makes one.")


async def caller_with(request: Request, edge: Edge, key: str) -> Caller:
    """Who shows this key or token. Raises NotSignedIn when it is not valid."""
    if looks_like_a_jwt(key):
        verifier: Verifier = request.app.state.verifier
        claims = await to_thread.run_sync(verifier.claims, key)
        until = datetime.fromtimestamp(min(int(claims["exp"]), FAR_AHEAD), UTC)
        return Caller(role=role_of(claims), name=name_of(claims), by="token", until=until, token_claims=claims)
    holder = await _asked(request, lambda db: holder_of_key(db, key, edge.now()))
    if holder is None:
        raise NotSignedIn("That key is not valid here. `linernotes keys add` makes one.")
    return Caller(role=holder.role, name=holder.name, by="key", holder=holder)


async def _asked(request: Request, ask: Callable[[Connection[Any]], Holder | None]) -> Holder | None:
    async with request.app.state.turnstile.connection() as connection:
        return await to_thread.run_sync(ask, connection)


CallerOf = Annotated[Caller, Depends(caller_of)]
"""Who is asking."""


def refuse_lesser(caller: Caller, role: Role) -> None:
    """Raises NotSignedIn or NotAllowed for a caller who may less than this role."""
    if caller.role.includes(role):
        return
    makes = f"`linernotes keys add NAME --role {role}` makes a key that may."
    if caller.by == "nothing":
        raise NotSignedIn(f"This takes a key of the role {role}. {makes}")
    raise NotAllowed(f"This takes the role {role}; you are {caller.role}. {makes}")


def require(role: Role) -> Any:
    """What a route depends on that takes at least this role: `dependencies=[require(Role.AUTHENTICATED)]`."""

    async def allowed(caller: CallerOf) -> Caller:
        refuse_lesser(caller, role)
        return caller

    return Depends(allowed)


__all__ = [
    "COOKIE", "Caller", "CallerOf", "Role", "caller_of", "caller_with", "refuse_lesser", "require", "shown_key",
]  # fmt: skip
