"""A connection for a form that changes something: one transaction, through functions of other rooms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import Depends, Request
from psycopg import Connection

from linernotes.api.reading import Turnstile, writing

Result = TypeVar("Result")
Write = Callable[[Connection[Any]], Any]


def writing_connection(request: Request) -> Callable[[Write], Awaitable[Any]]:
    """The dependency behind `Writing`."""
    turnstile: Turnstile = request.app.state.turnstile

    async def write(work: Write) -> Any:
        def in_a_transaction(connection: Connection[Any]) -> Any:
            with writing(connection):
                return work(connection)

        async with turnstile.connection() as connection:
            return await to_thread.run_sync(in_a_transaction, connection)

    return write


Writing = Annotated[Callable[[Write], Awaitable[Any]], Depends(writing_connection)]
"""`await writing(lambda db: change(db, ...))`: all of it happens, or nothing."""
