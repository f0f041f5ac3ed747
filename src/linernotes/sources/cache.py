"""Answers of the web sources, kept in the database with their expiry and shared by all workers."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from linernotes.model.forgetting import ForgetKey, marks_in
from linernotes.queries import load_queries
from linernotes.sources.statements import Pool, run

_SQL = load_queries("linernotes.sources", "cache.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it was kept: the decompressed body, before it is read."""

    status: int
    body: bytes
    fetched_at: datetime


class ResponseCache:
    """The table linernotes.responses."""

    def __init__(self, pool: Pool, forget_key: Callable[[], ForgetKey | None] = lambda: None) -> None:
        self._pool = pool
        self._forget_key = forget_key

    async def find(self, source: str, request: str, now: datetime) -> Kept | None:
        """The answer if it is still fresh. Counts it as `cached` in the source's budget."""
        rows = await run(self._pool, _SQL["find"], {"source": source, "request": request, "now": now})
        if not rows:
            return None
        row = rows[0]
        return Kept(status=row["status"], body=zlib.decompress(row["body"]), fetched_at=row["fetched_at"])

    async def keep(self, source: str, request: str, kept: Kept, expires_at: datetime) -> None:
        """Keep an answer, compressed; not one that names somebody who was forgotten."""
        values = {
            "source": source,
            "request": request,
            "status": kept.status,
            "body": zlib.compress(kept.body, 6),
            "fetched_at": kept.fetched_at,
            "expires_at": expires_at,
        }
        rows = await run(self._pool, _SQL["keep"], {**values, "marks": None})
        if rows[0]["look_through"] and (key := self._forget_key()) is not None:
            marks = await asyncio.to_thread(marks_in, key, source, request, kept.body)
            await run(self._pool, _SQL["keep"], {**values, "marks": list(marks)})

    async def answered(self, source: str, request: str, kind: str) -> str | None:
        """Another question than this one that was answered, and that begins so; None where none is kept."""
        rows = await run(self._pool, _SQL["answered"], {"source": source, "request": request, "kind": kind})
        return rows[0]["request"] if rows else None

    async def purge(self, now: datetime) -> None:
        """Delete what is no longer fresh."""
        await run(self._pool, _SQL["purge"], {"now": now})
