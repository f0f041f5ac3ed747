"""What people ask: who is this, what did they make, how do we know, where can I take it all.

This room reads and never writes. It knows the tables, the nouns and the errors; it starts no work.
"""

from typing import Any

import psycopg

Db = psycopg.Connection[Any]
"""A connection to read through."""

SHOWN_FROM = 0.5
"""Credits below this confidence are kept, and not shown (C4)."""


def recordings_in_words(count: int) -> str:
    """`1 recording`, `2 recordings`."""
    return f"{count} recording" if count == 1 else f"{count} recordings"
