"""What an error means for the message it struck: who can help decides what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from linernotes.errors import BadMessage, DatabaseError, SettingsError, SourceBusy, SourceRefused, UsageError
from linernotes.model.message import Reject, Retry, Snooze
from linernotes.redaction import redacted

SETTING_MISSING_DELAY = timedelta(minutes=10)
DATABASE_AWAY_DELAY = timedelta(seconds=2)

_AWAY = ("08", "25", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE: the connection, a transaction that was ended or is read-only or lost to another, no room, no
lock, an operator, the disk."""


def database_is_away(error: BaseException) -> bool:
    """Whether this is no fault of the message: the link broke, the server restarts, is full, crowded or a standby, or
    chose us as the victim of a deadlock. A statement that took too long may be the message's fault."""
    match error:
        case DatabaseError() | psycopg.InterfaceError():
            return True
        case psycopg.errors.QueryCanceled():
            return False
        case psycopg.OperationalError(sqlstate=None):
            return True
        case psycopg.OperationalError(sqlstate=state) | psycopg.InternalError(sqlstate=state):
            return state is not None and state[:2] in _AWAY
        case _:
            return False


def outcome_of(error: Exception, step: str) -> Snooze | Retry | Reject:
    """Wait with a busy source, a missing setting or a database that is away (our own fault, and no message's); refuse
    what will never work, try everything else again."""
    name, why = type(error).__name__, redacted(str(error) or type(error).__name__)
    match error:
        case SourceBusy(wait=wait, source=source):
            return Snooze(delay=wait, why=why, source=source)
        case SettingsError():
            return Snooze(delay=SETTING_MISSING_DELAY, why=why)
        case _ if database_is_away(error):
            return Snooze(delay=DATABASE_AWAY_DELAY, why=why.split("\n")[0])
        case BadMessage():
            return Reject(why=why, issue="bad_message", error_class=name, step=step)
        case SourceRefused() | UsageError():
            return Reject(why=why, issue="refused", error_class=name, step=step)
        case _:
            return Retry(error_class=name, why=why, step=step)
