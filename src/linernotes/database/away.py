"""Is the database only away, so that time helps, or did it refuse what it was asked?"""

from __future__ import annotations

import psycopg

from linernotes.errors import DatabaseError

_CLASSES = ("08", "25", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE: the connection, a transaction that was ended or is read-only or lost to another, no room, no
lock, an operator, the disk."""


def database_is_away(error: BaseException) -> bool:
    """Whether this is no fault of what was asked: the link broke, the server restarts, is full, crowded or a standby,
    or chose us as the victim of a deadlock. A statement that took too long may be at fault itself."""
    match error:
        case DatabaseError() | psycopg.InterfaceError():
            return True
        case psycopg.errors.QueryCanceled():
            return False
        case psycopg.OperationalError(sqlstate=None):
            return True
        case psycopg.OperationalError(sqlstate=state) | psycopg.InternalError(sqlstate=state):
            return state is not None and state[:2] in _CLASSES
        case _:
            return False
