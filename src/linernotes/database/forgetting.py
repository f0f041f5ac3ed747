"""Forgetting a person: everything that is kept about them goes in one transaction, and nothing brings them back.

What is erased, and by what somebody is recognised afterwards, stands in functions/linernotes/forget_people.sql and
known_as.sql. Here are the calls, and the look into kept answers, whose bodies are compressed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.rows import TupleRow, class_row, dict_row
from psycopg_pool import AsyncConnectionPool

from linernotes.database.store import SQL as STORE
from linernotes.database.store import jsonb
from linernotes.errors import NotFound, SettingsError
from linernotes.model.forgetting import ForgetKey
from linernotes.model.lookout import Lookout
from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "forgetting.sql")
Db = Connection[Any]

_ANSWERS_AT_A_TIME = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That somebody was forgotten: a random id, when, and how many rows went of each kind. It names nobody."""

    receipt: UUID
    at: datetime
    erased: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReceipt:
    """A receipt as it is kept. again: recognised when a source brought them back. marks: how many are on the list."""

    id: UUID
    at: datetime
    again: bool
    erased: Mapping[str, int]
    marks: int


async def recognise_the_forgotten(
    pool: AsyncConnectionPool[AsyncConnection[TupleRow]], key: ForgetKey | None, *, where: str
) -> None:
    """Make sure that whoever was forgotten can be recognised. where: where the key is looked for.

    Raises SettingsError where people were forgotten and the key is missing or another.
    """
    async with pool.connection() as connection, connection.transaction():
        row = await (await connection.execute(STORE["anybody_forgotten"])).fetchone()
        if not row or not row[0]:
            return
        if key is None:
            raise unrecognised("the key that recognises them is missing", where)
        await connection.execute(STORE["hand_key"], {"key": key.hex, "local": True})
        try:
            await connection.execute(SQL["fits"])
        except psycopg.errors.ObjectNotInPrerequisiteState:
            raise unrecognised("the key is not the one under which they were forgotten", where) from None


def refuse_strange_key(db: Db, key: ForgetKey | None, *, where: str) -> None:
    """The same for a command. Raises SettingsError."""
    with db.transaction():
        row = db.execute(STORE["anybody_forgotten"]).fetchone()
        if not row or not row[0]:
            return
        if key is None:
            raise unrecognised("the key that recognises them is missing", where)
        db.execute(STORE["hand_key"], {"key": key.hex, "local": True})
        try:
            db.execute(SQL["fits"])
        except psycopg.errors.ObjectNotInPrerequisiteState:
            raise unrecognised("the key is not the one under which they were forgotten", where) from None


def lacks_key(error: BaseException) -> bool:
    """Whether a statement was refused because people were forgotten and the key is missing or another."""
    if not isinstance(error, psycopg.errors.ObjectNotInPrerequisiteState):
        return False
    return (error.diag.message_primary or "").startswith("people were forgotten")


def unrecognised(why: str, where: str) -> SettingsError:
    """What to tell where somebody who was forgotten cannot be recognised."""
    return SettingsError(
        f"People were forgotten in this database, and {why} ({where}): work would bring them back. "
        "Set LINERNOTES_FORGET_KEY to that key; docs/people.md says where it stands."
    )


def forget(db: Db, producer: UUID, key: ForgetKey, now: datetime) -> Receipt:
    """Forget who this producer is, for good.

    Raises NotFound when nobody has the id any more, and SettingsError when people were forgotten here under another
    key.
    """
    with db.transaction():
        return _forget(db, producer, key, now)


def foreseen(db: Db, producer: UUID, key: ForgetKey, now: datetime) -> Receipt:
    """What `forget` would erase: it is done, counted and taken back."""
    with db.transaction(force_rollback=True):
        return _forget(db, producer, key, now)


def _forget(db: Db, producer: UUID, key: ForgetKey, now: datetime) -> Receipt:
    db.execute(STORE["hand_key"], {"key": key.hex, "local": True})
    db.execute(SQL["hold"])
    answers = [{"source": source, "request": request} for source, request in answers_about(db, producer)]
    try:
        row = db.execute(SQL["forget"], {"producer": producer, "answers": jsonb(answers), "now": now}).fetchone()
    except psycopg.errors.ObjectNotInPrerequisiteState:
        raise unrecognised("the key is not the one under which they were forgotten", "here") from None
    if not row or row[0] is None:
        raise NotFound(f"No producer has the id {producer}; perhaps they were forgotten a moment ago.")
    told = row[0]
    return Receipt(receipt=UUID(told["receipt"]), at=now, erased=told["erased"])


def answers_about(db: Db, producer: UUID) -> Iterator[tuple[str, str]]:
    """Source and request of the kept answers that name somebody, in the answer or in what was asked."""
    with db.cursor(row_factory=dict_row) as cursor:
        known = cursor.execute(SQL["known_as"], {"producer": producer}).fetchone()
    assert known is not None
    lookout = Lookout.for_person(known["names"], known["spellings"], known["ids"])
    with db.transaction(), db.cursor(name="kept_answers") as cursor:
        cursor.itersize = _ANSWERS_AT_A_TIME
        for source, request, body in cursor.execute(SQL["answers"]):
            if lookout.finds(request, zlib.decompress(body)):
                yield source, request


def also_artist(db: Db, producer: UUID) -> list[str]:
    """Artists of the catalogue with an id or a name of this producer's; their works stay under that name."""
    return [name for (name,) in db.execute(SQL["also_artist"], {"producer": producer})]


def joint_names(db: Db, producer: UUID) -> list[tuple[UUID, str]]:
    """Other producers whose name holds this one's, as a joint credit does."""
    return db.execute(SQL["joint"], {"producer": producer}).fetchall()


def receipts(db: Db, limit: int = 200) -> list[KeptReceipt]:
    """Who was forgotten: when, and how much went; the latest first."""
    with db.cursor(row_factory=class_row(KeptReceipt)) as cursor:
        return cursor.execute(SQL["receipts"], {"limit": limit}).fetchall()


def refused_claims(db: Db) -> int:
    """How many claims of sources are not kept, because whom they are about was forgotten."""
    row = db.execute(SQL["refused"]).fetchone()
    return int(row[0]) if row else 0


def lift(db: Db, receipt: UUID) -> int:
    """Let somebody come back who wants to: take them off the list. How many marks went; what was erased stays so.

    Raises NotFound for a receipt that there is not.
    """
    with db.transaction():
        known = db.execute(SQL["receipt"], {"receipt": receipt}).fetchone()
        if not known or not known[0]:
            raise NotFound(f"There is no receipt {receipt}. `linernotes forgotten` lists them.")
        return db.execute(SQL["lift"], {"receipt": receipt}).rowcount
