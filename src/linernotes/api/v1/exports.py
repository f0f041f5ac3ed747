"""The whole base to take along, as it is read: CSV, JSON Lines, or Parquet.

Rows leave while they are read, so a million cost no more memory than a thousand. An answer that cannot be finished is
cut off, which a client notices; what fails before the first row is told as a problem.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Generator, Iterable, Mapping
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from enum import StrEnum
from importlib.util import find_spec
from types import MappingProxyType
from typing import Annotated, Any

import orjson
from anyio import CancelScope, to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from psycopg import Connection

from linernotes.api.asgi import Receive, Scope, Send
from linernotes.api.auth import require
from linernotes.api.keys import Role
from linernotes.api.reading import Turnstile, begin_reading
from linernotes.errors import UsageError
from linernotes.search import SHOWN_FROM
from linernotes.search.exports import COLUMNS, What, exports
from linernotes.search.formats import csv_lines, plain, write_parquet

router = APIRouter(prefix="/exports", tags=["exports"], dependencies=[require(Role.AUTHENTICATED)])

EXPORT_FOR = timedelta(minutes=15)
"""How long one export may take."""

PIECE = 65_536
"""Bytes that are sent at once, roughly."""


class Format(StrEnum):
    """The file formats of an export."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


MEDIA: Mapping[Format, str] = MappingProxyType(
    {
        Format.CSV: "text/csv; charset=utf-8",
        Format.JSONL: "application/jsonl",
        Format.PARQUET: "application/vnd.apache.parquet",
    }
)

FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The rows, streamed",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/jsonl": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/{what}", operation_id="export", responses=FILE, response_class=StreamingResponse)
async def export(
    request: Request,
    what: What,
    format: Annotated[Format, Query(description="parquet needs the extra of that name.")] = Format.CSV,
    min_confidence: Annotated[
        float, Query(ge=0, le=1, description="Leave out credits that are less sure than this.", allow_inf_nan=False)
    ] = SHOWN_FROM,
) -> StreamingResponse:
    """Every credit, producer or collaboration as a file, all rows of one moment. Takes the role authenticated."""
    if format is Format.PARQUET and find_spec("pyarrow") is None:
        raise UsageError("Parquet is not installed here. Ask for format=csv or format=jsonl.")
    turnstile: Turnstile = request.app.state.turnstile
    stack = AsyncExitStack()
    try:
        connection = await stack.enter_async_context(turnstile.connection(EXPORT_FOR))
        pieces = _pieces(connection, what, format, min_confidence)
        stack.push_async_callback(to_thread.run_sync, pieces.close)
        first = await to_thread.run_sync(next, pieces, b"")
    except BaseException:
        await stack.aclose()
        raise

    async def rest() -> AsyncIterator[bytes]:
        piece = first
        while piece:
            yield piece
            piece = await to_thread.run_sync(next, pieces, b"")

    name = f"linernotes-{what.value}.{format.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return _Closing(stack, rest(), media_type=MEDIA[format], headers=headers)


class _Closing(StreamingResponse):
    """Gives back what it streams from as soon as it ends, also when nobody listens any more: not when the garbage is
    collected, which closes a connection's keeper in the middle of itself."""

    def __init__(self, stack: AsyncExitStack, content: AsyncIterator[bytes], **options: Any) -> None:
        super().__init__(content, **options)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._stack.aclose()


def _pieces(db: Connection[Any], what: What, format_: Format, min_confidence: float) -> Generator[bytes]:
    """The file, piece by piece."""
    begin_reading(db, EXPORT_FOR)
    with closing(exports(db, what, min_confidence)) as rows:
        if format_ is Format.PARQUET:
            with tempfile.TemporaryFile() as whole:  # its directory stands at its end
                write_parquet(COLUMNS[what], rows, whole)
                whole.seek(0)
                while piece := whole.read(PIECE):
                    yield piece
            return
        names = list(COLUMNS[what])
        lines = csv_lines(names, rows) if format_ is Format.CSV else _json_lines(names, rows)
        yield from _gathered(line.encode("utf-8", "replace") for line in lines)


def _json_lines(names: list[str], rows: Iterable[tuple[Any, ...]]) -> Generator[str]:
    for row in rows:
        yield orjson.dumps({name: plain(value) for name, value in zip(names, row, strict=True)}).decode() + "\n"


def _gathered(lines: Iterable[bytes]) -> Generator[bytes]:
    """Lines by the piece: a line each would be a packet each."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
