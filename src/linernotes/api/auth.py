"""Who is asking, and what they may do.

A caller shows a key of ours, or a session cookie that a browser got by signing in. The Supabase clients send their
key twice, as `apikey` and as `Authorization: Bearer`; what stands in Authorization counts. What is shown and not
valid is refused: it is never taken for a visitor's silence.

On loopback, while no secret is set, whoever comes without a key may read. Nobody writes without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from psycopg import Connection

from linernotes.api import csrf
from linernotes.api.edge import Edge
from linernotes.api.keys import Holder, Role, holder_of_key, holder_of_session
from linernotes.api.reading import EdgeOf
from linernotes.errors import NotAllowed, NotSignedIn

COOKIE = "linernotes_session"
LONGEST_KEY = 8_000
VISITOR = "visitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: their role, and the name of their key (`visitor` without one).

    by says how they are known: nothing, key or session. claims is what PostgreSQL is told of them.
    """

    role: Role
    name: str
    by: str = "nothing"

    @property
    def claims(self) -> dict[str, Any]:
        """The claims that statements see as `request.jwt.claims`, as under PostgREST."""
        return {"role": str(self.role), "sub": self.name}


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
    """Who is asking. Raises NotSignedIn for a key that is not valid, and without one where reading needs one."""
    if key := shown_key(request):
        return await _by_key(request, edge, key)
    if token := request.cookies.get(COOKIE):
        holder = await _holder(request, holder_of_session, token, edge)
        if holder is not None:
            csrf.refuse_foreign(request)
            return Caller(role=holder.role, name=holder.name, by="session")
    if edge.open_to_visitors:
        return Caller(role=Role.ANON, name=VISITOR)
    raise NotSignedIn("Show a key: `apikey: KEY` or `Authorization: Bearer KEY`. `linernotes keys add` makes one.")


async def _by_key(request: Request, edge: Edge, key: str) -> Caller:
    holder = await _holder(request, holder_of_key, key, edge)
    if holder is None:
        raise NotSignedIn("That key is not valid here. `linernotes keys add` makes one.")
    return Caller(role=holder.role, name=holder.name, by="key")


async def _holder(request: Request, find: Any, secret: str, edge: Edge) -> Holder | None:
    async with request.app.state.turnstile.connection() as connection:

        def ask(db: Connection[Any]) -> Holder | None:
            found: Holder | None = find(db, secret, edge.now())
            return found

        return await to_thread.run_sync(ask, connection)


CallerOf = Annotated[Caller, Depends(caller_of)]
"""Who is asking."""


def require(role: Role) -> Any:
    """What a route depends on that takes at least this role: `dependencies=[require(Role.AUTHENTICATED)]`."""

    def allowed(caller: CallerOf) -> Caller:
        if not caller.role.includes(role):
            raise NotAllowed(
                f"This takes the role {role}; you are {caller.role}. "
                f"`linernotes keys add NAME --role {role}` makes a key that may."
            )
        return caller

    dependency: Dependency = Depends(allowed)
    return dependency


__all__ = ["COOKIE", "Caller", "CallerOf", "Role", "caller_of", "require", "shown_key"]
