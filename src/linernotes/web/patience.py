"""What a page can do without: asked for a short while, and left out when the answer takes longer.

A page about somebody with very many recordings shows its credits even where the drawing of their circle would take
too long. What was left out is said on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import psycopg

from linernotes.api.reading import READ_FOR
from linernotes.search import Db

Answer = TypeVar("Answer")

A_WHILE = timedelta(seconds=1.5)
"""How long each statement of a part may take that the page can do without."""

_LIMIT = "select pg_catalog.set_config('statement_timeout', %s, true)"


def if_quick(db: Db, ask: Callable[[], Answer], within: timedelta = A_WHILE) -> Answer | None:
    """What `ask` answers, None when one of its statements takes longer. The transaction goes on in either case."""
    try:
        with db.transaction():
            db.execute(_LIMIT, [_milliseconds(within)])
            answer = ask()
            db.execute(_LIMIT, [_milliseconds(READ_FOR)])
            return answer
    except psycopg.errors.QueryCanceled:
        return None  # the savepoint that was rolled back has restored the limit


def _milliseconds(duration: timedelta) -> str:
    return str(round(duration.total_seconds() * 1000))
