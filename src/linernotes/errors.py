"""Every error, as a tree. Who can help decides the branch: the person at the shell, the operator, the source, time.

LinernotesError
├── UsageError             the caller asked for something that cannot be: say what to ask instead
│   └── NotFound           nothing in the base has that name
├── AccessError            the caller may not, or not so often: another key, or a while later
│   ├── NotSignedIn        no key, or one that is not valid
│   ├── NotAllowed         the caller's role may not do that
│   └── TooOften           more requests than one caller may make: come back after a wait
├── BadMessage             a queue holds a message that no stage can work on: whoever sent it
├── SettingsError          a setting is missing or wrong: the operator sets it
│   └── CredentialMissing  a source needs a key or a contact
├── RunsAlready            the same job is running elsewhere at this moment: wait for it
├── KeysUnreachable        the de-duplication keys outside the database cannot be reached: start what keeps them
├── DatabaseError          the database cannot be reached, or is not ours to use
│   ├── DatabaseAway       it does not answer, or takes nobody now: start it, or wait; nothing need be corrected
│   └── MigrationError     the schema could not be brought up to date
└── SourceError            a source did not give a usable answer
    ├── SourceBusy         over its limit or down for everybody: come back after a wait; no attempt is spent
    ├── SourceDown         no answer, or an error of its own: try again later; an attempt is spent
    ├── SourceRefused      it will never answer this (bad request, forbidden)
    └── BadAnswer          it answered what cannot be read: HTML, cut JSON, another id than was asked for
"""

from __future__ import annotations

from datetime import timedelta


class LinernotesError(Exception):
    """Base of all errors that are meant to be read by a person."""


class UsageError(LinernotesError):
    """The caller asked for something that cannot be. The command line exits 2."""


class NotFound(UsageError):
    """Nothing in the base answers to that name. The command line exits 1."""


class AccessError(LinernotesError):
    """The caller may not do that, or not now; the text says with what they may."""


class NotSignedIn(AccessError):
    """There is no key, session or token with the request, or it is not valid."""


class NotAllowed(AccessError):
    """The caller is known, and their role may not do that."""


class TooOften(AccessError):
    """One caller made more requests than one may; `wait` says how long to leave it."""

    def __init__(self, wait: timedelta, why: str) -> None:
        super().__init__(why)
        self.wait = wait


class BadMessage(LinernotesError):
    """A message lacks what its stage needs, or names what does not exist. It goes to the dead letters."""


class SettingsError(LinernotesError):
    """A setting is missing or wrong; the text says which one and what to set."""


class CredentialMissing(SettingsError):
    """A source that is switched on needs a setting that is not there."""

    def __init__(self, source: str, variable: str, example: str) -> None:
        super().__init__(
            f"{source} needs {variable}, which is not set. Set it, for example {variable}={example!r} "
            f"(see docs/sources/{source}.md), or leave {source} out of LINERNOTES_SOURCES."
        )
        self.variable = variable


class RunsAlready(LinernotesError):
    """A job runs at most once at a time, and it is running now."""


class KeysUnreachable(LinernotesError):
    """The de-duplication keys outside PostgreSQL cannot be reached now; what was done in PostgreSQL stands."""


class DatabaseError(LinernotesError):
    """The database cannot be reached or used; the text says what to do."""


class DatabaseAway(DatabaseError):
    """The database does not answer, is starting or stopping, full of sessions or read-only: time may help."""


class MigrationError(DatabaseError):
    """A migration could not be applied; nothing of it was kept."""


class SourceError(LinernotesError):
    """A source did not give a usable answer."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(f"{source}: {why}")
        self.source = source
        self.why = why


class SourceBusy(SourceError):
    """The source asked everybody to wait (429, 503, or its budget is paused). Spends no attempt."""

    def __init__(self, source: str, wait: timedelta, why: str) -> None:
        super().__init__(source, why)
        self.wait = wait


class SourceDown(SourceError):
    """No answer within the deadline, a broken connection or an error of the source's own."""


class SourceRefused(SourceError):
    """The source will never answer this question, however often it is asked."""


class BadAnswer(SourceError):
    """The source answered, and the answer cannot be used."""


def first_line(error: BaseException) -> str:
    """What went wrong in one line, for a log or a list: a database error's further lines quote the statement."""
    return next(iter(str(error).splitlines()), type(error).__name__)
