"""Answers of the web sources, kept in the database with their expiry and shared by all workers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linernotes.queries import load_queries
from linernotes.sources.statements import Pool, run

_SQL = load_queries("linernotes.sources", "cache.sql")
_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it was kept: the decompressed body, before it is read."""

    status: int
    body: bytes
    fetched_at: datetime


class ResponseCache:
    """The table linernotes.responses."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, source: str, request: str, now: datetime) -> Kept | None:
        """The answer if it is still fresh. Counts it as `cached` in the source's budget."""
        rows = await run(self._pool, _SQL["find"], {"source": source, "request": request, "now": now})
        if not rows:
            return None
        row = rows[0]
        return Kept(status=row["status"], body=zlib.decompress(row["body"]), fetched_at=row["fetched_at"])

    async def keep(self, source: str, request: str, kept: Kept, expires_at: datetime) -> None:
        """Keep an answer, compressed."""
        values = {
            "source": source,
            "request": request,
            "status": kept.status,
            "body": zlib.compress(kept.body, 6),
            "fetched_at": kept.fetched_at,
            "expires_at": expires_at,
        }
        await run(self._pool, _SQL["keep"], values)

    async def purge(self, now: datetime) -> None:
        """Delete what is no longer fresh."""
        await run(self._pool, _SQL["purge"], {"now": now})

    async def forget(self, words: Sequence[str]) -> int:
        """Delete every answer whose request or body contains one of the words; how many those were.

        For erasing a person: give the ids and handles. Reads the whole cache, one page at a time.
        """
        needles = [w.encode() for w in words if w]
        found = 0
        source, request = "", ""
        while rows := await run(self._pool, _SQL["after"], {"source": source, "request": request, "limit": _PAGE}):
            source, request = rows[-1]["source"], rows[-1]["request"]
            for row in rows:
                haystack = row["request"].encode() + b"\n" + zlib.decompress(row["body"])
                if any(needle in haystack for needle in needles):
                    await run(self._pool, _SQL["drop"], {"source": row["source"], "requests": [row["request"]]})
                    found += 1
        return found
