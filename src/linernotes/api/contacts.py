"""A person's contacts, for the operator alone, and the record of who looked at them.

Nothing else over HTTP shows an e-mail address. The address and the row that says who saw it are one statement: where
that row cannot be written, the address is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from psycopg import Connection
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict, Field

from linernotes.api.auth import Caller, require
from linernotes.api.keys import Role
from linernotes.api.reading import EdgeOf
from linernotes.api.v1.problems import COMMON
from linernotes.errors import NotFound
from linernotes.queries import load_queries

SQL = load_queries("linernotes.api", "contacts.sql")

THROUGH = "/v1/producers/{id}/contacts"

router = APIRouter(prefix="/v1/producers", tags=["producers"], responses=COMMON)


class Contacts(BaseModel):
    """How a person can be reached directly."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    email: str | None = Field(description="As it was stored through process_producer_atomic; sources bring none.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRead:
    """Somebody was shown contacts. columns names what, people says of how many; what was read stands nowhere."""

    read_at: datetime
    caller: str
    role: str
    through: str
    columns: list[str]
    people: int


@router.get("/{id}/contacts", operation_id="getContactsOfProducer")
async def contacts(
    id: UUID, request: Request, edge: EdgeOf, caller: Annotated[Caller, require(Role.SERVICE)]
) -> Contacts:
    """A producer's e-mail address. Each time it is shown, a row says to whom: `linernotes keys reads` lists them."""
    async with request.app.state.turnstile.connection() as db:
        return await to_thread.run_sync(contacts_of, db, id, caller, edge.now())


def contacts_of(db: Connection[Any], id: UUID, caller: Caller, now: datetime) -> Contacts:
    """A person's contacts; that they were read is noted. Raises NotFound."""
    values = {"id": id, "now": now, "caller": caller.name, "role": caller.role, "through": THROUGH}
    with db.cursor(row_factory=class_row(Contacts)) as cursor:
        found = cursor.execute(SQL["contacts_of"], values).fetchone()
    if found is None:
        raise NotFound(f"No producer has the id {id}.")
    return found


def contact_reads(db: Connection[Any], limit: int) -> list[ContactRead]:
    """Who was shown contacts, the latest first."""
    with db.cursor(row_factory=class_row(ContactRead)) as cursor:
        return cursor.execute(SQL["contact_reads"], {"limit": limit}).fetchall()
