"""Keys for the HTTP interface: 256 random bits each, of which only the SHA-256 is kept.

A key is shown once, when it is made; what the base holds is of no use to a thief. (A slow hash is for passwords,
which can be guessed; these cannot.)
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import class_row, dict_row

from linernotes.errors import NotFound, UsageError
from linernotes.queries import load_queries

SQL = load_queries("linernotes.api", "keys.sql")

PREFIX = "ln_"
SHOWN = len(PREFIX) + 6
LONGEST_NAME = 100
USE_NOTED_EVERY = timedelta(minutes=1)


class Role(StrEnum):
    """Who may do what, as on Supabase: search; also start discoveries; operate."""

    ANON = "anon"
    AUTHENTICATED = "authenticated"
    SERVICE = "service_role"

    def includes(self, other: Role) -> bool:
        """Whether this role may do what the other may: each may what those before it may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is listed: everything but the key itself. starts_with is what a person recognises it by."""

    name: str
    role: str
    starts_with: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose key or session it is. id is the key's, None for one who came without."""

    id: UUID | None
    name: str
    role: Role


def digest(secret: str) -> bytes:
    """What is kept of a key or a session's token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def new_secret(prefix: str = PREFIX) -> str:
    """A new key or token: the prefix and 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def add_key(db: Connection[Any], name: str, role: Role, now: datetime) -> str:
    """Make a key and return it; it cannot be read again. Raises UsageError when the name is taken or unusable."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"Give the key a name of 1 to {LONGEST_NAME} printable characters.")
    key = new_secret()
    values = {"name": name, "role": role, "starts_with": key[:SHOWN], "hash": digest(key), "now": now}
    if db.execute(SQL["add_key"], values).fetchone() is None:
        raise UsageError(f"There is a key named {name!r}. Revoke it first, or give another name.")
    return key


def list_keys(db: Connection[Any]) -> list[Key]:
    """All keys, those that are in use first."""
    with db.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute(SQL["list_keys"]).fetchall()


def revoke_key(db: Connection[Any], name: str, now: datetime) -> None:
    """End a key, and the sessions that were begun with it. Raises NotFound."""
    if db.execute(SQL["revoke_key"], {"name": name.strip(), "now": now}).fetchone() is None:
        raise NotFound(f"There is no key named {name!r} in use.")


def any_key(db: Connection[Any]) -> bool:
    """Whether any key is in use."""
    row = db.execute(SQL["any_key"]).fetchone()
    return bool(row and row[0])


def holder_of_key(db: Connection[Any], key: str, now: datetime) -> Holder | None:
    """Whose key this is; None when it is nobody's or was revoked. Its use is noted, to the minute."""
    with db.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(SQL["key_by_hash"], {"hash": digest(key)}).fetchone()
    if found is None:
        return None
    if found["last_used_at"] is None or found["last_used_at"] <= now - USE_NOTED_EVERY:
        with suppress(psycopg.errors.ReadOnlySqlTransaction):  # a base that cannot be written to can still be asked
            db.execute(SQL["note_use"], {"id": found["id"], "now": now})
    return Holder(id=found["id"], name=found["name"], role=Role(found["role"]))


def begin_session(db: Connection[Any], holder: Holder, now: datetime, until: datetime) -> str:
    """Begin a session of a browser, and return the token for its cookie."""
    token = new_secret(prefix="")
    db.execute(
        SQL["add_session"],
        {
            "hash": digest(token),
            "key_id": holder.id,
            "name": holder.name,
            "role": holder.role,
            "now": now,
            "expires_at": until,
        },
    )
    return token


def holder_of_session(db: Connection[Any], token: str, now: datetime) -> Holder | None:
    """Whose session this is; None when it is nobody's, or over."""
    with db.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(SQL["session_by_hash"], {"hash": digest(token), "now": now}).fetchone()
    return Holder(id=found["id"], name=found["name"], role=Role(found["role"])) if found else None


def end_session(db: Connection[Any], token: str) -> None:
    """End a session; nothing happens when there is none."""
    db.execute(SQL["end_session"], {"hash": digest(token)})
