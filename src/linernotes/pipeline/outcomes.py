"""What an error means for the message it struck: who can help decides what becomes of it."""

from __future__ import annotations

from datetime import timedelta

from linernotes.database.away import database_is_away
from linernotes.errors import BadMessage, SettingsError, SourceBusy, SourceRefused, UsageError
from linernotes.model.message import Reject, Retry, Snooze
from linernotes.redaction import redacted

SETTING_MISSING_DELAY = timedelta(minutes=10)
DATABASE_AWAY_DELAY = timedelta(seconds=2)


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
